"""In which months each source was seen, per program."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import empty_figure, hatching, plain, points_of, themed_figure, variable
from dashboards.words import counted, day, listed, month_short, present, shortened

TITLE = "What was seen, and how far"
PAGE = "data_quality"
ORDER = 10
QUERY = """
with given as (
    select program_id, source, month, bool_and(coalesce(row_count, 1) = 0) as is_gap,
        case when count(row_count) = count(*) then sum(row_count)::bigint end as month_rows
    from coverage_month group by program_id, source, month
),
reach as (
    select c.program_id, coalesce(p.name, c.program_id) as name, c.source, min(c.connector) as connector,
        min(c.first_at) as first_at, max(c.observed_through) as observed_through, sum(c.row_count)::bigint as row_count,
        case when bool_or(c.status = 'rejected') then 'rejected' when bool_or(c.status = 'missing') then 'missing'
            when bool_or(c.status = 'stale') then 'stale' when bool_or(c.status = 'ended') then 'ended'
            else 'ok' end as status
    from coverage as c left join program as p using (program_id)
    group by all
)
select reach.*, given.month, given.month_rows, given.is_gap
from reach left join given using (program_id, source)
order by name, program_id, source, month
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
    "month": "Month",
    "month_rows": "Rows of the month",
}


def figure(rows: pd.DataFrame) -> go.Figure:
    """One bar per source over the days it covers, broken in months without a row; sources behind are hatched."""
    known = rows[rows["first_at"].notna() & rows["observed_through"].notna()] if not rows.empty else rows
    if known.empty:
        return empty_figure("No source has been read yet.")
    points = _drawn(points_of(_sources(known)))[::-1]
    gaps = _gaps(known)
    labels = [
        f"{plain(shortened(str(p['name']), 24))}, {plain(shortened(str(p['source']).removeprefix('table:'), 24))}  "
        for p in points
    ]
    traces = []
    for late in (False, True):
        places = [place for place, point in enumerate(points) if (point["status"] not in CURRENT) is late]
        if places:
            traces.append(_bars(points, places, gaps, late))
    short = [
        f"{plain(shortened(str(p['name']), 7))} {plain(shortened(str(p['source']).removeprefix('table:'), 11))} "
        for p in points
    ]
    layout = {
        "barmode": "overlay",
        "xaxis": {"type": "date", "nticks": 8, "tickformat": "%b %Y"},
        "yaxis": {
            "tickvals": list(range(len(points))),
            "ticktext": labels,
            "range": [-0.6, len(points) - 0.4],
        },
        "meta": {"narrow": {"yaxis.ticktext": short, "xaxis.nticks": 2}},
    }
    return themed_figure(traces, layout, 44 + 24 * len(points))


def _drawn(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All where there are few; else those that are behind first, as they are what to look at."""
    if len(points) <= MOST_ROWS:
        return points
    return sorted(points, key=lambda point: point["status"] in CURRENT)[:MOST_ROWS]


def _sources(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each source; `rows` have one for each of its months."""
    return rows.drop_duplicates(["program_id", "source"])


def _gaps(rows: pd.DataFrame) -> dict[tuple[str, str], list[pd.Timestamp]]:
    """By program and source, the months without a row between those that have some."""
    gaps: dict[tuple[str, str], list[pd.Timestamp]] = {}
    for row in points_of(rows[rows["is_gap"].fillna(False).astype(bool)]):
        gaps.setdefault((row["program_id"], row["source"]), []).append(pd.Timestamp(row["month"]))
    return gaps


def _spans(point: dict[str, Any], gaps: list[pd.Timestamp]) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """The unbroken spans of time in which a source was seen."""
    spans, start = [], pd.Timestamp(point["first_at"])
    for gap in gaps:
        if gap > start:
            spans.append((start, gap))
        start = gap + pd.DateOffset(months=1)
    return [*spans, (start, max(start, pd.Timestamp(point["observed_through"])))]


def _bars(
    points: list[dict[str, Any]], places: list[int], gaps: dict[tuple[str, str], list[pd.Timestamp]], late: bool
) -> go.Bar:
    bars = [
        (place, points[place], span)
        for place in places
        for span in _spans(points[place], gaps.get((points[place]["program_id"], points[place]["source"]), []))
    ]
    return go.Bar(
        base=[first for _, _, (first, _) in bars],
        x=[(last - first).total_seconds() * 1000 for _, _, (first, last) in bars],
        y=[place for place, _, _ in bars],
        orientation="h",
        width=0.6,
        text=[
            f"{plain(p['name'])}<br>{plain(p['source'])}, {p['status']}<br>{day(first)} to {day(last)}"
            for _, p, (first, last) in bars
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
    """How many sources are current, which are not, and which have gaps."""
    if rows.empty:
        return "No source has been read yet."
    broken = _gaps(rows)
    rows = _sources(rows)
    used = rows[rows["status"] != "ended"]
    behind = used[used["status"] != "ok"]
    text = f"{len(used) - len(behind)} of {counted(len(used), 'source')} are current."
    for row in points_of(behind.head(3)):
        through = f", seen through {day(row['observed_through'])}" if present(row["observed_through"]) else ""
        text += f" {row['name']}, {row['source']}: {row['status']}{through}."
    text += f" {len(behind) - 3} more are behind." if len(behind) > 3 else ""
    ended = len(rows) - len(used)
    if broken:
        months = [month_short(month) for month in sorted({month for gap in broken.values() for month in gap})]
        text += f" {counted(len(broken), 'source has a gap', 'sources have gaps')}: no row in {listed(months)}."
    if len(rows) > MOST_ROWS:
        text += f" {MOST_ROWS} are drawn, those behind first."
    return text + (f" {counted(ended, 'source')} {'has' if ended == 1 else 'have'} ended." if ended else "")
