"""One more night, a thousandth more rows on the history that is there, beside the full build of it all."""

from __future__ import annotations

from tests.benchmarks import world
from tests.benchmarks.cost import Cost, measured, median, waystage
from tests.benchmarks.row import Bench, Line, compared

TITLE = "one more night, +0.1 % rows"
REACH = "≤ 3 % of the full build"
ORDER = 40
SHARE = 0.03


def measure(bench: Bench) -> list[Line]:
    whole = median(bench.full_builds())
    nights = one_more(bench, bench.rounds)
    return [
        compared(f"one more night on {bench.size.rows / 1e6:g} M rows", median(nights), "the full build", whole, SHARE)
    ]


def one_more(bench: Bench, nights: int) -> list[Cost]:
    """What so many further nights cost, one after the other; their files are taken away again."""
    folder = bench.workspace
    measured(waystage("run", "--workspace", folder))
    costs = []
    try:
        for night in range(1, nights + 1):
            bench.say(f"one more night, {night} of {nights}")
            world.one_more_night(folder, bench.size, night)
            costs.append(measured(waystage("run", "--workspace", folder)))
    finally:
        world.take_back(folder)
    return costs
