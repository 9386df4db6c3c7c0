"""What a program is compared with: what its model asks for, its own past, and the other programs of the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from dashboards.facts import Ladder, Program
from dashboards.html import Markup, tag
from dashboards.layout import section
from dashboards.published import Row, records
from dashboards.words import counted, month_name, present

PEERS = """
with judged as (
    select program_id, coalesce(max(month) filter (not coalesce(is_provisional, false)), max(month)) as month
    from stage group by program_id
)
select model, stage, count(*) as programs
from stage join judged using (program_id, month)
where stage is not null group by model, stage order by model, stage
"""
NO_BENCHMARK = "With the trade: no outside figure is used, since none that is published is measured in this way."


def peers(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[int, int]]:
    """How many programs stand at each stage of each model, each in its last judged month."""
    counts: dict[str, dict[int, int]] = {}
    for row in records(connection, PEERS):
        counts.setdefault(row["model"], {})[row["stage"]] = row["programs"]
    return counts


def compared(program: Program, ladders: Sequence[Ladder], standing: Mapping[str, Mapping[int, int]]) -> Markup:
    """The section of comparisons; nothing where nothing is judged."""
    lines = []
    for ladder in ladders:
        row = program.now(ladder.model)
        if row is not None:
            lines += _asked(program, ladder) + _past(program, ladder, row) + _others(ladder, row, standing)
    if not lines:
        return Markup("")
    items = (tag("li", line) for line in [*lines, NO_BENCHMARK])
    return section("Compared with what", tag("ul", *items), class_="screen")


def _asked(program: Program, ladder: Ladder) -> list[str]:
    mine = [f for f in program.findings if f["model"] == ladder.model and f["outcome"] != "not_applicable"]
    met = sum(f["outcome"] in {"met", "waived"} for f in mine)
    return [f"With what {ladder.title} asks for: {met} of {counted(len(mine), 'condition')} met."] if mine else []


def _past(program: Program, ladder: Ladder, row: Row) -> list[str]:
    """The same month a year before, or the first month there is."""
    past = [r for r in program.stages[ladder.model] if r["month"] < row["month"]]
    if not past:
        return []
    year = pd.Timestamp(row["month"]) - pd.DateOffset(years=1)
    then = next((r for r in past if pd.Timestamp(r["month"]) == year), past[0])
    was, now = (f"stage {r['stage']}" if present(r["stage"]) else "no named stage" for r in (then, row))
    same = f"{now} then as now" if was == now else f"{was} then, {now} now"
    return [f"With itself in {month_name(then['month'])}, {ladder.title}: {same}."]


def _others(ladder: Ladder, row: Row, standing: Mapping[str, Mapping[int, int]]) -> list[str]:
    counts = standing.get(ladder.model, {})
    if not present(row["stage"]) or sum(counts.values()) < 2:
        return []
    stage = row["stage"]
    further = sum(number for other, number in counts.items() if other > stage)
    earlier = sum(number for other, number in counts.items() if other < stage)
    equal = counts.get(stage, 1) - 1
    others = counted(further + equal + earlier, "other program")
    where = f"{further} further on, {equal} at the same stage, {earlier} before it"
    return [f"With {others} placed under {ladder.title}: {where}."]
