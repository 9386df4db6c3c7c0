"""The process that `pipelines.expectations` runs in: begun once, ahead of its first use, and ended with this one."""

import atexit
import functools
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from pipelines import expectations
from pipelines.problem import RunFailed

_ASKING = threading.Lock()


def begin() -> None:
    """Begins the process where it does not run: what it imports takes seconds."""
    _running()


def above_zero(name: str, counts: expectations.Counts) -> expectations.Counts:
    """`expectations.above_zero`, there. RunFailed where the process ended without an answer."""
    with _ASKING:
        running = _running()
        answer = running.ask(json.dumps({"name": name, "counts": counts}))
        if not answer:
            _running.cache_clear()
            raise RunFailed(
                "Great Expectations ended without an answer, so nothing was published; its last words: "
                f"{running.last_words()}; see that memory is free and that it imports "
                f"({sys.executable} -c 'import great_expectations'), then run again"
            )
        found: expectations.Counts = json.loads(answer)
        return found


class _Process:
    def __init__(self) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  a pipe that nobody reads would stop it once it is full
        # -P: a module of the folder that the job runs in is not the library of that name
        self._process = subprocess.Popen(  # noqa: S603  our own file
            [sys.executable, "-P", str(Path(expectations.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.end)

    def ask(self, question: str) -> str:
        """One line of answer, empty where the process has ended."""
        assert self._process.stdin and self._process.stdout  # noqa: S101  both are pipes
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except BrokenPipeError:
            return ""

    def last_words(self) -> str:
        """The last line that it wrote for people."""
        self._process.wait()
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "none")

    def end(self) -> None:
        assert self._process.stdin and self._process.stdout  # noqa: S101  both are pipes
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                continue
        self._process.kill()  # it holds nothing that would need an orderly end
        self._process.wait()


@functools.cache
def _running() -> _Process:
    return _Process()
