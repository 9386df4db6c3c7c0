"""What is published keeps the contract: its tables and columns, their comments, their Parquet twins, and privacy."""

from __future__ import annotations

import re
import shutil
import threading
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines import publish
from pipelines.problem import RunFailed
from pipelines.publish import published_tables
from pipelines.verify import verify
from tests import tiny_world
from tests.tiny_world import ask, in_force

VERDICT = "program_id, model, month"
CONTRACT = {
    "program": "program_id, name, timezone",
    "stage": f"{VERDICT}, stage, stage_name, stage_low, stage_high, confidence, pending_stage, straddles, "
    "bottleneck_job, next_step, next_step_text, is_provisional, change_cause, rules_version, run_id",
    "stage_probability": f"{VERDICT}, stage, probability",
    "job": f"{VERDICT}, job, solved, reached_stage, deciding_condition",
    "finding": f"{VERDICT}, stage, condition, signal, outcome, value, low, high, comparison, threshold, "
    "sample_size, probability_met, reason",
    "signal": "program_id, month, signal, status, value, low, high, numerator, denominator, sample_size, unit, "
    "observed_through",
    "friction": "program_id, month, friction, job, level, trend, slope, p_value, status",
    "friction_event": "program_id, friction, month, kind, before, after, p_value, text",
    "coverage": "program_id, source, connector, entity, first_at, observed_through, row_count, status, "
    "envelope",  # ours
    "load": "file, sha256, connector, program_id, rows_read, rows_loaded, rows_rejected, landed_at, status, reason",
    "rejected": "file, row_number, column, reason",
    "ticket": "program_id, ticket_id, created_at, month, account_key, requester_key, intent, intent_probability, "
    "topic, is_repeat, intent_version, topic_key, is_duplicate",  # the last three are ours
    "run": "run_id, as_of, started_at, finished_at, status, waystage_version, rules_version, input_fingerprint",
}
GRAIN = {
    "program": "program_id",
    "stage": VERDICT,
    "stage_probability": f"{VERDICT}, stage",
    "job": f"{VERDICT}, job",
    "finding": f"{VERDICT}, condition",
    "signal": "program_id, month, signal",
    "friction": "program_id, month, friction",
    "stage_reported": "run_id, program_id, model, month",
    "coverage": "program_id, source",
    "ticket": "program_id, ticket_id",
    "run": "run_id",
}
COUNTS = "select table_name, estimated_size from duckdb_tables()"
DETAIL = ["account", "content_item", "learning_month", "content_month", "search_month", "stage_reported"]


@pytest.mark.parametrize("table", CONTRACT)
def test_columns_are_those_of_the_contract_in_its_order(published: Path, table: str) -> None:
    assert [row[0] for row in ask(published, f"describe {table}")] == CONTRACT[table].split(", ")


def test_detail_tables_are_there(published: Path) -> None:
    there = {row[0] for row in ask(published, "select table_name from duckdb_tables()")}
    assert there >= set(DETAIL) | set(CONTRACT)


@pytest.mark.parametrize("table", GRAIN)
def test_no_row_repeats_its_grain(published: Path, table: str) -> None:
    assert ask(published, f"select count(*) - count(distinct ({GRAIN[table]})) from {table}") == [(0,)]


def test_every_table_and_column_says_what_it_holds(published: Path) -> None:
    assert ask(published, "select table_name from duckdb_tables() where coalesce(comment, '') = ''") == []
    mute = "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
    assert ask(published, mute) == []


def test_views_would_say_what_they_are_too_and_nothing_else_lies_in_the_file(published: Path) -> None:
    assert ask(published, "select view_name from duckdb_views() where not internal") == []
    named = ask(published, "select table_name from duckdb_tables() order by 1")
    assert [name for (name,) in named] == [table.name for table in published_tables()]


def test_every_column_has_the_type_its_dictionary_says_and_every_tool_reads(published: Path) -> None:
    there = ask(published, "select table_name, column_name, data_type from duckdb_columns() where not internal")
    promised = {(table.name, name): kind for table in published_tables() for name, kind in table.header.types.items()}
    assert {(table, name): kind for table, name, kind in there} == promised
    plain = {"VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP"}
    assert {kind.removesuffix("[]") for kind in promised.values()} == plain


def test_pandas_reads_it_with_its_types(published: Path) -> None:
    with duckdb.connect(str(published / "published/waystage.duckdb"), read_only=True) as con:
        frame = con.sql("from stage").df()
    assert pd.api.types.is_datetime64_any_dtype(frame["month"])
    assert pd.api.types.is_integer_dtype(frame["stage_low"])
    assert len(frame)


def test_parquet_twins_hold_the_same_rows(published: Path) -> None:
    twins = published / "published/parquet"
    tables = [str(row[0]) for row in ask(published, "select table_name from duckdb_tables() order by 1")]
    assert sorted(path.stem for path in twins.iterdir()) == tables
    for table in tables:
        twin = f"select * from read_parquet('{twins / table}.parquet')"
        assert ask(published, f"(from {table} except all {twin}) union all ({twin} except all from {table})") == []


def test_months_are_dates_and_the_one_in_progress_is_said_to_be(published: Path) -> None:
    assert ask(published, "select distinct typeof(month), extract(day from month) from stage") == [("DATE", 1)]
    # the last day of the as-of month is judged, so June is complete in Berlin and in New York
    assert ask(published, "select distinct month::varchar from stage where is_provisional") == []


def test_a_reader_keeps_its_version_and_new_ones_are_whole_at_any_instant(tmp_path: Path) -> None:
    """Versions whose database and site carry one number; a reader may never see two different ones."""
    target = tmp_path / "published"

    def bring(number: int) -> None:
        folder = publish.version_folder(target, f"run-{number:03d}")
        with duckdb.connect(str(folder / publish.DATABASE)) as con:
            con.execute(f"create table version as select {number} as number")
        for name in (publish.PARQUET, publish.SITE):
            (folder / name).mkdir()
            (folder / name / "number").write_text(str(number))
        publish.bring_into_force(target, folder)

    bring(0)
    held = duckdb.connect(str(target / publish.DATABASE), read_only=True)
    torn: list[str] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            version = (target / "current").readlink()
            try:
                numbers = {(target / version / name / "number").read_text() for name in (publish.PARQUET, publish.SITE)}
                (target / publish.DATABASE).stat()
            except FileNotFoundError as error:
                torn.append(str(error))
                return
            if numbers != {str(int(version.name[-3:]))}:
                torn.append(str(numbers))

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 12):
        bring(number)
        time.sleep(0.02)
    stop.set()
    reader.join()
    assert torn == []
    assert held.execute("select number from version").fetchall() == [(0,)]
    held.close()
    with duckdb.connect(str(target / publish.DATABASE), read_only=True) as con:
        assert con.execute("select number from version").fetchall() == [(11,)]
    assert sorted(path.name for path in (target / "versions").iterdir()) == ["run-009", "run-010", "run-011"]


@pytest.fixture
def built(published: Path, tmp_path: Path) -> Path:
    """The version in force as it was built, to spoil."""
    return Path(shutil.copytree((published / "published/current").resolve(), tmp_path / in_force(published)))


def complaints(folder: Path, rows: dict[str, int]) -> str:
    try:
        verify(folder, rows, folder.name)
    except RunFailed as error:
        return str(error)
    return ""


def test_what_breaks_a_promise_of_the_contract_is_not_published(built: Path, published: Path) -> None:
    rows = {str(name): int(str(count)) for name, count in ask(published, COUNTS)}
    assert complaints(built, rows) == ""
    with duckdb.connect(str(built / publish.DATABASE)) as con:
        con.execute("update load set rows_loaded = rows_loaded - 1")
        con.execute("update stage set stage_low = stage + 1, confidence = 1.5 where stage is not null")
        con.execute("update signal set value = value + 1 where numerator > 0")
    said = complaints(built, rows)
    for promise in (
        "load: rows read are not those loaded and rejected in 8 rows",
        "stage: the stage leaves its range in ",
        "stage: the confidence is no probability in ",
        "signal: the value is not its numerator over its denominator in ",
    ):
        assert promise in said
    with duckdb.connect(str(built / publish.DATABASE)) as con:
        con.execute("insert into program select * from program limit 1")
        con.execute("alter table job drop column solved")
    (built / publish.PARQUET / "ticket.parquet").write_bytes(b"PAR1")
    said = complaints(built, rows)
    assert re.search(r"(?s)job: columns .*program: 1 rows repeat their grain", said)
    assert f"program: {rows['program']} rows were written, {rows['program'] + 1} are held" in said
    assert "ticket: its Parquet cannot be read" in said


def test_a_version_is_not_published_whose_parts_are_of_several_runs(built: Path, published: Path) -> None:
    rows = {str(name): int(str(count)) for name, count in ask(published, COUNTS)}
    (built / publish.SITE / publish.VERSION).write_text("20240101T000000Z-000000")
    assert f"site: it is of run 20240101T000000Z-000000, not of {built.name}" in complaints(built, rows)
    (built / publish.SITE / "programs/birch.html").unlink()
    (built / publish.SITE / "index.html").write_text("")
    said = complaints(built, rows)
    assert "site: index.html is missing or empty" in said
    assert "site: it has pages of 1 programs, not of 2" in said


def test_what_was_half_removed_is_no_version_to_go_back_to(tmp_path: Path) -> None:
    half = tmp_path / "versions" / f"{publish.GOING}run-001"
    half.mkdir(parents=True)
    (half / publish.DATABASE).touch()
    assert publish.kept_versions(tmp_path) == []
    assert publish.version_folder(tmp_path, "run-002").is_dir()
    assert not half.exists()


def holding(folder: Path, words: list[bytes]) -> list[str]:
    """The files below `folder` that hold one of the words, whatever their case."""
    return [
        f"{path}: {word.decode()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for word in words
        if word in path.read_bytes().lower()
    ]


def test_nothing_personal_leaves_the_exports(published: Path) -> None:
    personal = [tiny_world.CANARY.encode(), tiny_world.PERSON_ID.encode(), b"person1@", b"@company1"]
    assert holding(published / "exports", personal)  # it is there to be found
    key = (published / ".waystage/key").read_text().strip().encode()
    assert holding(published / "published", [*personal, key]) == []
    assert holding(published / ".waystage/dagster", [*personal, key]) == []
    assert not [path for path in (published / ".waystage").rglob("*") if path.suffix in {".log", ".tmp"}]


def test_landing_holds_neither_address_nor_id_of_a_person(published: Path) -> None:
    landed = sorted((published / ".waystage/landing").glob("*.parquet"))
    assert landed
    for path in landed:
        relation = duckdb.read_parquet(str(path))
        private = {"subject", "body"} & set(relation.columns)
        said = str(relation.select(*[f'"{one}"' for one in relation.columns if one not in private]).fetchall())
        for word in (tiny_world.CANARY, tiny_world.PERSON_ID, "person1@"):
            assert word not in said.lower(), path.name
    assert holding(published / ".waystage/landing", [tiny_world.PERSON_ID.encode(), b"@company"]) == []
