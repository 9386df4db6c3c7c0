"""Each friction's level by month, one row each: its change points on the line, every event across the months."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.flags import MONTHS_EVENTS, flags
from dashboards.small_multiples import MIDDLE, Panel, small_multiples
from dashboards.theme import empty_figure, plain, variable
from dashboards.words import counted, human, level, listed, month_name, present, trend

TITLE = "Frictions"
PAGE = "program"
ORDER = 20
ANSWERS = "Where does it stick?"
QUERY = f"""
with event as (
    select friction, month, string_agg(rtrim(text, '.'), '; ' order by text) as events
    from friction_event where program_id = $program_id group by all
),
{MONTHS_EVENTS},
span as (
    select min(month) as first_month, max(month) as last_month from stage where program_id = $program_id
)
select f.friction, coalesce(c.title, f.friction) as title, f.month, f.level, f.trend, f.status, event.events,
    month_event.events as flags, span.first_month, span.last_month
from friction as f cross join span
left join friction_catalogue as c using (friction)
left join event using (friction, month)
left join month_event using (month)
where f.program_id = $program_id and f.month <= $month
order by f.friction, f.month
"""
COLUMNS = {
    "title": "Friction",
    "month": "Month",
    "level": "Level, 0 to 1",
    "trend": "Trend",
    "status": "Status",
    "events": "Events",
}
FEWEST_POINTS = 6
MOST_ROWS = 6
LATELY = 6
MOVING = frozenset({"rising", "falling"})


def figure(rows: pd.DataFrame) -> go.Figure:
    """Small multiples on one month axis, the highest level first; the program's events across all of them."""
    groups = _drawn(_measured(rows))
    if not groups:
        return empty_figure("No friction could be measured yet.")
    first = _known(rows["first_month"].min(), rows["month"].min())
    last = _known(rows["last_month"].max(), rows["month"].max())
    panels = [Panel(title, _state(group), _traces(group), (-0.04, 1.08)) for title, group in groups]
    return small_multiples(panels, first, last, flags(rows, "flags"))


def sentence(rows: pd.DataFrame) -> str:
    """Which frictions rise, which fall, which cannot be seen."""
    if rows.empty:
        return "No friction has been measured yet."
    groups = _measured(rows)
    rising = [title for title, group in groups if group.iloc[-1]["trend"] == "rising"]
    falling = [title for title, group in groups if group.iloc[-1]["trend"] == "falling"]
    unseen = rows["friction"].nunique() - len(groups)
    parts = []
    if groups:
        title, group = groups[0]
        parts.append(f"Highest in {month_name(group.iloc[-1]['month'])}: {title} ({_state(group)}).")
    if rising:
        parts.append(f"Rising: {listed(rising)}.")
    if falling:
        parts.append(f"Falling: {listed(falling)}.")
    if groups and not rising and not falling:
        parts.append("None shows a clear trend.")
    quiet = len(groups) - len(_drawn(groups))
    if quiet:
        parts.append(f"{counted(quiet, 'lower one is', 'lower ones are')} not drawn.")
    if unseen:
        parts.append(f"{counted(unseen, 'friction')} cannot be seen with the sources connected.")
    return " ".join(parts)


def _known(value: Any, otherwise: Any) -> Any:
    """`value`, or what to take where there is none."""
    return value if present(value) else otherwise


def _measured(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Frictions with a level, each as (title, its observed months), the highest now first."""
    if rows.empty:
        return []
    seen = rows[rows["level"].notna()]
    groups = [(human(group["title"].iloc[-1]), group) for _, group in seen.groupby("friction", sort=True)]
    return sorted(groups, key=lambda pair: -float(pair[1].iloc[-1]["level"]))


def _drawn(groups: list[tuple[str, pd.DataFrame]]) -> list[tuple[str, pd.DataFrame]]:
    """Those worth a row: felt now, moving, or lately changed; the rest is low and steady and said in words."""
    telling = [
        pair
        for pair in groups
        if level(pair[1].iloc[-1]["level"]) != "low"
        or pair[1].iloc[-1]["trend"] in MOVING
        or bool(pair[1].tail(LATELY)["events"].notna().any())
    ]
    return (telling or groups)[:MOST_ROWS]


def _state(group: pd.DataFrame) -> str:
    last = group.iloc[-1]
    return f"{level(last['level'])}, {trend(last['trend'])}"


def _traces(group: pd.DataFrame) -> list[dict[str, Any]]:
    x = [pd.Timestamp(month) + MIDDLE for month in group["month"]]
    y = [float(value) for value in group["level"]]
    drawn = len(y) >= FEWEST_POINTS
    line = {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines" if drawn else "markers",
        "text": [f"{month_name(m)}: {level(v)} ({v:.2f})" for m, v in zip(group["month"], y, strict=True)],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": variable("accent"), "width": 2},
        "marker": {"color": variable("accent"), "size": 6},
        "fill": "tozeroy" if drawn else "none",
        "fillcolor": variable("accent-soft"),
    }
    turns = group[group["events"].notna()]
    if turns.empty:
        return [line]
    turned = {
        "type": "scatter",
        "x": [pd.Timestamp(month) + MIDDLE for month in turns["month"]],
        "y": [float(value) for value in turns["level"]],
        "mode": "markers",
        "cliponaxis": False,
        "text": [f"{month_name(m)}: {plain(e)}" for m, e in zip(turns["month"], turns["events"], strict=True)],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 10,
            "symbol": "diamond",
            "color": variable("paper"),
            "line": {"color": variable("ink"), "width": 2},
        },
    }
    return [line, turned]
