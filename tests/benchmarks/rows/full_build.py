"""Exports to published, beside the least that any answer takes: reading the same files once and counting learners."""

from __future__ import annotations

from tests.benchmarks.cost import Cost, measured, median, python
from tests.benchmarks.row import Bench, Line, compared, within

TITLE = "full build, exports to published"
REACH = "≤ 3 × DuckDB alone"
ORDER = 10
MOST = 3.0
BOUND_MIB = {"medium": 4 * 1024, "large": 8 * 1024}
LEAST = """
import sys
import duckdb
exports = sys.argv[1]
con = duckdb.connect()
counted = con.execute(f'''
    with seen as (
        select filename, occurred_at as seen_at, user_id from read_csv('{exports}/*/events/*.csv', filename = true)
        union all by name
        select filename, viewed_at as seen_at, user_id from read_csv('{exports}/*/views/*.csv', filename = true)
    )
    select split_part(filename, '/', -3) as program, date_trunc('month', seen_at) as month, count(distinct user_id)
    from seen group by all
''').fetchall()
con.execute(f"select count(*) from read_json('{exports}/*/tickets/*.json')").fetchall()
con.execute(f"select count(*) from read_csv('{exports}/*/searches/*.csv', filename = true)").fetchall()
print(len(counted))
"""


def measure(bench: Bench) -> list[Line]:
    folder = bench.workspace
    plain = python(LEAST, folder / "exports")
    measured(plain)  # the files are in the cache of the disk for both
    alone: list[Cost] = []
    for one in range(bench.rounds):
        bench.full_builds(one + 1)
        alone.append(measured(plain))
    ours = median(bench.full_builds())
    size = bench.size
    what = (
        f"{size.events / 1e6:g} M events, {size.views / 1e6:g} M views, {size.tickets:,} tickets, exports to published"
    )
    lines = [compared(what, ours, "DuckDB reading them once, counting learners", median(alone), MOST)]
    bound = BOUND_MIB.get(bench.size_name)
    if bound:
        kept = ours.peak_mib <= bound
        lines.append(within(f"peak memory of it, {size.rows / 1e6:g} M rows", ours, f"≤ {bound / 1024:g} GiB", kept))
    return lines
