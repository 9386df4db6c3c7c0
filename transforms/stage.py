"""Builds `staging.*` from `source.*`: each entity's SQL, in the order in which they read each other."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from connectors.cast import literal
from transforms.catalogue import Catalogue, Entity
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
    built = [_build(con, entity) for entity in catalogue.entities.values()]
    con.execute("reset force_compression")
    # several hundred comments, each written to disk by itself, would take longer than the tables
    con.begin()
    for entity in catalogue.entities.values():
        _comment(con, entity)
    con.commit()
    return built


def _build(con: duckdb.DuckDBPyConnection, entity: Entity) -> TableBuilt:
    started = time.perf_counter()
    kind = entity.header.materialized
    con.execute(f"drop {_existing_kind(con, entity.name) or kind} if exists staging.{entity.name}")
    try:
        result = con.execute(f"create {kind} staging.{entity.name} as {entity.sql}").fetchone()
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
