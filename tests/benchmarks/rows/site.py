"""The site of many programs: how long it takes, and whether its memory stays where it was as programs grow."""

from __future__ import annotations

import shutil

from tests.benchmarks.cost import Cost, measured, median, python
from tests.benchmarks.row import Bench, Line, memory, within
from tests.many_programs import multiply

TITLE = "site of 1,000 programs"
REACH = "≤ 3 min, memory flat"
ORDER = 80
PROGRAMS = {"tiny": (30, 90), "small": (100, 300)}
ALL_PROGRAMS = (300, 1_000)
SECONDS_A_PROGRAM = 0.18
FLAT = 1.25  # times the memory of the smaller site
HEAVIEST_KB = 300
BUILD = """
import sys
from pathlib import Path
from dashboards.page import build_site
build_site(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def measure(bench: Bench) -> list[Line]:
    lines: list[Line] = []
    fewer: Cost | None = None
    for programs in PROGRAMS.get(bench.size_name, ALL_PROGRAMS):
        database, site = bench.folder / f"many-{programs}.duckdb", bench.folder / f"site-{programs}"
        database.unlink(missing_ok=True)
        multiply(bench.sample / "published" / "waystage.duckdb", database, programs)
        costs = []
        for _ in range(bench.rounds):
            bench.say(f"the site of {programs:,} programs")
            shutil.rmtree(site, ignore_errors=True)
            costs.append(measured(python(BUILD, database, site)))
        cost = median(costs)
        heaviest = max(path.stat().st_size for path in (site / "programs").glob("*.html")) / 1000
        most = SECONDS_A_PROGRAM * max(programs, 60)
        kept = cost.seconds <= most and heaviest <= HEAVIEST_KB
        what = f"site of {programs:,} programs × 36 months; heaviest page {heaviest:.0f} kB (≤ {HEAVIEST_KB})"
        lines.append(within(what, cost, f"≤ {most:.0f} s", kept, heaviest_kb=heaviest))
        if fewer:
            kept = cost.peak_mib <= FLAT * fewer.peak_mib
            grown = f"{memory(cost)} where {memory(fewer)} sufficed"
            lines.append(within(f"memory of it: {grown}", cost, f"≤ {FLAT:g} × as programs triple", kept))
        fewer = cost
    return lines
