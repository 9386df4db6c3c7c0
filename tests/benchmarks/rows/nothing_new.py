"""A night on which nothing is new, beside importing the libraries it needs."""

from __future__ import annotations

from tests.benchmarks.cost import in_turn, measured, python, waystage
from tests.benchmarks.row import Bench, Line, compared

TITLE = "nothing new"
REACH = "≤ 2 × importing the libraries"
ORDER = 30
# where PySpark is installed, Great Expectations would import that too, and ends a process that has no file of its own
IMPORTS = "import sys; sys.modules['pyspark'] = None; import dagster, duckdb, great_expectations"


def measure(bench: Bench) -> list[Line]:
    lines = []
    for what, folder in (("the sample, nothing new", bench.sample), ("the same history, nothing new", bench.workspace)):
        run = waystage("run", "--workspace", folder)
        bench.say(what)
        measured(run)  # settles what another row left
        costs = in_turn(
            {"ours": lambda run=run: measured(run), "imports": lambda: measured(python(IMPORTS))},  # type: ignore[misc]
            bench.rounds,
        )
        lines.append(
            compared(what, costs["ours"], "importing Dagster, DuckDB, Great Expectations", costs["imports"], 2.0)
        )
    return lines
