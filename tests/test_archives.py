"""Archives of exports: every entry lands or is refused by its name, and nothing is written outside."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from connectors import unpack
from connectors.acquire import acquire
from connectors.contract import ProgramConfig, SourceConfig
from connectors.land import land
from connectors.report import LandingReport
from tests.landing_world import KEY, source

ACCOUNTS = "account_id,started_at\nA1,2025-01-02\nA2,2025-02-03\n"
MORE = "account_id,started_at\nA3,2025-03-04\n"


def bring(workspace: Path, config: SourceConfig) -> LandingReport:
    """One run: acquire, then land."""
    program = ProgramConfig(id="harborline", name="Harborline", sources=(config,))
    return land(workspace / ".waystage", acquire(workspace / ".waystage", [program]), KEY)


def zipped(path: Path, entries: dict[str, str | bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def told(report: LandingReport) -> dict[str, tuple[str, int, str]]:
    return {load.file: (load.status, load.rows_loaded, load.reason or "") for load in report.files}


def test_a_zip_lands_entry_by_entry_under_the_names_its_user_knows(tmp_path: Path) -> None:
    zipped(tmp_path / "exports/all.zip", {"a/accounts.csv": ACCOUNTS, "b/more.csv": MORE, "notes.md": "hi"})
    report = bring(tmp_path, source("account", "exports/all.zip"))
    assert {file: said[:2] for file, said in told(report).items()} == {
        "exports/all.zip!/a/accounts.csv": ("loaded", 2),
        "exports/all.zip!/b/more.csv": ("loaded", 1),
    }
    assert report.ignored == ("exports/all.zip!/notes.md",)
    assert ".waystage" not in " ".join(load.file for load in report.files)


@pytest.mark.parametrize("name", ["all.tar.gz", "all.tgz", "all.tar"])
def test_a_tar_lands_too_also_among_plain_files_of_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports/plain.csv").write_text(ACCOUNTS)
    with tarfile.open(tmp_path / "exports" / name, "w:gz" if name != "all.tar" else "w") as archive:
        member = tarfile.TarInfo("inner/more.csv")
        member.size = len(MORE)
        archive.addfile(member, io.BytesIO(MORE.encode()))
    assert {file: said[:2] for file, said in told(bring(tmp_path, source("account"))).items()} == {
        f"exports/{name}!/inner/more.csv": ("loaded", 1),
        "exports/plain.csv": ("loaded", 2),
    }


def test_entries_that_may_not_be_unpacked_are_refused_by_name_and_the_others_land(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "exports/bad.zip",
        {"../../climbs.csv": MORE, "/etc/absolute.csv": MORE, "..\\windows.csv": MORE, "good.csv": ACCOUNTS,
         "inner.zip": b"PK\x03\x04", "disguised.csv": zipped(tmp_path / "x.zip", {"a.csv": MORE}).read_bytes()},
    )  # fmt: skip
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    report = bring(tmp_path, source("account", "exports/bad.zip"))
    said = {
        file.removeprefix("exports/bad.zip!/"): (status, reason) for file, (status, _, reason) in told(report).items()
    }
    assert said.pop("good.csv")[0] == "loaded"
    assert {status for status, _ in said.values()} == {"rejected"}
    for climbing in ("../../climbs.csv", "/etc/absolute.csv", "..\\windows.csv"):
        assert "leads out of the archive" in said[climbing][1]
    assert "link" in said["link.csv"][1]
    assert "inside an archive" in said["inner.zip"][1]
    assert "inside an archive" in said["disguised.csv"][1]
    assert not [path for path in tmp_path.rglob("*") if "climbs" in path.name or "windows" in path.name]
    assert not (tmp_path.parent / "climbs.csv").exists()


def test_links_and_devices_of_a_tar_are_refused(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    with tarfile.open(tmp_path / "exports/all.tar.gz", "w:gz") as archive:
        for name, kind in (
            ("soft.csv", tarfile.SYMTYPE),
            ("hard.csv", tarfile.LNKTYPE),
            ("pipe.csv", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        member = tarfile.TarInfo("good.csv")
        member.size = len(MORE)
        archive.addfile(member, io.BytesIO(MORE.encode()))
    said = told(bring(tmp_path, source("account")))
    assert sorted(status for status, _, _ in said.values()) == ["loaded", "rejected", "rejected", "rejected"]


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "exports/all.zip", {"locked.csv": ACCOUNTS, "open.csv": MORE})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag in the entry's own header, and in the directory
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    path.write_bytes(bytes(content))
    said = told(bring(tmp_path, source("account", "exports/all.zip")))
    assert "encrypted" in said["exports/all.zip!/locked.csv"][2]
    assert said["exports/all.zip!/open.csv"][:2] == ("loaded", 1)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_told_and_the_last_is_used(tmp_path: Path) -> None:
    path = zipped(tmp_path / "exports/all.zip", {"a.csv": ACCOUNTS})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("a.csv", MORE)
    report = bring(tmp_path, source("account", "exports/all.zip"))
    assert sorted((load.status, load.rows_loaded) for load in report.files) == [("loaded", 1), ("rejected", 0)]
    assert "holds this name again" in report.problems[0]


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    zipped(tmp_path / "exports/all.zip", {"a.csv": ACCOUNTS, "zeros.csv": b"0" * 20_000_000})
    report = bring(tmp_path, source("account", "exports/all.zip", unpack_limit_gb=0.001))
    assert [load.status for load in report.files] == ["rejected"]
    assert "unpacks to more than 0.001 GB" in report.problems[0]
    assert "unpack_limit_gb" in report.problems[0]
    kept = sum(path.stat().st_size for path in (tmp_path / ".waystage/fetched").rglob("*") if path.is_file())
    assert kept < 1_000_000


def test_a_bomb_that_lies_about_its_size_is_stopped_at_the_limit(tmp_path: Path) -> None:
    path = zipped(tmp_path / "exports/all.zip", {"zeros.csv": b"0" * 20_000_000})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(mark) + offset
        content[start : start + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    report = bring(tmp_path, source("account", "exports/all.zip", unpack_limit_gb=0.001))
    assert [load.status for load in report.files] == ["rejected"]


def test_a_tar_bomb_and_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "exports").mkdir()
    with tarfile.open(tmp_path / "exports/all.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("zeros.csv")
        member.size = 20_000_000
        archive.addfile(member, io.BytesIO(b"0" * member.size))
    config = source("account", "exports/all.tar.gz", unpack_limit_gb=0.001)
    assert "unpacks to more than" in bring(tmp_path, config).problems[0]
    monkeypatch.setattr(unpack, "MOST_ENTRIES", 1)
    zipped(tmp_path / "exports/many.zip", {"a.csv": ACCOUNTS, "b.csv": MORE})
    assert "more than 1 files" in bring(tmp_path, source("account", "exports/many.zip")).problems[0]


@pytest.mark.parametrize("name", ["cut.zip", "cut.tar.gz", "cut.tar"])
def test_an_archive_that_is_cut_off_or_no_archive_is_told(tmp_path: Path, name: str) -> None:
    whole = zipped(tmp_path / "whole.zip", {"a.csv": os.urandom(5000)}).read_bytes()
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / name).write_bytes(whole[:3000])
    report = bring(tmp_path, source("account"))
    assert [load.status for load in report.files] == ["rejected"]
    assert "damaged or cut off" in report.problems[0]
    assert "\n" not in report.problems[0]


def test_an_archive_is_unpacked_again_only_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "exports/all.zip", {"a.csv": ACCOUNTS})
    config = source("account", "exports/all.zip")
    first = bring(tmp_path, config)
    with monkeypatch.context() as patched:
        patched.setattr(unpack, "_unpack", lambda *_: pytest.fail("unpacked again"))
        assert bring(tmp_path, config).fingerprint == first.fingerprint
    zipped(path, {"a.csv": MORE})
    assert [load.rows_loaded for load in bring(tmp_path, config).files] == [1]
    kept = [item.name for item in (tmp_path / ".waystage/fetched/harborline/s").iterdir()]
    assert len(kept) == 2, "what the archive no longer holds is gone"
