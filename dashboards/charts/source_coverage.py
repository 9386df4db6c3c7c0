"""From when to when each source was seen, per program."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import empty_figure, figure as themed, plain, variable
from dashboards.words import counted, day, present, shortened

TITLE = "What was seen, and how far"
PAGE = "data_quality"
ORDER = 10
QUERY = """
select c.program_id, coalesce(p.name, c.program_id) as name, c.source, min(c.connector) as connector,
    min(c.first_at) as first_at, max(c.observed_through) as observed_through, sum(c.row_count)::bigint as row_count,
    case when bool_or(c.status = 'rejected') then 'rejected' when bool_or(c.status = 'missing') then 'missing'
        when bool_or(c.status = 'stale') then 'stale' else 'ok' end as status
from coverage as c left join program as p using (program_id)
group by all order by name, c.program_id, c.source
"""
COLUMNS = {
    "name": "Program", "source": "Source", "connector": "Connector", "first_at": "First row",
    "observed_through": "Seen through", "row_count": "Rows", "status": "Status",
}  # fmt: skip


def figure(rows: pd.DataFrame) -> go.Figure:
    """One bar per source over the days it covers; sources that are behind are hatched."""
    known = rows[rows["first_at"].notna() & rows["observed_through"].notna()] if not rows.empty else rows
    if known.empty:
        return empty_figure("No source has been read yet.")
    points: list[dict[str, Any]] = known.to_dict("records")[::-1]
    labels = [f"{plain(shortened(str(p['name']), 24))}, {plain(shortened(str(p['source']), 24))}  " for p in points]
    behind = [p["status"] != "ok" for p in points]
    bar = go.Bar(
        base=[pd.Timestamp(p["first_at"]) for p in points],
        x=[(pd.Timestamp(p["observed_through"]) - pd.Timestamp(p["first_at"])).total_seconds() * 1000 for p in points],
        y=list(range(len(points))), orientation="h", width=0.6,
        text=[
            f"{plain(p['name'])}<br>{plain(p['source'])}: {day(p['first_at'])} to {day(p['observed_through'])}, {p['status']}"
            for p in points
        ],
        textposition="none", hovertemplate="%{text}<extra></extra>",
        marker={
            "color": [variable("unknown-soft") if late else variable("stage-3") for late in behind],
            "line": {"width": 1, "color": [variable("unknown") if late else variable("stage-3") for late in behind]},
            "pattern": {
                "shape": ["/" if late else "" for late in behind], "fgcolor": variable("unknown"), "size": 6,
                "solidity": 0.2, "fillmode": "overlay",
            },
        },
    )  # fmt: skip
    short = [plain(shortened(str(p["source"]), 18)) + " " for p in points]
    layout = {
        "xaxis": {"type": "date", "nticks": 8, "tickformat": "%b %Y"},
        "yaxis": {"tickvals": list(range(len(points))), "ticktext": labels, "range": [-0.6, len(points) - 0.4]},
        "meta": {"narrow": {"yaxis.ticktext": short, "xaxis.nticks": 3}},
    }
    return themed([bar], layout, 44 + 24 * len(points))


def sentence(rows: pd.DataFrame) -> str:
    """How many sources are current and which are not."""
    if rows.empty:
        return "No source has been read yet."
    behind = rows[rows["status"] != "ok"]
    text = f"{len(rows) - len(behind)} of {counted(len(rows), 'source')} are current."
    for row in behind.head(3).to_dict("records"):
        through = f", seen through {day(row['observed_through'])}" if present(row["observed_through"]) else ""
        text += f" {row['name']}, {row['source']}: {row['status']}{through}."
    return text + (f" {len(behind) - 3} more are behind." if len(behind) > 3 else "")
