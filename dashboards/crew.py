"""Work on many pages, side by side in several processes where that is quicker; no more than one page is in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import duckdb

from dashboards.layout import Files
from dashboards.published import connect

MOST_ALONE = 60  # programs; below it a second process takes longer to start than it saves
MOST_PROCESSES = 4

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[duckdb.DuckDBPyConnection, Files, Sequence[Item]], list[Result]]


class Crew:
    """Writes pages of one database into one site: by itself, or as `processes` that each read the database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: Path, files: Files, programs: int) -> None:
        self._connection, self._database, self._files = connection, database, files
        processes = min(MOST_PROCESSES, os.cpu_count() or 1)
        # new processes, not forked ones: DuckDB's threads do not survive a fork
        self._pool = (
            ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
            if programs > MOST_ALONE and processes > 1
            else None
        )

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=error is not None)

    def each(self, work: Work[Item, Result], items: Sequence[Item], at_once: int) -> list[Result]:
        """The results of `work`, a function of a module, on all items in their order; `at_once` go to one process."""
        if self._pool is None:
            return work(self._connection, self._files, items)
        chunks = [items[start : start + at_once] for start in range(0, len(items), at_once)]
        results: list[Result] = []
        for done, written in self._pool.map(
            _by_itself, [work] * len(chunks), [self._database] * len(chunks), [self._files.out] * len(chunks), chunks
        ):
            results += done
            self._files.written += written
        return results


def _by_itself(work: Work[Any, Any], database: Path, out: Path, items: Sequence[Any]) -> tuple[list[Any], list[Path]]:
    files = Files(out)
    connection = connect(database)
    connection.execute("set threads = 1")
    try:
        return work(connection, files, items), files.written
    finally:
        connection.close()
