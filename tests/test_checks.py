"""Great Expectations at work: a planted broken row is caught, named, and holds back no more than it must."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import expectations, expectations_process, judgement, night
from pipelines.instance import home_of, open_instance
from tests.conftest import Waystage
from tests.tiny_world import ask, in_force, rows


def after(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, spoil: Callable[[duckdb.DuckDBPyConnection], None]
) -> None:
    """Spoils the warehouse as soon as the named step of `module` is done."""
    step = getattr(module, name)

    def spoiled(con: duckdb.DuckDBPyConnection, *rest: object) -> object:
        made = step(con, *rest)
        spoil(con)
        return made

    monkeypatch.setattr(module, name, spoiled)


def test_a_repeated_key_holds_back_one_entity_of_one_program(
    world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(world)

    def repeat_a_ticket(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("insert into staging.ticket select * from staging.ticket where program_id = 'alder' limit 1")

    # coverage is built last, and the checks come right after it
    after(monkeypatch, night.coverage, "build_coverage", repeat_a_ticket)
    monkeypatch.setattr("pipelines.night.verify", lambda *_: None)  # it would refuse the repeated ticket as well
    said = waystage("run", "-w", world, "--from", "2025-01")
    assert said.code == 3
    assert "staging.ticket: repeats_its_grain broken by alder: 1 rows" in said.err
    failed = "select check_name, table_name, severity, failing_rows from check_result where not passed"
    assert ask(world, failed) == [("repeats_its_grain", "staging.ticket", "error", 1)]
    last = "from finding where program_id = 'alder' and month = '2025-06-01' and condition = "
    assert ask(world, f"select outcome {last} 'how_to_ticket_share'") == [("unknown",)]
    learned = "select * from signal where program_id = 'alder' and signal = 'account_education_coverage'"
    assert ask(world, f"{learned} and status = 'unknown'") == []
    for table in ("stage", "finding", "signal", "friction"):
        assert [row for row in rows(world)[table] if "'birch'" in row] == [
            row for row in before[table] if "'birch'" in row
        ]
    with open_instance(home_of(world)) as instance:
        newest = instance.get_run_records(limit=1)[0].dagster_run.run_id
        found = [
            (event.asset_key.to_user_string(), event.check_name, event.metadata["rows"].records[0].data)
            for record in instance.all_logs(newest)
            if record.dagster_event and record.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
            for event in [record.dagster_event.asset_check_evaluation_data]
            if not event.passed
        ]
    [(asset, law, row)] = found
    assert (asset, law) == ("staging/ticket", "repeats_its_grain")
    assert (row["of"], row["reason"]) == ("alder", "2 rows, where there may be one")
    assert row["row"].startswith("program_id alder, ticket_id T0-")


@pytest.mark.usefixtures("quick")
def test_a_signal_out_of_its_range_is_told_and_named(
    world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exaggerate(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(
            "update signal.signal set value = 7, numerator = 7, denominator = 1, high = 8 "
            "where program_id = 'alder' and signal = 'how_to_ticket_share' and month = '2024-12-01'"
        )

    after(monkeypatch, night.measure, "measure", exaggerate)
    said = waystage("run", "-w", world, "--from", "2025-01")
    assert said.code == 3
    assert "signal.signal: leaves_its_range broken by how_to_ticket_share: 1 rows" in said.err


def test_a_verdict_that_breaks_its_promise_is_not_published(
    world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = in_force(world)

    def promote(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("update judged.stage set stage = stage_high + 1 where program_id = 'birch'")

    after(monkeypatch, judgement, "judge", promote)
    said = waystage("run", "-w", world, "--from", "2025-01")
    assert (said.code, said.out, in_force(world)) == (1, "", before)
    assert "the verdicts break their promises, so nothing was published" in said.err
    assert "judged.stage: stage_outside_its_range broken by birch: " in said.err
    assert "alder" not in said.err


def test_great_expectations_does_not_bring_spark_along() -> None:
    """It would import PySpark wherever that is installed, and PySpark ends a process that has no file of its own."""
    code = "from pipelines import expectations; expectations._context(); import sys; print('pyspark' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def test_great_expectations_reports_to_nobody() -> None:
    context = expectations._context()
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    assert not context.config.analytics_enabled
    assert not {name for name in sys.modules if name.startswith(("posthog", "segment"))}


@pytest.mark.usefixtures("quick")
def test_checks_that_end_without_an_answer_publish_nothing_and_the_next_night_goes_on(
    world: Path, waystage: Waystage
) -> None:
    published = in_force(world)
    expectations_process.begin()
    expectations_process._running()._process.kill()
    said = waystage("run", "-w", world, "--from", "2025-01")
    assert (said.code, said.out, in_force(world)) == (1, "", published)
    assert "Great Expectations ended without an answer, so nothing was published" in said.err
    assert "Traceback" not in said.err
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    assert in_force(world) != published


def test_the_process_of_the_checks_ends_with_the_one_that_began_it() -> None:
    begin = (
        "from pipelines import expectations_process as p; import os, signal; p.begin(); "
        "print(p._running()._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", begin], capture_output=True, text=True, check=False)
    left = int(killed.stdout)
    until = time.monotonic() + 30  # it sees the end once it has imported what it needs
    while Path(f"/proc/{left}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{left}").exists() or "Z" in Path(f"/proc/{left}/stat").read_text().split()[2]
