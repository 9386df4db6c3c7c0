"""Work on many pages, side by side in several processes where that is quicker; no more than one page is in memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import duckdb

from dashboards.helper import Helper, Item, Result, Work
from dashboards.layout import Files

MOST_ALONE = 3  # programs; up to there another process takes longer to start than it saves
MOST_PROCESSES = 4

_HELPERS: list[Helper] = []


def begin(programs: int) -> list[Helper]:
    """The processes that help with the pages of so many programs, begun where they do not run: they take a second."""
    if programs <= MOST_ALONE:
        return []
    _HELPERS[:] = [helper for helper in _HELPERS if helper.is_at_work]
    wanted = min(MOST_PROCESSES, os.cpu_count() or 1) - 1
    _HELPERS.extend(Helper() for _ in range(wanted - len(_HELPERS)))
    return _HELPERS


class Crew:
    """Writes pages of one database into one site: this process and those that help it, a reader each."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: Path, files: Files, programs: int) -> None:
        self._connection, self._database, self._files = connection, database, files
        self._helpers = begin(programs)

    def each(self, work: Work[Item, Result], items: Sequence[Item], at_once: int) -> list[Result]:
        """The results of `work`, a function of a module, on all items in their order; `at_once` go to one process."""
        if not self._helpers:
            return work(self._connection, self._files, items)
        chunks = [items[start : start + at_once] for start in range(0, len(items), at_once)]
        waiting = deque(range(len(chunks)))
        done: dict[int, list[Result]] = {}

        def work_here() -> None:
            while (place := _next(waiting)) is not None:
                done[place] = work(self._connection, self._files, chunks[place])

        def work_there(helper: Helper) -> None:
            while helper.is_at_work and (place := _next(waiting)) is not None:
                drawn = helper.draw(work, chunks[place], self._files)
                if drawn is None:
                    waiting.append(place)
                else:
                    done[place] = drawn

        self._connection.execute("set threads = 1")  # every process has one core
        with ThreadPoolExecutor(len(self._helpers)) as pool, ExitStack() as reading:
            reading.callback(self._connection.execute, "reset threads")
            for helper in self._helpers:
                reading.enter_context(helper.reading(self._database, self._files.out))
            there = [pool.submit(work_there, helper) for helper in self._helpers]
            work_here()
            for one in there:
                one.result()
            work_here()  # what a process left that came to its end
        return [result for place in range(len(chunks)) for result in done[place]]


def _next(waiting: deque[int]) -> int | None:
    try:
        return waiting.popleft()
    except IndexError:  # another one took the last
        return None
