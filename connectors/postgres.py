"""Rows of a query on PostgreSQL, streamed in one read-only transaction and kept in their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql as composed

from connectors.errand import PATIENCE_S
from connectors.fetched import Remote
from connectors.problem import NoAnswer, UnusableExport, of_query
from connectors.text_rows import NULL, require_own_names, write_parquet

EVERY = 10_000  # rows between two words on progress
DATED = "cast(replace({}, ' BC', ' (BC)') as %s)"  # as DuckDB spells it; the other way it reads the year as ours
JSON_LIST = "from_json({}, '[\"VARCHAR\"]')"
TYPES = {
    "bool": "BOOLEAN", "int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT", "oid": "BIGINT", "float4": "FLOAT",
    "float8": "DOUBLE", "date": DATED % "DATE", "timestamp": DATED % "TIMESTAMP",
    "timestamptz": DATED % "TIMESTAMPTZ", "time": "TIME",
    "uuid": "UUID",
}  # fmt: skip
LISTS = {"text", "varchar", "bpchar", "int2", "int4", "int8", "uuid", "name"}
WIDEST_DECIMAL = 38
Export = Callable[[str, Path, Callable[[int], None]], None]


@contextmanager
def opened(remote: Remote) -> Iterator[Export]:
    """Exports queries of a database. Raises UnusableExport where it cannot be opened, or stops answering."""
    scheme, rest = remote.address.split("://", 1)
    try:
        with psycopg.connect(
            f"{scheme.split('+')[0]}://{rest}",
            connect_timeout=int(PATIENCE_S[0]),
            application_name="waystage",
            client_encoding="utf8",
        ) as con:
            con.read_only = True
            con.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # one state of the database for all queries
            con.execute("set local datestyle = 'ISO'")
            con.execute("set local timezone = 'UTC'")
            yield lambda sql, target, progress: _export(con, remote, sql, target, progress)
            con.rollback()
    except psycopg.Error as error:
        raise _told(remote, error) from None


def _export(con: psycopg.Connection, remote: Remote, sql: str, target: Path, progress: Callable[[int], None]) -> None:
    text = target.with_name(target.name + "-text")
    try:
        with con.transaction(), con.cursor() as cursor:  # a query that fails leaves the others their snapshot
            query = f"select * from (\n{sql}\n) as waystage_query"
            cursor.execute(f"{query} limit 0", prepare=True)  # prepared: one statement, no more
            columns = [(column.name, *_read(column)) for column in cursor.description or ()]
            require_own_names([name for name, _, _ in columns])
            wanted = composed.SQL(", ").join(
                composed.SQL("to_json({})" if as_json else "{}").format(composed.Identifier(name))
                for name, as_json, _ in columns
            )
            copy = composed.SQL("copy (select {} from (\n{}\n) as waystage_query) to stdout {}").format(
                wanted, composed.SQL(sql), composed.SQL(f"(format csv, null '{NULL}', force_quote *)")
            )
            rows = 0
            with text.open("wb") as file, cursor.copy(copy) as answer:
                for row in answer:
                    file.write(row)
                    rows += 1
                    if rows % EVERY == 0:
                        progress(rows)
        progress(rows)
        write_parquet(text, {name: kind for name, _, kind in columns}, target)
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise  # the connection is gone
    except psycopg.Error as error:
        raise _told(remote, error) from None
    finally:
        text.unlink(missing_ok=True)


def _read(column: psycopg.Column) -> tuple[bool, str]:
    """Whether to ask for a column as JSON, and the DuckDB type of its text. What has no type of its own stays text."""
    known = psycopg.adapters.types.get(column.type_code)
    name = known.name if known else ""
    if known and column.type_code == known.array_oid:
        return (True, JSON_LIST) if name in LISTS else (False, "VARCHAR")
    if name == "numeric" and column.precision and column.precision <= WIDEST_DECIMAL and (column.scale or 0) >= 0:
        return False, f"DECIMAL({column.precision}, {column.scale or 0})"
    return False, TYPES.get(name, "VARCHAR")  # a number of any length is exact as text alone


def _told(remote: Remote, error: psycopg.Error) -> UnusableExport:
    text = remote.masked(of_query(error))
    names = ", ".join(f"${{{name}}}" for name in remote.secrets) or "`connection:`"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return UnusableExport(
            f"the database refuses it ({text})", "a user who may read these tables", "grant select on them"
        )
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return UnusableExport(
            f"the query would change something ({text})", "a select that only reads", "correct `query:`"
        )
    if isinstance(error, psycopg.ProgrammingError | psycopg.NotSupportedError):
        return UnusableExport(
            f"the query cannot be run ({text})", "one select that PostgreSQL understands", "correct `query:`"
        )
    if "password authentication failed" in text or "no password supplied" in text or "does not exist" in text:
        return UnusableExport(
            f"the database lets nobody in so ({text})",
            "user, password and database as it knows them",
            f"renew {names}",
        )
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return NoAnswer(
            f"the database cannot be reached ({text})",
            "a server that answers",
            "correct the connection, or try again later",
        )
    return UnusableExport(f"the query failed ({text})", "a select that runs to its end", "correct `query:`")
