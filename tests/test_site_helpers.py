"""Processes that help with pages: what they cannot do is done all the same, and none outlives the one that began it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from dashboards import crew
from dashboards.crew import Crew
from dashboards.helper import Helper
from dashboards.layout import Files
from dashboards.published import connect
from tests.site_world import build

HERE = "WAYSTAGE_TEST_PROCESS"  # the process of the test, as its helpers know it
ITEMS = list(range(9))


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    monkeypatch.setenv(HERE, str(os.getpid()))
    one = Helper()
    monkeypatch.setattr(crew, "_HELPERS", [one])
    monkeypatch.setattr(crew, "MOST_PROCESSES", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    yield one
    one.end()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("published") / "waystage.duckdb")


def written(connection: duckdb.DuckDBPyConnection, files: Files, items: Sequence[int]) -> list[tuple[int, bool]]:
    """Each item to a file of its own, taking a while; whether another process wrote it."""
    connection.execute("select count(*) from program")
    for item in items:
        time.sleep(0.05)
        files.write(f"{item}.txt", str(item))
    return [(item, os.environ[HERE] != str(os.getpid())) for item in items]


def killed(connection: duckdb.DuckDBPyConnection, files: Files, items: Sequence[int]) -> list[tuple[int, bool]]:
    if os.environ[HERE] != str(os.getpid()):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return written(connection, files, items)


def broken(_connection: duckdb.DuckDBPyConnection, _files: Files, items: Sequence[int]) -> list[int]:
    raise ValueError(f"item {items[0]} cannot be drawn")


def stopped(_connection: duckdb.DuckDBPyConnection, _files: Files, items: Sequence[int]) -> list[int]:
    if os.environ[HERE] != str(os.getpid()):
        time.sleep(600)
    time.sleep(0.5)  # the helper is at work
    raise KeyboardInterrupt


def is_running(process: int) -> bool:
    path = Path(f"/proc/{process}/stat")
    return path.exists() and "Z" not in path.read_text(encoding="utf-8").split()[2]


def ready(helper: Helper, database: Path, out: Path) -> None:
    """Waits until it has drawn something, so that it is at work for sure."""
    with helper.reading(database, out):
        assert helper.draw(written, [0], Files(out)) == [(0, True)]


def test_two_processes_draw_each_page_once_and_in_order(helper: Helper, database: Path, tmp_path: Path) -> None:
    ready(helper, database, tmp_path / "before")
    files = Files(tmp_path)
    with closing(connect(database)) as connection:
        drawn = Crew(connection, database, files, 8).each(written, ITEMS, 1)
    assert [item for item, _ in drawn] == ITEMS
    assert {is_other for _, is_other in drawn} == {True, False}
    assert sorted(files.written) == [tmp_path / f"{item}.txt" for item in ITEMS]
    assert all((tmp_path / f"{item}.txt").read_text(encoding="utf-8") == str(item) for item in ITEMS)


def test_what_a_killed_process_was_at_is_drawn_all_the_same(helper: Helper, database: Path, tmp_path: Path) -> None:
    ready(helper, database, tmp_path / "before")
    files = Files(tmp_path)
    with closing(connect(database)) as connection:
        drawn = Crew(connection, database, files, 8).each(killed, ITEMS, 2)
        assert drawn == [(item, False) for item in ITEMS]
        assert sorted(files.written) == [tmp_path / f"{item}.txt" for item in ITEMS]
        assert not helper.is_at_work
        assert [one is helper for one in crew.begin(8)] == [False]  # the next site has another
        crew.begin(8)[0].end()


def test_what_cannot_be_drawn_says_why_whoever_came_upon_it(helper: Helper, database: Path, tmp_path: Path) -> None:
    ready(helper, database, tmp_path / "before")
    with closing(connect(database)) as connection, pytest.raises(ValueError, match=r"item \d cannot be drawn"):
        Crew(connection, database, Files(tmp_path), 8).each(broken, ITEMS, 1)


def test_ctrl_c_waits_for_no_page(helper: Helper, database: Path, tmp_path: Path) -> None:
    ready(helper, database, tmp_path / "before")
    began = time.monotonic()
    with closing(connect(database)) as connection, pytest.raises(KeyboardInterrupt):
        Crew(connection, database, Files(tmp_path), 8).each(stopped, ITEMS, 1)
    assert time.monotonic() - began < 30
    assert not is_running(helper.process_id)


def test_it_ends_with_the_one_that_began_it() -> None:
    begin = (
        "import os, signal; from dashboards.helper import Helper; one = Helper(); "
        "print(one.process_id, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    said = subprocess.run([sys.executable, "-c", begin], capture_output=True, text=True, check=False)
    until = time.monotonic() + 30  # it sees the end once it has imported what it needs
    while is_running(int(said.stdout)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_running(int(said.stdout))
