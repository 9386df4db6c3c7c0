"""Runs a connector's cases: landed rows in, canonical rows out.

`<entity>.cases.yaml` and `_<query>.cases.yaml` list `{name: a sentence, given: {stream: [rows]}, expect: [rows]}`.
The program is `p`, its people are at staff.example.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from connectors.cast import literal
from connectors.catalogue import Catalogue
from connectors.contract import SQL_TYPE, Stream
from connectors.declaration import DeclarationError, Problem, read
from connectors.source_views import build_shared

PROVENANCE = {"_program_id": "VARCHAR", "_source": "VARCHAR", "_file": "VARCHAR", "_row": "BIGINT"}
STAFF_DOMAIN = "staff.example"  # of the program every case is about
KEYS = {"name", "given", "expect"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One sentence, the landed rows it starts from and the canonical rows it ends in."""

    connector: str
    unit: str  # an entity, or `_` and the name of a shared query
    name: str
    given: Mapping[str, list[Row]]
    expect: list[Row]

    @property
    def id(self) -> str:
        return f"{self.connector}/{self.unit}: {self.name}"


def read_cases(folder: Path, connector: str | None = None) -> Iterator[Case]:
    """All cases in `folder`, of the connector it is named after or of a `connector` whose family's folder it is.

    Raises DeclarationError where a case has other keys.
    """
    for path in sorted(folder.glob("*.cases.yaml")):
        data = read(path).data
        for case in data if isinstance(data, list) else [data]:
            if not isinstance(case, dict) or set(case) != KEYS:
                raise DeclarationError(
                    [Problem(path, 1, f"each case has {', '.join(sorted(KEYS))}; see CONTRIBUTING.md")]
                )
            unit = path.name.removesuffix(".cases.yaml")
            yield Case(connector or folder.name, unit, str(case["name"]), case["given"] or {}, case["expect"] or [])


def landed_columns(stream: Stream) -> dict[str, str]:
    """Columns of a landed stream and their DuckDB types, as the contract promises them."""
    columns = {**PROVENANCE, "_instance": "VARCHAR", "_seen_through": "DATE"}
    for name, field in stream.fields.items():
        columns[name] = SQL_TYPE[field.type]
        if field.identity == "email":
            columns[f"{name}_domain"] = "VARCHAR"
    return columns


def land_given(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, connector: str, given: Mapping[str, list[Row]]
) -> None:
    """Create every landing table of the connector and its shared views; the streams a case leaves out stay empty.

    Raises ValueError for a stream or field that the contract does not have.
    """
    con.execute("create schema landing")
    con.execute("create schema config")
    con.execute(f"create table config.program as select 'p' as program_id, [{literal(STAFF_DOMAIN)}] as staff_domains")
    streams = catalogue.connectors[connector].streams
    if unknown := sorted(set(given) - set(streams)):
        raise ValueError(f"no stream {', '.join(unknown)}; {connector} has {', '.join(streams)}")
    for name, stream in streams.items():
        columns = landed_columns(stream)
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        con.execute(f"create table landing.{connector}__{name} ({listed})")
        places = ", ".join(f"cast(? as {kind})" for kind in columns.values())
        for number, row in enumerate(given.get(name, []), start=1):
            if strange := sorted(set(row) - set(columns)):
                raise ValueError(f"{connector} {name} has no field {', '.join(strange)}")
            whole: Row = {
                "_program_id": "p",
                "_source": "s",
                "_instance": "",
                "_file": "export.json",
                "_row": number,
                **row,
            }
            values = [
                json.dumps(whole[column])
                if isinstance(whole.get(column), dict | list) and kind == "VARCHAR"
                else whole.get(column)
                for column, kind in columns.items()
            ]
            con.execute(f"insert into landing.{connector}__{name} values ({places})", values)
    build_shared(con, catalogue, connector)


def difference(catalogue: Catalogue, case: Case) -> str:
    """What a case's query gives instead of what it expects, as a small table; empty where it gives just that.

    Raises ValueError and duckdb.Error where the case or the query cannot be run.
    """
    with duckdb.connect() as con:
        land_given(con, catalogue, case.connector, case.given)
        con.execute(f"create table actual as {_query(catalogue, case)}")
        types = {row[0]: row[1] for row in con.execute("describe actual").fetchall()}
        named = list(dict.fromkeys(column for row in case.expect for column in row)) or list(types)
        if absent := sorted(set(named) - set(types)):
            raise ValueError(f"the query gives no column {', '.join(absent)}; it gives {', '.join(sorted(types))}")
        actual = con.execute(f"select {', '.join(named)} from actual").fetchall()
        casts = ", ".join(f"cast(? as {types[column]})" for column in named)
        expected = [
            con.execute(f"select {casts}", [row.get(column) for column in named]).fetchall()[0] for row in case.expect
        ]
    if Counter(map(repr, actual)) == Counter(map(repr, expected)):
        return ""
    texts = [_as_text(sorted(rows, key=repr), named) for rows in (expected, actual)]
    return f"expected\n{texts[0]}\n\nactual\n{texts[1]}"


def unlawful_columns(catalogue: Catalogue, connector: str, entity: str) -> list[str]:
    """What is wrong with the columns an entity's query gives: strangers, wrong types, or no provenance."""
    with duckdb.connect() as con:
        land_given(con, catalogue, connector, {})
        query = catalogue.sql[connector, entity]
        given = {row[0]: row[1] for row in con.execute(f"describe {query.text}").fetchall()}
    canonical = catalogue.entities[entity].columns
    legal = {*PROVENANCE, "_version", *canonical, *(f"{name}_domain" for name in canonical)}
    wrong = [f"{name} is no column of {entity}" for name in given if name not in legal]
    wrong += [f"{name} is missing; every query passes it on" for name in PROVENANCE if name not in given]
    wrong += [
        f"{name} is {given[name]}; legal: {SQL_TYPE[column.type]}"
        for name, column in canonical.items()
        if name in given and given[name] != SQL_TYPE[column.type]
    ]
    return wrong


def _query(catalogue: Catalogue, case: Case) -> str:
    units = catalogue.shared if case.unit.startswith("_") else catalogue.sql
    query = units.get((case.connector, case.unit.removeprefix("_")))
    if query is None:
        raise ValueError(f"there is no {case.unit}.sql beside these cases")
    return query.text


def _as_text(rows: list[tuple[Any, ...]], columns: list[str]) -> str:
    table = [columns, *[[repr(value) if value is not None else "NULL" for value in row] for row in rows]]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in table)
