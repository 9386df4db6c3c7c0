"""One condition over all programs and months: the pooled reading, its outcome, and how probably it is met.

Outcomes are three-valued at heart. Between `keep` and the threshold an outcome rests on whether the condition was
held before; where a month that could not be judged lies between, that is unknown too, so losing evidence never
makes a condition met or unmet that was not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.grid import ERROR as SIGNAL_ERROR
from rules.grid import NOT_APPLICABLE as SIGNAL_NOT_APPLICABLE
from rules.grid import OBSERVED, Bools, Codes, Floats, Grid, Signal, carry_last_complete, earlier
from rules.model import Condition
from rules.source_break import SourceBreaks
from transforms.header import SignalHeader
from transforms.interval import interval, probability_at_least

MET, NOT_MET, UNKNOWN, NOT_APPLICABLE, WAIVED, ERROR = range(6)
OUTCOMES = ("met", "not_met", "unknown", "not_applicable", "waived", "error")

POOLABLE = ("share", "rate", "ratio")


@dataclass(frozen=True)
class Reading:
    """A condition's evidence after pooling; `is_assessable` where there is enough of it to judge by.

    `months` is over how many months the value was measured. `is_open` where what later changes hide could be on
    either side of a value in force; `least` and `most` say how far apart. `is_cut` where more months would have been
    pooled, had another tool not counted them; `is_mixed` where the value is measured over months of both tools.
    """

    value: Floats
    low: Floats
    high: Floats
    numerator: Floats
    denominator: Floats
    sample_size: Floats
    months: Floats
    least: Floats
    most: Floats
    is_observed: Bools
    is_open: Bools
    is_assessable: Bools
    is_cut: Bools
    is_mixed: Bools


@dataclass(frozen=True)
class Judged:
    """A condition judged. `truth` is 1 met, 0 unknown, -1 not met; months_met counts within `hold`."""

    condition: Condition
    reading: Reading
    outcome: Codes
    truth: Codes
    probability_met: Floats
    is_kept: Bools
    is_between: Bools
    is_launch: Bools
    months_met: NDArray[np.int64]

    @property
    def is_applicable(self) -> Bools:
        return np.asarray(self.outcome != NOT_APPLICABLE)


def pool(condition: Condition, header: SignalHeader, signal: Signal, grid: Grid, breaks: SourceBreaks) -> Reading:
    """The fewest latest complete months that reach the minimum sample, within the window.

    The month itself must be observed. For a reach condition, months of a launch are not added to others; for none
    are months before a change of tool added to those since.
    """
    observed = (signal.status == OBSERVED) & grid.is_complete
    parts = (signal.numerator, signal.denominator, signal.value, signal.low, signal.high)
    numerator, denominator, value, low, high = (np.where(observed, part, np.nan) for part in parts)
    size = np.where(np.isnan(signal.sample_size), signal.denominator, signal.sample_size)
    sample = np.where(observed, size, np.nan)
    window = min(condition.window_months, header.window_months)
    months = np.full(grid.shape, float(header.window_months if header.pooled == "sql" else 1))
    is_cut = np.zeros(grid.shape, dtype=bool)
    is_mixed = observed & breaks.within(header, header.window_months - 1 if header.pooled == "sql" else 0)
    if header.pooled == "judging" and header.kind in POOLABLE and window > 1:
        # a month that counts and does not tell is no month of zeros: nothing is added to it, nor it to others
        is_told = observed & ~np.isnan(signal.numerator) & ~np.isnan(signal.denominator)
        usable = is_told & ~(grid.is_launch & condition.reach)
        is_pooled = np.zeros(grid.shape, dtype=bool)
        for lag in range(1, window):
            more = is_told & (np.nan_to_num(sample) < header.minimum_sample) & earlier(usable, lag, False)
            is_other = breaks.within(header, lag)
            is_cut |= more & is_other
            more &= ~is_other
            add = [
                np.where(more, np.nan_to_num(earlier(np.where(is_told, part, 0.0), lag, 0.0)), 0.0)
                for part in (signal.numerator, signal.denominator, size)
            ]
            numerator, denominator, sample = (
                np.where(more, np.nan_to_num(total) + extra, total)
                for total, extra in zip((numerator, denominator, sample), add, strict=True)
            )
            is_pooled |= more
            months += more
        with np.errstate(divide="ignore", invalid="ignore"):
            pooled_value = np.where(denominator > 0, numerator / denominator, np.nan)
        value = np.where(is_pooled, pooled_value, value)
        if is_pooled.any():
            bounds = interval(
                header.kind, numerator[is_pooled], denominator[is_pooled], sample[is_pooled], value[is_pooled]
            )
            low[is_pooled], high[is_pooled] = bounds
    enough = (sample >= header.minimum_sample) | ((header.kind == "count") & np.isnan(sample))
    is_open = observed & _is_open(condition, signal)
    assessable = observed & enough & ~np.isnan(value) & ~is_open
    bounds = signal.least, signal.most
    flags = observed, is_open, assessable, is_cut, is_mixed
    return Reading(value, low, high, numerator, denominator, sample, months, *bounds, *flags)


def _is_open(condition: Condition, signal: Signal) -> Bools:
    """Where the bounds of the truth lie on both sides of the threshold, or of the value it may slip to."""
    is_open = np.zeros(signal.status.shape, dtype=bool)
    for limit in (condition.threshold, condition.keep_threshold):
        if condition.is_at_least:
            is_open |= (signal.least < limit) & (signal.most >= limit)
        else:
            is_open |= (signal.least <= limit) & (signal.most > limit)
    return is_open


def judge(
    condition: Condition,
    header: SignalHeader,
    signal: Signal,
    grid: Grid,
    *,
    breaks: SourceBreaks,
    waived: Bools,
    unknown_prior: float,
) -> Judged:
    """Outcome and probability of one condition for every program and month."""
    reading = pool(condition, header, signal, grid, breaks)
    truth, is_kept, is_between, is_launch = _monthly_truth(condition, reading, grid)
    chance = _chance(condition, header, reading, is_kept, unknown_prior)
    truth, months_met, chance = _over_hold(condition, truth, chance)
    outcome = np.select([truth > 0, truth < 0], [MET, NOT_MET], UNKNOWN).astype(np.int8)
    complete = grid.is_complete
    outcome[complete & (signal.status == SIGNAL_NOT_APPLICABLE)] = NOT_APPLICABLE
    outcome[complete & (signal.status == SIGNAL_ERROR)] = ERROR
    blind = (outcome == UNKNOWN) | (outcome == ERROR)
    chance = np.where(blind, unknown_prior, chance)
    arrays: list[NDArray[Any]] = [outcome, chance, is_kept, is_between, is_launch, months_met]
    arrays += [
        reading.value,
        reading.low,
        reading.high,
        reading.numerator,
        reading.denominator,
        reading.sample_size,
        reading.least,
        reading.most,
        reading.is_observed,
        reading.is_open,
        reading.is_assessable,
        reading.is_cut,
        reading.is_mixed,
    ]
    for array in arrays:
        carry_last_complete(grid, array)
    outcome[(outcome == NOT_MET) & waived] = WAIVED
    chance[outcome == WAIVED] = 1.0
    chance[outcome == NOT_APPLICABLE] = np.nan
    is_met = (outcome == MET) | (outcome == WAIVED)
    truth = np.where(is_met, 1, np.where(outcome == NOT_MET, -1, 0)).astype(np.int8)
    return Judged(condition, reading, outcome, truth, chance, is_kept, is_between, is_launch, months_met)


def _monthly_truth(condition: Condition, reading: Reading, grid: Grid) -> tuple[Codes, Bools, Bools, Bools]:
    """Truth of each month by itself, and where it was kept, undecided between, or stopped by a launch."""
    sign = 1.0 if condition.is_at_least else -1.0
    passes = sign * reading.value >= sign * condition.threshold
    slips = ~passes & (sign * reading.value >= sign * condition.keep_threshold)
    truth = np.zeros(grid.shape, dtype=np.int8)
    kept, between, launch = (np.zeros(grid.shape, dtype=bool) for _ in range(3))
    held = np.full(grid.shape[0], -1, dtype=np.int8)
    has_read = np.zeros(grid.shape[0], dtype=bool)
    lasted = np.zeros(grid.shape[0], dtype=np.int64)
    for month in range(grid.shape[1]):
        can_judge = reading.is_assessable[:, month]
        read = np.where(passes[:, month], 1, np.where(slips[:, month], held, -1))
        read = np.where(can_judge, read, 0).astype(np.int8)
        kept[:, month] = can_judge & slips[:, month] & (read == 1)
        between[:, month] = can_judge & slips[:, month] & (read == 0)
        # A launch cannot satisfy reach; what had already lasted before it stands.
        in_launch = grid.is_launch[:, month] & condition.reach
        stopped = (read == 1) & in_launch & (lasted < condition.hold)
        launch[:, month] = stopped
        truth[:, month] = np.where(stopped, 0, read)
        lost = ~can_judge & has_read & grid.is_complete[:, month]
        held = np.where(can_judge & ~stopped, read, np.where(lost, 0, held)).astype(np.int8)
        has_read |= can_judge
        lasted = np.where((read == 1) & ~stopped, lasted + 1, 0)
    return truth, kept, between, launch


def _chance(condition: Condition, header: SignalHeader, reading: Reading, kept: Bools, prior: float) -> Floats:
    """Probability that the true value passes the value in force, from the reading's own uncertainty."""
    chance = np.full(kept.shape, prior)
    for in_force, where in (
        (condition.threshold, reading.is_assessable & ~kept),
        (condition.keep_threshold, reading.is_assessable & kept),
    ):
        if where.any():
            # At most x is the complement of above x: the next number up keeps an exact x on the right side.
            limit = in_force if condition.is_at_least else float(np.nextafter(in_force, np.inf))
            above = _probability_above(header, reading, where, limit)
            passing = above if condition.is_at_least else 1.0 - above
            # A value without an interval can be judged but says nothing of its own doubt.
            chance[where] = np.where(np.isnan(passing), prior, passing)
    return np.asarray(np.clip(chance, 0.0, 1.0))


def _probability_above(header: SignalHeader, reading: Reading, where: Bools, limit: float) -> Floats:
    """P(truth >= limit) of these cells. Equal evidence is asked about once: many programs share small counts."""
    parts = (
        reading.numerator,
        reading.denominator,
        reading.sample_size,
        reading.value,
        reading.low,
        reading.high,
    )
    columns = [part[where] for part in parts]
    if header.census:
        columns[-2:] = [reading.value[where]] * 2
    alike = pd.util.hash_pandas_object(pd.DataFrame(dict(enumerate(columns))), index=False)
    _, first, back = np.unique(alike.to_numpy(), return_index=True, return_inverse=True)
    numerator, denominator, size, value, low, high = (column[first] for column in columns)
    chance = probability_at_least(header.kind, numerator, denominator, size, value, low, high, limit)
    return np.asarray(chance[back])


def _over_hold(condition: Condition, truth: Codes, chance: Floats) -> tuple[Codes, NDArray[np.int64], Floats]:
    """Truth over the months it must hold: all of them met, or one unmet, or not known.

    Months before the first count as unknown. The chance is the worst month's: neighbouring months share their
    evidence, so multiplying them would count one doubt many times.
    """
    span, chances = (
        np.stack([earlier(array, lag, before) for lag in range(condition.hold)])
        for array, before in ((truth, 0), (chance, 1.0))
    )
    return span.min(axis=0), (span == 1).sum(axis=0), chances.min(axis=0)
