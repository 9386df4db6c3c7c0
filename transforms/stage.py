"""Builds `staging.*` from `source.*`: each entity's SQL, in the order in which they read each other."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import yaml

from connectors.cast import literal
from transforms.catalogue import Catalogue, Entity, staging_names
from transforms.inputs import create_missing_inputs

PERSONAL_DOMAINS = Path(__file__).parent / "personal_domains.yaml"


@dataclass(frozen=True)
class TableBuilt:
    """One staging table as built: how many rows it holds (None for a view) and how long it took."""

    name: str
    rows: int | None
    seconds: float


def build_staging(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> list[TableBuilt]:
    """Builds every staging table of the catalogue and comments it from its header.

    Inputs that nobody has filled are created empty, so an entity without a source has no rows.
    Raises duckdb.Error, naming the table, where one cannot be built.
    """
    create_missing_inputs(con)
    domains: list[str] = yaml.safe_load(PERSONAL_DOMAINS.read_text(encoding="utf-8"))
    con.execute("create or replace table config.personal_domain as select unnest(?::varchar[]) as domain", [domains])
    con.execute("create schema if not exists staging")
    # tables that the next run makes anew: finding out how to compress them would take longer than writing them
    con.execute("set force_compression = 'uncompressed'")
    built = _build_all(con, catalogue.entities)
    con.execute("reset force_compression")
    # several hundred comments, each written to disk by itself, would take longer than the tables
    con.begin()
    for entity in catalogue.entities.values():
        _comment(con, entity)
    con.commit()
    return built


def _build_all(con: duckdb.DuckDBPyConnection, entities: Mapping[str, Entity]) -> list[TableBuilt]:
    """Builds each table once those that it reads stand, as many at a time as there are cores."""
    order = TopologicalSorter({name: staging_names(entity.reads) for name, entity in entities.items()})
    order.prepare()
    built: dict[str, TableBuilt] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running: set[Future[TableBuilt]] = set()
        while order.is_active():
            running |= {pool.submit(_build, con, entities[name]) for name in order.get_ready()}
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for table in [future.result() for future in done]:
                built[table.name] = table
                order.done(table.name)
    return [built[name] for name in entities]


def _build(con: duckdb.DuckDBPyConnection, entity: Entity) -> TableBuilt:
    started = time.perf_counter()
    kind = entity.header.materialized
    try:
        with closing(con.cursor()) as own:
            own.execute(f"drop {_existing_kind(own, entity.name) or kind} if exists staging.{entity.name}")
            result = own.execute(f"create {kind} staging.{entity.name} as {entity.sql}").fetchone()
    except duckdb.Error as error:
        raise type(error)(f"staging.{entity.name} ({entity.path.as_posix()}): {error}") from error
    rows = int(result[0]) if kind == "table" and result else None
    return TableBuilt(entity.name, rows, time.perf_counter() - started)


def _comment(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    place = f"{entity.header.materialized} staging.{entity.name}"
    con.execute(f"comment on {place} is {literal(entity.header.description)}")
    for column, description in entity.header.columns.items():
        con.execute(f'comment on column staging.{entity.name}."{column}" is {literal(description)}')


def _existing_kind(con: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """What `staging.<name>` is now: a header may have turned a table into a view since the last run."""
    found = con.execute(
        "select table_type from information_schema.tables where table_schema = 'staging' and table_name = ?",
        [name],
    ).fetchone()
    if found is None:
        return None
    return "view" if found[0] == "VIEW" else "table"
