"""A night of programs whose exports are web analytics, in-app guides or searches, and what is asked of it."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines import cli
from tests.quick_runs import quick_runs

REAL = Path(__file__).parent / "real"
AS_OF = "2026-03-31"
PUBLISHED_WITH_COMPLAINTS = 3  # a source is stale by then, or rows were rejected


def put(folder: Path, files: dict[str, Any]) -> None:
    """Writes exports; what is no text becomes JSON, and a name in .gz is packed."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_bytes(gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode())


def program(name: str, *connectors: str, zone: str = "UTC") -> dict[str, Any]:
    """A program with a source per connector, each in a folder of that name."""
    sources = [{"connector": connector, "path": f"{name}/{connector}"} for connector in connectors]
    return {"id": name, "name": name, "timezone": zone, "sources": sources}


@contextmanager
def night(workspace: Path, *programs: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse after one run, with what was published attached as `told`."""
    (workspace / "waystage.yaml").write_text(
        yaml.safe_dump({"programs": list(programs), "models": ["trainn"]}), encoding="utf-8"
    )
    with quick_runs():
        assert cli.main(["run", "-w", str(workspace), "--as-of", AS_OF, "--json"]) == PUBLISHED_WITH_COMPLAINTS
    with duckdb.connect(str(workspace / ".waystage" / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{workspace / 'published' / 'waystage.duckdb'}' as told (read_only)")
        yield connection


def facts(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return warehouse.execute(sql).fetchall()


def loads(warehouse: duckdb.DuckDBPyConnection, program_id: str) -> dict[str, tuple[int, int, str]]:
    """File name -> rows read, rows loaded, status."""
    found = facts(
        warehouse, f"select file, rows_read, rows_loaded, status from told.load where program_id = '{program_id}'"
    )
    return {file.rsplit("/", 1)[-1]: tuple(rest) for file, *rest in found}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV in tests/real."""
    with (REAL / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
