"""Trained accounts against comparable untrained ones: the difference with its interval, never as a cause."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import SIDE, empty_figure, label, plain, points_of, themed_figure, variable
from dashboards.words import MINUS, amount, exact, human, interval, listed, month_name, present

TITLE = "Is it worth it"
PAGE = "program"
ORDER = 30
QUERY = """
with lift as (
    select * from signal
    where program_id = $program_id and signal like 'trained%lift' and month <= $month
),
latest as (
    select signal, max(month) as month from lift where value is not null group by signal
),
known as (
    select signal from lift union select signal from signal_catalogue where signal like 'trained%lift'
)
select known.signal, lift.month, lift.status, lift.value, lift.low, lift.high, lift.sample_size,
    coalesce(lift.unit, c.unit) as unit, c.description, cast(c.sources as varchar) as sources
from known
left join latest using (signal)
left join lift on lift.signal = known.signal and lift.month = latest.month
left join signal_catalogue as c on c.signal = known.signal
order by known.signal
"""
COLUMNS = {
    "signal": "Measure",
    "month": "Month",
    "value": "Difference",
    "low": "Low",
    "high": "High",
    "sample_size": "Accounts",
    "unit": "Unit",
}


def figure(rows: pd.DataFrame) -> go.Figure:
    """A dot and a whisker per measure around no difference."""
    known = rows[rows["value"].notna()] if not rows.empty else rows
    if known.empty:
        return empty_figure("Not measurable yet.")
    traces: list[Any] = []
    labels: list[dict[str, Any]] = []
    points = points_of(known)
    above: list[dict[str, Any]] = []
    height = 40 + 68 * len(points)
    for index, row in enumerate(points):
        y = len(points) - index
        low = row["low"] if present(row["low"]) else row["value"]
        high = row["high"] if present(row["high"]) else row["value"]
        traces.append(
            go.Scatter(
                x=[row["value"]],
                y=[y],
                mode="markers",
                marker={"size": 11, "color": variable("accent")},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [high - row["value"]],
                    "arrayminus": [row["value"] - low],
                    "color": variable("accent"),
                    "thickness": 2,
                    "width": 6,
                },
                text=[_described(row)],
                hovertemplate="%{text}<extra></extra>",
            )
        )
        name = f"<b>{plain(_title(row))}</b>"
        labels.append(label(f"{name}<br>{_value(row)}", 0, y, yref="y", xshift=-SIDE, yanchor="middle"))
        above.append(label(f"{name}  {_value(row)}", 0, y + 0.2, yref="y"))
    layout = {
        "xaxis": {"zeroline": True, "zerolinecolor": variable("edge"), **_axis(points)},
        "yaxis": {"visible": False, "range": [0.5, len(points) + 0.6]},
        "annotations": labels,
        "margin": {"l": SIDE, "r": 8, "t": 4, "b": 30},
        "meta": {"narrow": {"annotations": above, "margin.l": 8}},
    }
    return themed_figure(traces, layout, height)


def sentence(rows: pd.DataFrame) -> str:
    """The differences in words, or what is missing to know them."""
    known = rows[rows["value"].notna()] if not rows.empty else rows
    if known.empty:
        return (
            "Not measurable yet: comparing trained with similar untrained accounts needs accounts joined to learners, "
            "and their product usage or renewals."
        )
    parts = []
    for row in points_of(known):
        spans_zero = present(row["low"]) and present(row["high"]) and row["low"] <= 0 <= row["high"]
        parts.append(
            f"{_title(row)}: {_described(row)}" + (", which could be no difference at all" if spans_zero else "")
        )
    unknown = [_title(row) for row in points_of(rows[rows["value"].isna()])]
    missing = f" Not measurable yet: {listed(unknown)}." if unknown else ""
    newest = month_name(known["month"].max())
    return (
        f"Among comparable accounts, training is associated with these differences in {newest}. "
        f"{'. '.join(parts)}.{missing} Association, not proof: trained accounts may differ in other ways."
    )


def _title(row: dict[str, Any]) -> str:
    return human(str(row["signal"]).removeprefix("trained_").removesuffix("_lift"))


def _value(row: dict[str, Any]) -> str:
    value = amount(row["value"], row["unit"], share=row["unit"] == "ratio")
    return f"+{value}" if row["value"] > 0 else value.replace("-", MINUS)


def _described(row: dict[str, Any]) -> str:
    span = interval(row["low"], row["high"], row["unit"], share=row["unit"] == "ratio").replace("-", MINUS)
    sample = f"{exact(row['sample_size'])} accounts" if present(row["sample_size"]) else ""
    detail = ", ".join(part for part in (span, sample) if part)
    return f"{_value(row)}{f' ({detail})' if detail else ''}"


def _axis(points: list[dict[str, Any]]) -> dict[str, Any]:
    """No difference and the furthest end of an interval are the only places worth a tick."""
    ends = [float(row[key]) for row in points for key in ("low", "value", "high") if present(row[key])]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    room = (high - low or 1.0) * 0.16
    far = high if high >= -low else low
    row = {**points[0], "value": far}
    return {
        "range": [low - room, high + room],
        "tickvals": [0.0, far],
        "ticktext": ["no difference", _value(row)],
    }
