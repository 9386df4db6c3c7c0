"""How cost grows: full builds as rows, programs and months double twice, above what the smallest build takes.

The exponent is the slope of the logarithms, of CPU seconds and of memory above those of the smallest build; 1 is
proportional, 0 is flat. CPU seconds, because a machine that others use makes nonsense of the rest. `docs/growth.svg`
draws them.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import world
from tests.benchmarks.cost import Cost, emptied, measured, median, waystage
from tests.benchmarks.growth_plot import draw
from tests.benchmarks.row import Bench, Line, memory, seconds

TITLE = "how cost grows"
REACH = "CPU time ≤ rows^1.1, memory flat"
ORDER = 100
STEPS = (1, 2, 4)
PROGRAMS, MONTHS = 10, 12
MOST_EXPONENT = 1.1
PLOT = Path(__file__).parents[3] / "docs" / "growth.svg"


def measure(bench: Bench) -> list[Line]:
    base = bench.size.events // 160
    least = _built(bench, world.of_events(2_000, 1, MONTHS))
    sizes = {
        "rows": {base * 4 * step: world.of_events(base * 4 * step, PROGRAMS, MONTHS) for step in STEPS},
        "programs": {PROGRAMS * step: world.of_events(base, PROGRAMS * step, MONTHS) for step in STEPS},
        "months": {MONTHS * step: world.of_events(base, PROGRAMS, MONTHS * step) for step in STEPS},
    }
    lines, drawn = [], {}
    for axis, by_count in sizes.items():
        costs = {count: _built(bench, size) for count, size in by_count.items()}
        drawn[axis] = {count: (cost.cpu_seconds, cost.peak_mib) for count, cost in costs.items()}
        time = exponent([(count, cost.cpu_seconds - least.cpu_seconds) for count, cost in costs.items()])
        held = exponent([(count, cost.peak_mib - least.peak_mib) for count, cost in costs.items()])
        first, last = (costs[count] for count in (min(costs), max(costs)))
        lines.append(
            Line(
                f"{min(costs):,} to {max(costs):,} {axis if axis != 'rows' else 'events'}: "
                f"CPU time ~ {axis}^{time:.2f}, memory ~ {axis}^{held:.2f}",
                seconds(last),
                f"{min(costs):,}",
                seconds(first),
                f"{last.cpu_seconds / first.cpu_seconds:.2f} × CPU",
                f"CPU time ≤ ^{MOST_EXPONENT:g}",
                f"{memory(last)} after {memory(first)}",
                time <= MOST_EXPONENT,
                {
                    "time_exponent": time,
                    "memory_exponent": held,
                    "cpu_seconds": {count: cost.cpu_seconds for count, cost in costs.items()},
                },
            )
        )
    if bench.writes:
        draw(PLOT, drawn)
    return lines


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the logarithms by least squares; points not above nothing count as a hundredth."""
    logs = [(math.log(x), math.log(max(y, 0.01))) for x, y in points]
    middle_x, middle_y = (sum(part) / len(logs) for part in zip(*logs, strict=True))
    up = sum((x - middle_x) * (y - middle_y) for x, y in logs)
    return up / sum((x - middle_x) ** 2 for x, _ in logs)


def _built(bench: Bench, size: world.Size) -> Cost:
    folder = bench.folder / f"growth-{size.events}-{size.programs}-{size.months}"
    bench.say(f"building {size.rows:,} rows of {size.programs} programs and {size.months} months")
    world.write(folder, size)
    costs = [measured(waystage("run", "--workspace", emptied(folder))) for _ in range(bench.rounds)]
    shutil.rmtree(folder)
    return median(costs)
