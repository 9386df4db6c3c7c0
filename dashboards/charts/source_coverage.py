"""From when to when each source was seen, per program."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import empty_figure, hatching, plain, points_of, themed_figure, variable
from dashboards.words import counted, day, present, shortened

TITLE = "What was seen, and how far"
PAGE = "data_quality"
ORDER = 10
QUERY = """
select c.program_id, coalesce(p.name, c.program_id) as name, c.source, min(c.connector) as connector,
    min(c.first_at) as first_at, max(c.observed_through) as observed_through, sum(c.row_count)::bigint as row_count,
    case when bool_or(c.status = 'rejected') then 'rejected' when bool_or(c.status = 'missing') then 'missing'
        when bool_or(c.status = 'stale') then 'stale' when bool_or(c.status = 'ended') then 'ended'
        else 'ok' end as status
from coverage as c left join program as p using (program_id)
group by all order by name, c.program_id, c.source
"""
MOST_ROWS = 60
CURRENT = ("ok", "ended")
COLUMNS = {
    "name": "Program",
    "source": "Source",
    "connector": "Connector",
    "first_at": "First row",
    "observed_through": "Seen through",
    "row_count": "Rows",
    "status": "Status",
}


def figure(rows: pd.DataFrame) -> go.Figure:
    """One bar per source over the days it covers; sources that are behind are hatched."""
    known = rows[rows["first_at"].notna() & rows["observed_through"].notna()] if not rows.empty else rows
    if known.empty:
        return empty_figure("No source has been read yet.")
    points = _drawn(points_of(known))[::-1]
    labels = [f"{plain(shortened(str(p['name']), 24))}, {plain(shortened(str(p['source']), 24))}  " for p in points]
    traces = []
    for late in (False, True):
        places = [place for place, point in enumerate(points) if (point["status"] not in CURRENT) is late]
        if places:
            traces.append(_bars(points, places, late))
    short = [plain(shortened(str(p["source"]), 18)) + " " for p in points]
    layout = {
        "barmode": "overlay",
        "xaxis": {"type": "date", "nticks": 8, "tickformat": "%b %Y"},
        "yaxis": {
            "tickvals": list(range(len(points))),
            "ticktext": labels,
            "range": [-0.6, len(points) - 0.4],
        },
        "meta": {"narrow": {"yaxis.ticktext": short, "xaxis.nticks": 3}},
    }
    return themed_figure(traces, layout, 44 + 24 * len(points))


def _drawn(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All where there are few; else those that are behind first, as they are what to look at."""
    if len(points) <= MOST_ROWS:
        return points
    return sorted(points, key=lambda point: point["status"] in CURRENT)[:MOST_ROWS]


def _bars(points: list[dict[str, Any]], places: list[int], late: bool) -> go.Bar:
    shown = [points[place] for place in places]
    return go.Bar(
        base=[pd.Timestamp(p["first_at"]) for p in shown],
        x=[(pd.Timestamp(p["observed_through"]) - pd.Timestamp(p["first_at"])).total_seconds() * 1000 for p in shown],
        y=places,
        orientation="h",
        width=0.6,
        text=[
            f"{plain(p['name'])}<br>{plain(p['source'])}, {p['status']}<br>"
            f"{day(p['first_at'])} to {day(p['observed_through'])}"
            for p in shown
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
        marker={
            "color": variable("unknown-soft" if late else "stage-3"),
            "line": {"width": 1, "color": variable("unknown" if late else "stage-3")},
            "pattern": hatching() if late else None,
        },
    )


def sentence(rows: pd.DataFrame) -> str:
    """How many sources are current and which are not."""
    if rows.empty:
        return "No source has been read yet."
    used = rows[rows["status"] != "ended"]
    behind = used[used["status"] != "ok"]
    text = f"{len(used) - len(behind)} of {counted(len(used), 'source')} are current."
    for row in points_of(behind.head(3)):
        through = f", seen through {day(row['observed_through'])}" if present(row["observed_through"]) else ""
        text += f" {row['name']}, {row['source']}: {row['status']}{through}."
    text += f" {len(behind) - 3} more are behind." if len(behind) > 3 else ""
    ended = len(rows) - len(used)
    if len(rows) > MOST_ROWS:
        text += f" {MOST_ROWS} are drawn, those behind first."
    return text + (f" {counted(ended, 'source')} {'has' if ended == 1 else 'have'} ended." if ended else "")
