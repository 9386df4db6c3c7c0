"""The launch spike that fades: learners come for something new and do not stay.

The most learners of a launch, or of the three months after it, against the three months that follow within half a year.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from rules.grid import OBSERVED, Bools, Floats, Grid, Signal

SPAN_MONTHS = 3
WITHIN_MONTHS = 6
FADES_TO_SHARE = 0.5
P_VALUE = 0.01


@dataclass(frozen=True)
class Spike:
    """One launch that faded: its best month and, from `month` on, the mean of three months."""

    program: int
    month: int
    peak_month: int
    peak: float
    after: float
    p_value: float


def find_spikes(grid: Grid, learners: Signal, is_broken: Bools) -> list[Spike]:
    """Every launch that faded, programs and months in order. Across a change of tool (`is_broken`) none is told."""
    seen = np.where((learners.status == OBSERVED) & grid.is_complete, learners.value, np.nan)
    epoch = np.cumsum(is_broken, axis=1)
    found = []
    for program in range(grid.shape[0]):
        for first, last in _launches(grid.is_launch[program]):
            window = seen[program, first : last + 1 + SPAN_MONTHS]
            if np.isnan(window).all():
                continue
            peak_month = first + int(np.nanargmax(window))
            spike = _faded(seen[program], epoch[program], program, peak_month)
            if spike is not None:
                found.append(spike)
    return found


def _launches(is_launch: Bools) -> list[tuple[int, int]]:
    """First and last month of each run of launch months."""
    edges = np.diff(np.concatenate([[0], is_launch.astype(np.int8), [0]]))
    return list(zip(map(int, np.nonzero(edges == 1)[0]), map(int, np.nonzero(edges == -1)[0] - 1), strict=True))


def _faded(seen: Floats, epoch: np.ndarray, program: int, peak_month: int) -> Spike | None:
    peak = float(seen[peak_month])
    for month in range(peak_month + 1, min(peak_month + 1 + WITHIN_MONTHS, len(seen) - SPAN_MONTHS + 1)):
        after = float(np.mean(seen[month : month + SPAN_MONTHS]))
        if np.isnan(after) or epoch[month + SPAN_MONTHS - 1] != epoch[peak_month]:
            continue
        if after > FADES_TO_SHARE * peak:
            continue
        # learners of neighbouring months are mostly the same people: the mean counts as one month
        had, has = round(peak), round(after)
        p_value = float(stats.binom.cdf(has, had + has, 0.5))
        if p_value < P_VALUE:
            return Spike(program, month, peak_month, peak, after, p_value)
    return None
