"""Judging many programs of 36 months under both models, their signals already measured."""

from __future__ import annotations

import shutil

from tests.benchmarks.cost import median, python, told
from tests.benchmarks.row import Bench, Line, within
from tests.many_judged import multiply_signals

TITLE = "judging 10,000 programs × 36 months × both models"
REACH = "≤ 30 s"
ORDER = 50
PROGRAMS = {"tiny": 200, "small": 1_000}
ALL_PROGRAMS = 10_000
MOST_SECONDS = 30.0
JUDGE = """
import sys, time
from pathlib import Path
import duckdb
from pipelines import judgement, session
opened = session.validate(Path(sys.argv[1]))
con = duckdb.connect(sys.argv[2])
began = time.perf_counter()
judgement.judge(con, opened.workspace, opened.packs, opened.catalogue)
print(time.perf_counter() - began)
"""


def measure(bench: Bench) -> list[Line]:
    programs = PROGRAMS.get(bench.size_name, ALL_PROGRAMS)
    measured_once, judged = (bench.folder / f"{name}-{programs}.duckdb" for name in ("signals", "judged"))
    if not measured_once.exists():
        bench.say(f"measuring the signals of {programs:,} programs")
        part = measured_once.with_suffix(".part")
        part.unlink(missing_ok=True)
        multiply_signals(bench.sample / ".waystage" / "warehouse.duckdb", part, programs)
        part.rename(measured_once)
    costs = []
    for _ in range(bench.rounds):
        bench.say(f"judging {programs:,} programs")
        shutil.copyfile(measured_once, judged)
        costs.append(told(python(JUDGE, bench.sample, judged)))
    judged.unlink()
    cost = median(costs)
    most = MOST_SECONDS * programs / ALL_PROGRAMS
    return [
        within(f"judging {programs:,} programs × 36 months × both models", cost, f"≤ {most:g} s", cost.seconds <= most)
    ]
