"""Draws how cost grows: CPU seconds and MiB against rows, programs and months, both axes in logarithms, as one SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, GAP = 230, 170, 60, 40, 70
MEASURES = ("CPU seconds", "MiB")
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#444}.line{fill:none;stroke:#2563a8;stroke-width:2}"
    "circle{fill:#2563a8}.frame{fill:none;stroke:#bbb}.ideal{fill:none;stroke:#bbb;stroke-dasharray:4 4}"
)
Points = Mapping[float, tuple[float, ...]]


def draw(path: Path, drawn: Mapping[str, Points]) -> None:
    """One panel per axis and measure; the dashed line is what would be proportional from the first point on."""
    width = LEFT + len(drawn) * (WIDTH + GAP)
    height = TOP + len(MEASURES) * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="CPU seconds and memory of a full build as rows, programs and months grow">',
        f"<style>{STYLE}</style>",
    ]
    for column, (axis, points) in enumerate(drawn.items()):
        for row, measure in enumerate(MEASURES):
            at = (LEFT + column * (WIDTH + GAP), TOP + row * (HEIGHT + GAP))
            parts += _panel(at, f"{measure} against {axis}", {x: values[row] for x, values in points.items()})
    path.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def _panel(at: tuple[int, int], title: str, points: Mapping[float, float]) -> list[str]:
    left, top = at
    xs = [math.log10(x) for x in points]
    ys = [math.log10(max(y, 0.1)) for y in points.values()]
    # a decade is as long on both sides, so that proportional is a slope everyone knows
    decades = max(max(xs) - min(xs), max(ys) - min(ys), 0.3) * 1.15
    middle = (max(ys) + min(ys)) / 2

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (x - min(xs)) / decades * WIDTH, top + HEIGHT / 2 - (y - middle) / decades * HEIGHT

    dots = [place(x, y) for x, y in zip(xs, ys, strict=True)]
    ideal = [place(xs[0], ys[0]), _inside(place(xs[0], ys[0]), place(xs[-1], ys[0] + xs[-1] - xs[0]), top - 8)]
    told = [
        f'<text x="{left}" y="{top - 14}">{title}</text>',
        f'<rect class="frame" x="{left - 8}" y="{top - 8}" width="{WIDTH + 16}" height="{HEIGHT + 16}"/>',
        f'<polyline class="ideal" points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in ideal)}"/>',
        f'<polyline class="line" points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in dots)}"/>',
    ]
    for (x, y), (count, value) in zip(dots, points.items(), strict=True):
        told.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3"/>')
        told.append(f'<text x="{x:.0f}" y="{y - 8:.0f}" text-anchor="middle">{value:,.0f}</text>')
        told.append(f'<text x="{x:.0f}" y="{top + HEIGHT + 24}" text-anchor="middle">{_short(count)}</text>')
    return told


def _inside(begin: tuple[float, float], end: tuple[float, float], top: float) -> tuple[float, float]:
    """The end of a line, or where it leaves the frame."""
    (left, low), (right, high) = begin, end
    part = 1.0 if high >= top else (low - top) / (low - high)
    return left + part * (right - left), low + part * (high - low)


def _short(count: float) -> str:
    return f"{count / 1e6:g} M" if count >= 1e6 else f"{count / 1e3:g} k" if count >= 1e3 else f"{count:g}"
