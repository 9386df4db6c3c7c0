"""Where words are to be found in files of any kind that a workspace keeps, and how to take them out.

Parquet and DuckDB compress what they hold, so the rows are read as well as the bytes. A database is not changed in
place, which would leave what was deleted in its free blocks: it is written anew without the rows, and renamed over.
"""

from __future__ import annotations

import functools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.cast import literal, quoted
from connectors.durable import put
from connectors.read_table import parquet_sql

SQLITE = b"SQLite format 3\0"
CHUNK = 1 << 24  # bytes


@dataclass(frozen=True)
class Trace:
    """One table of one file that holds a word, and in how many rows; of bytes that are no table's, `table` is empty."""

    file: Path
    table: str
    rows: int

    def told(self, beside: Path) -> str:
        """In words, the file as seen from the workspace."""
        place = self.file.relative_to(beside) if self.file.is_relative_to(beside) else self.file
        rows = f", {self.rows:,} row{'s' if self.rows != 1 else ''}" if self.table else ""
        return f"{place}{f' ({self.table})' if self.table else ''}{rows}"


def files(folder: Path) -> Iterator[Path]:
    """All files below a folder, in order, and not what links lead to."""
    for at, folders, names in os.walk(folder):
        folders.sort()
        yield from (path for name in sorted(names) if (path := Path(at) / name).is_file() and not path.is_symlink())


def traces_in(path: Path, words: Sequence[str]) -> list[Trace]:
    """The places in one file."""
    kind = _kind(path)
    found = [Trace(path, table, rows) for table, rows in kind.rows(path, words) if rows] if kind else []
    return found or ([Trace(path, "", 1)] if _holds(path, words) else [])


def take_out(path: Path, words: Sequence[str]) -> None:
    """Takes the rows with these words out of a file; what is no table is removed as a whole."""
    kind = _kind(path)
    if kind is None:
        path.unlink()
    else:
        kind.take_out(path, words)


@dataclass(frozen=True)
class _Kind:
    rows: Callable[[Path, Sequence[str]], list[tuple[str, int]]]
    take_out: Callable[[Path, Sequence[str]], None]


def _kind(path: Path) -> _Kind | None:
    if path.suffix == ".parquet":
        return _Kind(_parquet_rows, _write_parquet)
    if path.suffix == ".duckdb":
        return _Kind(_duckdb_rows, _write_duckdb)
    with path.open("rb") as file:
        return _Kind(_sqlite_rows, _write_sqlite) if file.read(len(SQLITE)) == SQLITE else None


def _holds(path: Path, words: Sequence[str]) -> bool:
    wanted = [word.encode() for word in words]
    longest = max(map(len, wanted), default=1)
    kept = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            seen = kept + chunk
            if any(word in seen for word in wanted):
                return True
            kept = seen[-longest:]
    return False


def _has_word(columns: Sequence[str]) -> str:
    """SQL for a row of which one column, written as text, holds one of the words $1."""
    said = [f"coalesce(cast({quoted(column)} as varchar), '')" for column in columns]
    text = f"concat_ws(chr(31), {', '.join(said)})"
    return f"len(list_filter($1::varchar[], lambda word: contains({text}, word))) > 0"


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One for all Parquet files: to make one takes longer than to look through a small file."""
    return duckdb.connect(":memory:")


def _parquet_rows(path: Path, words: Sequence[str]) -> list[tuple[str, int]]:
    rows, columns = _parquet(path)
    return [("rows", _count(_engine(), f"from {rows} where {_has_word(columns)}", words))]


def _write_parquet(path: Path, words: Sequence[str]) -> None:
    beside = path.with_name(f".{path.name}.new")
    rows, columns = _parquet(path)
    kept = f"select * from {rows} where not {_has_word(columns)}"
    _engine().execute(f"copy ({kept}) to {literal(str(beside))} (format parquet, compression zstd)", [list(words)])
    _replace(beside, path)


def _parquet(path: Path) -> tuple[str, list[str]]:
    rows = parquet_sql(path)
    return rows, [str(row[0]) for row in _engine().execute(f"describe select * from {rows}").fetchall()]


def _duckdb_rows(path: Path, words: Sequence[str]) -> list[tuple[str, int]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return [
            (table, _count(con, f"from {table} where {_has_word(columns)}", words))
            for table, columns, _comment in _tables(con, "current_database()")
        ]


def _write_duckdb(path: Path, words: Sequence[str]) -> None:
    """Tables with their comments, in blocks of the size they had; there is nothing else in the files that we keep."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach {literal(str(path))} as before (read_only)")
        size = con.execute("select block_size from pragma_database_size() where database_name = 'before'").fetchall()
        con.execute(f"attach {literal(str(beside))} as after (block_size {size[0][0]})")
        for table, columns, comment in _tables(con, "'before'"):
            kept = f"select * from before.{table} where not {_has_word(columns)}"
            con.execute(f"create schema if not exists after.{table.split('.')[0]}")
            con.execute(f"create table after.{table} as {kept}", [list(words)])
            if comment:
                con.execute(f"comment on table after.{table} is {literal(comment)}")
            said = con.execute(
                "select column_name, comment from duckdb_columns() where comment is not null"
                " and database_name = 'before' and format('{}.{}', schema_name, table_name) = $1",
                [table.replace('"', "")],
            ).fetchall()
            for column, text in said:
                con.execute(f"comment on column after.{table}.{quoted(column)} is {literal(text)}")
        con.execute("checkpoint after")
    _replace(beside, path)


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, list[str], str | None]]:
    found = con.execute(
        "select schema_name, table_name, list(column_name order by column_index), any_value(duckdb_tables.comment)"
        " from duckdb_tables() join duckdb_columns() using (database_name, schema_name, table_name)"
        f" where database_name = {database} and not duckdb_tables.internal group by all order by all"
    ).fetchall()
    return [(f"{quoted(schema)}.{quoted(table)}", columns, comment) for schema, table, columns, comment in found]


def _sqlite_rows(path: Path, words: Sequence[str]) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as con:
        return [
            (table, int(con.execute(f"select count(*) from {quoted(table)} where {held}", given).fetchone()[0]))
            for table, held, given in _held_in_sqlite(con, words)
        ]


def _write_sqlite(path: Path, words: Sequence[str]) -> None:
    """In place, for others hold it open: what is deleted is overwritten, and the pages are packed anew."""
    with closing(sqlite3.connect(path, isolation_level=None)) as con:
        con.execute("pragma secure_delete = on")
        for table, held, given in _held_in_sqlite(con, words):
            con.execute(f"delete from {quoted(table)} where {held}", given)
        con.execute("vacuum")
        con.execute("pragma wal_checkpoint(truncate)")


def _held_in_sqlite(con: sqlite3.Connection, words: Sequence[str]) -> list[tuple[str, str, list[str]]]:
    tables = [row[0] for row in con.execute("select name from sqlite_master where type = 'table'")]
    found = []
    for table in tables:
        columns = [row[1] for row in con.execute(f"pragma table_info({quoted(table)})")]
        tests = [f"instr(cast({quoted(column)} as text), ?) > 0" for column in columns for _word in words]
        found.append((table, " or ".join(tests) or "0", [word for _column in columns for word in words]))
    return found


def _count(con: duckdb.DuckDBPyConnection, rows: str, words: Sequence[str]) -> int:
    row = con.execute(f"select count(*) {rows}", [list(words)]).fetchone()
    return int(row[0]) if row else 0


def _replace(beside: Path, path: Path) -> None:
    shutil.copymode(path, beside)
    put(beside, path)
