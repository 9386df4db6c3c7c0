"""Runs every connectors/*/*.cases.yaml: landed rows in, canonical rows out. A test is named by file and sentence."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from connectors.catalogue import CONNECTORS, Catalogue, read_catalogue
from connectors.contract import SQL_TYPE, Stream
from connectors.declaration import DeclarationError
from connectors.source_views import build_shared

CATALOGUE: Catalogue = read_catalogue()
PROVENANCE = {
    "_program_id": "VARCHAR",
    "_source": "VARCHAR",
    "_file": "VARCHAR",
    "_row": "BIGINT",
}
UNITS = CATALOGUE.sql | {(connector, f"_{name}"): path for (connector, name), path in CATALOGUE.shared.items()}
CASE_KEYS = {"name", "given", "expect"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One sentence, the landed rows it starts from and the canonical rows it ends in."""

    connector: str
    unit: str  # an entity, or `_` and the name of a shared query
    name: str
    given: dict[str, list[Row]]
    expect: list[Row]

    @property
    def id(self) -> str:
        return f"{self.connector}/{self.unit}: {self.name}"


def collect() -> list[Case]:
    """All cases of all connectors."""
    cases = []
    for path in sorted(CONNECTORS.glob("*/*.cases.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            assert set(case) == CASE_KEYS, f"{path}: a case has {sorted(CASE_KEYS)}, not {sorted(case)}"
            unit = path.name.removesuffix(".cases.yaml")
            cases.append(Case(path.parent.name, unit, case["name"], case["given"] or {}, case["expect"] or []))
    return cases


def landed_columns(stream: Stream) -> dict[str, str]:
    """Columns of a landed stream and their DuckDB types, as the contract promises them."""
    columns = {**PROVENANCE, "_instance": "VARCHAR"}
    for name, field in stream.fields.items():
        columns[name] = SQL_TYPE[field.type]
        if field.identity == "email":
            columns[f"{name}_domain"] = "VARCHAR"
    return columns


def land(connection: duckdb.DuckDBPyConnection, connector: str, given: dict[str, list[Row]]) -> None:
    """Create every landing table of the connector and its shared views; the streams the case leaves out stay empty."""
    connection.execute("create schema landing")
    streams = CATALOGUE.connectors[connector].streams
    unknown = set(given) - set(streams)
    assert not unknown, f"no stream {sorted(unknown)}; {connector} has {sorted(streams)}"
    for name, stream in streams.items():
        columns = landed_columns(stream)
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create table landing.{connector}__{name} ({listed})")
        places = ", ".join(f"cast(? as {kind})" for kind in columns.values())
        for number, row in enumerate(given.get(name, []), start=1):
            strange = set(row) - set(columns)
            assert not strange, f"{connector} {name} has no field {sorted(strange)}"
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
            connection.execute(f"insert into landing.{connector}__{name} values ({places})", values)
    build_shared(connection, CATALOGUE, connector)


def as_text(rows: list[tuple[Any, ...]], columns: list[str]) -> str:
    """A small table for people."""
    table = [columns, *[[repr(value) if value is not None else "NULL" for value in row] for row in rows]]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in table)


@pytest.mark.parametrize("case", collect(), ids=lambda case: case.id)
def test_case(case: Case) -> None:
    connection = duckdb.connect()
    land(connection, case.connector, case.given)
    query = UNITS[case.connector, case.unit].read_text(encoding="utf-8")
    connection.execute(f"create table actual as {query}")
    types = {row[0]: row[1] for row in connection.execute("describe actual").fetchall()}
    named = list(dict.fromkeys(column for row in case.expect for column in row)) or list(types)
    absent = set(named) - set(types)
    assert not absent, f"the query gives no column {sorted(absent)}; it gives {sorted(types)}"
    actual = connection.execute(f"select {', '.join(named)} from actual").fetchall()
    casts = ", ".join(f"cast(? as {types[column]})" for column in named)
    expected = [
        connection.execute(f"select {casts}", [row.get(column) for column in named]).fetchall()[0]
        for row in case.expect
    ]
    assert Counter(map(repr, actual)) == Counter(map(repr, expected)), (
        f"\n{case.id}\n\nexpected\n{as_text(sorted(expected, key=repr), named)}"
        f"\n\nactual\n{as_text(sorted(actual, key=repr), named)}"
    )


@pytest.mark.parametrize("unit", sorted(CATALOGUE.sql), ids="/".join)
def test_unit_gives_only_columns_of_its_entity(unit: tuple[str, str]) -> None:
    connector, entity = unit
    connection = duckdb.connect()
    land(connection, connector, {})
    query = CATALOGUE.sql[unit].read_text(encoding="utf-8")
    given = {row[0]: row[1] for row in connection.execute(f"describe {query}").fetchall()}
    canonical = CATALOGUE.entities[entity].columns
    legal = {*PROVENANCE, "_version", *canonical, *(f"{name}_domain" for name in canonical)}
    assert set(given) <= legal
    assert set(PROVENANCE) <= set(given)
    wrong = {
        name: (given[name], SQL_TYPE[column.type])
        for name, column in canonical.items()
        if name in given and given[name] != SQL_TYPE[column.type]
    }
    assert not wrong, f"type given, type wanted: {wrong}"


@pytest.mark.parametrize("unit", sorted(UNITS), ids="/".join)
def test_unit_has_cases_and_says_its_grain(unit: tuple[str, str]) -> None:
    path: Path = UNITS[unit]
    assert path.with_suffix(".cases.yaml").is_file(), f"write {path.with_suffix('.cases.yaml')}"
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- description: One row per "), f"{path}: the first sentence states the grain"


@pytest.mark.parametrize("unit", sorted(CATALOGUE.shared), ids="/".join)
def test_rows_of_a_shared_query_are_unique_by_the_grain_it_states(unit: tuple[str, str]) -> None:
    connector, name = unit
    second = CATALOGUE.shared[unit].read_text(encoding="utf-8").splitlines()[1]
    assert second.startswith("-- grain: [")
    grain = second.removeprefix("-- grain: [").removesuffix("]")
    for case in collect():
        if case.connector == connector:
            connection = duckdb.connect()
            land(connection, connector, case.given)
            twice = connection.execute(
                f"select {grain} from landing._{connector}__{name} group by {grain} having count(*) > 1"
            )
            assert twice.fetchall() == [], case.id


@pytest.mark.parametrize("unit", sorted(CATALOGUE.shared), ids="/".join)
def test_a_shared_query_serves_more_than_one_entity(unit: tuple[str, str]) -> None:
    connector, name = unit
    readers = [path for (owner, _), path in CATALOGUE.sql.items() if owner == connector]
    view = f"landing._{connector}__{name}\n"
    assert sum(view in path.read_text(encoding="utf-8").replace(" ", "\n") for path in readers) > 1


def test_a_slip_in_a_source_yaml_names_its_line_and_the_nearest_key(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "source.yaml").write_text(
        "name: acme\ntitle: Acme\nvendor: Acme\ndocs: none\nstreams:\n  rows:\n    description: a row\n"
        "    versoin: at\n    fields:\n      at: {type: timestamp, description: when}\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError, match=r"source\.yaml:8: unknown key 'versoin', did you mean 'version'\?"):
        read_catalogue(tmp_path)
