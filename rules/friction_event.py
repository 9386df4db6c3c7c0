"""Changes of level in a friction's leading signal: found, tested before against after, and told in a sentence."""

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import pandas as pd

from rules.change_point import Places, change_points, repeats_each_year
from rules.exact_test import binomial, fisher_exact, mann_whitney
from rules.friction_catalogue import Friction, FrictionSignal
from rules.grid import Bools, Floats, Signal
from rules.trend import median
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


@dataclass(frozen=True)
class _Steps:
    """Steps from one level to the next, by program and first month of the new one; `former` and `latter` are the known
    months of either level that are compared, (steps, months)."""

    program: Places
    month: Places
    former: Bools
    latter: Bools

    def at(self, chosen: Bools) -> "_Steps":
        return _Steps(*(getattr(self, one.name)[chosen] for one in fields(self)))


def changes_of(
    one: FrictionSignal, header: SignalHeader, signal: Signal, series: Floats, is_broken: Bools | None = None
) -> list[Change]:
    """Every change of level of every program that an exact test confirms, programs and months in order. What comes
    again at the same time of each known year is the season's.

    series: (programs, months), NaN where the signal is unknown or does not lead. is_broken: the months in which another
    tool took over; only a change at such a month compares what both counted.
    """
    steps = _steps(series, np.zeros(series.shape, dtype=bool) if is_broken is None else is_broken)
    before, after = (_values(header, signal, series, steps.program, span) for span in (steps.former, steps.latter))
    # what few changes pass comes first: the exact tests take longer than all else
    passes = np.abs(after - before) >= NOTICEABLE * abs(one.worst - one.good)
    passes[passes] = ~repeats_each_year(series, steps.program[passes], steps.month[passes])
    steps, before, after = steps.at(passes), before[passes], after[passes]
    # The month was chosen because it differs most: the test pays for every month it could have been.
    looks = np.sum(~np.isnan(series[steps.program]), axis=1)
    p_values = np.minimum(1.0, looks * _p_values(header, signal, series, steps))
    return [
        Change(
            program=int(steps.program[step]),
            month=int(steps.month[step]),
            kind="rise" if (after[step] - before[step]) * one.worse_is > 0 else "fall",
            before=float(before[step]),
            after=float(after[step]),
            p_value=float(p_values[step]),
        )
        for step in np.flatnonzero(p_values < SIGNIFICANT)
    ]


def _steps(series: Floats, is_broken: Bools) -> _Steps:
    """Where a new level begins, and the months of both levels that one tool counted; all of them where the change is
    that of the tool, or a month late: a first month is shared by both tools."""
    known = ~np.isnan(series)
    starts = np.zeros(series.shape, dtype=bool)
    is_seen = known.any(axis=1)
    starts[is_seen] = change_points(series[is_seen])
    level = np.cumsum(starts, axis=1)
    epoch = np.cumsum(is_broken, axis=1)
    program, month = np.nonzero(starts)
    of_tool = epoch[program, month][:, None]
    is_of_tool = epoch[program] == of_tool
    is_of_tool |= epoch[program, np.maximum(month - 2, 0)][:, None] != of_tool
    step = level[program] - level[program, month][:, None]
    usable = known[program] & is_of_tool
    return _Steps(program, month, usable & (step == -1), usable & (step == 0))


def _has_counts(header: SignalHeader) -> bool:
    return header.kind in ("share", "rate") and header.pooled == "judging"


def _counts(signal: Signal, program: Places, span: Bools) -> tuple[Floats, Floats]:
    """Numerator and denominator of the months of each step."""
    numerator, denominator = (_sums(part[program], span) for part in (signal.numerator, signal.denominator))
    return numerator, denominator


def _sums(values: Floats, chosen: Bools) -> Floats:
    """The sum of each row's chosen values. Rows of as many are added at once: the order in which a row is added, and so
    the last digit of its sum, is that of the row alone."""
    sums, counts = np.zeros(len(values)), chosen.sum(axis=1)
    for count in np.unique(counts):
        rows = counts == count
        sums[rows] = values[rows][chosen[rows]].reshape(rows.sum(), count).sum(axis=1)
    return sums


def _values(header: SignalHeader, signal: Signal, series: Floats, program: Places, span: Bools) -> Floats:
    if not _has_counts(header):
        return median(np.where(span, series[program], np.nan))
    numerator, denominator = _counts(signal, program, span)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator != 0, numerator / denominator, np.nan)


def _p_values(header: SignalHeader, signal: Signal, series: Floats, steps: _Steps) -> Floats:
    """Fisher's exact test of two shares, the conditional exact test of two rates, else Mann–Whitney's of the months."""
    if not _has_counts(header):
        return mann_whitney(series[steps.program], steps.former, steps.latter)
    before, after = (_counts(signal, steps.program, span) for span in (steps.former, steps.latter))
    if header.kind == "rate":
        events = np.round(before[0] + after[0]).astype(np.int64)
        return binomial(np.round(after[0]).astype(np.int64), events, after[1] / (before[1] + after[1]))
    return fisher_exact(*(_hits_and_misses(*counts) for counts in (before, after)))


def _hits_and_misses(hits: Floats, total: Floats) -> tuple[Places, Places]:
    return np.round(hits).astype(np.int64), np.maximum(np.round(total - hits), 0).astype(np.int64)
