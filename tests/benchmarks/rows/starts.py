"""How long verbs that only read keep their user waiting, beside starting Python."""

from __future__ import annotations

from tests.benchmarks.cost import in_turn, measured, python, waystage
from tests.benchmarks.row import Bench, Line, compared

TITLE = "`--help`, `explain`, `sql`"
REACH = "≤ 4 ×, ≤ 10 × starting Python"
ORDER = 60
TIMES = 15
ASK_DUCKDB = """
import sys
import duckdb
duckdb.connect(sys.argv[1], read_only=True).execute("select 1").fetchall()
"""


def measure(bench: Bench) -> list[Line]:
    sample = ["--workspace", bench.sample]
    published = bench.sample / "published" / "waystage.duckdb"
    commands = {
        "python": python("pass"),
        "duckdb": python(ASK_DUCKDB, published),
        "help": waystage("--help"),
        "explain": waystage("explain", "quillmoor", *sample),
        "sql": waystage("sql", "select program_id, stage from stage limit 5", *sample),
    }
    bench.say("starting verbs")
    costs = in_turn({name: lambda run=run: measured(run) for name, run in commands.items()}, TIMES)  # type: ignore[misc]
    start = costs["python"]
    return [
        compared("`waystage --help`", costs["help"], "starting Python", start, 4.0),
        compared("`waystage explain`", costs["explain"], "starting Python", start, 10.0),
        compared("`waystage sql`", costs["sql"], "starting Python", start, 10.0),
        compared("(DuckDB alone, opening the file for one row)", costs["duckdb"], "starting Python", start, None),
    ]
