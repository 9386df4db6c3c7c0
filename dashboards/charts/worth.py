"""Trained accounts against comparable untrained ones: the difference with its interval, never as a cause."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import SIDE, empty_figure, label, plain, points_of, themed_figure, variable
from dashboards.words import MINUS, amount, exact, human, interval, listed, month_name

TITLE = "Is it worth it"
PAGE = "program"
ORDER = 30
ON_PAPER = False
ANSWERS = "Is it worth money?"
QUERY = """
with told as (
    select * from impact where program_id = $program_id and month <= $month
),
latest as (
    select business_outcome, coalesce(max(month) filter (where status = 'observed'), max(month)) as month
    from told
    group by business_outcome
)
select told.*
from told inner join latest using (business_outcome, month)
order by array_position(['adoption', 'time_to_value', 'support', 'retention', 'expansion'], told.business_outcome)
"""
COLUMNS = {
    "business_outcome": "Outcome",
    "month": "Month",
    "unit": "Unit",
    "better": "Better",
    "trained_accounts": "Trained accounts",
    "untrained_accounts": "Untrained accounts",
    "trained_value": "Trained",
    "untrained_value": "Untrained",
    "unadjusted": "Unadjusted difference",
    "unadjusted_low": "Unadjusted, low",
    "unadjusted_high": "Unadjusted, high",
    "adjusted": "Adjusted difference",
    "adjusted_low": "Adjusted, low",
    "adjusted_high": "Adjusted, high",
    "compared_accounts": "Accounts compared",
    "match_rate": "Trained accounts with a like",
    "adjusted_for": "Adjusted for",
    "reason": "Why there is no figure",
}
TITLES = {"support": "Tickets"}
NUMBERS = ("unadjusted", "adjusted", "adjusted_low", "adjusted_high")
ROW = 76


def figure(rows: pd.DataFrame) -> go.Figure:
    """A dot and a whisker per outcome around no difference, and a ring for what it is unadjusted; each row has a scale
    of its own, for points and days have none in common."""
    known = rows[rows["adjusted"].notna()]
    if known.empty:
        return empty_figure("Not measurable yet.")
    traces: list[Any] = []
    labels: list[dict[str, Any]] = []
    above: list[dict[str, Any]] = []
    points = points_of(known)
    for index, row in enumerate(points):
        y = len(points) - index
        most = max(abs(row[name]) for name in NUMBERS) or 1.0
        at = {name: row[name] / most for name in NUMBERS}
        traces += [
            go.Scatter(
                x=[at["unadjusted"]],
                y=[y + 0.12],
                mode="markers",
                marker={"size": 10, "symbol": "circle-open", "color": variable("edge"), "line": {"width": 2}},
                text=[f"unadjusted: {_signed(row, 'unadjusted')}"],
                hovertemplate="%{text}<extra></extra>",
            ),
            go.Scatter(
                x=[at["adjusted"]],
                y=[y - 0.12],
                mode="markers",
                marker={"size": 11, "color": variable("accent")},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [at["adjusted_high"] - at["adjusted"]],
                    "arrayminus": [at["adjusted"] - at["adjusted_low"]],
                    "color": variable("accent"),
                    "thickness": 2,
                    "width": 6,
                },
                text=[f"{_signed(row, 'adjusted')} ({_span(row)})"],
                hovertemplate="%{text}<extra></extra>",
            ),
        ]
        name = f"<b>{plain(_title(row))}</b>"
        told = [name, _both(row), f"{_arms(row)}, {row['better']} is better"]
        labels.append(label("<br>".join(told), 0, y, yref="y", xshift=-SIDE, yanchor="middle"))
        above.append(label(f"{name}  {_both(row)}", 0, y + 0.24, yref="y"))
    layout = {
        "xaxis": {
            "zeroline": True,
            "zerolinecolor": variable("edge"),
            "range": [-1.16, 1.16],
            "tickvals": [0.0],
            "ticktext": ["no difference"],
        },
        "yaxis": {"visible": False, "range": [0.5, len(points) + 0.6]},
        "annotations": labels,
        "margin": {"l": SIDE, "r": 8, "t": 4, "b": 30},
        "meta": {"narrow": {"annotations": above, "margin.l": 8}},
    }
    return themed_figure(traces, layout, 40 + ROW * len(points))


def sentence(rows: pd.DataFrame) -> str:
    """The differences in words, adjusted and as they are, or what is missing to know them."""
    known = rows[rows["adjusted"].notna()]
    if known.empty:
        return (
            "Not measurable yet: comparing trained with similar untrained accounts needs accounts joined to learners, "
            f"and their product use, tickets or renewals.{_open(rows)}"
        )
    points = points_of(known)
    apart = [row for row in points if not row["adjusted_low"] <= 0 <= row["adjusted_high"]]
    alike = [row for row in points if row not in apart]
    parts = [
        f"{_title(row)} {_both(row)}; 95% interval {_span(row)}; {_arms(row)} accounts, "
        f"{amount(row['match_rate'], 'ratio', share=True)} of the trained ones matched."
        for row in apart
    ]
    if alike:
        shown = "; ".join(f"{_title(row).lower()} {_signed(row, 'adjusted')} ({_span(row)})" for row in alike)
        parts.append(f"Could be no difference at all: {shown}.")
    equal = dict.fromkeys(part for row in points for part in _held_equal(row))
    return (
        f"Among comparable accounts, early training is associated with these differences in "
        f"{month_name(known['month'].max())}. {' '.join(parts)}{_silent(rows)} Held equal: {', '.join(equal)}. "
        "Association, not proof: trained accounts may differ in what nobody recorded."
    )


def notes(rows: pd.DataFrame) -> list[str]:
    """What dot, whisker and ring stand for."""
    if rows["adjusted"].isna().all():
        return []
    return ["Dot and whisker: the adjusted difference and its 95% interval. Ring: before like is compared with like."]


def _silent(rows: pd.DataFrame) -> str:
    """What could not be told; why is among the data."""
    titles = [_title(row).lower() for row in points_of(rows[rows["adjusted"].isna()])]
    return f" Not known: {listed(titles, 5)}." if titles else ""


def _open(rows: pd.DataFrame) -> str:
    """What could not be told, by reason."""
    by_reason: dict[str, list[str]] = {}
    for row in points_of(rows):
        by_reason.setdefault(str(row["reason"]), []).append(_title(row).lower())
    told = "; ".join(f"{listed(titles, 5)} ({reason.replace(';', ',')})" for reason, titles in by_reason.items())
    return f" Not known: {told}." if told else ""


def _held_equal(row: dict[str, Any]) -> list[str]:
    return ["tenure", *(part for part in str(row["adjusted_for"] or "").split(", ") if part)]


def _title(row: dict[str, Any]) -> str:
    return TITLES.get(str(row["business_outcome"])) or human(row["business_outcome"])


def _rounded(value: float) -> float:
    """Two digits: intervals here are wide."""
    return float(f"{value:.2g}")


def _signed(row: dict[str, Any], name: str) -> str:
    value = amount(_rounded(row[name]), row["unit"])
    return f"+{value}" if row[name] > 0 else value.replace("-", MINUS)


def _both(row: dict[str, Any]) -> str:
    """`+40 points, unadjusted +43`."""
    return f"{_signed(row, 'adjusted')}, unadjusted {_signed(row, 'unadjusted').split()[0]}"


def _arms(row: dict[str, Any]) -> str:
    return f"{exact(row['trained_accounts'])} trained, {exact(row['untrained_accounts'])} other"


def _span(row: dict[str, Any]) -> str:
    low, high = _rounded(row["adjusted_low"]), _rounded(row["adjusted_high"])
    return interval(low, high, row["unit"]).replace("-", MINUS)
