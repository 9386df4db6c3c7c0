"""Where a full build spends its time: each step of the night in turn, in one process, with seconds and CPU seconds.

Run without Dagster, whose records of a night take a second or two whatever the size.
"""

from __future__ import annotations

import json

from tests.benchmarks.cost import Cost, emptied, measured, python
from tests.benchmarks.row import Bench, Line, seconds

TITLE = "where the time goes"
REACH = "told, not promised"
ORDER = 90
STEPS = """
import json, os, sys, time
from pathlib import Path
began, used = time.perf_counter(), sum(os.times()[:4])
from pipelines import night, session
told = []
def note(name):
    global began, used
    now, cpu = time.perf_counter(), sum(os.times()[:4])
    told.append((name, now - began, cpu - used))
    began, used = now, cpu
opened = session.validate(Path(sys.argv[1]))
with session.open_night(opened, session.Options(), lambda text: None) as tonight:
    note("imports and declarations")
    night.land(tonight)
    note("landing")
    for name in ("build_staging", "check_staging", "measure_signals", "check_signals", "judge", "check_verdicts"):
        getattr(night, name)(tonight)
        note(name)
    night.publish_version(tonight)
    note("publish_version")
print(json.dumps(told))
"""
CALLED = {
    "build_staging": "staging, with labels of tickets and searches",
    "check_staging": "checks of staging",
    "measure_signals": "signals",
    "check_signals": "checks of signals",
    "judge": "judging",
    "check_verdicts": "checks of verdicts",
    "publish_version": "publishing, with the site",
}


def measure(bench: Bench) -> list[Line]:
    bench.say("each step of a full build")
    told = json.loads(measured(python(STEPS, emptied(bench.workspace))).said.splitlines()[-1])
    whole = sum(wall for _, wall, _ in told)
    return [
        Line(
            f"{100 * wall / whole:.0f} % of a full build: {CALLED.get(name, name)}",
            seconds(Cost(wall, cpu, 0)),
            "its CPU seconds",
            f"{cpu:.1f}",
            figures={"seconds": wall, "cpu_seconds": cpu},
        )
        for name, wall, cpu in told
    ]
