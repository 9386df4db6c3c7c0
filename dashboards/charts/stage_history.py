"""The stage by month as steps, the range of stages the evidence allows as a ribbon behind it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.flags import MONTHS_EVENTS, flag_notes, flags
from dashboards.small_multiples import MIDDLE, MONTH, flag_marks, month_axis
from dashboards.theme import SIDE, empty_figure, hatching, plain, points_of, themed_figure, variable
from dashboards.words import DASH, counted, month_name, present, shortened

TITLE = "How it got here"
PAGE = "program"
ORDER = 10
QUERY = f"""
with step as (
    select model, stage, stage_name from model_catalogue
    union select model, stage, stage_name from condition_catalogue
    union select model, stage, stage_name from stage where stage is not null
    union select model, stage, null from stage_probability
),
ladder as (
    select min(stage) as bottom, max(stage) as top,
        list(distinct {{stage: stage, name: stage_name}} order by {{stage: stage, name: stage_name}}) as steps
    from step where model = $model
),
{MONTHS_EVENTS}
select s.month, s.stage, s.stage_name, s.stage_low, s.stage_high, s.confidence, s.pending_stage,
    s.is_provisional, s.change_cause, month_event.events, ladder.bottom, ladder.top, ladder.steps
from stage as s cross join ladder left join month_event using (month)
where s.program_id = $program_id and s.model = $model
order by s.month
"""
COLUMNS = {
    "month": "Month",
    "stage": "Stage",
    "stage_name": "Name",
    "stage_low": "Lowest possible",
    "stage_high": "Highest possible",
    "confidence": "Confidence",
    "pending_stage": "Waiting to confirm",
    "is_provisional": "Month in progress",
    "events": "Events",
}
CHANGES_TOLD = 4


def figure(rows: pd.DataFrame) -> go.Figure:
    """Steps, ribbon, pending dots and event flags over true months."""
    if rows.empty:
        return empty_figure("No month has been judged yet.")
    points = points_of(rows)
    bottom, top = int(_first(rows["bottom"], 0)), int(_first(rows["top"], 5))
    names = {int(step["stage"]): step["name"] for step in points[0]["steps"] if step["name"]}
    raised = flags(rows)
    traces = [*_ribbons(points, bottom, top), _steps(points), *_pending(points)]
    if raised:
        traces.append(flag_marks(raised, top + 0.45))
    scale = list(range(bottom, top + 1))
    long_names = [f"{plain(shortened(names.get(stage, ''), 32))}  <b>{stage}</b>" for stage in scale]
    layout = {
        "xaxis": month_axis(points[0]["month"], points[-1]["month"]),
        "yaxis": {
            "tickvals": scale,
            "ticktext": long_names,
            "range": [bottom - 0.35, top + 0.6],
            "showgrid": True,
            "gridcolor": variable("line"),
            "automargin": False,
        },
        "margin": {"l": SIDE, "r": 8, "t": 20, "b": 28},
        "meta": {
            "narrow": {"yaxis.ticktext": [f"Stage {stage} " for stage in scale], "xaxis.nticks": 4, "margin.l": 64}
        },
    }
    return themed_figure(traces, layout, 310)


def sentence(rows: pd.DataFrame) -> str:
    """Where the program came from, where it is, what is still open."""
    if rows.empty:
        return "No month has been judged yet, so there is no history to show."
    done = rows[~rows["is_provisional"].fillna(False).astype(bool)]
    done = rows if done.empty else done
    last = done.iloc[-1]
    if not present(last["stage"]):
        return (
            f"In {month_name(last['month'])} the evidence allows anything from stage {_whole(last['stage_low'])} to "
            f"stage {_whole(last['stage_high'])}, so no stage is named."
        )
    named = done[done["stage"].notna()]
    run = (named["stage"] != named["stage"].shift()).cumsum()
    changes = [group.iloc[0] for _, group in named.groupby(run)]
    parts = [f"Stage {_whole(changes[0]['stage'])} in {month_name(changes[0]['month'])}"]
    later = changes[1:]
    if len(later) > CHANGES_TOLD:
        parts.append(counted(len(later) - CHANGES_TOLD, "more change"))
    parts += [f"stage {_whole(row['stage'])} from {month_name(row['month'])}" for row in later[-CHANGES_TOLD:]]
    text = (
        f"Stage {_whole(last['stage'])} in every month judged since {month_name(changes[0]['month'])}."
        if len(changes) == 1
        else f"{', then '.join(parts)}."
    )
    if present(last["pending_stage"]):
        text += f" Stage {_whole(last['pending_stage'])} is waiting to be confirmed."
    if present(last["stage_low"]) and last["stage_low"] != last["stage_high"]:
        text += f" The evidence allows stages {_whole(last['stage_low'])}{DASH}{_whole(last['stage_high'])}."
    return text


def notes(rows: pd.DataFrame) -> list[str]:
    """What happened at each flag."""
    return flag_notes(rows)


def _first(column: pd.Series, default: int) -> Any:
    known = column.dropna()
    return default if known.empty else known.iloc[0]


def _whole(value: Any) -> str:
    return str(int(value)) if present(value) else "unknown"


def _kind(point: dict[str, Any]) -> str:
    if bool(point["is_provisional"]) and present(point["is_provisional"]):
        return "provisional"
    return "named" if present(point["stage"]) else "unknown"


def _ribbons(points: list[dict[str, Any]], bottom: int, top: int) -> list[go.Scatter]:
    """One closed shape per unbroken run of months of a kind; hatched where provisional or not named."""
    shapes = []
    for kind, run in groupby(points, _kind):
        months = list(run)
        upper: list[tuple[Any, float]] = []
        lower: list[tuple[Any, float]] = []
        for point in months:
            start = pd.Timestamp(point["month"])
            low = float(point["stage_low"]) if present(point["stage_low"]) else float(bottom)
            high = float(point["stage_high"]) if present(point["stage_high"]) else float(top)
            pad = 0.16
            upper += [(start, high + pad), (start + MONTH, high + pad)]
            lower += [(start, low - pad), (start + MONTH, low - pad)]
        outline = upper + lower[::-1] + upper[:1]
        hatched = kind != "named"
        shapes.append(
            go.Scatter(
                x=[x for x, _ in outline],
                y=[y for _, y in outline],
                mode="lines",
                fill="toself",
                hoverinfo="skip",
                line={"width": 0, "color": variable("edge")},
                fillcolor=variable("unknown-soft") if kind == "unknown" else variable("accent-soft"),
                fillpattern=hatching() if hatched else None,
            )
        )
    return shapes


def _steps(points: list[dict[str, Any]]) -> go.Scatter:
    x: list[Any] = []
    y: list[float | None] = []
    text: list[str] = []
    for point in points:
        start = pd.Timestamp(point["month"])
        value = float(point["stage"]) if present(point["stage"]) else None
        x += [start, start + MONTH]
        y += [value, value]
        text += [_hover(point)] * 2
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": variable("accent"), "width": 3},
        text=text,
        hovertemplate="%{text}<extra></extra>",
        connectgaps=False,
    )


def _pending(points: list[dict[str, Any]]) -> list[go.Scatter]:
    pending = [p for p in points if present(p["pending_stage"])]
    if not pending:
        return []
    return [
        go.Scatter(
            x=[pd.Timestamp(p["month"]) + MIDDLE for p in pending],
            y=[float(p["pending_stage"]) for p in pending],
            mode="markers",
            text=[
                f"{month_name(p['month'])}: stage {_whole(p['pending_stage'])} waits for a second month"
                for p in pending
            ],
            hovertemplate="%{text}<extra></extra>",
            marker={"size": 9, "color": variable("paper"), "line": {"color": variable("accent"), "width": 2}},
        )
    ]


def _hover(point: dict[str, Any]) -> str:
    stage = (
        f"stage {_whole(point['stage'])}, {plain(point['stage_name'])}"
        if present(point["stage"])
        else "not enough data"
    )
    return (
        f"{month_name(point['month'])}: {stage}"
        f"<br>possible: stages {_whole(point['stage_low'])}{DASH}{_whole(point['stage_high'])}"
        + ("<br>month in progress" if _kind(point) == "provisional" else "")
    )
