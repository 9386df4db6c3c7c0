"""Rows of small figures that share one axis of months: what they are called beside them, events across all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import SIDE, label, plain, themed_figure, variable
from dashboards.words import month_name, shortened

ROW_HEIGHT = 64
FOOT = 30
HEAD = 22
MIDDLE = pd.Timedelta(days=15)
MONTH = pd.DateOffset(months=1)


@dataclass(frozen=True)
class Panel:
    """One row: its name, how it stands, and traces on `range` whose `yaxis` the figure sets."""

    name: str
    state: str
    traces: Sequence[dict[str, Any]]
    range: tuple[float, float]


@dataclass(frozen=True)
class Flag:
    """A month in which something happened, and its number in the list under the figure."""

    number: int
    month: Any
    text: str


def small_multiples(panels: Sequence[Panel], first: Any, last: Any, flags: Sequence[Flag] = ()) -> go.Figure:
    """The panels from top to bottom over the months `first` to `last`; a dotted line through all at each flag."""
    head = HEAD if flags else 4
    room = ROW_HEIGHT * len(panels)
    traces: list[dict[str, Any]] = []
    beside: list[dict[str, Any]] = []
    above: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "xaxis": month_axis(first, last) | {"anchor": "free", "position": 0},
        "margin": {"l": SIDE, "r": 8, "t": head, "b": FOOT},
        "annotations": beside,
        "shapes": [_line(flag) for flag in flags],
    }
    narrow: dict[str, Any] = {"xaxis.nticks": 4, "margin.l": 8, "annotations": above}
    band = 1 / len(panels)
    for index, panel in enumerate(panels):
        axis = "" if index == 0 else str(index + 1)
        ceiling = 1 - index * band
        floor = max(0.0, ceiling - band * 0.92)
        layout[f"yaxis{axis}"] = {
            "domain": [floor, ceiling - band * 0.08],
            "range": list(panel.range),
            "visible": False,
        }
        narrow[f"yaxis{axis}.domain"] = [floor, ceiling - band * 0.36]
        traces += [{**trace, "yaxis": f"y{axis}"} for trace in panel.traces]
        name, short = (f"<b>{plain(shortened(panel.name, width))}</b>" for width in (30, 22))
        beside.append(label(f"{name}<br>{panel.state}", 0, (floor + ceiling) / 2, xshift=-SIDE, yanchor="middle"))
        above.append(label(f"{short}  {panel.state}", 0, ceiling - band * 0.34))
    if flags:
        whole = str(len(panels) + 1)
        layout[f"yaxis{whole}"] = {"range": [0, 1], "visible": False}
        traces.append(flag_marks(flags, 1) | {"yaxis": f"y{whole}"})
    return themed_figure(traces, {**layout, "meta": {"narrow": narrow}}, head + room + FOOT)


def month_axis(first: Any, last: Any) -> dict[str, Any]:
    """An axis from the first month's first day to the end of the last month."""
    return {
        "type": "date",
        "range": [pd.Timestamp(first), pd.Timestamp(last) + MONTH],
        "nticks": 8,
        "tickformat": "%b %Y",
    }


def flag_marks(flags: Sequence[Flag], y: float) -> dict[str, Any]:
    """The numbered flags above a figure, at the height `y` of its first axis."""
    return {
        "type": "scatter",
        "x": [pd.Timestamp(flag.month) + MIDDLE for flag in flags],
        "y": [y] * len(flags),
        "mode": "markers+text",
        "text": [str(flag.number) for flag in flags],
        "textposition": "top center",
        "textfont": {"size": 13},
        "cliponaxis": False,
        "hovertext": [f"{month_name(flag.month)}: {plain(flag.text)}" for flag in flags],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"size": 9, "symbol": "triangle-down", "color": variable("ink")},
    }


def _line(flag: Flag) -> dict[str, Any]:
    x = pd.Timestamp(flag.month) + MIDDLE
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": variable("edge"), "width": 1, "dash": "dot"},
    }  # fmt: skip
