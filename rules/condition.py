"""One condition over all programs and months: the pooled reading, its outcome, and how probably it is met.

Outcomes are three-valued at heart. Between `keep` and the threshold an outcome rests on whether the condition was
held before; where a month that could not be judged lies between, that is unknown too, so losing evidence never
makes a condition met or unmet that was not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.alike import alike
from rules.grid import ERROR as SIGNAL_ERROR
from rules.grid import NOT_APPLICABLE as SIGNAL_NOT_APPLICABLE
from rules.grid import Bools, Codes, Floats, Grid, Signal, carry_last_complete, earlier
from rules.model import Condition
from rules.partial import Part
from rules.pooling import Reading, last_assessable, pool
from rules.source_break import SourceBreaks
from transforms.header import SignalHeader
from transforms.interval import probability_at_least

MET, NOT_MET, UNKNOWN, NOT_APPLICABLE, WAIVED, ERROR = range(6)
OUTCOMES = ("met", "not_met", "unknown", "not_applicable", "waived", "error")

CLEARLY_LOST = 0.1  # chance of still passing `keep` under which what was held is let go
CLEARLY_MISSED = 0.1  # chance of passing all the same under which what is not met is known not to be


@dataclass(frozen=True)
class Judged:
    """A condition judged. `truth` is 1 met, 0 unknown, -1 not met; months_met counts within `hold`.

    `is_doubtful`: kept although past `keep`, because the sample is too small to say that it is lost.
    `is_partial`: short of the threshold by what is seen, and not known to be, since a part of it is not seen.
    """

    condition: Condition
    reading: Reading
    outcome: Codes
    truth: Codes
    probability_met: Floats
    is_kept: Bools
    is_doubtful: Bools
    is_between: Bools
    is_launch: Bools
    is_partial: Bools
    months_met: NDArray[np.int64]

    @property
    def truth_seen(self) -> Codes:
        """The truth where what is not seen adds nothing."""
        return np.where(self.is_partial & (self.truth == 0), -1, self.truth).astype(np.int8)

    @property
    def truth_at_best(self) -> Codes:
        """The truth where what is missed by so little that the sample may have missed it is not known to be."""
        return np.where((self.truth == -1) & (self.probability_met >= CLEARLY_MISSED), 0, self.truth).astype(np.int8)

    @property
    def is_answered(self) -> Bools:
        """Whether the sources tell of it, in part at least."""
        return np.asarray((self.truth != 0) | self.is_partial)

    @property
    def is_applicable(self) -> Bools:
        return np.asarray(self.outcome != NOT_APPLICABLE)


def judge(
    condition: Condition,
    header: SignalHeader,
    signal: Signal,
    grid: Grid,
    *,
    breaks: SourceBreaks,
    waived: Bools,
    unknown_prior: float,
    part: Part,
) -> Judged:
    """Outcome and probability of one condition for every program and month."""
    reading = reading_of(condition, header, signal, grid, breaks)
    months = _month_by_month(condition, header, reading, grid, part)
    outcome = _outcome(condition, months.truth, signal.status, grid)
    chance = _chance(condition, header, reading, months.is_kept, unknown_prior)
    # neighbouring months share their evidence: multiplying their chances would count one doubt many times
    chance = _over_hold(condition, chance, 1.0).min(axis=0)
    blind = (outcome == UNKNOWN) | (outcome == ERROR)
    chance = np.where(blind, unknown_prior, chance)
    nearness = part.nearness(reading.value, condition.keep_threshold)
    chance = np.where(blind & months.is_partial, unknown_prior * nearness, chance)
    months_met = (_over_hold(condition, months.truth, 0) == 1).sum(axis=0)
    flags = months.is_kept, months.is_doubtful, months.is_between, months.is_launch, months.is_partial
    arrays: list[NDArray[Any]] = [outcome, chance, *flags, months_met]
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
    outcome = _waive(outcome, waived)
    chance[outcome == WAIVED] = 1.0
    chance[outcome == NOT_APPLICABLE] = np.nan
    return Judged(condition, reading, outcome, _truth(outcome), chance, *flags, months_met)


def reading_of(condition: Condition, header: SignalHeader, signal: Signal, grid: Grid, breaks: SourceBreaks) -> Reading:
    """The evidence that a condition is judged by."""
    return last_assessable(pool(condition, header, signal, grid, breaks), header, breaks)


def answer(
    condition: Condition,
    header: SignalHeader,
    reading: Reading,
    status: Codes,
    grid: Grid,
    *,
    waived: Bools,
    part: Part,
) -> tuple[Codes, Bools]:
    """The truth of evidence at hand, and whether it is answered: as of `judge`, without the chances that only a
    probability needs."""
    months = _month_by_month(condition, header, reading, grid, part)
    outcome = _outcome(condition, months.truth, status, grid)
    for array in (outcome, months.is_partial):
        carry_last_complete(grid, array)
    truth = _truth(_waive(outcome, waived))
    return truth, (truth != 0) | months.is_partial


@dataclass(frozen=True)
class _Months:
    """Truth of each month by itself; where it was kept (in doubt or not), undecided between, stopped by a launch,
    or missed only by what is seen."""

    truth: Codes
    is_kept: Bools
    is_doubtful: Bools
    is_between: Bools
    is_launch: Bools
    is_partial: Bools


def _month_by_month(condition: Condition, header: SignalHeader, reading: Reading, grid: Grid, part: Part) -> _Months:
    sign = 1.0 if condition.is_at_least else -1.0
    can_judge = reading.is_assessable
    passes = can_judge & (sign * reading.value >= sign * condition.threshold)
    slips = can_judge & ~passes & (sign * reading.value >= sign * condition.keep_threshold)
    not_lost = _not_clearly_lost(condition, header, reading, passes)
    may_pass, may_slip = (
        can_judge & part.could_reach(reading.value, limit) & condition.is_at_least
        for limit in (condition.threshold, condition.keep_threshold)
    )
    by_itself = np.where(can_judge, np.where(passes, 1, -1), 0).astype(np.int8)
    has_read = np.logical_or.accumulate(can_judge, axis=1)
    is_lost = ~can_judge & has_read & grid.is_complete
    in_launch = grid.is_launch & condition.reach
    truth = np.zeros(grid.shape, dtype=np.int8)
    stays, partial, launch = (np.zeros(grid.shape, dtype=bool) for _ in range(3))
    held = np.full(grid.shape[0], -1, dtype=np.int8)
    lasted = np.zeros(grid.shape[0], dtype=np.int64)
    for month in range(grid.shape[1]):
        stays[:, month] = slips[:, month] | (not_lost[:, month] & (held == 1))
        read = np.where(stays[:, month] & ~passes[:, month], held, by_itself[:, month])
        if may_pass[:, month].any() or may_slip[:, month].any():
            partial[:, month] = (read == -1) & np.where(held == -1, may_pass[:, month], may_slip[:, month])
            read[partial[:, month]] = 0
        if in_launch[:, month].any():
            # A launch cannot satisfy reach; what had already lasted before it stands.
            launch[:, month] = (read == 1) & in_launch[:, month] & (lasted < condition.hold)
        truth[:, month] = np.where(launch[:, month], 0, read)
        held = np.where(can_judge[:, month] & ~launch[:, month], read, np.where(is_lost[:, month], 0, held))
        lasted = np.where(truth[:, month] == 1, lasted + 1, 0)
    read_as_met = (truth == 1) | launch
    kept = stays & ~passes & read_as_met
    between = slips & (truth == 0) & ~launch
    return _Months(truth, kept, kept & not_lost, between, launch, partial)


def _not_clearly_lost(condition: Condition, header: SignalHeader, reading: Reading, passes: Bools) -> Bools:
    """Where a value past `keep` may by chance alone come from a truth that is not past it, and was ever met before."""
    sign = 1.0 if condition.is_at_least else -1.0
    is_met = np.logical_or.accumulate(passes, axis=1)
    was_met = np.asarray(earlier(is_met, 1, False), dtype=bool)
    past: Bools = was_met & reading.is_assessable & (sign * reading.value < sign * condition.keep_threshold)
    return past & (_chance_of(condition, condition.keep_threshold, header, reading, past) >= CLEARLY_LOST)


def _outcome(condition: Condition, truth: Codes, status: Codes, grid: Grid) -> Codes:
    """From the truth of months to an outcome of the months over which it must hold: all met, or one unmet, or not
    known, as months before the first are."""
    lasting = _over_hold(condition, truth, 0).min(axis=0)
    outcome = np.select([lasting > 0, lasting < 0], [MET, NOT_MET], UNKNOWN).astype(np.int8)
    outcome[grid.is_complete & (status == SIGNAL_NOT_APPLICABLE)] = NOT_APPLICABLE
    outcome[grid.is_complete & (status == SIGNAL_ERROR)] = ERROR
    return outcome


def _waive(outcome: Codes, waived: Bools) -> Codes:
    return np.where((outcome == NOT_MET) & waived, WAIVED, outcome).astype(np.int8)


def _truth(outcome: Codes) -> Codes:
    is_met = (outcome == MET) | (outcome == WAIVED)
    return np.where(is_met, 1, np.where(outcome == NOT_MET, -1, 0)).astype(np.int8)


def _over_hold(condition: Condition, array: NDArray[Any], before_first: float) -> NDArray[Any]:
    """The months over which a condition must hold: (months of `hold`, programs, months)."""
    return np.stack([earlier(array, lag, before_first) for lag in range(condition.hold)])


def _chance(condition: Condition, header: SignalHeader, reading: Reading, kept: Bools, prior: float) -> Floats:
    """Probability that the true value passes the value in force, from the reading's own uncertainty."""
    chance = np.full(kept.shape, prior)
    for in_force, where in (
        (condition.threshold, reading.is_assessable & ~kept),
        (condition.keep_threshold, reading.is_assessable & kept),
    ):
        passing = _chance_of(condition, in_force, header, reading, where)[where]
        # A value without an interval can be judged but says nothing of its own doubt.
        chance[where] = np.where(np.isnan(passing), prior, passing)
    return np.asarray(np.clip(chance, 0.0, 1.0))


def _chance_of(condition: Condition, limit: float, header: SignalHeader, reading: Reading, where: Bools) -> Floats:
    """Probability that the true value is on the right side of a limit, in these cells; NaN in all others."""
    chance = np.full(where.shape, np.nan)
    if where.any():
        # At most x is the complement of above x: the next number up keeps an exact x on the right side, and a median
        # of whole numbers moves in halves.
        is_halved = header.kind == "median" and header.unit == "count"
        over = limit + 0.5 if is_halved else float(np.nextafter(limit, np.inf))
        least = limit if condition.is_at_least else over
        above = _probability_above(header, reading, where, least)
        chance[where] = above if condition.is_at_least else 1.0 - above
    return chance


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
    first, back = alike(columns)
    numerator, denominator, size, value, low, high = (column[first] for column in columns)
    chance = probability_at_least(header.kind, numerator, denominator, size, value, low, high, limit)
    return np.asarray(chance[back])
