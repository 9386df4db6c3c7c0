"""What a command costs: seconds, CPU seconds, and the most memory that it and the processes it began held at once.

Memory is the sum of the proportional set sizes (PSS) of the process tree in /proc, taken every 20 ms in the first
second and every 250 ms from then on: what processes share counts once, and what the system caches of files does not
count. What the system itself keeps as the largest set of a child is of no use: it begins with that of the parent.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIRST_EVERY_S, EVERY_S = 0.02, 0.25
LOOKS_AT_MOST = 20  # times as long between two looks as one takes
GOOD_ENDS = (0, 3)  # 3: published although something was rejected


@dataclass(frozen=True)
class Cost:
    """One finished command. `said` is what it printed."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    said: str = ""


class Failed(Exception):
    """A command that was to be measured failed; the message says what it said."""


def measured(command: Sequence[str], cwd: Path = ROOT, environment: dict[str, str] | None = None) -> Cost:
    """Runs one command from outside and asks the system what it cost."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        with subprocess.Popen(
            list(command), cwd=cwd, stdout=out, stderr=errors, env={**os.environ, **(environment or {})}
        ) as process:
            watch = _Watch(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        peak = watch.stop()
        out.seek(0)
        errors.seek(0)
        if process.returncode not in GOOD_ENDS:
            raise Failed(f"{' '.join(map(str, command))[:200]} exited {process.returncode}:\n{errors.read()[-2000:]}")
        return Cost(seconds, usage.ru_utime + usage.ru_stime, peak, out.read())


def python(script: str | Path, *given: object, interpreter: str = sys.executable) -> list[str]:
    """A command that runs a script, or the text of one, with these arguments."""
    run = [str(script)] if isinstance(script, Path) else ["-c", script]
    return [interpreter, *run, *map(str, given)]


def waystage(*given: object) -> list[str]:
    """The `waystage` of this checkout as a command."""
    return [sys.executable, "-m", "pipelines.cli", *map(str, given)]


def told(command: Sequence[str]) -> Cost:
    """What a command cost, its time as it said itself last, so that its imports do not count."""
    cost = measured(command)
    return replace(cost, seconds=float(cost.said.split()[-1]))


def emptied(folder: Path) -> Path:
    """A workspace as if it had never run."""
    for made in (".waystage", "published"):
        shutil.rmtree(folder / made, ignore_errors=True)
    return folder


def median(costs: Sequence[Cost]) -> Cost:
    """The median time, with the CPU time of that run and the largest memory of all."""
    middle = statistics.median_low([one.seconds for one in costs])
    one = next(cost for cost in costs if cost.seconds == middle)
    seconds = statistics.median([one.seconds for one in costs])
    return Cost(seconds, one.cpu_seconds, max(one.peak_mib for one in costs), one.said)


def in_turn(commands: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Medians of so many runs of each, one after the other in turn, so that a busy minute falls on all alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, run in commands.items():
            costs[name].append(run())
    return {name: median(found) for name, found in costs.items()}


class _Watch:
    """Follows the memory of a process and of those it began."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak_kib = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._peak_kib / 1024

    def _follow(self) -> None:
        began, pause = time.perf_counter(), FIRST_EVERY_S
        while not self._ended.wait(pause):
            looked = time.perf_counter()
            self._peak_kib = max(self._peak_kib, sum(_pss_kib(pid) for pid in _tree(self._pid)))
            now = time.perf_counter()
            # to look takes longer the more there is to see; it must not take what it measures
            pause = max(EVERY_S if now - began > 1 else FIRST_EVERY_S, LOOKS_AT_MOST * (now - looked))


def _tree(root: int) -> list[int]:
    """The process and all that came of it."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):  # it has ended since
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _pss_kib(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except (OSError, ValueError):
        return 0
    return 0
