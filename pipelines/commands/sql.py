"""`waystage sql`: a query on the published database, which it cannot change and beyond which it cannot reach."""

from __future__ import annotations

import argparse
import csv
import json
import math
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import lean, open_published

ROWS_SHOWN = 200


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("query", metavar="SQL", help='one select, such as "select * from stage limit 5"')
    parser.add_argument("--format", choices=["table", "csv", "json", "parquet"], default="table", help="default: table")


def run(args: argparse.Namespace) -> int:
    with lean(), open_published(args.workspace) as con, _scratch(args.format) as scratch:
        if scratch:
            con.execute("set allowed_directories = [$1]", [str(scratch)])
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        try:
            statements = con.extract_statements(args.query)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UserError("one select at a time; the published database is read-only")
            query = statements[0].query.strip().rstrip(";")
            if scratch:
                _write_parquet(con, query, scratch / "result.parquet")
            else:
                _write(con, query, args.format)
        except duckdb.Error as error:
            raise UserError(str(error)) from None
    return DONE


@contextmanager
def _scratch(shape: str) -> Iterator[Path | None]:
    """A folder to write Parquet in; no other format needs one."""
    if shape != "parquet":
        yield None
        return
    import tempfile  # noqa: PLC0415  not for the other formats: a query is answered in the time that imports take

    with tempfile.TemporaryDirectory(prefix="waystage-") as folder:
        yield Path(folder)


def _write_parquet(con: duckdb.DuckDBPyConnection, query: str, result: Path) -> None:
    if sys.stdout.isatty():
        raise UserError(
            "Parquet is not for a terminal; send it to a file: waystage sql … --format parquet > out.parquet"
        )
    con.execute(f"copy (\n{query}\n) to '{result}' (format parquet)")
    with result.open("rb") as written:
        shutil.copyfileobj(written, sys.stdout.buffer)


def _write(con: duckdb.DuckDBPyConnection, query: str, shape: str) -> None:
    if shape == "table":
        con.sql(query).show(max_rows=ROWS_SHOWN, max_width=None if sys.stdout.isatty() else 200)
        return
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description or []]
    if shape == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while rows := cursor.fetchmany(10_000):
            writer.writerows(rows)
    else:
        said = [{name: _legal(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]
        print(json.dumps(said, indent=2, ensure_ascii=False, default=str))


def _legal(value: object) -> object:
    """JSON knows neither NaN nor infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
