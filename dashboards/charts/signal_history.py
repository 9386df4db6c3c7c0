"""One signal in every program: a row each where there are few, the spread over programs where there are many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboards.small_multiples import MIDDLE, Panel, month_axis, small_multiples
from dashboards.theme import SIDE, empty_figure, label, points_of, themed_figure, variable
from dashboards.words import amount, counted, interval, is_share, listed, month_name, month_short, present

TITLE = "Its history"
PAGE = "signal"
ORDER = 10
QUERY = """
with judged as (
    select program_id, max(month) filter (not coalesce(is_provisional, false)) as last_month
    from stage group by program_id
),
needed as (
    select list(distinct threshold order by threshold) as thresholds from condition_catalogue where signal = $signal
)
select coalesce(p.name, p.program_id) as name, s.program_id, s.month, s.status, s.value, s.low, s.high, s.numerator,
    s.denominator, s.sample_size, s.is_small, coalesce(c.unit, s.unit) as unit, c.kind, needed.thresholds
from signal as s join program as p using (program_id) join judged using (program_id) cross join needed
left join signal_catalogue as c using (signal)
where s.signal = $signal and s.month <= coalesce(judged.last_month, s.month)
order by name, s.program_id, s.month
"""
COLUMNS = {
    "name": "Program",
    "program_id": "Program id",
    "month": "Month",
    "status": "Status",
    "value": "Value",
    "low": "Low",
    "high": "High",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "sample_size": "Sample",
    "is_small": "Fewer than five cases",
}
MOST_ROWS = 10
FEWEST_POINTS = 6


def figure(rows: pd.DataFrame) -> go.Figure:
    """Small multiples with the interval as a ribbon; from eleven programs on, quarters of the programs by month."""
    seen = rows[rows["value"].notna()] if not rows.empty else rows
    if seen.empty:
        return empty_figure("No program has a value yet.")
    reach = _reach(seen)
    if seen["program_id"].nunique() > MOST_ROWS:
        return _spread(rows, seen, reach)
    panels, needed = [], _needed(rows)
    for _, group in rows.groupby("program_id", sort=False):
        measured = group[group["value"].notna()]
        if not measured.empty:
            last = measured.iloc[-1]
            traces = [*needed, *_line(group)]
            panels.append(Panel(str(last["name"]), _amount(last["value"], last), traces, reach))
    return small_multiples(panels, rows["month"].min(), rows["month"].max())


def sentence(rows: pd.DataFrame) -> str:
    """In how many programs it is known, and how far they lie apart."""
    seen = rows[rows["value"].notna()] if not rows.empty else rows
    if seen.empty:
        return "No program has a value yet."
    programs = rows["program_id"].nunique()
    now = seen.groupby("program_id").tail(1).sort_values(["value", "name"])
    low, high = now.iloc[0], now.iloc[-1]
    known = f"Known in {len(now)} of {counted(programs, 'program')}"
    if len(now) == 1:
        return f"{known}: {_said(low)} in {low['name']} in {month_name(low['month'])}."
    text = f"{known}: from {_said(low)} ({low['name']}) to {_said(high)} ({high['name']})"
    return f"{text}, {_amount(now['value'].median(), low)} in the middle, each in its latest month."


def notes(rows: pd.DataFrame) -> list[str]:
    """What the dotted lines are."""
    needed = _thresholds(rows)
    if not needed:
        return []
    return [f"Dotted: what a condition needs, {listed([_amount(value, rows.iloc[0]) for value in needed])}."]


def _thresholds(rows: pd.DataFrame) -> list[float]:
    given = rows["thresholds"].iloc[0] if not rows.empty else None
    return [float(value) for value in given] if isinstance(given, list | np.ndarray) else []


def _reach(seen: pd.DataFrame) -> tuple[float, float]:
    """Where the values lie, with room; no interval makes it wider than half as much again."""
    values = [*(float(value) for value in seen["value"]), *_thresholds(seen)]
    low, high = min([0.0, *values]), max(values)
    if is_share(seen["unit"].iloc[0], seen["kind"].iloc[0], *values):
        return -0.04, 1.04
    room = (high - low) or 1.0
    return low - 0.06 * room, high + 0.14 * room


def _needed(rows: pd.DataFrame) -> list[dict[str, Any]]:
    ends = [pd.Timestamp(rows["month"].min()), pd.Timestamp(rows["month"].max()) + pd.DateOffset(months=1)]
    return [
        {
            "type": "scatter",
            "x": ends,
            "y": [value, value],
            "mode": "lines",
            "hoverinfo": "skip",
            "line": {"color": variable("edge"), "width": 1, "dash": "dot"},
        }
        for value in _thresholds(rows)
    ]


def _line(group: pd.DataFrame) -> list[dict[str, Any]]:
    points = points_of(group)
    x = (group["month"] + MIDDLE).tolist()
    values = [_number(point["value"]) for point in points]
    drawn = sum(value is not None for value in values) >= FEWEST_POINTS
    line = {
        "type": "scatter",
        "x": x,
        "y": values,
        "mode": "lines+markers" if drawn else "markers",
        "connectgaps": False,
        "text": [f"{month_short(point['month'])}: {_said(point)}" for point in points],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": variable("accent"), "width": 2},
        "marker": {"color": variable("accent"), "size": 4 if drawn else 6},
    }
    return [*_ribbon(points, x), line]


def _ribbon(points: list[dict[str, Any]], middles: list[Any]) -> list[dict[str, Any]]:
    """The intervals of each unbroken run of months, closed."""
    runs: list[list[tuple[Any, float, float]]] = [[]]
    for point, middle in zip(points, middles, strict=True):
        low, high = _number(point["low"]), _number(point["high"])
        if low is None or high is None:
            runs.append([])
        else:
            runs[-1].append((middle, low, high))
    return [
        _closed([(x, high) for x, _, high in run], [(x, low) for x, low, _ in run], "accent-soft")
        for run in runs
        if len(run) > 1
    ]


def _closed(upper: list[tuple[Any, float]], lower: list[tuple[Any, float]], colour: str) -> dict[str, Any]:
    outline = upper + lower[::-1]
    return {
        "type": "scatter",
        "x": [x for x, _ in outline],
        "y": [y for _, y in outline],
        "mode": "lines",
        "fill": "toself",
        "hoverinfo": "skip",
        "line": {"width": 0, "color": variable("edge")},
        "fillcolor": variable(colour),
    }


def _spread(rows: pd.DataFrame, seen: pd.DataFrame, reach: tuple[float, float]) -> go.Figure:
    """The middle half of the programs, and the program in the middle, by month."""
    groups = seen.groupby("month")["value"]
    months = points_of(
        pd.DataFrame(
            {
                "low": groups.quantile(0.25),
                "middle": groups.median(),
                "high": groups.quantile(0.75),
                "of": groups.size(),
            }
        ).reset_index()
    )
    x = [pd.Timestamp(point["month"]) + MIDDLE for point in months]
    first = seen.iloc[0]
    half = _closed(
        [(at, point["high"]) for at, point in zip(x, months, strict=True)],
        [(at, point["low"]) for at, point in zip(x, months, strict=True)],
        "accent-soft",
    )
    middle = {
        "type": "scatter",
        "x": x,
        "y": [point["middle"] for point in months],
        "mode": "lines+markers",
        "text": [
            f"{month_short(point['month'])}, {counted(point['of'], 'program')}: half lie between "
            f"{_amount(point['low'], first)} and {_amount(point['high'], first)}, "
            f"the middle at {_amount(point['middle'], first)}"
            for point in months
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": variable("accent"), "width": 2},
        "marker": {"color": variable("accent"), "size": 4},
    }
    state = f"{_amount(months[-1]['middle'], first)} in {month_short(months[-1]['month'])}"
    name = "<b>The program in the middle</b>"
    layout = {
        "xaxis": month_axis(rows["month"].min(), rows["month"].max()),
        "yaxis": {"range": list(reach), "visible": False},
        "annotations": [label(f"{name}<br>{state}<br>band: half of them", 0, 0.5, xshift=-SIDE, yanchor="middle")],
        "margin": {"l": SIDE, "r": 8, "t": 4, "b": 30},
        "meta": {
            "narrow": {
                "xaxis.nticks": 4,
                "margin.l": 8,
                "margin.t": 24,
                "annotations": [label(f"{name}  {state}", 0, 1)],
            }
        },
    }
    return themed_figure([half, *_needed(rows), middle], layout, 220)


def _number(value: Any) -> float | None:
    return float(value) if present(value) else None


def _amount(value: Any, row: Any) -> str:
    return amount(value, row["unit"], share=is_share(row["unit"], row["kind"], value))


def _said(row: Any) -> str:
    """`78% (61–84%)`."""
    share = is_share(row["unit"], row["kind"], row["value"], row["low"], row["high"])
    span = interval(row["low"], row["high"], row["unit"], share=share)
    return f"{_amount(row['value'], row)}{f' ({span})' if span else ''}"
