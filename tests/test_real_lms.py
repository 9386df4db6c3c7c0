"""Exports of learning platforms, written from their vendors' shapes as none is public (tests/real/*/ORIGIN.txt)."""

import datetime as dt
import gzip
import json
import shutil
from pathlib import Path

import pytest

from tests.desk_world import KEY, REAL, Desk, desk

PLATFORMS = ("docebo", "learnupon", "talentlms", "thinkific", "thought_industries")
ENVELOPES = [
    (platform, folder.name)
    for platform in PLATFORMS
    for folder in sorted((REAL / platform).iterdir())
    if folder.is_dir()
]
ADA = KEY.hashed("email", "ada@quarry.example")
BEN = KEY.hashed("email", "ben@fernleaf.example")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".csv"))


def landed(tmp_path: Path, platform: str, envelope: str) -> Desk:
    return desk(tmp_path / "state", platform, [REAL / platform / envelope])


@pytest.mark.parametrize(("platform", "envelope"), ENVELOPES)
def test_no_row_is_lost(tmp_path: Path, platform: str, envelope: str) -> None:
    for name, (status, read, rejected) in landed(tmp_path, platform, envelope).loads().items():
        assert (status, rejected) == (("loaded", 0) if name != "empty.json" else ("empty", 0)), name
        assert bool(read) == (name != "empty.json")


@pytest.mark.parametrize(("platform", "envelope"), ENVELOPES)
def test_files_are_told_by_content_whatever_they_are_called_and_packed(
    tmp_path: Path, platform: str, envelope: str
) -> None:
    if (platform, envelope) == ("talentlms", "v2"):
        pytest.skip("the folder of a page names its course")
    renamed = tmp_path / "exports"
    renamed.mkdir()
    for number, path in enumerate(files(REAL / platform / envelope)):
        with gzip.open(renamed / f"x{number}{path.suffix}.gz", "wb") as packed:
            packed.write(path.read_bytes())
    told = desk(tmp_path / "other", platform, [renamed])
    named = landed(tmp_path, platform, envelope)
    for entity in ("learner", "content_item", "enrollment"):
        everything = f"select * exclude (_file, _row, _source) from {entity} order by all"
        assert told.rows(everything) == named.rows(everything)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("other", PLATFORMS)
def test_another_platforms_enrolments_are_refused(tmp_path: Path, platform: str, other: str) -> None:
    if platform == other:
        return
    folder = tmp_path / "exports"
    folder.mkdir()
    api = {"talentlms": "v1/user1.json", "docebo": "api/page1.json", "learnupon": "api/e.json"}
    shutil.copy(REAL / other / api.get(other, "api/1.json"), folder / "export.json")
    state = desk(tmp_path / "state", platform, [folder])
    assert {status for status, *_ in state.loads().values()} == {"rejected"}, state.report.files[0].reason
    assert state.rows("select count(*) from enrollment") == [(0,)]


@pytest.mark.parametrize(("platform", "envelope"), ENVELOPES)
def test_no_name_of_a_person_is_landed(tmp_path: Path, platform: str, envelope: str) -> None:
    state = landed(tmp_path, platform, envelope)
    for path in (tmp_path / "state").rglob("*.parquet"):
        text = json.dumps(state.rows(f"select * from read_parquet('{path}')"), default=str)
        assert "Ada" not in text
        assert "ada@" not in text


def test_docebo_keys_a_course_by_id_and_counts_a_page_overlap_once(tmp_path: Path) -> None:
    found = landed(tmp_path, "docebo", "api").rows(
        "select content_id, enrolled_at, completed_at, progress, score, enrollment_type, email from enrollment"
        " order by enrolled_at"
    )
    # who waits is not enrolled, who teaches is no learner
    assert found == [
        ("docebo:101", dt.datetime(2025, 1, 10, 8), dt.datetime(2025, 2, 1, 9, 30), 1, 0.85, "self", ADA),
        ("docebo:101", dt.datetime(2025, 1, 11, 8), dt.datetime(2025, 3, 1), 1, 0.6, None, None),
    ]


def test_docebo_tables_of_a_loader_keep_ids_that_became_floats_and_no_date_of_1970(tmp_path: Path) -> None:
    found = landed(tmp_path, "docebo", "loader").rows(
        "select content_id, learner_id, enrollment_type, completed_at from enrollment order by enrolled_at"
    )
    assert found == [
        ("docebo:101", KEY.hashed("docebo", "9001"), "self", dt.datetime(2025, 2, 1)),
        ("docebo:101", KEY.hashed("docebo", "9002"), "assigned", None),
    ]


def test_docebo_report_reads_days_and_a_dash(tmp_path: Path) -> None:
    found = landed(tmp_path, "docebo", "report").rows(
        "select content_id, started_at, completed_at, progress from enrollment order by progress"
    )
    assert found == [
        ("docebo:Imports", None, None, 0),
        ("docebo:EX-1", dt.datetime(2025, 1, 13, 8), None, 0.01),
        ("docebo:EX-1", dt.datetime(2025, 1, 12, 8), dt.datetime(2025, 2, 25, 9, 30), 1),
    ]


def test_learnupon_versions_are_one_piece_of_content(tmp_path: Path) -> None:
    state = landed(tmp_path, "learnupon", "api")
    assert state.rows("select content_id, title, status from content_item order by 1") == [
        ("learnupon:11", "Exporting", "published"),
        ("learnupon:13", "Imports", "draft"),
    ]
    assert state.rows("select enrollment_id, content_id, progress, score, is_passed from enrollment order by 1") == [
        ("501", "learnupon:11", 1, 0.9, True),
        ("502", "learnupon:11", 0.01, None, None),
        ("503", "learnupon:13", 1, 0.2, False),
    ]
    assert state.rows("select content_id, certified_at from certification") == [
        ("learnupon:11", dt.datetime(2024, 12, 1, 9))
    ]


def test_learnupon_report_may_be_written_in_days_first_and_percent_signs(tmp_path: Path) -> None:
    assert landed(tmp_path, "learnupon", "report").rows(
        "select email, enrolled_at, completed_at, progress, score from enrollment order by enrolled_at"
    ) == [
        (ADA, dt.datetime(2024, 11, 1), dt.datetime(2024, 12, 25), 1, 0.9),
        (BEN, dt.datetime(2024, 12, 3), None, 0.4, None),
    ]


def test_talentlms_display_dates_are_read_and_a_timestamp_beside_them_is_preferred(tmp_path: Path) -> None:
    state = landed(tmp_path, "talentlms", "v1")
    assert state.rows("select content_id, enrolled_at, completed_at, progress from enrollment order by 2") == [
        ("talentlms:12", dt.datetime(2025, 3, 24, 14, 5, 9), dt.datetime(2025, 3, 25, 14, 5, 9), 1),
        ("talentlms:12", dt.datetime(2025, 3, 26, 8), None, 0.5),
    ]
    assert state.rows("select certified_at, expires_at from certification") == [(dt.datetime(2025, 3, 25), None)]
    assert state.rows("select role, is_staff from learner where is_staff") == [("superadmin", True)]


def test_talentlms_two_interfaces_and_the_report_agree(tmp_path: Path) -> None:
    columns = "select enrolled_at, completed_at from enrollment order by all"
    v1, v2, report = (landed(tmp_path / name, "talentlms", name).rows(columns) for name in ("v1", "v2", "report"))
    assert v1 == v2 == report


def test_thinkific_interface_and_report_agree_on_progress(tmp_path: Path) -> None:
    columns = "select progress, completed_at from enrollment order by 1"
    api, report = landed(tmp_path / "a", "thinkific", "api"), landed(tmp_path / "b", "thinkific", "report")
    assert [row[0] for row in api.rows(columns)] == [row[0] for row in report.rows(columns)] == [0.25, 1]
    assert api.rows("select content_id, status, collections from content_item order by 1") == [
        ("thinkific:20", "published", ["Become an admin"]),
        ("thinkific:bundle:40", "published", None),
    ]


def test_thought_industries_puts_an_enrolment_together_from_actions(tmp_path: Path) -> None:
    state = landed(tmp_path, "thought_industries", "api")
    assert state.rows("select content_id, enrolled_at, started_at, completed_at, enrollment_type from enrollment") == [
        (
            "thought_industries:c1",
            dt.datetime(2025, 1, 1, 10),
            dt.datetime(2025, 1, 2, 10),
            dt.datetime(2025, 2, 1, 10),
            "self",
        )
    ]
    assert state.rows("select count(*), min(account_id) from (select account_id from learner)") == [
        (1, KEY.hashed("id", "0015000000AbCdEAAV"))
    ]
    assert state.rows("select certified_at from certification") == [(dt.datetime(2025, 2, 1, 10, 0, 1),)]
