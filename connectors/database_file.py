"""Rows of a query on a database file, opened for reading only: DuckDB by itself, SQLite by way of typed text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import duckdb

from connectors.cast import literal
from connectors.problem import UnusableExport
from connectors.text_rows import RowWriter, require_own_names, write_parquet

BATCH = 10_000  # rows
Export = Callable[[str, Path, Callable[[int], None]], None]


@contextmanager
def duckdb_rows(path: Path, folder: Path) -> Iterator[Export]:
    """Exports queries of a DuckDB file. They can open nothing but that file, and write nowhere but in `folder`."""
    try:
        con = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        text = str(error).splitlines()[0]
        if "lock" in text.lower():
            raise UnusableExport("another program holds the database open for writing", "a database at rest",
                                 "close that program, or read a copy of the file") from None  # fmt: skip
        raise UnusableExport(f"the database cannot be opened ({text})", "a file of DuckDB's own format",
                             "write it with a DuckDB that is no newer than Waystage's") from None  # fmt: skip
    with closing(con):
        con.execute("set memory_limit = '2GB'")
        con.execute(f"set allowed_directories = [{literal(str(folder))}]")
        con.execute("set enable_external_access = false")

        def export(sql: str, target: Path, progress: Callable[[int], None]) -> None:
            statements = con.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UnusableExport("the query is not one select", "`query:` with one select", "correct `query:`")
            require_own_names([str(column[0]) for column in con.execute(f"describe {sql}").fetchall()])
            con.execute(f"copy (\n{sql}\n) to {literal(str(target))} (format parquet, compression zstd)")
            row = con.fetchone()
            progress(int(row[0]) if row else 0)

        yield export


@contextmanager
def sqlite_rows(path: Path) -> Iterator[Export]:
    """Exports queries of a SQLite file. A column whose values are all whole numbers is BIGINT, all numbers DOUBLE."""
    con = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, isolation_level=None)
    with closing(con):
        con.execute("pragma query_only = on")
        con.execute("begin")  # one state of the database for all queries

        def export(sql: str, target: Path, progress: Callable[[int], None]) -> None:
            cursor = con.execute(f"select * from (\n{sql}\n)")
            names = [str(column[0]) for column in cursor.description]
            require_own_names(names)
            kinds: list[set[type]] = [set() for _ in names]
            count = 0
            text = target.with_name(target.name + "-text")
            try:
                with RowWriter(text) as writer:
                    while rows := cursor.fetchmany(BATCH):
                        for row in rows:
                            for kind, value in zip(kinds, row, strict=True):
                                kind.add(type(value))
                            writer.write(row)
                        count += len(rows)
                        progress(count)
                write_parquet(text, dict(zip(names, map(_type, kinds), strict=True)), target)
            finally:
                text.unlink(missing_ok=True)

        yield export


def _type(kinds: set[type]) -> str:
    told = kinds - {type(None)}
    if told == {int}:
        return "BIGINT"
    return "DOUBLE" if told and told <= {int, float} else "VARCHAR"
