"""Builds `staging.*` from `source.*`: each entity's SQL, in the order in which they read each other."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import yaml

from connectors.cast import literal
from transforms.catalogue import Catalogue, Entity, staging_names
from transforms.inputs import create_missing_inputs
from transforms.transaction import transaction

Label = Callable[[duckdb.DuckDBPyConnection], object]
LABELS = "labels"
PERSONAL_DOMAINS = Path(__file__).parent / "personal_domains.yaml"


@dataclass(frozen=True)
class TableBuilt:
    """One staging table as built: how many rows it holds (None for a view) and how long it took."""

    name: str
    rows: int | None
    seconds: float


Build = Callable[[duckdb.DuckDBPyConnection, Entity], TableBuilt]


def build_in_duckdb(con: duckdb.DuckDBPyConnection, entity: Entity) -> TableBuilt:
    """One staging table, made by DuckDB. Raises duckdb.Error, naming the table."""
    started = time.perf_counter()
    kind = entity.header.materialized
    try:
        with closing(con.cursor()) as own:
            drop_built(own, entity.name)
            result = own.execute(f"create {kind} staging.{entity.name} as {entity.sql}").fetchone()
    except duckdb.Error as error:
        raise type(error)(f"staging.{entity.name} ({entity.path.as_posix()}): {error}") from error
    rows = int(result[0]) if kind == "table" and result else None
    return TableBuilt(entity.name, rows, time.perf_counter() - started)


def build_staging(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, label: Label | None = None, build: Build = build_in_duckdb
) -> list[TableBuilt]:
    """Builds every staging table of the catalogue and comments it from its header.

    `build` makes one of them. `label` fills `labels.*` on the connection it is given, beside the tables that do not
    read them. Inputs that nobody has filled are created empty, so an entity without a source has no rows.
    Raises duckdb.Error, naming the table, where one cannot be built.
    """
    create_missing_inputs(con)
    domains: list[str] = yaml.safe_load(PERSONAL_DOMAINS.read_text(encoding="utf-8"))
    con.execute("create or replace table config.personal_domain as select unnest(?::varchar[]) as domain", [domains])
    con.execute("create schema if not exists staging")
    # tables that the next run makes anew: finding out how to compress them would take longer than writing them
    con.execute("set force_compression = 'uncompressed'")
    built = _build_all(con, catalogue.entities, label, build)
    con.execute("reset force_compression")
    # several hundred comments, each written to disk by itself, would take longer than the tables
    with transaction(con):
        for entity in catalogue.entities.values():
            _comment(con, entity)
    return built


def _build_all(
    con: duckdb.DuckDBPyConnection, entities: Mapping[str, Entity], label: Label | None, build: Build
) -> list[TableBuilt]:
    """Builds each table once what it reads stands, as many at a time as there are cores."""
    order = TopologicalSorter({name: _made_before(entity) for name, entity in entities.items()})
    order.add(LABELS)
    order.prepare()
    built: dict[str, TableBuilt] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running: dict[Future[TableBuilt | None], str] = {}
        while order.is_active():
            # labels first: they take the longest, and all of Python, while DuckDB plans the rest
            for name in sorted(order.get_ready(), key=lambda name: name != LABELS):
                work = _label(label) if name == LABELS else partial(_built, build, entities[name])
                running[pool.submit(work, con)] = name
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                if table := future.result():
                    built[table.name] = table
                order.done(running.pop(future))
    return [built[name] for name in entities]


def _made_before(entity: Entity) -> list[str]:
    reads_labels = any(table.startswith(f"{LABELS}.") for table in entity.reads)
    return [*staging_names(entity.reads), *([LABELS] if reads_labels else [])]


def _built(build: Build, entity: Entity, con: duckdb.DuckDBPyConnection) -> TableBuilt:
    return build(con, entity)


def _label(label: Label | None) -> Callable[[duckdb.DuckDBPyConnection], None]:
    def work(con: duckdb.DuckDBPyConnection) -> None:
        if label:
            with closing(con.cursor()) as own:
                label(own)

    return work


def _comment(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    place = f"{entity.header.materialized} staging.{entity.name}"
    con.execute(f"comment on {place} is {literal(entity.header.description)}")
    for column, description in entity.header.columns.items():
        con.execute(f'comment on column staging.{entity.name}."{column}" is {literal(description)}')


def drop_built(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drops `staging.<name>`, whatever made it: a header may have turned a table into a view since the last run."""
    # no column is asked for: to write out the text of every view takes ten times as long
    view = con.execute(
        "select 1 from duckdb_views() where schema_name = 'staging' and view_name = ?", [name]
    ).fetchone()
    con.execute(f"drop {'view' if view else 'table'} if exists staging.{name}")
