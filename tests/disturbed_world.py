"""Runs of a small workspace that are disturbed from outside, and what a reader finds of it afterwards.

`waystage run` is begun in a forked process with all that it imports already there, in a group of its own: the instants
of a disturbance then fall on its work, and hundreds of them take minutes.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from pipelines import night, publish, verify
from pipelines.published_file import DATABASE
from tests import tiny_world
from tests.tiny_world import REPORTED, ask

HISTORY = ("run", REPORTED)  # what was published when: the one thing in which two ways to the same rows differ
NEW_TICKET = "T0-new,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n"
Answer = TypeVar("Answer")
Rows = dict[str, list[str]]


class Disturbances(NamedTuple):
    """How many are asked for, and what is drawn, counted and found wrong of them."""

    number: int
    seed: int
    dice: random.Random
    counts: Counter[str]
    wrong: list[str]


def asked_for(what: str, number: int, argv: list[str] | None) -> Disturbances:
    """What the command line of a measurement asks for: so many of `what`, drawn from a seed."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.{Path(sys.argv[0]).stem}")
    parser.add_argument(f"--{what}", dest="number", type=int, default=number)
    parser.add_argument("--seed", type=int, default=6)
    args = parser.parse_args(argv)
    dice = random.Random(args.seed)  # noqa: S311  (instants and sizes, not secrets)
    return Disturbances(args.number, args.seed, dice, Counter(), [])


@dataclass(frozen=True)
class Scene:
    """A workspace before a night, and what readers find before and after a night that nothing disturbs."""

    folder: Path
    undisturbed: Path  # a copy of it after that night
    before: Rows  # none where nothing was published yet
    after: Rows
    seconds: float  # how long the undisturbed night took


def scenes(folder: Path) -> list[Scene]:
    """A workspace that never ran; and one that did, with new exports since."""
    first = tiny_world.write(folder / "first")
    (first / ".waystage").mkdir()
    (first / ".waystage/key").write_text("5a" * 32 + "\n")  # ids are hashed alike in every copy
    standing = folder / "second"
    shutil.copytree(first, standing)
    assert run(standing).code == 0
    with (standing / "exports/alder/tickets.csv").open("a") as export:
        export.write(NEW_TICKET)
    return [_scene(first), _scene(standing)]


def _scene(folder: Path) -> Scene:
    undisturbed = copy(folder, folder.with_name(f"{folder.name}-undisturbed"))
    before = apart(lambda: found(undisturbed))
    said = run(undisturbed)
    assert said.code == 0, said.text
    return Scene(folder, undisturbed, before, apart(lambda: found(undisturbed)), said.seconds)


def copy(folder: Path, to: Path) -> Path:
    """A copy to spoil; what was there before goes."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to, symlinks=True))


@dataclass(frozen=True)
class Said:
    """How a run ended: its exit code, or the number of the signal that ended it, below zero."""

    code: int
    text: str
    seconds: float


@dataclass(frozen=True)
class Begun:
    """A run that is at work: a process, and its group of that number."""

    pid: int
    said: Path
    since: float

    def end(self, number: int = signal.SIGKILL) -> None:
        """Sends a signal to all of its processes at once."""
        os.killpg(self.pid, number)

    def wait(self) -> Said:
        """Until it has ended."""
        _, status = os.waitpid(self.pid, 0)
        text = self.said.read_text(encoding="utf-8", errors="replace") if self.said.exists() else ""
        return Said(os.waitstatus_to_exitcode(status), text, time.monotonic() - self.since)


def begin(folder: Path, *options: str, before: Callable[[], None] = lambda: None) -> Begun:
    """Begins `waystage run` on the workspace; `before` is done first, in its process."""
    _import_all()
    said = Path(tempfile.gettempdir(), f"{folder.name}.said")
    since = time.monotonic()
    if pid := os.fork():
        return Begun(pid, said, since)
    code = 1
    try:
        os.setsid()
        output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        before()
        from pipelines import cli  # noqa: PLC0415

        code = cli.main(["run", "-w", str(folder), *options])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def judge(tonight: night.Night) -> None:
    """What comes between landing and publishing, step after step as Dagster has them."""
    night.build_staging(tonight)
    night.check_staging(tonight)
    night.measure_signals(tonight)
    night.check_signals(tonight)
    night.judge(tonight)
    night.check_verdicts(tonight)


def run(folder: Path, *options: str, before: Callable[[], None] = lambda: None) -> Said:
    """A run to its end."""
    return begin(folder, *options, before=before).wait()


def apart(work: Callable[[], Answer]) -> Answer:
    """Does the work in a process of its own and gives its answer: what forks must hold no database open."""
    ours, theirs = os.pipe()
    if not (pid := os.fork()):
        try:
            os.close(ours)
            with os.fdopen(theirs, "wb") as pipe:
                try:
                    answer: object = work()
                except Exception as error:  # noqa: BLE001  told to the one who asked
                    answer = error
                pickle.dump(answer, pipe)
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    answer = pickle.loads(said)  # noqa: S301  our own
    if isinstance(answer, Exception):
        raise answer
    return answer  # type: ignore[no-any-return]


def found(folder: Path) -> Rows:
    """The published rows but for clocks and the history of runs; none where nothing is published."""
    return tiny_world.rows(folder, without=HISTORY) if (folder / "published" / DATABASE).is_file() else {}


def read(folder: Path) -> Rows:
    """The published rows, read as three readers would: RunFailed, AssertionError or an error of the reader's where
    database, Parquet and site are not whole or not one version."""
    published = folder / "published"
    version = publish.in_force(published)
    if version is None:
        assert not any((published / name).exists() for name in (DATABASE, publish.PARQUET, publish.SITE))
        return {}
    for name in (DATABASE, publish.PARQUET, publish.SITE):
        assert (published / name).resolve() == (published / "versions" / version / name).resolve(), name
    tables = [str(row[0]) for row in ask(folder, "select table_name from duckdb_tables() order by 1")]
    counts = {table: int(str(ask(folder, f"select count(*) from {table}")[0][0])) for table in tables}
    verify.verify((published / "current").resolve(), counts, version)
    for table in tables:
        twin = f"read_parquet('{published}/parquet/{table}.parquet')"
        differ = f"(from {table} except all from {twin}) union all (from {twin} except all from {table})"
        assert ask(folder, differ) == [], table
    for kept in publish.kept_versions(published):
        names = {path.name for path in (published / "versions" / kept).iterdir()}
        assert names == {DATABASE, publish.PARQUET, publish.SITE}, kept
    return found(folder)


def _import_all() -> None:
    """What a run imports as it goes."""
    import dagster  # noqa: F401, PLC0415
    import plotly  # noqa: F401, PLC0415

    from dashboards import page  # noqa: F401, PLC0415
    from pipelines import definitions, session  # noqa: F401, PLC0415
