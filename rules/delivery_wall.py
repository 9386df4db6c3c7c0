"""The delivery wall: content is there and does not shrink, learners leave, customers ask for the same things again.

The last three complete months against the three best months for learners in the year before. Learners must have fallen
and requests to resend risen by exact tests; the month reported is the first in which all of it holds.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from rules.grid import OBSERVED, Bools, Floats, Grid, Signal

SPAN_MONTHS = 3
LOOK_BACK_MONTHS = 12
CONTENT_FLAT_SHARE = 0.95
LEARNERS_P_VALUE = 0.01
RESENDS_P_VALUE = 0.05


@dataclass(frozen=True)
class Wall:
    """One wall: where it begins, and content, learners a month and requests per 100 onboardings before and after."""

    program: int
    month: int
    content: tuple[float, float]
    learners: tuple[float, float]
    resends: tuple[float, float]
    p_value: float

    def text(self, says: str) -> str:
        """The wall in one sentence, which names {content}, {learners} and {resends}."""
        had, has = self.content
        return says.format(
            content=f"grew from {had:.0f} to {has:.0f} items" if has > had else f"stayed at {has:.0f} items",
            learners=f"fell from {self.learners[0]:.0f} to {self.learners[1]:.0f}",
            resends=f"rose from {self.resends[0]:.0f} to {self.resends[1]:.0f}",
        )


def find_walls(grid: Grid, content: Signal, learners: Signal, resends: Signal, is_broken: Bools) -> list[Wall]:
    """Every beginning of a wall, in the order of programs and months. Across a change of tool (`is_broken`, the months
    in which one took over) nothing is compared."""
    items = _mean(grid, content, content.value)
    people = _mean(grid, learners, learners.value)
    asked, onboarded = (_mean(grid, resends, part) for part in (resends.numerator, resends.denominator))
    then = _best_month_before(people)
    has_then = then >= 0
    epoch = np.cumsum(is_broken, axis=1)
    before = [np.take_along_axis(part, np.maximum(then, 0), axis=1) for part in (items, people, asked, onboarded)]
    with np.errstate(invalid="ignore"):
        candidate = has_then & (epoch == np.take_along_axis(epoch, np.maximum(then - SPAN_MONTHS + 1, 0), axis=1))
        candidate &= (items >= CONTENT_FLAT_SHARE * before[0]) & (people < before[1])
        candidate &= asked * before[3] > before[2] * onboarded
    p_value = np.full(grid.shape, np.nan)
    cells = np.nonzero(candidate)
    p_value[cells] = _p_values(
        (before[1][cells], people[cells]),
        (before[2][cells] * SPAN_MONTHS, before[3][cells] * SPAN_MONTHS),
        (asked[cells] * SPAN_MONTHS, onboarded[cells] * SPAN_MONTHS),
    )
    stands = ~np.isnan(p_value)
    begins = stands.copy()
    begins[:, 1:] &= ~stands[:, :-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = before[2] / before[3], asked / onboarded
    return [
        Wall(
            int(row),
            int(column),
            (float(before[0][row, column]), float(items[row, column])),
            (float(before[1][row, column]), float(people[row, column])),
            (float(rates[0][row, column]), float(rates[1][row, column])),
            float(p_value[row, column]),
        )
        for row, column in zip(*np.nonzero(begins), strict=True)
    ]


def _mean(grid: Grid, signal: Signal, part: Floats) -> Floats:
    """Mean of three months in a row, NaN where one of them is not observed."""
    seen = np.where((signal.status == OBSERVED) & grid.is_complete, part, np.nan)
    mean = np.full_like(seen, np.nan)
    lags = [seen[:, SPAN_MONTHS - 1 - lag : seen.shape[1] - lag] for lag in range(SPAN_MONTHS)]
    mean[:, SPAN_MONTHS - 1 :] = np.sum(lags, axis=0) / SPAN_MONTHS
    return mean


def _best_month_before(people: Floats) -> np.ndarray:
    """Last month of the three with most learners that ended three to twelve months before; -1 where there is none."""
    best = np.full(people.shape, -np.inf)
    then = np.full(people.shape, -1, dtype=np.int64)
    for lag in range(SPAN_MONTHS, min(LOOK_BACK_MONTHS, people.shape[1] - 1) + 1):
        earlier = people[:, :-lag]
        better = np.nan_to_num(earlier, nan=-np.inf) > best[:, lag:]
        best[:, lag:] = np.where(better, earlier, best[:, lag:])
        then[:, lag:] = np.where(better, np.arange(people.shape[1] - lag), then[:, lag:])
    return then


def _p_values(learners: tuple[Floats, Floats], before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> Floats:
    """The larger of both tests' p-values, NaN where either is not significant.

    The reference is the best of up to ten spans, so the test on learners pays for ten looks. Learners of neighbouring
    months are mostly the same people: one month's mean counts, not the sum of three.
    """
    looks = LOOK_BACK_MONTHS - SPAN_MONTHS + 1
    had, has = np.round(learners[0]), np.round(learners[1])
    fell = np.minimum(1.0, looks * stats.binom.cdf(has, had + has, 0.5))
    requests = np.round(before[0] + after[0])
    share = after[1] / (before[1] + after[1])
    rose = stats.binom.sf(np.round(after[0]) - 1, requests, share)
    significant: Bools = (fell < LEARNERS_P_VALUE) & (rose < RESENDS_P_VALUE)
    return np.where(significant, np.maximum(fell, rose), np.nan)
