"""Measures how often noise passes for a trend or a change, and how often real ones are found.

`python -m tests.measure_frictions` prints the tables of docs/frictions.md: a thousand made-up series of each kind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import numpy as np
import ruptures

from rules.change_point import change_points
from rules.friction_catalogue import FrictionSignal
from rules.friction_event import changes_of
from rules.grid import OBSERVED, Bools, Floats, Signal
from rules.trend import trailing_trends
from tests.rule_world import header

SERIES = 1000
MONTHS = np.arange(36)
CHANGE_AT = 13
LATE = 20
SHARE = header("a_share", window="T3")
LEADS = FrictionSignal(signal="a_share", at_most=0.1, worst=0.5, measured_as="of everything")

Draw = Callable[[np.random.Generator], Floats]


def waves(draw: np.random.Generator) -> Floats:
    """A yearly rhythm of height one, each series with its own beginning. (series, months)"""
    return np.asarray(np.sin((MONTHS + draw.integers(0, 12, (SERIES, 1))) / 12 * 2 * np.pi))


def noise(draw: np.random.Generator) -> Floats:
    """Independent months of deviation one. (series, months)"""
    return draw.normal(size=(SERIES, len(MONTHS)))


def wandering(draw: np.random.Generator) -> Floats:
    """Months of which each keeps four tenths of the one before. (series, months)"""
    series = noise(draw)
    for month in range(1, len(MONTHS)):
        series[:, month] += 0.4 * series[:, month - 1]
    return series


TRENDS: Mapping[str, Draw] = {
    "noise": noise,
    "a rhythm of three deviations up and down": lambda draw: noise(draw) + 3 * waves(draw),
    "a year that climbs by four deviations and falls back": lambda draw: noise(draw) + 4 * (MONTHS % 12) / 12,
    "noise in which a month keeps 0.4 of the last": wandering,
    "a rise of three deviations a year": lambda draw: noise(draw) + 3 * MONTHS / 12,
    "the same under a rhythm of two": lambda draw: noise(draw) + 3 * MONTHS / 12 + 2 * waves(draw),
}
SPANS = (12, 15, 18, 24, 30)


def trends(make: Draw, pooled_months: int = 1) -> list[float]:
    """The share of series with a trend at the end of each of SPANS, each value the mean of so many months."""
    series = make(np.random.default_rng(11))
    pooled = np.stack(
        [series[:, max(0, at + 1 - pooled_months) : at + 1].mean(axis=1) for at in range(len(MONTHS))], axis=1
    )
    found = trailing_trends(pooled, float(pooled_months)).direction
    return [float((found[:, span - 1] != 0).mean()) for span in SPANS]


def shares(rate: Floats, draw: np.random.Generator, size: int, spread: float = 0.0) -> Signal:
    """So many things a month, of which `rate` count; `spread` is by how much the rate itself wavers."""
    wavering = np.clip(rate + spread * draw.normal(size=(SERIES, 24)), 0.0, 1.0)
    hits = draw.binomial(size, wavering).astype(float)
    whole = np.full(hits.shape, float(size))
    status = np.full(hits.shape, OBSERVED, dtype=np.int8)
    unknown = np.full(hits.shape, np.nan)
    return Signal(status, hits / whole, unknown, unknown, hits, whole, whole, unknown, unknown)


def level(step: float = 0.0, begin: int = CHANGE_AT) -> Floats:
    """A rate of 0.2 over two years, and so much more from a month on."""
    return 0.2 + step * (np.arange(24) >= begin)


def ours(signal: Signal) -> Bools:
    """The changes that are told: segments, an exact test that pays for every month, and no season."""
    found = np.zeros(signal.value.shape, dtype=bool)
    for change in changes_of(LEADS, SHARE, signal, signal.value):
        found[change.program, change.month] = True
    return found


def segments(signal: Signal) -> Bools:
    """The segments alone: the same as ruptures' PELT under a squared cost with our penalty."""
    return change_points(signal.value)


def kernel(signal: Signal) -> Bools:
    """ruptures' PELT with its Gaussian kernel and the penalty its guide begins with."""
    return _library(signal, lambda: ruptures.Pelt(model="rbf", min_size=3, jump=1), lambda _: 3.0)


def binary(signal: Signal) -> Bools:
    """ruptures' binary segmentation under a squared cost, penalised by ln n times the series' variance."""
    return _library(
        signal, lambda: ruptures.Binseg(model="l2", min_size=3, jump=1), lambda row: np.log(len(row)) * row.var()
    )


def chart(signal: Signal) -> Bools:
    """A process behaviour chart: the first month outside the limits of the first twelve."""
    base = signal.value[:, :12]
    reach = 2.66 * np.abs(np.diff(base, axis=1)).mean(axis=1, keepdims=True)
    outside = np.abs(signal.value - base.mean(axis=1, keepdims=True)) > reach
    outside &= np.cumsum(outside, axis=1) == 1
    return np.asarray(outside)


def _library(signal: Signal, make: Callable[[], object], penalty: Callable[[Floats], float]) -> Bools:
    found = np.zeros(signal.value.shape, dtype=bool)
    for index, row in enumerate(signal.value):
        ends = make().fit(row).predict(pen=max(penalty(row), 1e-9))  # type: ignore[attr-defined]
        found[index, [end for end in ends if end < len(row)]] = True
    return found


METHODS: Mapping[str, Callable[[Signal], Bools]] = {
    "told here": ours,
    "its segments alone (PELT, squared cost)": segments,
    "PELT, Gaussian kernel": kernel,
    "binary segmentation": binary,
    "process behaviour chart": chart,
}
QUIET = {
    "100 a month": lambda draw: shares(level(), draw, 100),
    "12 a month": lambda draw: shares(level(), draw, 12),
    "100, wavering by 0.05": lambda draw: shares(level(), draw, 100, 0.05),
    "100, with a season of 0.1": lambda draw: shares(0.2 + 0.1 * waves(draw)[:, :24], draw, 100),
}
CHANGED = {
    "100 a month, +0.15": lambda draw: shares(level(0.15), draw, 100),
    "12 a month, +0.3": lambda draw: shares(level(0.3), draw, 12),
    "100, +0.15 for four months": lambda draw: shares(level(0.15, LATE), draw, 100),
    "100, wavering, +0.15": lambda draw: shares(level(0.15), draw, 100, 0.05),
    "100, season, +0.3": lambda draw: shares(level(0.3) + 0.1 * waves(draw)[:, :24], draw, 100),
}


def false_alarms(method: str, world: str) -> float:
    """The share of series without any change in which one is told."""
    found = METHODS[method](QUIET[world](np.random.default_rng(12)))
    return float(found.any(axis=1).mean())


def detections(method: str, world: str) -> float:
    """The share of series with one change in which it is told in its month or the next to it."""
    found = METHODS[method](CHANGED[world](np.random.default_rng(13)))
    at = LATE if "four months" in world else CHANGE_AT
    return float(found[:, at - 1 : at + 2].any(axis=1).mean())


def trend_table(pooled_months: int) -> str:
    """Share of series in which a trend is told, by how many months are known."""
    lines = [f"| {pooled_months} month(s) a value | {' | '.join(f'{span} months' for span in SPANS)} |"]
    lines += ["| --- |" + " --- |" * len(SPANS)]
    for name, make in TRENDS.items():
        lines.append(f"| {name} | {' | '.join(f'{one:.1%}' for one in trends(make, pooled_months))} |")
    return "\n".join(lines)


def change_table() -> str:
    """False alarms and detections of each method."""
    lines = [
        f"| | {' | '.join(f'alarms: {one}' for one in QUIET)} | {' | '.join(f'found: {one}' for one in CHANGED)} |"
    ]
    lines += ["| --- |" + " --- |" * (len(QUIET) + len(CHANGED))]
    for method in METHODS:
        cells = [false_alarms(method, one) for one in QUIET] + [detections(method, one) for one in CHANGED]
        lines.append(f"| {method} | {' | '.join(f'{one:.1%}' for one in cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Prints all tables."""
    sys.stdout.write("\n\n".join([trend_table(1), trend_table(3), change_table()]) + "\n")


if __name__ == "__main__":
    main()
