"""Whether one more night costs the same as history doubles: the same new rows on half of the history."""

from __future__ import annotations

from dataclasses import replace

from tests.benchmarks import world
from tests.benchmarks.cost import median
from tests.benchmarks.row import Bench, Line, compared
from tests.benchmarks.rows.night import one_more

TITLE = "one more night as history doubles"
REACH = "flat: ≤ 1.2 ×"
ORDER = 41


def measure(bench: Bench) -> list[Line]:
    size = bench.size
    half = f"{bench.size_name}-half"
    world.SIZES[half] = world.of_events(size.events // 2, size.programs, size.months)
    halved = replace(bench, size_name=half, builds=[])
    costs = {name: median(one_more(one, bench.rounds)) for name, one in (("half", halved), ("whole", bench))}
    return [compared("one more night on the whole history", costs["whole"], "on half of it", costs["half"], 1.2)]
