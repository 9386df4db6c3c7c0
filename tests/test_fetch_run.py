"""Sources that lie elsewhere through the whole of a night: exit codes, what is published, and what is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from connectors import fetch_http
from tests.conftest import Waystage
from tests.http_site import serving
from tests.quick_runs import quick_runs

SECRET = "zzs3cr3tzz"  # noqa: S105


def test_a_night_whose_source_fails_publishes_the_last_good_copy_and_says_so(
    world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPORT_TOKEN", SECRET)
    monkeypatch.setattr(fetch_http, "PAUSES_S", (0.0,))
    config = world / "waystage.yaml"
    given = config.read_text()
    path = next(line.split("path: ")[1] for line in given.splitlines() if "accounts.csv" in line)
    with serving() as site:
        site.body = (world / path).read_bytes()
        url = f"url: {site.url}/accounts.csv?token=${{EXPORT_TOKEN}}"
        config.write_text(given.replace(f"path: {path}", url, 1))
        shown = f"{site.url}/accounts.csv?token=${{EXPORT_TOKEN}}"
        assert waystage("check", "-w", world).code == 0
        assert site.sent == 1
        assert waystage("run", "-w", world).code == 0
        site.status = 403
        said = waystage("run", "-w", world)
        assert said.code == 3
        assert f"{shown}: stale" in said.err
        assert "renew ${EXPORT_TOKEN}" in said.err
        checked = waystage("check", "-w", world)
        assert checked.code == 3
        assert "403 Forbidden" in checked.err
        assert "ready to run, with an older copy of 1 source" in checked.out
        with quick_runs():
            assert waystage("run", "-w", world, "--strict").code == 1
        with duckdb.connect(str(world / "published/waystage.duckdb"), read_only=True) as con:
            loads = con.execute("select status, reason from load where file = ?", [shown]).fetchall()
            assert [status for status, _ in loads] == ["stale"]
            assert "so the copy of" in loads[0][1]
            assert con.execute("select count(*) from coverage where status = 'stale'").fetchone() == (1,)
        assert "older copy" in (world / "published/site/data-quality.html").read_text()
        wanted = config.read_text()
        config.write_text(wanted.replace(url, f"{url}\n        ended: 2024-01-01", 1))
        with quick_runs():
            over = waystage("run", "-w", world)
        assert (over.code, waystage("check", "-w", world).code) == (0, 0), over.err
        config.write_text(wanted)
        site.status = 200
        assert waystage("run", "-w", world).code == 0
    for left in world.rglob("*"):
        if left.is_file():
            assert SECRET.encode() not in left.read_bytes(), left


def test_nothing_is_imported_for_sources_that_lie_here(world: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from connectors.acquire import acquire; from pipelines import session;"
        "opened = session.validate(Path('.')); before = set(sys.modules);"
        "acquire(opened.workspace.state, opened.workspace.programs);"
        "print(sorted(set(sys.modules) - before))"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=world, capture_output=True, text=True, check=True,
                          env={"PYTHONPATH": str(Path(__file__).parent.parent)})  # fmt: skip
    assert said.stdout.strip() == "[]"
