"""The sensor on export files: one run for one change, none for a file still being written, and no file is opened."""

from __future__ import annotations

import os
import time
from pathlib import Path

import dagster as dg
import pytest

from pipelines import definitions, session, warehouse
from pipelines.watching import Cursor, decide, seen_now
from tests import tiny_world


def ticks(*seen: str, cursor: Cursor | None = None, busy: frozenset[int] = frozenset()) -> list[str | None]:
    """The run keys of successive ticks that see these marks."""
    given, keys = cursor or Cursor(), []
    for number, mark in enumerate(seen):
        given, key, why_not = decide(Cursor.read(str(given)), mark, number in busy)
        assert (key is None) == bool(why_not)
        keys.append(key)
    return keys


def test_one_change_starts_one_run_once_it_stays_as_it_is() -> None:
    assert ticks("a", "a", "a", "b", "c", "c", "c") == [None, "exports-1-a", None, None, None, "exports-2-c", None]


def test_a_change_during_a_run_waits_for_its_end_and_is_not_forgotten() -> None:
    assert ticks("a", "a", "a", "a", busy=frozenset({1, 2})) == [None, None, None, "exports-1-a"]


def test_exports_put_back_as_they_were_are_a_change_again() -> None:
    keys = ticks("a", "a", "b", "b", "a", "a", "b", "b")
    assert len({key for key in keys if key}) == 4


def test_a_cursor_that_was_lost_asks_for_the_run_it_asked_for_before() -> None:
    assert ticks("a", "a") == ticks("a", "a", cursor=Cursor.read("not ours"))  # and Dagster starts no key twice


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_world.write(tmp_path / "ws", programs=("alder",))


def mark(folder: Path) -> str:
    return seen_now(session.workspace_alone(folder).programs, folder)


def test_what_was_added_written_on_replaced_or_removed_is_seen(folder: Path) -> None:
    exports = folder / "exports/alder"
    seen = [mark(folder)]
    assert mark(folder) == seen[0]
    (exports / "tickets-2.csv").write_text("ID,Created\n")
    seen.append(mark(folder))
    with (exports / "tickets-2.csv").open("a") as file:
        file.write("1,2025-01-01\n")
    seen.append(mark(folder))
    os.utime(exports / "events.csv", (1, 1))  # replaced by one as long
    seen.append(mark(folder))
    (exports / "tickets-2.csv").unlink()
    seen.append(mark(folder))
    (exports / "notes.txt.part").write_text("of no source")
    assert mark(folder) == seen[-1]
    assert len(set(seen)) == len(seen)


def test_a_large_export_costs_no_more_than_a_small_one(folder: Path) -> None:
    with (folder / "exports/alder/tickets-large.csv").open("wb") as file:
        file.truncate(2**40)
    before = time.process_time()
    mark(folder)
    assert time.process_time() - before < 1


def test_the_sensor_starts_a_run_at_the_second_tick_and_waits_for_the_one_at_work(folder: Path) -> None:
    sensor = definitions.workspace_definitions(folder).resolve_sensor_def("new_exports")
    cursor: str | None = None

    def tick() -> list[str | None]:
        nonlocal cursor
        with dg.build_sensor_context(cursor=cursor) as context:
            result = sensor.evaluate_tick(context)
        cursor = result.cursor
        return [request.run_key for request in result.run_requests]

    assert tick() == []
    with warehouse.writer_lock(folder / ".waystage"):
        assert tick() == []
    assert [key and key.startswith("exports-1-") for key in tick()] == [True]
    assert tick() == []


def test_a_workspace_that_cannot_be_read_starts_nothing_and_says_why(folder: Path) -> None:
    sensor = definitions.workspace_definitions(folder).resolve_sensor_def("new_exports")
    (folder / "waystage.yaml").write_text("programs: [")
    with dg.build_sensor_context() as context:
        result = sensor.evaluate_tick(context)
    assert result.run_requests == []
    assert "the workspace cannot be read" in str(result.skip_message)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reasons for which those of `alerts:` were told of a failure."""
    reasons: list[str] = []
    monkeypatch.setattr("pipelines.alerts.tell_failure", lambda _workspace, reason: reasons.append(reason))
    return reasons


def hear(defs: dg.Definitions, instance: dg.DagsterInstance, run: dg.DagsterRun, event: dg.DagsterEvent) -> None:
    """The sensor on failed runs hears of this one."""
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_runs", dagster_instance=instance, dagster_run=run, dagster_event=event
    )
    defs.resolve_sensor_def("failed_runs")(context.for_run_failure())


def test_a_run_that_could_not_begin_is_told(folder: Path, told: list[str]) -> None:
    defs = definitions.workspace_definitions(folder)
    with dg.DagsterInstance.ephemeral() as instance:
        with warehouse.writer_lock(folder / ".waystage"):
            done = defs.resolve_job_def("nightly").execute_in_process(instance=instance, raise_on_error=False)
        assert not done.success
        hear(defs, instance, done.dagster_run, done.get_run_failure_event())
    assert len(told) == 1
    assert "another run is at work here" in told[0]


def test_a_run_whose_process_is_gone_is_told_as_killed(folder: Path, told: list[str]) -> None:
    defs = definitions.workspace_definitions(folder)
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(defs.resolve_job_def("nightly"), status=dg.DagsterRunStatus.STARTED)
        hear(defs, instance, run, instance.report_run_failed(run))
    assert told == ["the run was killed, or did not get as far as its first step"]
