"""`waystage run` from outside: exit codes, what is published when, and that the same input gives the same rows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import tiny_world
from tests.conftest import Waystage
from tests.tiny_world import REPORTED, ask, in_force, rows


def test_every_row_read_is_loaded_or_rejected(published: Path) -> None:
    broken = ask(published, "select file from load where rows_read <> rows_loaded + rows_rejected")
    assert broken == []
    assert ask(published, "select count(*), sum(rows_read) > 0 from load") == [(8, True)]


def test_a_value_is_its_numerator_over_its_denominator_to_the_last_bit(published: Path) -> None:
    given = "from signal where numerator is not null and denominator > 0 and value is not null"
    assert ask(published, f"select * {given} and value <> numerator / denominator") == []
    assert ask(published, f"select count(*) > 20 {given}") == [(True,)]


def test_a_stage_lies_within_its_range_and_nothing_else_is_promised_without_evidence(published: Path) -> None:
    assert ask(published, "select * from stage where stage < stage_low or stage > stage_high") == []
    assert ask(published, "select * from stage where stage_low is null or stage_low > stage_high") == []
    assert ask(published, "select count(distinct program_id) from stage where stage is not null") == [(2,)]


def test_a_second_run_with_nothing_new_leaves_the_version_as_it_is_and_says_so(
    published: Path, waystage: Waystage
) -> None:
    before = in_force(published)
    said = waystage("run", "-w", published)
    assert said.code == 0
    assert "nothing new since the published version; it stands" in said.out
    assert in_force(published) == before


def test_json_is_complete_and_alone_on_stdout(published: Path, waystage: Waystage) -> None:
    said = waystage("run", "-w", published, "--json")
    told = json.loads(said.out)
    assert (said.code, said.err) == (0, "")
    assert told["run_id"] == in_force(published)
    assert [(one["program_id"], one["model"]) for one in told["programs"]] == [("alder", "mini"), ("birch", "mini")]
    assert {"stage", "stage_low", "stage_high", "confidence", "next_step", "month"} <= set(told["programs"][0])
    assert told["is_new"] is False
    assert told["problems"] == []
    assert Path(told["database"]).is_file()
    assert Path(told["site"]).is_file()


@pytest.mark.usefixtures("quick")
def test_changes_publish_anew_each_with_its_effect(world: Path, waystage: Waystage) -> None:
    versions = [in_force(world)]

    def publishes_anew(*options: str) -> None:
        assert waystage("run", "-w", world, *options).code == 0
        assert in_force(world) != versions[-1]
        versions.append(in_force(world))

    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write("T0-new,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
    publishes_anew()
    assert ask(world, "select count(*) from ticket where ticket_id = 'T0-new'") == [(1,)]

    pack = world / "mini/model.yaml"
    pack.write_text(pack.read_text().replace("at_most: 0.9", "at_most: 0.01"))
    publishes_anew()
    assert ask(world, "select distinct threshold from finding where stage = 1") == [(0.01,)]

    settings = world / "waystage.yaml"
    settings.write_text(settings.read_text().replace("name: Alder", "name: Alder Academy"))
    publishes_anew()
    assert ask(world, "select name from program order by 1") == [("Alder Academy",), ("Birch",)]

    publishes_anew("--as-of", "2025-05-31")
    assert ask(world, "select max(month)::varchar from stage") == [("2025-05-01",)]

    publishes_anew("--as-of", "2025-05-31", "--from", "2025-01")
    assert ask(world, "select count(*) from run") == [(6,)]
    assert ask(world, "select count(distinct run_id) from stage_reported") == [(6,)]
    assert len(list((world / "published/versions").iterdir())) == 3  # the one in force and two to fall back on


@pytest.mark.usefixtures("quick")
def test_one_program_alone_leaves_the_rows_of_the_others(world: Path, waystage: Waystage) -> None:
    before = rows(world)
    for program in ("alder", "birch"):
        with (world / f"exports/{program}/tickets.csv").open("a") as export:
            export.write("T-late,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
    said = waystage("run", "-w", world, "--program", "alder")
    assert said.code == 0
    assert "alder" in said.out
    assert "birch" in said.out
    after = rows(world)
    changed = set()
    for table in before:
        if table not in {"run", REPORTED}:
            assert [row for row in before[table] if "'birch'" in row] == [
                row for row in after[table] if "'birch'" in row
            ]
            changed |= {table} if before[table] != after[table] else set()
    assert {"ticket", "load"} <= changed
    wrong = waystage("run", "-w", world, "--program", "aldr")
    assert wrong.code == 2
    assert "no such program; legal: alder, birch; did you mean 'alder'?" in wrong.err


@pytest.mark.usefixtures("quick")
def test_a_broken_program_stops_nobody_and_strict_publishes_nothing(world: Path, waystage: Waystage) -> None:
    before, alder = in_force(world), [row for row in rows(world)["stage"] if "'alder'" in row]
    for path in (world / "exports/birch").iterdir():
        path.write_bytes(b"\x00\x01" if path.name != "accounts.csv" else b"")
    (world / "exports/birch/content.csv").unlink()
    strict = waystage("run", "-w", world, "--strict")
    assert (strict.code, strict.out, in_force(world)) == (1, "", before)
    assert "--strict, so nothing was published" in strict.err
    assert "exports/birch/tickets.csv" in strict.err
    said = waystage("run", "-w", world)
    assert said.code == 3
    assert in_force(world) != before
    assert "exports/birch/events.csv" in said.err
    assert [row for row in rows(world)["stage"] if "'alder'" in row] == alder
    assert ask(world, "select count(*) from stage where program_id = 'birch' and stage is not null") == [(0,)]
    assert ask(world, "select name from program where program_id = 'birch'") == [("Birch",)]
    again = waystage("run", "-w", world, "--strict")
    assert again.code == 1
    assert "the published version stands" in again.err


@pytest.mark.usefixtures("quick")
def test_rejected_rows_are_told_and_counted(world: Path, waystage: Waystage) -> None:
    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write("T-bad,yesterday,new@company1.example,New,How do I start,Hello,A,open\n")
    said = waystage("run", "-w", world)
    assert said.code == 3
    assert "exports/alder/tickets.csv" in said.err
    found = ask(world, 'select row_number, "column", reason from rejected')
    assert [row[:2] for row in found] == [(303, "Created")]
    assert ask(world, "select rows_read, rows_loaded, rows_rejected, status from load where rows_rejected > 0") == [
        (303, 302, 1, "partial")
    ]


@pytest.mark.usefixtures("quick")
def test_the_split_of_files_and_the_number_of_runs_change_no_row(
    published: Path, tmp_path: Path, waystage: Waystage
) -> None:
    split = tmp_path / "split"
    tiny_world.write(split)
    (split / ".waystage").mkdir()
    shutil.copy(published / ".waystage/key", split / ".waystage/key")
    for number, program in enumerate(("alder", "birch")):
        exports = split / "exports" / program
        (exports / "tickets.csv").unlink()
        tickets = tiny_world.tickets(number)
        parts = [tickets[200:], tickets[:120][::-1], tickets[100:210]]  # out of order, and overlapping
        tiny_world.write_csv(exports / "tickets-b.csv", tiny_world.TICKET_HEADER, parts[0])
        if program == "alder":
            continue
        for name, part in zip(("tickets-a.csv", "tickets-c.csv"), parts[1:], strict=True):
            tiny_world.write_csv(exports / name, tiny_world.TICKET_HEADER, part)
    assert waystage("run", "-w", split).code == 0
    tickets = tiny_world.tickets(0)
    tiny_world.write_csv(split / "exports/alder/tickets-z.csv", tiny_world.TICKET_HEADER, tickets[:200])
    assert waystage("run", "-w", split).code == 0
    besides_files = ("load", "run", REPORTED, "coverage", "coverage_entity", "coverage_month")
    one, other = rows(published, without=besides_files), rows(split, without=besides_files)
    assert {table: len(found) for table, found in one.items()} == {table: len(found) for table, found in other.items()}
    assert one == other


@pytest.mark.usefixtures("quick")
def test_without_its_state_a_workspace_gives_the_same_rows_and_keeps_its_history(
    world: Path, waystage: Waystage
) -> None:
    before = rows(world, without=("run", REPORTED))
    key = (world / ".waystage/key").read_text()
    shutil.rmtree(world / ".waystage")
    (world / ".waystage").mkdir()
    (world / ".waystage/key").write_text(key)
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    assert rows(world, without=("run", REPORTED)) == before
    runs = ask(world, "select run_id, count(*) from stage_reported group by run_id")
    assert len(runs) == 2
    assert len({count for _run, count in runs}) == 1


@pytest.mark.usefixtures("quick")
def test_a_warehouse_that_cannot_be_opened_is_set_aside(world: Path, waystage: Waystage) -> None:
    before = rows(world, without=("run", REPORTED))
    (world / ".waystage/warehouse.duckdb").write_bytes(b"not a database" * 999)
    assert waystage("run", "-w", world).code == 0
    assert rows(world, without=("run", REPORTED)) == before
    assert (world / ".waystage/warehouse.broken").is_file()


def test_the_key_is_for_its_owner_alone(published: Path) -> None:
    assert (published / ".waystage/key").stat().st_mode & 0o777 == 0o600


def test_wrong_usage_reads_nothing(tmp_path: Path, waystage: Waystage) -> None:
    folder = tiny_world.write(tmp_path / "ws")
    settings = folder / "waystage.yaml"
    settings.write_text(settings.read_text().replace("    timezone: Europe", "    timezon: Europe"))
    said = waystage("run", "-w", folder)
    assert (said.code, said.out) == (2, "")
    assert "did you mean 'timezone'?" in said.err
    assert "1 problem; nothing was read" in said.err
    assert not (folder / ".waystage").exists()
    settings.write_text(settings.read_text().replace("    timezon:", "    timezone:"))
    assert waystage("run", "-w", folder, "--as-of", "2999-01-01").code == 2
    assert waystage("run", "-w", folder, "--as-of", "June").code == 2
    assert waystage("run", "-w", folder, "--from", "June").code == 2
    assert waystage("run", "-w", folder / "nowhere").code == 2
    assert not (folder / ".waystage/landing").exists()


@pytest.mark.parametrize("what", ["a file where the folder should be", "a folder where a link should be"])
def test_a_publish_folder_that_cannot_be_written_fails_the_run(world: Path, waystage: Waystage, what: str) -> None:
    shutil.rmtree(world / "published")
    if what.startswith("a file"):
        (world / "published").write_text("mine")
    else:
        (world / "published/site").mkdir(parents=True)
    said = waystage("run", "-w", world)
    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 1
    assert "published" in said.err


def test_an_error_of_our_own_is_one_line(world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYSTAGE_DEBUG", raising=False)
    monkeypatch.setattr("pipelines.night.measure.measure", lambda *_: 1 / 0)
    before = in_force(world)
    said = waystage("run", "-w", world, "--from", "2025-01")
    assert (said.code, in_force(world)) == (1, before)
    assert len(said.err.splitlines()) == 1
    assert "nothing was published; please report it with " in said.err
    Path(said.err.rsplit(" ", 1)[-1].strip()).unlink()


def command(folder: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "pipelines.cli", "run", "-w", str(folder), *options]


def test_two_runs_at_once_and_runs_killed_at_any_instant(world: Path, waystage: Waystage) -> None:
    before, standing = in_force(world), rows(world, without=("run", REPORTED))
    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write("T0-new,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for instant in ("lock", "building"):
        process = subprocess.Popen(command(world), start_new_session=True, **quiet)
        patience = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < patience:
            reached = {
                "lock": lambda: (world / ".waystage/lock").read_text() != "",
                "building": lambda: any((world / "published/versions").glob(".building-*/parquet/*")),
            }[instant]
            if reached():
                break
            time.sleep(0.01)
        assert process.poll() is None
        if instant == "lock":
            second = waystage("run", "-w", world)
            assert second.code == 1
            assert f"another run is at work here (process {process.pid} since" in second.err
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert in_force(world) == before
        assert rows(world, without=("run", REPORTED)) == standing
    assert waystage("run", "-w", world).code == 0
    assert ask(world, "select count(*) from ticket where ticket_id = 'T0-new'") == [(1,)]
    assert ask(world, "select count(*) from run") == [(2,)]
    assert not list((world / "published/versions").glob(".building-*"))


def test_ctrl_c_ends_a_run_in_one_line_and_a_pipe_gets_a_whole_table(world: Path) -> None:
    before = in_force(world)
    environment = os.environ | {"COLUMNS": "80"}
    environment.pop("WAYSTAGE_DEBUG", None)
    process = subprocess.Popen(
        command(world, "--from", "2025-01"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment,
    )
    while process.poll() is None and (world / ".waystage/lock").read_text() == "":
        time.sleep(0.01)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (
        130,
        "",
        "waystage run: stopped; what was published before still stands\n",
    )
    assert in_force(world) == before
    done = subprocess.run(
        command(world, "--from", "2025-01"), capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "…" not in done.stdout
    assert "Wait for evidence on account education coverage" in done.stdout
