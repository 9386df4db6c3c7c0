"""Trained accounts against comparable untrained ones: the difference with its interval, never as a cause."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import empty_figure, figure as themed, label, plain, variable
from dashboards.words import amount, exact, human, interval, listed, month_name, present

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
    "signal": "Measure", "month": "Month", "value": "Difference", "low": "Low", "high": "High",
    "sample_size": "Accounts", "unit": "Unit",
}  # fmt: skip


def figure(rows: pd.DataFrame) -> go.Figure:
    """A dot and a whisker per measure around no difference."""
    known = rows[rows["value"].notna()] if not rows.empty else rows
    if known.empty:
        return empty_figure("Not measurable yet.")
    traces: list[Any] = []
    labels: list[dict[str, Any]] = []
    points = known.to_dict("records")
    height = 40 + 58 * len(points)
    for index, row in enumerate(points):
        y = len(points) - index
        low = row["low"] if present(row["low"]) else row["value"]
        high = row["high"] if present(row["high"]) else row["value"]
        traces.append(
            go.Scatter(
                x=[row["value"]], y=[y - 0.22], mode="markers", marker={"size": 11, "color": variable("accent")},
                error_x={
                    "type": "data", "symmetric": False, "array": [high - row["value"]], "arrayminus": [row["value"] - low],
                    "color": variable("accent"), "thickness": 2, "width": 6,
                },
                text=[_described(row)], hovertemplate="%{text}<extra></extra>",
            )
        )  # fmt: skip
        labels.append(label(f"<b>{plain(_title(row))}</b>  {_described(row)}", 0, y + 0.08, yref="y"))
    layout = {
        "xaxis": {"zeroline": True, "zerolinecolor": variable("edge"), "nticks": 6, "rangemode": "tozero", **_ticks(points)},
        "yaxis": {"visible": False, "range": [0.45, len(points) + 0.6]},
        "annotations": labels,
        "margin": {"l": 8, "r": 24, "t": 4, "b": 30},
    }
    return themed(traces, layout, height)


def sentence(rows: pd.DataFrame) -> str:
    """The differences in words, or what is missing to know them."""
    known = rows[rows["value"].notna()] if not rows.empty else rows
    if known.empty:
        return (
            "Not measurable yet: comparing trained with similar untrained accounts needs accounts joined to learners, "
            "and their product usage or renewals."
        )
    parts = []
    for row in known.to_dict("records"):
        spans_zero = present(row["low"]) and present(row["high"]) and row["low"] <= 0 <= row["high"]
        parts.append(
            f"{_title(row)}: {_described(row)}" + (", which could be no difference at all" if spans_zero else "")
        )
    unknown = [_title(row) for row in rows[rows["value"].isna()].to_dict("records")]
    missing = f" Not measurable yet: {listed(unknown)}." if unknown else ""
    newest = month_name(known["month"].max())
    return (
        f"Among comparable accounts, training is associated with these differences in {newest}. "
        f"{'. '.join(parts)}.{missing} Association, not proof: trained accounts may differ in other ways."
    )


def _title(row: dict[str, Any]) -> str:
    return human(str(row["signal"]).removeprefix("trained_").removesuffix("_lift"))


def _described(row: dict[str, Any]) -> str:
    unit, share = row["unit"], row["unit"] == "ratio"
    value = amount(row["value"], unit, share=share)
    value = f"+{value}" if row["value"] > 0 else value.replace("-", "−")
    span = interval(row["low"], row["high"], unit, share=share).replace("-", "−")
    sample = f", {exact(row['sample_size'])} accounts" if present(row["sample_size"]) else ""
    return f"{value}{f' ({span}{sample})' if span else sample}"


def _ticks(points: list[dict[str, Any]]) -> dict[str, Any]:
    units = {row["unit"] for row in points}
    if units == {"ratio"}:
        return {"tickformat": "+.0%"}
    return {"ticksuffix": " points"} if units == {"pp"} and all(abs(row["value"]) > 1 for row in points) else {"tickformat": "+"}
