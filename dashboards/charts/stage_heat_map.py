"""Every program's stage in every month; hatched where the evidence names none."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.theme import empty_figure, hatching, plain, points_of, stage_colour, themed_figure, variable
from dashboards.words import counted, month_name, month_short, present, shortened

TITLE = "Stages by month"
PAGE = "portfolio"
ORDER = 10
QUERY = """
with bounds as (
    select min(stage_low) as bottom, max(stage_high) as top, max(month) as last_month from stage where model = $model
)
select p.program_id, coalesce(p.name, p.program_id) as name, s.month, s.stage, s.stage_name, s.is_provisional,
    bounds.bottom, bounds.top
from stage as s join program as p using (program_id) cross join bounds
where s.model = $model and s.month > bounds.last_month - interval 24 month
order by p.name, p.program_id, s.month
"""
MOST_ROWS = 60  # more are counted by stage and month, since nobody reads so many rows
COLUMNS = {
    "name": "Program",
    "month": "Month",
    "stage": "Stage",
    "stage_name": "Name",
    "is_provisional": "Month in progress",
}


def figure(rows: pd.DataFrame) -> go.Figure:
    """A grid of programs and months on the stage ramp, the number written at each change."""
    if rows.empty:
        return empty_figure("No program has been judged yet.")
    if rows["program_id"].nunique() > MOST_ROWS:
        return _counted(rows)
    months = sorted(rows["month"].unique())
    place = {month: index for index, month in enumerate(months)}
    programs = list(dict.fromkeys(rows.sort_values(["name", "program_id"])["program_id"]))[::-1]
    names = dict(zip(rows["program_id"], rows["name"], strict=True))
    top = float(rows["top"].max()) if present(rows["top"].max()) else 5.0
    traces: list[Any] = []
    labels: list[dict[str, Any]] = []
    bars: dict[str, dict[str, list[Any]]] = {}
    for program_id, group in rows.groupby("program_id", sort=True):
        y = programs.index(program_id)
        cells = points_of(group.sort_values("month"))
        for stage, run in groupby(cells, lambda cell: cell["stage"] if present(cell["stage"]) else None):
            block = list(run)
            start, width = place[block[0]["month"]], len(block)
            colour = "unknown" if stage is None else stage_colour(stage, top)
            bar = bars.setdefault(colour, {"base": [], "x": [], "y": [], "text": []})
            bar["base"].append(start)
            bar["x"].append(width)
            bar["y"].append(y)
            bar["text"].append(_hover(names[program_id], block))
            if stage is not None:
                ink = colour.replace("--stage", "--on-stage")
                labels.append(
                    {
                        "x": start + 0.5,
                        "y": y,
                        "text": str(int(stage)),
                        "showarrow": False,
                        "font": {"color": ink, "size": 13},
                    }
                )
    for colour, bar in bars.items():
        unknown = colour == "unknown"
        traces.append(
            go.Bar(
                base=bar["base"],
                x=bar["x"],
                y=bar["y"],
                orientation="h",
                width=0.82,
                text=bar["text"],
                textposition="none",
                hovertemplate="%{text}<extra></extra>",
                marker={
                    "color": variable("unknown-soft") if unknown else colour,
                    "line": {"width": 1, "color": variable("paper")},
                    "pattern": hatching() if unknown else None,
                },
            )
        )
    layout = {
        "barmode": "overlay",
        "xaxis": _months(months),
        "yaxis": {
            "tickvals": list(range(len(programs))),
            "range": [-0.6, len(programs) - 0.4],
            "ticktext": [plain(shortened(names[p], 32)) + "  " for p in programs],
            "tickfont": {"color": variable("ink"), "size": 13},
        },
        "annotations": labels,
        "meta": {
            "narrow": {
                "yaxis.ticktext": [plain(shortened(names[p], 14)) + " " for p in programs],
            }
        },
    }
    return themed_figure(traces, layout, 44 + 30 * len(programs))


def _months(months: list[Any]) -> dict[str, Any]:
    ticks = range(0, len(months), max(1, round(len(months) / 8)))
    return {
        "tickvals": [tick + 0.5 for tick in ticks],
        "ticktext": [month_short(months[tick]) for tick in ticks],
        "range": [0, len(months)],
    }


def _counted(rows: pd.DataFrame) -> go.Figure:
    """One column a month, the programs of each stage on top of those of the lower one, the unknown on top of all."""
    months = sorted(rows["month"].unique())
    top = float(rows["top"].max()) if present(rows["top"].max()) else 5.0
    stages: list[Any] = [*sorted(rows["stage"].dropna().unique()), None]
    traces = []
    for stage in stages:
        mine = rows[rows["stage"].isna()] if stage is None else rows[rows["stage"] == stage]
        counts = mine.groupby("month")["program_id"].nunique()
        heights = [int(counts.get(month, 0)) for month in months]
        what = "not enough data" if stage is None else f"stage {int(stage)}"
        colour = variable("unknown-soft") if stage is None else stage_colour(stage, top)
        traces.append(
            {
                "type": "bar",
                "x": [place + 0.5 for place in range(len(months))],
                "y": heights,
                "width": 0.94,
                # one label a block where there is room for it, so that nobody needs a legend
                "text": [str(int(stage)) if stage is not None and height else "" for height in heights],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "textfont": {"color": colour.replace("--stage", "--on-stage")},
                "hovertext": [
                    f"{month_short(month)}: {counted(height, 'program')}, {what}"
                    for month, height in zip(months, heights, strict=True)
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "marker": {"color": colour, "pattern": hatching() if stage is None else {}},
            }
        )
    most = int(rows.groupby("month")["program_id"].nunique().max())
    layout = {
        "barmode": "stack",
        "xaxis": _months(months),
        # a little below nothing, so that its 0 stays clear of the first month
        "yaxis": {"nticks": 5, "showgrid": True, "gridcolor": variable("line"), "range": [-0.06 * most, most]},
        "uniformtext": {"minsize": 11, "mode": "hide"},
    }
    return themed_figure(traces, layout, 340)


def sentence(rows: pd.DataFrame) -> str:
    """How many programs rose, fell and stayed over the months drawn."""
    if rows.empty:
        return "No program has been judged yet."
    named = rows[rows["stage"].notna()].sort_values("month")
    ends = named.groupby("program_id")["stage"].agg(["first", "last"])
    rose, fell = int((ends["last"] > ends["first"]).sum()), int((ends["last"] < ends["first"]).sum())
    programs = rows["program_id"].nunique()
    unknown = programs - len(ends)
    what = "Each block bears its stage." if programs <= MOST_ROWS else "Each column counts the programs by their stage."
    text = (
        f"From {month_name(rows['month'].min())} to {month_name(rows['month'].max())}, "
        f"{counted(rose, 'program')} rose, {fell} fell and {len(ends) - rose - fell} stayed where they were. "
        f"{what}"
    )
    return text + (f" Hatched is unknown: {counted(unknown, 'program')} could never be placed." if unknown else "")


def _hover(name: str, block: list[dict[str, Any]]) -> str:
    first, last = month_short(block[0]["month"]), month_short(block[-1]["month"])
    stage = block[0]["stage"]
    what = f"stage {int(stage)}, {plain(block[0]['stage_name'])}" if present(stage) else "unknown"
    return f"<b>{plain(shortened(name, 60))}</b><br>{first if first == last else f'{first} to {last}'}: {what}"
