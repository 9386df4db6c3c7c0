"""The catalogue: every staging entity and signal, found by its path, ordered by what its SQL reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from sqlglot import exp, parse
from sqlglot.errors import ParseError
from sqlglot.optimizer.scope import traverse_scope

from connectors.nearest import nearest_or_legal
from transforms.header import EntityHeader, HeaderError, SignalHeader, read_header
from transforms.inputs import entity_names
from transforms.portable import unportable
from transforms.reads import known_reads, written
from transforms.told import field_problem

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Entity:
    """One staging table: its header, its SQL and the tables it reads (`schema.name`)."""

    name: str
    path: Path
    header: EntityHeader
    sql: str
    reads: frozenset[str]


@dataclass(frozen=True)
class Signal:
    """One signal: its header, its SQL and the tables it reads (`schema.name`)."""

    name: str
    path: Path
    header: SignalHeader
    sql: str
    reads: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """All entities in an order in which they can be built, and all signals by name."""

    entities: Mapping[str, Entity] = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)


@cache
def shipped() -> Catalogue:
    """The catalogue of the SQL that ships with Waystage."""
    return read_catalogue(FOLDER)


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue under `folder`/staging and `folder`/signals.

    Raises HeaderError with every problem of every file at once: headers, SQL that does not parse, tables
    that do not exist, cycles, and SQL that another engine than DuckDB would answer otherwise (`transforms.portable`).
    """
    problems: list[str] = []
    entities: dict[str, Entity] = {}
    signals: dict[str, Signal] = {}
    for path in sorted((folder / "staging").glob("*.sql")):
        try:
            sql = path.read_text(encoding="utf-8")
            header = read_header(path, EntityHeader)
            entities[path.stem] = Entity(path.stem, path, header, sql, _portable_tables(sql, path.as_posix()))
        except HeaderError as error:
            problems += error.problems
    known = entity_names()
    for path in sorted((folder / "signals").glob("*.sql")):
        try:
            sql = path.read_text(encoding="utf-8")
            header_of = read_header(path, SignalHeader)
            signal = Signal(path.stem, path, header_of, sql, _portable_tables(sql, path.as_posix()))
            signals[path.stem] = signal
        except HeaderError as error:
            problems += error.problems
            continue
        for name in sorted(signal.header.entities - set(known)):
            problems.append(f"{path.as_posix()}:1: sources names {name!r}; {nearest_or_legal(name, known)}")
        staging = {name: entity.header for name, entity in entities.items()}
        for field_name in (one for group in signal.header.field_groups for one in group):
            if wrong := field_problem(field_name, staging):
                problems.append(f"{path.as_posix()}:1: {wrong}")
    if not problems:
        units: list[Entity | Signal] = [*entities.values(), *signals.values()]
        problems += [problem for unit in units for problem in _missing(unit, list(entities))]
    if problems:
        raise HeaderError(problems)
    return Catalogue(entities=_ordered(entities), signals=signals)


def reads_to_write_down() -> str:
    """What `transforms.reads` should have written down of the SQL that ships."""
    catalogue = shipped()
    units: list[Entity | Signal] = [*catalogue.entities.values(), *catalogue.signals.values()]
    return written((unit.sql, _parsed_tables(unit.sql, unit.path.as_posix())) for unit in units)


def tables_read(sql: str, where: str) -> frozenset[str]:
    """The real tables (`schema.name`) that one select reads; CTEs are not tables. Raises HeaderError."""
    return _tables(_parsed(sql, where), where)


def _portable_tables(sql: str, where: str) -> frozenset[str]:
    """The tables that a select reads which every engine must answer. Raises HeaderError, also for what may differ."""
    if (known := known_reads(sql)) is not None:
        return known
    return _parsed_tables(sql, where)


def _parsed_tables(sql: str, where: str) -> frozenset[str]:
    query = _parsed(sql, where)
    if problems := unportable(query, where):
        raise HeaderError(problems)
    return _tables(query, where)


def _parsed(sql: str, where: str) -> exp.Query:
    try:
        statements = [one for one in parse(sql, dialect="duckdb") if one is not None]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        place = f"{where}:{first.get('line', 1)}"
        raise HeaderError([f"{place}: the SQL does not parse: {first.get('description', error)}"]) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise HeaderError([f"{where}:1: {len(statements)} statements; write exactly one select per file"])
    return statements[0]


def _tables(query: exp.Query, where: str) -> frozenset[str]:
    tables = {
        source for scope in traverse_scope(query) for source in scope.sources.values() if isinstance(source, exp.Table)
    }
    unqualified = sorted({table.name for table in tables if not table.db})
    if unqualified:
        name = unqualified[0]
        raise HeaderError([f"{where}:1: reads {name!r} without its schema; write staging.{name}"])
    return frozenset(f"{table.db}.{table.name}" for table in tables)


def _missing(unit: Entity | Signal, names: list[str]) -> list[str]:
    """A problem for each staging table that the unit reads and that does not exist."""
    where = unit.path.as_posix()
    return [
        f"{where}:1: reads staging.{name}, which does not exist; {nearest_or_legal(name, names)}"
        for name in staging_names(unit.reads)
        if name not in names
    ]


def staging_names(tables: frozenset[str]) -> list[str]:
    """Those of the tables that are staging's, by name."""
    return sorted(table.removeprefix("staging.") for table in tables if table.startswith("staging."))


def _ordered(entities: Mapping[str, Entity]) -> dict[str, Entity]:
    """The entities so that each comes after those it reads. Raises HeaderError naming a cycle's members."""
    graph = {name: staging_names(entity.reads) for name, entity in entities.items()}
    try:
        return {name: entities[name] for name in TopologicalSorter(graph).static_order()}
    except CycleError as error:
        cycle = [str(name) for name in error.args[1]]
        where = entities[cycle[0]].path.as_posix()
        problem = f"{where}:1: staging tables read each other in a circle: {' -> '.join(cycle)}"
        raise HeaderError([problem]) from None
