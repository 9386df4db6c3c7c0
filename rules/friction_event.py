"""Changes of level in a friction's leading signal: found, tested before against after, and told in a sentence."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from rules.change_point import change_points, repeats_each_year
from rules.friction_catalogue import Friction, FrictionSignal
from rules.grid import Bools, Floats, Signal
from rules.wording import number_text
from transforms.header import SignalHeader

SIGNIFICANT = 0.05
# A change smaller than a tenth of the way from fine to worst is nothing that people notice.
NOTICEABLE = 0.1


@dataclass(frozen=True)
class Change:
    """A new level: `kind` is rise where the friction got worse, fall where it eased."""

    program: int
    month: int
    kind: Literal["rise", "fall"]
    before: float
    after: float
    p_value: float

    def text(
        self,
        friction: Friction,
        one: FrictionSignal,
        header: SignalHeader,
        month: pd.Timestamp,
        *,
        source_break: str | None = None,
    ) -> str:
        """The friction in customers' terms, with what it was and what it is since when. Where the tool was changed,
        nobody is blamed or praised: what is counted may have changed, not what happened."""
        before, after = number_text(self.before, header), number_text(self.after, header)
        verb = "up" if self.after > self.before else "down"
        now = f"{after} {one.measured_as} since {month:%B %Y}, {verb} from {before}"
        if source_break:
            return f"{now[0].upper()}{now[1:]}: {source_break}, so the tool may have changed rather than the program."
        return friction.says.format(now=now) if self.kind == "rise" else f"Easing: {now}."


def changes_of(
    one: FrictionSignal, header: SignalHeader, signal: Signal, series: Floats, is_broken: Bools | None = None
) -> list[Change]:
    """Every change of level of every program that an exact test confirms, programs and months in order. What comes
    again at the same time of each known year is the season's.

    series: (programs, months), NaN where the signal is unknown or does not lead. is_broken: the months in which another
    tool took over; only a change at such a month compares what both counted.
    """
    starts = change_points(series)
    epochs = np.cumsum(np.zeros(series.shape, dtype=bool) if is_broken is None else is_broken, axis=1)
    changes = []
    for program in map(int, np.nonzero(starts.any(axis=1))[0]):
        begins = np.nonzero(starts[program])[0]
        bounds = [0, *map(int, begins), series.shape[1]]
        for index, month in enumerate(map(int, begins)):
            former = slice(bounds[index], month)
            latter = slice(month, bounds[index + 2])
            former, latter = _of_one_tool(epochs[program], former, latter)
            before, after = (_value(header, signal, series, program, span) for span in (former, latter))
            # what few changes pass comes first: the exact tests take longer than all else
            if not abs(after - before) >= NOTICEABLE * abs(one.worst - one.good):
                continue
            if repeats_each_year(series[program], month):
                continue
            # The month was chosen because it differs most: the test pays for every month it could have been.
            looks = int(np.sum(~np.isnan(series[program])))
            p_value = min(1.0, looks * _p_value(header, signal, series, program, (former, latter)))
            if p_value < SIGNIFICANT:
                kind: Literal["rise", "fall"] = "rise" if (after - before) * one.worse_is > 0 else "fall"
                changes.append(Change(program, month, kind, before, after, p_value))
    return changes


def _of_one_tool(epoch: np.ndarray, former: slice, latter: slice) -> tuple[slice, slice]:
    """The part of both spans that one tool counted; all of them where the change is that of the tool, or a month late:
    a first month is shared by both tools."""
    month = latter.start
    if epoch[month] != epoch[max(month - 2, 0)]:
        return former, latter
    first, last = (int(np.searchsorted(epoch, epoch[month], side=side)) for side in ("left", "right"))
    return slice(max(former.start, first), former.stop), slice(month, min(latter.stop, last))


def _has_counts(header: SignalHeader) -> bool:
    return header.kind in ("share", "rate") and header.pooled == "judging"


def _counts(signal: Signal, series: Floats, program: int, span: slice) -> tuple[float, float]:
    known = ~np.isnan(series[program, span])
    return (
        float(signal.numerator[program, span][known].sum()),
        float(signal.denominator[program, span][known].sum()),
    )


def _value(header: SignalHeader, signal: Signal, series: Floats, program: int, span: slice) -> float:
    if _has_counts(header):
        numerator, denominator = _counts(signal, series, program, span)
        return numerator / denominator if denominator else float("nan")
    return float(np.nanmedian(series[program, span]))


def _p_value(header: SignalHeader, signal: Signal, series: Floats, program: int, spans: tuple[slice, slice]) -> float:
    """Fisher's exact test of two shares, the conditional exact test of two rates, else Mann–Whitney's of the months."""
    former, latter = spans
    if not _has_counts(header):
        early, late = (part[~np.isnan(part)] for part in (series[program, former], series[program, latter]))
        return float(stats.mannwhitneyu(early, late).pvalue)
    before, after = (_counts(signal, series, program, span) for span in spans)
    if header.kind == "rate":
        events = round(before[0] + after[0])
        share = after[1] / (before[1] + after[1])
        return float(stats.binomtest(round(after[0]), events, share).pvalue) if events else 1.0
    table = np.array([[round(part[0]), max(round(part[1] - part[0]), 0)] for part in (before, after)])
    return float(stats.fisher_exact(table).pvalue)
