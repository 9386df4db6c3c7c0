"""A row of the table: a file of `rows/` with

    TITLE    what is measured
    REACH    what is promised, in words
    ORDER    its place in the table
    measure(bench) -> list[Line]   runs it

A row that cannot be measured here raises `NotMeasured` with what to install or what is lacking.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks import world
from tests.benchmarks.cost import Cost, emptied, measured, waystage

ROWS = Path(__file__).parent / "rows"


class NotMeasured(Exception):
    """Why a row has no figures here."""


@dataclass(frozen=True)
class Line:
    """One line of the table. `kept` is whether the promise holds, None where nothing is promised."""

    what: str
    ours: str
    against: str = ""
    theirs: str = ""
    ratio: str = ""
    reach: str = ""
    memory: str = ""
    kept: bool | None = None
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One file of `rows/`."""

    name: str
    title: str
    reach: str
    order: int
    measure: Callable[[Bench], list[Line]]


@dataclass
class Bench:
    """What rows share: where they work, how much there is, how often each is run, and the exports once written."""

    folder: Path
    size_name: str
    rounds: int
    say: Callable[[str], None]
    others: str = sys.executable  # the Python that has the other engines
    writes: bool = False  # whether what is found goes into the docs
    builds: list[Cost] = field(default_factory=list)

    @property
    def size(self) -> world.Size:
        return world.SIZES[self.size_name]

    @property
    def workspace(self) -> Path:
        """The workspace of this size, its exports written once for all rows."""
        folder = self.folder / self.size_name
        if not (folder / "waystage.yaml").exists():
            self.say(f"writing {self.size.rows:,} rows of {self.size.programs} programs")
            world.write(folder, self.size)
        return folder

    @property
    def sample(self) -> Path:
        """The sample workspace, run once for all rows."""
        folder = self.folder / "sample"
        if not (folder / "published").exists():
            self.say("running the sample")
            measured(waystage("init", folder, "--sample"))
            measured(waystage("run", "--workspace", folder))
        return folder

    def build(self) -> Cost:
        """A full build of the workspace, exports to published, from nothing."""
        return measured(waystage("run", "--workspace", emptied(self.workspace)))

    def full_builds(self, rounds: int | None = None) -> list[Cost]:
        """As many full builds as there are rounds, or so many; made once, and then known to every row that compares
        with them."""
        while len(self.builds) < (self.rounds if rounds is None else rounds):
            self.say(f"full build {len(self.builds) + 1} of {self.rounds}")
            self.builds.append(self.build())
        return self.builds


def seconds(cost: Cost) -> str:
    """`12.3 s`, and thousandths where it is quick."""
    return f"{cost.seconds:.1f} s" if cost.seconds >= 1 else f"{1000 * cost.seconds:.0f} ms"


def memory(cost: Cost) -> str:
    """`1.7 GiB` or `356 MiB`; nothing where it ended before it was seen."""
    if not cost.peak_mib:
        return ""
    return f"{cost.peak_mib / 1024:.1f} GiB" if cost.peak_mib >= 1024 else f"{cost.peak_mib:.0f} MiB"


def compared(what: str, ours: Cost, against: str, theirs: Cost, most: float | None) -> Line:
    """A line of ours beside theirs; `most` is the ratio promised."""
    ratio = ours.seconds / theirs.seconds
    return Line(
        what,
        seconds(ours),
        against,
        seconds(theirs),
        f"{ratio:.2f} ×",
        f"≤ {most:g} ×" if most is not None else "",
        memory(ours),
        None if most is None else ratio <= most,
        {"ours": _figures(ours), "theirs": _figures(theirs)},
    )


def within(what: str, ours: Cost, reach: str, kept: bool, **figures: object) -> Line:
    """A line of ours against a bound of its own."""
    return Line(what, seconds(ours), reach=reach, memory=memory(ours), kept=kept, figures={**_figures(ours), **figures})


def _figures(cost: Cost) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(cost).items() if name != "said"}


def rows() -> list[Row]:
    """Every row, in the order of the table."""
    found = []
    for path in sorted(ROWS.glob("*.py")):
        if path.stem == "__init__":
            continue
        module = importlib.import_module(f"tests.benchmarks.rows.{path.stem}")
        found.append(Row(path.stem, module.TITLE, module.REACH, module.ORDER, module.measure))
    return sorted(found, key=lambda row: (row.order, row.name))


def machine() -> str:
    """The machine in words: its processor, cores and memory."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = next((line.split(":")[1].strip() for line in told.splitlines() if line.startswith("model name")), "unknown")
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {gib:.0f} GiB"
