"""How many learn each month, and whether they come by themselves and come again."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.small_multiples import MIDDLE, Panel, small_multiples
from dashboards.theme import empty_figure, points_of, variable
from dashboards.words import amount, interval, is_share, month_name, month_short, out_of, present

TITLE = "Who learns without us"
PAGE = "program"
ORDER = 27
ANSWERS = "Are customers learning without us?"
ON_PAPER = False
QUERY = """
with asked as (
    select * from (values
        ('monthly_active_learners', 1, 'Learners in a month', '% customers learned something in'),
        ('self_navigated_view_share', 2, 'Come by themselves', 'Of what was opened, customers found % themselves in'),
        ('learner_return_rate', 3, 'Come again', 'Of those who learned in the three months before, % came again in')
    ) as t(signal, place, title, told)
)
select asked.title, asked.told, asked.place, s.month, s.status, s.value, s.low, s.high, s.sample_size, s.is_small,
    coalesce(c.unit, s.unit) as unit, c.kind
from asked join signal as s using (signal) left join signal_catalogue as c using (signal)
where s.program_id = $program_id and s.month <= $month
order by asked.place, s.month
"""
COLUMNS = {
    "title": "Measure",
    "month": "Month",
    "status": "Status",
    "value": "Value",
    "low": "Low",
    "high": "High",
    "sample_size": "Sample",
    "is_small": "Fewer than five people",
}
UNMEASURED = "not measured."
NOTHING = "Nobody has been seen learning yet: no source tells of it."


def figure(rows: pd.DataFrame) -> go.Figure:
    """A row for each measure, from nothing to its highest value, with its interval as a whisker."""
    panels = []
    for _, group in rows.groupby("place", sort=True):
        known = points_of(group[group["value"].notna()])
        if known:
            panels.append(Panel(str(group["title"].iloc[0]), _amount(known[-1]), _traces(known), _reach(known)))
    if not panels:
        return empty_figure(NOTHING)
    return small_multiples(panels, rows["month"].min(), rows["month"].max())


def sentence(rows: pd.DataFrame) -> str:
    """The last month of each measure; what cannot be told is said."""
    parts = []
    for _, group in rows.groupby("place", sort=True):
        known = points_of(group[group["value"].notna()])
        last = known[-1] if known else None
        if last is None:
            few = bool(group["is_small"].any())
            parts.append(f"{group['title'].iloc[0]}: {'fewer than 5 people.' if few else UNMEASURED}")
            continue
        things = out_of(last["value"], last["sample_size"]) if _is_share(last) else None
        parts.append(f"{last['told'].replace('%', things or _amount(last))} {month_name(last['month'])}.")
    return " ".join(parts) if parts and not all(part.endswith(UNMEASURED) for part in parts) else NOTHING


def _amount(row: dict[str, Any]) -> str:
    return amount(row["value"], row["unit"], share=_is_share(row))


def _is_share(row: dict[str, Any]) -> bool:
    return is_share(row["unit"], row["kind"], row["value"])


def _reach(known: list[dict[str, Any]]) -> tuple[float, float]:
    if is_share(known[0]["unit"], known[0]["kind"], *(row["value"] for row in known)):
        return -0.04, 1.04
    highest = max(float(row["value"]) for row in known) or 1.0
    return -0.04 * highest, 1.14 * highest


def _traces(known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    share = is_share(known[0]["unit"], known[0]["kind"], *(row["value"] for row in known))
    spans = [interval(row["low"], row["high"], row["unit"], share=share) for row in known]
    return [
        {
            "type": "bar",
            "x": [pd.Timestamp(row["month"]) + MIDDLE for row in known],
            "y": [float(row["value"]) for row in known],
            "width": 20 * 86_400_000,
            "text": [
                f"{month_short(row['month'])}: {_amount(row)}{f' ({span})' if span else ''}"
                for row, span in zip(known, spans, strict=True)
            ],
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"color": variable("stage-2")},
            "error_y": {
                "visible": share,
                "type": "data",
                "symmetric": False,
                "array": [_gap(row["value"], row["high"]) for row in known],
                "arrayminus": [_gap(row["low"], row["value"]) for row in known],
                "color": variable("ink"),
                "thickness": 1,
                "width": 2,
            },
        }
    ]


def _gap(first: Any, second: Any) -> float:
    return max(0.0, float(second) - float(first)) if present(first) and present(second) else 0.0
