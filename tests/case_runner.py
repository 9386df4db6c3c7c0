"""Runs `<name>.cases.yaml` beside a SQL file: tiny given tables in, expected rows out.

A case file is a list of `{name: a sentence, given: {table: [rows]}, expect: [rows]}`.

- A given table is named as in the SQL (`staging.ticket`), or bare (`ticket`) where only one such is read.
- Rows show the columns that matter; the others are NULL, and `program_id` is `p` unless given.
- `program_month`, where the SQL reads it and it is not given, runs over the months seen in the case, each
  program having all of them, all complete.
- A staging table that the SQL reads, and that is not given but rests on a given one, is built by its own SQL.
- Expected rows are compared as a set with repeats, on the columns they name; numbers to 1e-9.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from connectors.nearest import nearest_or_legal
from transforms.catalogue import Entity, shipped, tables_read
from transforms.inputs import create_missing_inputs

Rows = list[dict[str, Any]]
Columns = Mapping[str, Mapping[str, str]]

PROGRAM_MONTH = "staging.program_month"


class CaseError(AssertionError):
    """A case that does not hold, or that cannot be run; the message names its file and sentence."""


class Case(BaseModel):
    """One example: given rows per table, and the rows the SQL must return."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    given: dict[str, Rows]
    expect: Rows


@dataclass(frozen=True)
class Unit:
    """A SQL file under test and the columns (name to SQL type) of every table that it may read."""

    path: Path
    sql: str
    tables: Columns


def load_cases(path: Path) -> list[Case]:
    """The cases of one file. Raises CaseError naming the file and the key at fault."""
    try:
        return TypeAdapter(list[Case]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        problem = f"case {key}: {first['msg']}; legal keys: name, given, expect"
        raise CaseError(f"{path.as_posix()}: {problem}") from None


def transform_unit(sql_path: Path) -> Unit:
    """A staging or signal file, with every table up to staging to read from."""
    return Unit(sql_path, sql_path.read_text(encoding="utf-8"), warehouse_columns())


@cache
def warehouse_columns() -> dict[str, dict[str, str]]:
    """Columns and SQL types of every table up to staging, found by building it all with no rows."""
    with duckdb.connect() as con:
        create_missing_inputs(con)
        con.execute("create schema staging")
        for name, entity in shipped().entities.items():
            con.execute(f"create table staging.{name} as {entity.sql}")
        rows = con.execute(
            """
            select table_schema || '.' || table_name, column_name, data_type
            from information_schema.columns
            order by ordinal_position
            """
        ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, sql_type in rows:
        tables.setdefault(table, {})[column] = sql_type
    return tables


def run_case(unit: Unit, case: Case) -> None:
    """Runs one case in a fresh in-memory DuckDB. Raises CaseError showing both sets of rows."""
    where = f"{unit.path.as_posix()}: {case.name!r}"
    with duckdb.connect() as con:
        fill_actual(con, unit, case)
        types = {row[0]: row[1] for row in con.execute("describe actual").fetchall()}
        names = list({key: None for row in case.expect for key in row})
        for name in names:
            if name not in types:
                raise CaseError(f"{where}: expects column {name!r}; {nearest_or_legal(name, list(types))}")
        if not names:
            names = list(types)
        _fill(con, "expected", {name: types[name] for name in names}, case.expect, where, program=False)
        chosen = ", ".join(f'"{name}"' for name in names)
        actual = sorted(con.execute(f"select {chosen} from actual").fetchall(), key=repr)
        expected = sorted(con.execute(f"select {chosen} from expected").fetchall(), key=repr)
    if len(actual) != len(expected) or not all(map(_same_row, actual, expected)):
        shown = "\n".join(
            [f"{where}", f"columns:  {', '.join(names)}", "expected:", *map(_shown, expected), "but got:"]
            + ([*map(_shown, actual)] or ["  no rows"])
        )
        raise CaseError(shown)


def fill_actual(con: duckdb.DuckDBPyConnection, unit: Unit, case: Case, emptied: tuple[str, str] | None = None) -> None:
    """Creates table `actual`, what the SQL returns for a case; with `emptied`, a table and a column of it, as if no
    given row told that column. Raises CaseError for a case that cannot be run."""
    fill_given(con, unit, case, emptied)
    try:
        con.execute(f"create temp table actual as {unit.sql}")
    except duckdb.Error as error:
        raise CaseError(f"{unit.path.as_posix()}: {case.name!r}: the SQL fails: {error}") from None


def fill_given(con: duckdb.DuckDBPyConnection, unit: Unit, case: Case, emptied: tuple[str, str] | None = None) -> None:
    """Creates the tables that the SQL reads, as a case gives them. Raises CaseError for a case that cannot be run."""
    where = f"{unit.path.as_posix()}: {case.name!r}"
    reads = sorted(tables_read(unit.sql, unit.path.as_posix()))
    given = {_resolve(name, reads, where): rows for name, rows in case.given.items()}
    built = _resting_on(set(given), reads)
    reads = sorted({*reads, *(table for entity in built.values() for table in entity.reads)} - set(built))
    if PROGRAM_MONTH in reads and PROGRAM_MONTH not in given:
        given[PROGRAM_MONTH] = _spine([*(row for rows in given.values() for row in rows), *case.expect])
    con.execute("set threads = 1")
    for table in reads:
        if table not in unit.tables:
            raise CaseError(f"{where}: reads {table!r}; {nearest_or_legal(table, sorted(unit.tables))}")
        rows = given.get(table, [])
        if emptied and table == emptied[0]:
            rows = [{**row, emptied[1]: None} for row in rows]
        _fill(con, table, unit.tables[table], rows, where)
    for table, entity in built.items():
        con.execute(f"create schema if not exists staging; create table {table} as {entity.sql}")


def _resting_on(given: set[str], reads: Iterable[str]) -> dict[str, Entity]:
    """The staging tables among `reads`, and below them, that rest on given ones, in the order to build them."""
    built: dict[str, Entity] = {}

    def rests(table: str) -> bool:
        if table in given or table in built:
            return True
        entity = shipped().entities.get(table.removeprefix("staging.")) if table != PROGRAM_MONTH else None
        if entity is None or not [below for below in sorted(entity.reads) if rests(below)]:
            return False
        built[table] = entity
        return True

    for table in reads:
        rests(table)
    return built


def _beneath(reads: Iterable[str]) -> set[str]:
    """Every table under the staging tables among `reads`."""
    found: set[str] = set()
    ahead = list(reads)
    while ahead:
        entity = shipped().entities.get(ahead.pop().removeprefix("staging."))
        below = entity.reads - found if entity else frozenset()
        found |= below
        ahead += below
    return found


def _resolve(name: str, reads: list[str], where: str) -> str:
    """The full name of a given table: one that the SQL reads, or that a staging table it reads rests on."""
    matches = [table for table in reads if name in (table, table.split(".")[1])]
    if not matches and f"staging.{name}" in _beneath(reads):
        matches = [f"staging.{name}"]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise CaseError(f"{where}: given {name!r} could be {' or '.join(matches)}; write its schema too")
    raise CaseError(f"{where}: given {name!r} is not read by the SQL; it reads {', '.join(reads)}")


def _fill(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Rows,
    where: str,
    *,
    program: bool = True,
) -> None:
    """Creates `table` with typed columns and inserts the rows; a column not given is NULL."""
    if "." in table:
        con.execute(f"create schema if not exists {table.partition('.')[0]}")
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    con.execute(f"create table {table} ({declared})")
    for row in rows:
        for name in row:
            if name not in columns:
                raise CaseError(f"{where}: {table} has no column {name!r}; {nearest_or_legal(name, list(columns))}")
        filled = {"program_id": "p"} | row if program and "program_id" in columns else row
        names = ", ".join(f'"{name}"' for name in filled)
        values = ", ".join(f"cast(? as {columns[name]})" for name in filled)
        try:
            con.execute(f"insert into {table} ({names}) values ({values})", list(filled.values()))
        except duckdb.Error as error:
            raise CaseError(f"{where}: row {row} does not fit {table}: {error}") from None


def _spine(rows: Rows) -> Rows:
    """Program months spanning every `month` mentioned, for every program mentioned."""
    months = sorted({datetime.date.fromisoformat(str(row["month"])) for row in rows if row.get("month")})
    programs = sorted({str(row.get("program_id", "p")) for row in rows}) or ["p"]
    if not months:
        return []
    spine: Rows = []
    month = months[0]
    while month <= months[-1]:
        following = (month + datetime.timedelta(days=32)).replace(day=1)
        for program in programs:
            spine.append(
                {
                    "program_id": program,
                    "month": month,
                    "starts_at": datetime.datetime.combine(month, datetime.time()),
                    "ends_at": datetime.datetime.combine(following, datetime.time()),
                    "is_complete": True,
                    "month_number": (month.year - months[0].year) * 12 + month.month - months[0].month + 1,
                }
            )
        month = following
    return spine


def _same_row(actual: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
    return all(map(_same_value, actual, expected))


def _same_value(actual: Any, expected: Any) -> bool:
    if isinstance(actual, float) and isinstance(expected, float):
        return math.isclose(actual, expected, rel_tol=1e-9, abs_tol=1e-9)
    return bool(actual == expected)


def _shown(row: tuple[Any, ...]) -> str:
    return "  " + " | ".join("null" if value is None else str(value) for value in row)
