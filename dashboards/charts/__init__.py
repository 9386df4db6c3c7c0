"""Charts, found by folder scan: each file is one chart and touches nothing else.

A chart declares `TITLE` (what it shows), `PAGE` (program, portfolio, data_quality or signal), `ORDER` (place on that
page), `QUERY` (over the published tables; `$program_id`, `$model`, `$month`, or on a signal's page `$signal`, are
bound where named), `figure(rows)` and `sentence(rows)`, which says in words what the figure shows. Both must cope with
zero rows. Optional: `COLUMNS`, the columns of the data table with their headings, in order; `notes(rows)`, one line
each on what the marks in the figure stand for; `ANSWERS`, the question of a leader that it answers, to which the
program's page then leads; `ON_PAPER = False` where the printed sheet has room for the sentence only.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

PAGES = ("program", "portfolio", "data_quality", "signal")


@dataclass(frozen=True)
class Chart:
    """One chart, as its file declares it."""

    name: str
    title: str
    page: str
    order: int
    query: str
    columns: dict[str, str] | None
    figure: Callable[[pd.DataFrame], go.Figure]
    sentence: Callable[[pd.DataFrame], str]
    notes: Callable[[pd.DataFrame], list[str]]
    answers: str | None
    is_on_paper: bool


def charts(page: str | None = None) -> list[Chart]:
    """Every chart, or those of one page, in page order. A chart that declares too little is an error that names it."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        source = importlib.import_module(f"{__name__}.{module.name}")
        missing = [
            part for part in ("TITLE", "PAGE", "ORDER", "QUERY", "figure", "sentence") if not hasattr(source, part)
        ]
        if missing:
            raise ValueError(
                f"dashboards/charts/{module.name}.py: declare {', '.join(missing)}; see dashboards/charts/__init__.py"
            )
        if source.PAGE not in PAGES:
            raise ValueError(
                f"dashboards/charts/{module.name}.py: PAGE is {source.PAGE!r}; use one of {', '.join(PAGES)}"
            )
        found.append(
            Chart(
                module.name,
                source.TITLE,
                source.PAGE,
                source.ORDER,
                source.QUERY,
                getattr(source, "COLUMNS", None),
                source.figure,
                source.sentence,
                getattr(source, "notes", _no_notes),
                getattr(source, "ANSWERS", None),
                getattr(source, "ON_PAPER", True),
            )
        )
    return sorted((c for c in found if page in {None, c.page}), key=lambda chart: (chart.page, chart.order, chart.name))


def _no_notes(_: pd.DataFrame) -> list[str]:
    return []
