"""Small drawings as inline SVG and HTML: the stage path, a sparkline, the cells of a job. All repeat what text says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from dashboards.facts import Ladder
from dashboards.html import Markup, tag
from dashboards.published import Row
from dashboards.words import present

FEWEST_POINTS = 6


def sparkline(values: Sequence[float | None], spoken: str) -> Markup:
    """A 84 by 22 line over equal steps; gaps stay gaps, under six points are drawn as points only. `spoken` says it."""
    known = [value for value in values if value is not None]
    if not known:
        return tag("span", "no data", class_="muted")
    floor = min(known)
    span = (max(known) - floor) or 1.0
    step = 76 / max(1, len(values) - 1)
    points = [
        None if value is None else (round(4 + index * step, 1), round(18 - 14 * (value - floor) / span, 1))
        for index, value in enumerate(values)
    ]
    shapes: list[Markup] = []
    run: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
        elif run:
            if len(run) > 1 and len(known) >= FEWEST_POINTS:
                shapes.append(tag("polyline", points=" ".join(f"{x:g},{y:g}" for x, y in run)))
            else:
                shapes += [tag("circle", cx=f"{x:g}", cy=f"{y:g}", r="1.5") for x, y in run]
            run = []
    last = next(point for point in reversed(points) if point is not None)
    shapes.append(tag("circle", cx=f"{last[0]:g}", cy=f"{last[1]:g}", r="2.5"))
    return _spark(shapes, spoken)


def stage_sparkline(stages: Sequence[int | None], ladder: Ladder) -> Markup:
    """The stage by month as blocks on the model's own scale, each as long as the stage lasts; unknown ones hatched."""
    count = max(1, len(stages))
    width = 84 / count
    span = max(1, ladder.top - ladder.bottom)
    bars = []
    at = 0
    for stage, run in groupby(stages):
        months = len(list(run))
        size = 22.0 if stage is None else 3 + 19 * (stage - ladder.bottom) / span
        ramp = None if stage is None else round(5 * stage / max(1, ladder.top))
        bars.append(
            tag(
                "rect",
                x=f"{at * width:.1f}",
                y=f"{22 - size:.1f}",
                width=f"{months * width - 1:.1f}",
                height=f"{size:.1f}",
                class_="unknown-fill" if ramp is None else f"ramp-{ramp}",
            )
        )
        at += months
    ends = (
        ["unknown" if stage is None else str(stage) for stage in (stages[0], stages[-1])] if stages else ["unknown"] * 2
    )
    spoken = f"from {ends[0]} to {ends[1]} in {count} months"
    return _spark(bars, spoken)


def _spark(shapes: Sequence[Markup], spoken: str) -> Markup:
    return tag(
        "svg",
        *shapes,
        class_="spark",
        viewBox="0 0 84 22",
        width="84",
        height="22",
        role="img",
        aria_label=spoken,
    )


def path(ladder: Ladder, row: Row | None) -> Markup:
    """The stages as a path: the present one filled, the ones the evidence also allows hatched."""
    here = row["stage"] if row and present(row["stage"]) else None
    low = row["stage_low"] if row and present(row["stage_low"]) else here
    high = row["stage_high"] if row and present(row["stage_high"]) else here
    items = []
    for step in ladder.steps:
        is_here = step.stage == here
        possible = low is not None and high is not None and low <= step.stage <= high
        passed = here is not None and step.stage < here
        state = "here" if is_here else "possible" if possible else "passed" if passed else "ahead"
        spoken = {"here": " (now)", "possible": " (possible)"}.get(state, "")
        items.append(
            tag(
                "li",
                tag("span", step.stage, class_="node"),
                tag("span", step.name, tag("span", spoken, class_="spoken") if spoken else "", class_="step"),
                class_=state,
                aria_current="step" if is_here else None,
            )
        )
    return tag("ol", *items, class_="path", aria_label=f"Stages of {ladder.title}")


def cells(findings: Sequence[Row]) -> Markup:
    """One cell per condition of a job, in stage order: met filled, not met open, unknown hatched."""
    return tag(
        "span",
        *(
            tag("i", class_={"met": "met", "waived": "met", "not_met": "open"}.get(f["outcome"], "unknown"))
            for f in findings
        ),
        class_="cells",
        aria_hidden="true",
    )


def series_values(series: Sequence[tuple[date, float | None]]) -> list[float | None]:
    """The values of a monthly series with its missing months as gaps."""
    if not series:
        return []
    by_month = {(month.year, month.month): value for month, value in series}
    first, last = series[0][0], series[-1][0]
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [divmod(first.year * 12 + first.month - 1 + index, 12) for index in range(count)]
    return [by_month.get((year, index + 1)) for year, index in months]
