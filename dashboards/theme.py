"""How Waystage looks: colours, the one Plotly template, and the pieces charts draw with.

Figures name colours as CSS variables; the page's script resolves them, so light, dark and print share one figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif'
RAMP_STEPS = 6
SIDE = 250  # left margin, in pixels, of charts that share a month axis down a page

LIGHT = {
    "paper": "#ffffff", "panel": "#f5f7f9", "ink": "#18212b", "muted": "#55616e", "line": "#d4dae1",
    "edge": "#7b8794", "accent": "#1c5d99", "accent-soft": "#dfeaf4", "on-accent": "#ffffff", "unknown": "#8a939d",
    "unknown-soft": "#e8ebee",
    "stage-0": "#dbe7f2", "stage-1": "#b6cee5", "stage-2": "#8cb2d6", "stage-3": "#5b8fc0", "stage-4": "#2e689f",
    "stage-5": "#123f6b",
    "on-stage-0": "#18212b", "on-stage-1": "#18212b", "on-stage-2": "#18212b", "on-stage-3": "#101820",
    "on-stage-4": "#ffffff", "on-stage-5": "#ffffff",
}  # fmt: skip
DARK = {
    "paper": "#11161c", "panel": "#19212a", "ink": "#e7ebf0", "muted": "#a6b1bd", "line": "#2e3945",
    "edge": "#7d8996", "accent": "#84b8ea", "accent-soft": "#1d3145", "on-accent": "#11161c", "unknown": "#8b95a1",
    "unknown-soft": "#29323c",
    "stage-0": "#213448", "stage-1": "#2d4c6d", "stage-2": "#3c6793", "stage-3": "#5487ba", "stage-4": "#82afdd",
    "stage-5": "#bcd8f4",
    "on-stage-0": "#e7ebf0", "on-stage-1": "#e7ebf0", "on-stage-2": "#ffffff", "on-stage-3": "#0b1015",
    "on-stage-4": "#11161c", "on-stage-5": "#11161c",
}  # fmt: skip

_AXIS = {
    "showgrid": False,
    "zeroline": False,
    "showline": False,
    "ticks": "",
    "fixedrange": True,
    "tickangle": 0,
    "tickfont": {"color": "var(--muted)", "size": 13},
}
TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"family": FONT, "size": 13, "color": "var(--ink)"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 28},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "var(--paper)",
            "bordercolor": "var(--edge)",
            "font": {"color": "var(--ink)", "family": FONT, "size": 13},
            "align": "left",
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "var(--muted)", "activecolor": "var(--accent)"},
        "xaxis": {**_AXIS, "automargin": True, "fixedrange": False},
        "yaxis": {**_AXIS, "automargin": True},
        "bargap": 0.35,
    }
}


def variable(colour: str) -> str:
    """The CSS variable that carries `colour`."""
    return f"var(--{colour})"


def stage_colour(stage: float, top: float) -> str:
    """The step of the ramp for `stage` where `top` is the model's highest stage."""
    share = 0.0 if top <= 0 else min(1.0, max(0.0, float(stage) / float(top)))
    return variable(f"stage-{round(share * (RAMP_STEPS - 1))}")


def points_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as dictionaries by column name; made column by column, as pandas itself takes far longer."""
    names = [str(name) for name in rows]
    return [dict(zip(names, row, strict=True)) for row in zip(*(rows[name].tolist() for name in rows), strict=True)]


def themed_figure(traces: list[Any], layout: Mapping[str, Any], height: int) -> go.Figure:
    """A figure for the house template, which the page's script lays under it. `layout.meta.narrow` may hold overrides
    for screens under 680 px. Traces may be dictionaries: what is in them is checked by the tests of charts, not here,
    since checking takes longer than all else that a page takes."""
    return go.Figure(data=traces, layout={"template": {}, "height": height, **layout}, _validate=False)


def empty_figure(text: str) -> go.Figure:
    """A figure that says why there is nothing to draw."""
    note = {
        "text": plain(text), "showarrow": False, "x": 0, "y": 0.5, "xref": "paper", "yref": "paper",
        "xanchor": "left", "font": {"color": variable("muted")},
    }  # fmt: skip
    return themed_figure([], {"xaxis": {"visible": False}, "yaxis": {"visible": False}, "annotations": [note]}, 56)


def plain(text: object) -> str:
    """`text` for Plotly, which reads a little HTML: nothing in it is read as markup."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def hatching() -> dict[str, Any]:
    """The pattern of what is unknown or not final, for bars and filled areas."""
    return {"shape": "/", "size": 6, "solidity": 0.2, "fgcolor": variable("unknown"), "fillmode": "overlay"}


def label(text: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    """A direct label, left-aligned at paper position x and axis or paper position y."""
    return {
        "text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
        "showarrow": False, "align": "left", "font": {"color": variable("ink"), "size": 13}, **more,
    }  # fmt: skip


def css_variables() -> str:
    """The colour variables of both modes. Print is always light."""

    def block(colours: Mapping[str, str]) -> str:
        return "".join(f"--{name}:{value};" for name, value in colours.items())

    return (
        f":root{{color-scheme:light dark;--font:{FONT};{block(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{block(DARK)}}}}}\n"
    )
