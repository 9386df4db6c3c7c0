"""Fetches the rows of SQL queries as Parquet, one file per query: PostgreSQL, a DuckDB file or a SQLite file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb

from connectors.database_file import duckdb_rows, sqlite_rows
from connectors.errand import Errand, not_installed, older_copy
from connectors.fetched import Fetched
from connectors.machine import is_at_fault
from connectors.nearest import nearest
from connectors.problem import NoAnswer, UnusableExport, of_query

CHECKED_ROWS = 1000  # of a query whose shape alone is wanted
POSTGRES = ("postgresql", "postgres")
SQLITE_HEAD, DUCKDB_MARK = b"SQLite format 3\x00", b"DUCK"

Export = Callable[[str, Path, Callable[[int], None]], None]  # SQL, the Parquet to write, rows so far


def fetch_queries(errand: Errand) -> list[Fetched]:
    """A Parquet per query, named `<connection>!/<name>`, read in one read-only transaction.

    A query that fails is told and stood in for. Raises UnusableExport where the database cannot be opened.
    """
    if errand.remote.scheme.split("+")[0] in POSTGRES:
        try:
            from connectors.postgres import opened  # noqa: PLC0415
        except ImportError as error:
            raise not_installed("sql", error) from None
        with opened(errand.remote) as export:
            return _all(errand, export)
    path = _file(errand)
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(SQLITE_HEAD):
        with sqlite_rows(path) as export:
            return _all(errand, export)
    if head[8:12] == DUCKDB_MARK:
        with duckdb_rows(path, errand.cache.folder) as export:
            return _all(errand, export)
    raise UnusableExport("the file is no database", "a DuckDB or SQLite file", "correct `connection:`")


def _file(errand: Errand) -> Path:
    """The database file of sqlite:///a.db, duckdb:///a.duckdb or a plain path, relative to the workspace."""
    given = errand.remote.address
    plain = given.split(":///", 1)[-1] if errand.remote.scheme in ("sqlite", "duckdb") else given
    path = errand.workspace / plain
    if not path.is_file():
        near = nearest(path.name, [item.name for item in path.parent.iterdir()]) if path.parent.is_dir() else ""
        raise UnusableExport(
            "there is no such database file",
            "a path relative to waystage.yaml, or absolute",
            near or "correct `connection:`",
        )
    return path


def _all(errand: Errand, export: Export) -> list[Fetched]:
    return [_one(errand, export, name, sql) for name, sql in errand.remote.queries.items()]


def _one(errand: Errand, export: Export, name: str, sql: str) -> Fetched:
    cache = errand.cache
    shown = f"{errand.remote.shown}!/{name}"
    query = sql.strip().rstrip(";").strip()
    if errand.is_check:
        query = f"select * from (\n{query}\n) as waystage_shape limit {CHECKED_ROWS}"

    def progress(rows: int) -> None:
        errand.say(f"reading {shown}: {rows:,} rows")

    try:
        with cache.part(shown) as part:
            export(query, part, progress)
            if errand.is_check:
                target = cache.place(shown, "check", f"{name}.parquet")
                return Fetched(part.replace(target), shown)
            with part.open("rb") as file:
                mark = hashlib.file_digest(file, "sha256").hexdigest()
            return Fetched(cache.keep(shown, mark, part, f"{name}.parquet"), shown)
    except UnusableExport as error:
        told = error
    except (duckdb.Error, sqlite3.Error, OSError) as error:
        if is_at_fault(error):
            raise
        told = UnusableExport(
            f"the query cannot be run ({errand.remote.masked(of_query(error))})",
            "one select that the database understands",
            "correct `query:`",
        )
    return older_copy(cache, shown, told.at(shown).reason, isinstance(told, NoAnswer))
