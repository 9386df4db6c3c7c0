"""The evidence of a condition: the fewest latest months that say enough, of one tool and complete."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from rules.grid import OBSERVED, Bools, Floats, Grid, Signal, earlier
from rules.model import Condition
from rules.source_break import SourceBreaks
from transforms.header import SignalHeader
from transforms.interval import interval

POOLABLE = ("share", "rate", "ratio")
LONGEST_POOL = 12  # months
LINGERS = 3  # months that a reading stands after the last that had enough


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

    def of(self, programs: NDArray[np.int64]) -> "Reading":
        """The evidence of some programs, by position."""
        return Reading(*(getattr(self, one.name)[programs] for one in fields(self)))


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
        told = [np.nan_to_num(np.where(is_told, part, 0.0)) for part in (signal.numerator, signal.denominator, size)]
        for lag in range(1, window):
            lacks = is_told & ~(sample >= header.minimum_sample)
            if not lacks.any():
                break
            more = lacks & earlier(usable, lag, False)
            is_other = breaks.within(header, lag)
            is_cut |= more & is_other
            more &= ~is_other
            numerator, denominator, sample = (
                np.where(more, np.nan_to_num(total) + earlier(part, lag, 0.0), total)
                for total, part in zip((numerator, denominator, sample), told, strict=True)
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
    is_open = observed & is_open_between(condition, signal)
    assessable = observed & enough & ~np.isnan(value) & ~is_open
    bounds = signal.least, signal.most
    flags = observed, is_open, assessable, is_cut, is_mixed
    return Reading(value, low, high, numerator, denominator, sample, months, *bounds, *flags)


def last_assessable(reading: Reading, header: SignalHeader, breaks: SourceBreaks) -> Reading:
    """Where all the months that may be pooled hold too little, the newest reading that had enough stands.

    It stands for LINGERS months, so that a sample that wavers about its minimum moves nothing, and where the SQL has
    pooled for as long as makes a year with the months it was measured over: a small program that onboards five
    customers a year is judged by these. It must be of the same tool, and of a source that is observed still. Where
    later changes hide what was so, it stands only as long as its months reach into those in question.
    """
    names = ("value", "low", "high", "numerator", "denominator", "sample_size", "months", "least", "most")
    found = {name: getattr(reading, name).copy() for name in names}
    is_open, assessable = reading.is_open.copy(), reading.is_assessable.copy()
    longest = LONGEST_POOL - header.window_months if header.pooled == "sql" else 0
    for lag in range(1, max(longest, LINGERS) + 1):
        before = np.asarray(earlier(reading.is_assessable, lag, False), dtype=bool)
        stands = reading.is_observed & ~assessable & before & ~breaks.within(header, lag)
        if lag >= header.window_months:
            stands &= ~reading.is_open
        if not stands.any():
            continue
        for name, array in found.items():
            array[stands] = earlier(getattr(reading, name), lag, np.nan)[stands]
        found["months"][stands] += lag
        is_open[stands] = False
        assessable = assessable | stands
    return replace(reading, **found, is_open=is_open, is_assessable=assessable)


def is_open_between(condition: Condition, signal: Signal) -> Bools:
    """Where the bounds of the truth lie on both sides of the threshold, or of the value it may slip to."""
    is_open = np.zeros(signal.status.shape, dtype=bool)
    for limit in (condition.threshold, condition.keep_threshold):
        if condition.is_at_least:
            is_open |= (signal.least < limit) & (signal.most >= limit)
        else:
            is_open |= (signal.least <= limit) & (signal.most > limit)
    return is_open
