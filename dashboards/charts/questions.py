"""The questions to answer once: what customers asked most about in 90 days, and whether an item answers it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import SIDE, empty_figure, label, plain, points_of, themed_figure, variable
from dashboards.words import counted, listed, shortened

TITLE = "Questions to answer once"
PAGE = "program"
ORDER = 25
ON_PAPER = False
QUERY = """
with asked as (
    select *, count(*) filter (where is_small) over () as left_out
    from question where program_id = $program_id and month = $month
)
select topic, tickets, requesters, accounts, tickets_before, published_items, left_out
from asked where not is_small order by tickets desc, topic limit 10
"""
COLUMNS = {
    "topic": "Topic",
    "tickets": "Questions in 90 days",
    "requesters": "People",
    "accounts": "Accounts",
    "tickets_before": "In the 90 days before",
    "published_items": "Published items",
}
ROW_HEIGHT = 44
NOTHING = "No question has come from five people yet."


def figure(rows: pd.DataFrame) -> go.Figure:
    """One bar a topic, the most asked first; paler where an item is published."""
    if rows.empty:
        return empty_figure(NOTHING)
    points = points_of(rows)
    height = 16 + ROW_HEIGHT * len(points)
    labels: list[dict[str, Any]] = []
    above: list[dict[str, Any]] = []
    for index, row in enumerate(points):
        y = -index
        name, short = (f"<b>{plain(shortened(_title(row), width))}</b>" for width in (30, 18))
        labels.append(label(f"{name}<br>{_state(row)}", 0, y, yref="y", xshift=-SIDE, yanchor="middle"))
        above.append(label(f"{short}  {_items(row)}", 0, y + 0.28, yref="y"))
    bars = go.Bar(
        x=[row["tickets"] for row in points],
        y=[-index for index in range(len(points))],
        orientation="h",
        width=0.4,
        marker={"color": [variable("stage-1" if row["published_items"] else "accent") for row in points]},
        text=[f"{row['tickets']:.0f}" for row in points],
        textposition="outside",
        cliponaxis=False,
        customdata=[[plain(_title(row)), row["requesters"], row["tickets_before"]] for row in points],
        hovertemplate="%{customdata[0]}: %{x} in 90 days, %{customdata[2]} in the 90 before, "
        "from %{customdata[1]} people<extra></extra>",
    )
    most = max(row["tickets"] for row in points)
    layout = {
        "xaxis": {"range": [0, most * 1.12], "visible": False},
        "yaxis": {"range": [-len(points) + 0.4, 0.6], "visible": False},
        "margin": {"l": SIDE, "r": 24, "t": 4, "b": 4},
        "annotations": labels,
        "meta": {"narrow": {"margin.l": 8, "annotations": above}},
    }
    return themed_figure([bars], layout, height)


def sentence(rows: pd.DataFrame) -> str:
    """How many of the most asked have no item, the first by name."""
    if rows.empty:
        return NOTHING
    points = points_of(rows)
    bare = [_title(row) for row in points if not row["published_items"]]
    asked = f"The {counted(len(points), 'question')} asked most in 90 days came up {int(rows['tickets'].sum()):,} times"
    left_out = int(points[0]["left_out"])
    rest = f" {counted(left_out, 'topic')} of fewer than five people each left out." if left_out else ""
    if not bare:
        return f"{asked}; each has a published item, so ask why it is not found.{rest}"
    return f"{asked}; {len(bare)} of {len(points)} without a published item: {listed(bare)}.{rest}"


def _title(row: dict[str, Any]) -> str:
    return str(row["topic"]).replace("-", " ")


def _state(row: dict[str, Any]) -> str:
    return f"{counted(int(row['requesters']), 'person', 'people')}, {_items(row)}"


def _items(row: dict[str, Any]) -> str:
    return "no item yet" if not row["published_items"] else counted(int(row["published_items"]), "published item")
