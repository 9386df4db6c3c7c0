"""What each of the latest runs published and what it judged it by: `.waystage/runs.duckdb`, for `diff` and `whatif`.

A row is kept once, with the first run it held in (`since`) and the first it no longer held in (`until`), so that a
night costs what it changed. The file is written beside and renamed, like what is published: readers never wait. It is
derived: where it is lost, comparing begins anew with the next run.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from connectors.cast import literal
from connectors.durable import put
from connectors.forgotten import read_forgotten
from connectors.machine import is_at_fault
from pipelines.warehouse import is_damage
from pipelines.workspace import Workspace
from rules.load import LoadedPack, said

FILE = "runs.duckdb"
KEPT_RUNS = 90  # three months of nights
SMALL_BLOCKS = "block_size 16384"  # a table of few rows takes little room

# Of each table what holds now, of the programs that ran.
TABLES = {
    "signal": "select program_id, month, signal, status, value, low, high, numerator, denominator, sample_size, "
    "least, most, message from signal.signal",
    "program_month": "select program_id, month, is_complete, is_launch from judged.program_month",
    "coverage": "select program_id, entity, month, is_covered from coverage.entity_month where is_covered",
    "told": "select program_id, month, field, has_rows, is_told from signal.told",
    "source_break": "select program_id, entity, month, from_source, to_source from coverage.source_break",
    "source": "select program_id, source, connector, entity, status from coverage.source",
    "export": "select program_id, source, md5(string_agg(file || ' ' || sha256 || ' ' || status, '|' "
    "order by file, sha256)) as fingerprint from landing.load group by program_id, source",
    "setting": "select program_id, what, value from given_setting",
    "stage": "select program_id, model, month, stage, stage_name, stage_low, stage_high, confidence, pending_stage, "
    "is_provisional, rules_version from judged.stage",
    "finding": "select program_id::varchar as program_id, model::varchar as model, month, stage, "
    "condition::varchar as condition, signal::varchar as signal, outcome::varchar as outcome, value, low, high, "
    "comparison::varchar as comparison, threshold, sample_size, reason from judged.finding",
}
KEPT = """
    create table if not exists kept.run (seq bigint, run_id varchar);
    create table if not exists kept.pack (rules_version varchar, model varchar, said varchar)
"""


def settings(workspace: Workspace, as_of: dt.date, waystage: str) -> list[tuple[str, str, str]]:
    """(program_id, what, value) of all that waystage.yaml says of what is judged, the day, and Waystage itself."""
    rows: list[tuple[str, str, str]] = []
    forgotten = sum(map(len, read_forgotten(workspace.directory).marks.values()))
    for program in workspace.programs:
        rows += [(program.id, "forgotten_keys", str(forgotten))] if forgotten else []
        rows += [
            (program.id, "timezone", program.timezone),
            (program.id, "staff_domains", ", ".join(program.staff_domains)),
            (program.id, "locales", ", ".join(program.locales)),
            (program.id, "as_of", as_of.isoformat()),
            (program.id, "waystage", waystage),
        ]
        rows += [
            (program.id, "launch", f"{launch.from_month} {launch.surface}")
            for launch in workspace.model.launches
            if launch.program == program.id
        ]
        rows += [
            (program.id, "waiver", json.dumps(waiver.model_dump(mode="json"), sort_keys=True, ensure_ascii=False))
            for waiver in workspace.model.waivers
            if waiver.program == program.id
        ]
    return rows


def keep(
    con: duckdb.DuckDBPyConnection,
    state: Path,
    run_id: str,
    *,
    facts: Sequence[tuple[str, str, str]],
    packs: Sequence[LoadedPack],
    others: Sequence[str],
) -> None:
    """Writes down what this run is about to publish; the programs `others`, which it left alone, stay as they were.

    Runs that never came into force are dropped first, and those beyond KEPT_RUNS last. A damaged file begins anew.
    """
    con.execute("create or replace temp table given_setting (program_id varchar, what varchar, value varchar)")
    if facts:
        con.executemany("insert into given_setting values (?, ?, ?)", [list(row) for row in facts])
    try:
        _keep(con, state, run_id, packs, others)
    except duckdb.Error as error:
        if not is_damage(error):
            raise
        (state / FILE).unlink()
        _keep(con, state, run_id, packs, others)


def _keep(
    con: duckdb.DuckDBPyConnection, state: Path, run_id: str, packs: Sequence[LoadedPack], others: Sequence[str]
) -> None:
    beside = state / f".{FILE}.new"
    _attach(con, state / FILE, beside)
    try:
        _drop_runs_not_in_force(con, run_id)
        number = _scalar(con, "select coalesce(max(seq), 0) + 1 from kept.run")
        con.execute("insert into kept.run values (?, ?)", [number, run_id])
        for pack in packs:
            con.execute(
                "insert into kept.pack select $1, $2, $3 "
                "where not exists (select 1 from kept.pack where rules_version = $1 and model = $2)",
                [pack.rules_version, pack.pack.name, said(pack.pack)],
            )
        for table, query in TABLES.items():
            _keep_table(con, table, query, number, others)
        _drop_old_runs(con, number)
        con.execute("checkpoint kept")
    finally:
        con.execute("detach kept")
    put(beside, state / FILE)


def _attach(con: duckdb.DuckDBPyConnection, path: Path, beside: Path) -> None:
    """Attaches a copy of the file as `kept`; a new one where there is none or it cannot be opened."""
    for left in (beside, beside.with_name(beside.name + ".wal")):
        left.unlink(missing_ok=True)
    if path.is_file():
        shutil.copyfile(path, beside)
    try:
        con.execute(f"attach {literal(str(beside))} as kept ({SMALL_BLOCKS})")
        _make_tables(con)
    except duckdb.Error as error:  # cut short, or kept by another version in another shape
        con.execute("detach database if exists kept")
        if is_at_fault(error):
            raise
        beside.unlink(missing_ok=True)
        con.execute(f"attach {literal(str(beside))} as kept ({SMALL_BLOCKS})")
        _make_tables(con)


def _make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Every table of the store. Raises duckdb.Error where one is there in another shape."""
    con.execute(KEPT)
    for table, query in TABLES.items():
        rows = f"select *, 0::bigint as since, 0::bigint as until from ({query}) limit 0"
        con.execute(f"create table if not exists kept.{table} as {rows}")
        con.execute(f"insert into kept.{table} {rows}")


def _keep_table(con: duckdb.DuckDBPyConnection, table: str, query: str, number: int, others: Sequence[str]) -> None:
    con.execute(f"create or replace temp table fresh as {query}")
    columns = [name for name, *_ in con.execute("describe fresh").fetchall()]
    alike = " and ".join(f'kept_row."{name}" is not distinct from fresh."{name}"' for name in columns)
    con.execute(
        f"update kept.{table} as kept_row set until = $1 where until is null "
        f"and program_id not in (select unnest($2::varchar[])) and not exists (select 1 from fresh where {alike})",
        [number, list(others)],
    )
    con.execute(
        f"insert into kept.{table} select *, $1, null from fresh where not exists "
        f"(select 1 from kept.{table} as kept_row where until is null and {alike})",
        [number],
    )
    con.execute("drop table fresh")


def _drop_runs_not_in_force(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    never = con.execute(
        "select seq from kept.run where run_id = $1 or run_id not in (select run_id from history.run)", [run_id]
    ).fetchall()
    numbers = [number for (number,) in never]
    if not numbers:
        return
    for table in TABLES:
        con.execute(f"delete from kept.{table} where since in (select unnest($1))", [numbers])
        con.execute(f"update kept.{table} set until = null where until in (select unnest($1))", [numbers])
    con.execute("delete from kept.run where seq in (select unnest($1))", [numbers])


def _drop_old_runs(con: duckdb.DuckDBPyConnection, number: int) -> None:
    oldest = number - KEPT_RUNS + 1
    con.execute("delete from kept.run where seq < ?", [oldest])
    for table in TABLES:
        con.execute(f"delete from kept.{table} where until <= ?", [oldest])
    con.execute("delete from kept.pack where rules_version not in (select rules_version from kept.stage)")


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
