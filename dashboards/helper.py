"""A process that draws pages beside this one: begun ahead, since what it imports takes a second, and ended with it.

It is asked over its input and answers over its output, in pickles; whatever goes wrong in it ends it, and what it was
asked for is then drawn by whoever asked, where it either works or is told as what it is.
"""

from __future__ import annotations

import atexit
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from connectors.collect_seldom import collected_seldom
from dashboards.layout import Files
from dashboards.published import connect

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[duckdb.DuckDBPyConnection, Files, Sequence[Item]], list[Result]]

# Ctrl-C is for the job, which then lets go of this process
_BEGIN = """
import json, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path[:] = json.loads(sys.argv[1])
from dashboards.helper import serve
serve()
"""


class Helper:
    """One such process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own code
            [sys.executable, "-P", "-c", _BEGIN, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin and self._process.stdout  # noqa: S101  both are pipes
        self._asked, self._answers = self._process.stdin, self._process.stdout
        self.process_id, self.is_at_work = self._process.pid, True
        atexit.register(self.end)

    @contextmanager
    def reading(self, database: Path, out: Path) -> Iterator[None]:
        """What is asked within it is drawn from `database` into `out`; its reader is closed in the end."""
        self._ask((database.absolute(), out.absolute()))
        try:
            yield
        except BaseException:
            self.end()
            raise
        self._ask(None)

    def draw(self, work: Work[Any, Result], items: Sequence[Any], files: Files) -> list[Result] | None:
        """The results of `work` on the items, with what it wrote added to `files`; None where it came to its end."""
        self._ask((work, items))
        if not self.is_at_work:
            return None
        try:
            results, written = pickle.load(self._answers)  # noqa: S301  from our own process
        except (EOFError, OSError, pickle.UnpicklingError, ValueError):
            self.end()
            return None
        files.written += [files.out / place for place in written]
        done: list[Result] = results
        return done

    def end(self) -> None:
        """Ends the process, in whatever it is; what it has drawn stays."""
        self.is_at_work = False
        self._process.kill()
        self._process.wait()
        atexit.unregister(self.end)
        for pipe in (self._asked, self._answers):
            with suppress(OSError):  # what was asked and never read
                pipe.close()

    def _ask(self, question: object) -> None:
        if not self.is_at_work:
            return
        try:
            pickle.dump(question, self._asked)
            self._asked.flush()
        except OSError:
            self.end()


@collected_seldom()
def serve() -> None:
    """What the process does: draws until its input ends, as it does with the process that asks."""
    asked = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    from dashboards import page  # noqa: F401, PLC0415  all that it may be asked for
    from dashboards.charts import charts  # noqa: PLC0415

    charts()
    try:
        while True:
            database, out = pickle.load(asked)  # noqa: S301  from the process that began this one
            with closing(connect(database)) as connection:
                connection.execute("set threads = 1")
                while (question := pickle.load(asked)) is not None:  # noqa: S301
                    work, items = question
                    files = Files(out)
                    results = work(connection, files, items)
                    pickle.dump((results, [path.relative_to(out) for path in files.written]), answers)
                    answers.flush()
    except EOFError:
        return
