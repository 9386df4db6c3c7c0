"""What each step made, as Dagster shows it beside every asset: rows, months, intervals, files.

Plain values by name. Knows no Dagster, and reads what the step left in the warehouse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.report import FileLoad

Row = Mapping[str, object]
Facts = dict[str, object]  # text, numbers, days, paths, or a list of rows
SHOWN_FILES = 30
SHOWN_PROGRAMS = 30
SHOWN_REJECTED = 20


@dataclass(frozen=True)
class Observed:
    """How far one source of one program was seen, as coverage has it."""

    program_id: str
    source: str
    through: dt.date | None
    rows: int
    entities: str
    status: str


def landed(loads: Sequence[FileLoad]) -> Facts:
    """The files of one connector, and what became of their rows."""
    files = [
        {
            "program": load.program_id,
            "file": load.file,
            "status": load.status,
            "rows": load.rows_loaded,
            "rejected": load.rows_rejected,
            "new": load.is_new,
        }
        for load in loads
    ]
    newest_first = sorted(files, key=lambda file: not file["new"])[:SHOWN_FILES]
    return {
        "dagster/row_count": sum(load.rows_loaded for load in loads),
        "rows_rejected": sum(load.rows_rejected for load in loads),
        "files": len(loads),
        "files_new": sum(load.is_new for load in loads),
        "files_shown": newest_first,
    }


def rejected(con: duckdb.DuckDBPyConnection, files: Iterable[str]) -> list[Row]:
    """Some rejected rows of these files with their reasons: of each reason one before a second of any."""
    found = con.execute(
        "select file, row_number, column_name, reason from landing.rejected where file in (select unnest(?)) "
        "qualify row_number() over (partition by file, column_name, reason order by row_number) <= 3 "
        f"order by file, row_number limit {SHOWN_REJECTED}",
        [list(files)],
    ).fetchall()
    return [{"file": file, "row": row, "column": column, "reason": reason} for file, row, column, reason in found]


def staged(con: duckdb.DuckDBPyConnection, rows: Mapping[str, int | None]) -> dict[str, Facts]:
    """Rows and months of every staging table; no rows where one is a view, which nobody has counted."""
    dated = [
        str(name)
        for (name,) in con.execute(
            "select table_name from duckdb_columns() where schema_name = 'staging' and column_name = 'month'"
        ).fetchall()
        if rows.get(str(name)) is not None
    ]
    months: dict[str, tuple[dt.date | None, dt.date | None]] = {}
    if dated:
        spans = (f"select '{name}', min(month)::date, max(month)::date from staging.{name}" for name in dated)
        months = {name: (first, last) for name, first, last in con.execute(" union all ".join(spans)).fetchall()}
    return {
        name: ({} if count is None else {"dagster/row_count": count}) | _span(*months.get(name, (None, None)))
        for name, count in rows.items()
    }


def observed_sources(con: duckdb.DuckDBPyConnection) -> list[Observed]:
    """Every source of every program, as `coverage.source` has it."""
    found = con.execute(
        "select program_id, source, max(observed_through), sum(row_count)::bigint, "
        "coalesce(string_agg(distinct entity, ', ' order by entity), ''), max(status) "
        "from coverage.source group by all order by all"
    ).fetchall()
    return [Observed(*row) for row in found]


@dataclass(frozen=True)
class Told:
    """What a table says: its rows by `grain`, of which `said` is what may change, told apart by `by`."""

    schema: str
    name: str
    grain: str
    said: str
    by: str


SIGNALS = Told("signal", "signal", "program_id, month, signal", "status, value, low, high", "signal")
STAGES = Told("judged", "stage", "program_id, month, model", "stage, stage_low, stage_high, pending_stage", "'stage'")


def remember(con: duckdb.DuckDBPyConnection, told: Told) -> None:
    """Keeps what the run before left in a table, to be told what this one changes (`changed`)."""
    con.execute(f"drop table if exists before_{told.name}")
    if _is_there(con, told.schema, told.name):
        con.execute(
            f"create temp table before_{told.name} as "
            f"select {told.grain}, hash({told.said}) as said from {told.schema}.{told.name}"
        )


def changed(con: duckdb.DuckDBPyConnection, told: Told) -> dict[str, Facts]:
    """By `told.by`: how many program-months say something else than before, and which they are; with no run before,
    all of them."""
    now = f"select {told.grain}, hash({told.said}) as said from {told.schema}.{told.name}"
    if _is_there(con, "main", f"before_{told.name}"):
        now += f" except select {told.grain}, said from before_{told.name}"
    found = con.execute(
        f"select {told.by}, count(distinct (program_id, month)), min(month)::date, max(month)::date "
        f"from ({now}) group by all"
    ).fetchall()
    con.execute(f"drop table if exists before_{told.name}")
    return {
        str(key): {"program_months_changed": count, "months_changed": _months(first, last)}
        for key, count, first, last in found
        if count
    }


def _is_there(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    found = con.execute("select 1 from duckdb_tables() where schema_name = ? and table_name = ?", [schema, name])
    return found.fetchone() is not None


def measured(con: duckdb.DuckDBPyConnection) -> dict[str, Facts]:
    """For each signal what was observed, and the last complete month of each program with its interval."""
    spans = con.execute(
        "select signal, count(*) filter (where status = 'observed'), count(*) filter (where status = 'unknown'), "
        "count(*) filter (where status = 'error'), min(month) filter (where status = 'observed'), "
        "max(month) filter (where status = 'observed'), median(high - low) filter (where status = 'observed') "
        "from signal.signal group by signal"
    ).fetchall()
    latest: dict[str, list[Row]] = {}
    for signal, program, month, value, low, high, sample, status in con.execute(
        "select signal, program_id, month, value, low, high, sample_size, status from signal.signal where is_complete "
        "qualify row_number() over (partition by signal, program_id order by month desc) = 1 "
        "order by signal, program_id"
    ).fetchall():
        shown = latest.setdefault(str(signal), [])
        if len(shown) < SHOWN_PROGRAMS:
            numbers = {"value": value, "low": low, "high": high, "sample_size": sample}
            shown.append({"program": program, "month": f"{month:%Y-%m}"} | numbers | {"status": status})
    return {
        str(signal): {"observed_program_months": observed, "unknown_program_months": unknown}
        | ({"error_program_months": errors} if errors else {})
        | _span(first, last)
        | ({} if width is None else {"median_interval_width": width})
        | {"last_complete_month": latest.get(str(signal), [])}
        for signal, observed, unknown, errors, first, last, width in spans
    }


def verdict_months(con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> dict[str, Facts]:
    """The months that each table of verdicts has."""
    spans = (f"select '{name}', min(month)::date, max(month)::date from judged.{name}" for name in tables)
    return {name: _span(first, last) for name, first, last in con.execute(" union all ".join(spans)).fetchall()}


def published(folder: Path, database: str, rows: Mapping[str, int]) -> Facts:
    """The database in force: rows by table, where it lies and how large it is."""
    path = folder / database
    return {
        "dagster/row_count": sum(rows.values()),
        "database": path,
        "bytes": path.stat().st_size,
        "tables": [{"table": name, "rows": count} for name, count in sorted(rows.items())],
    }


def _span(first: dt.date | None, last: dt.date | None) -> Facts:
    return {"months": _months(first, last)} if first and last else {}


def _months(first: dt.date, last: dt.date) -> str:
    return f"{first:%Y-%m} to {last:%Y-%m}"
