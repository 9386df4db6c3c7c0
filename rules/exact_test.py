"""Two-sided tests of many pairs of samples at once.

The same numbers as scipy's `fisher_exact`, `binomtest` and `mannwhitneyu`, from the same distributions; written for
arrays because a block of programs asks thousands of tests, and a call for each took longer than all else of frictions.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from rules.grid import Bools, Floats

Counts = NDArray[np.int64]

AS_RARE_TABLE = 1 + 1e-14  # counts so little more probable than what was seen are as rare: rounding
AS_RARE_COUNT = 1 + 1e-7
LARGE_SAMPLE = 8  # from samples above it on, the rank sum is taken as normal


def fisher_exact(former: tuple[Counts, Counts], latter: tuple[Counts, Counts]) -> Floats:
    """Fisher's exact test of two shares, each told as hits and misses; 1 where nothing could differ."""
    hits, misses = former
    drawn, total = hits + misses, hits + misses + latter[0] + latter[1]
    all_hits = hits + latter[0]
    p_value = np.ones(len(hits))
    asked = (drawn > 0) & (drawn < total) & (all_hits > 0) & (all_hits < total)
    seen, rest = hits[asked], (total[asked], drawn[asked], all_hits[asked])
    mode = ((rest[2] + 1) * (rest[1] + 1) / (rest[0] + 2)).astype(np.int64)
    mass, at_mode = (np.asarray(stats.hypergeom.pmf(count, *rest)) for count in (seen, mode))
    least = mass * AS_RARE_TABLE
    is_low = seen < mode
    tail = np.where(is_low, stats.hypergeom.cdf(seen, *rest), stats.hypergeom.sf(seen - 1, *rest))
    far_end = np.where(is_low, rest[2], 0)
    has_other_tail = stats.hypergeom.pmf(far_end, *rest) <= least
    other = _where_as_rare(
        stats.hypergeom,
        rest,
        least,
        (np.where(is_low, mode, 0), np.where(is_low, rest[2], mode)),
        is_low,
    )
    other_tail = np.where(is_low, stats.hypergeom.sf(other, *rest), stats.hypergeom.cdf(other, *rest))
    both = np.where(has_other_tail, np.minimum(tail + other_tail, 1.0), tail)
    with np.errstate(invalid="ignore"):
        is_mode = np.abs(mass - at_mode) / np.maximum(mass, at_mode) <= AS_RARE_TABLE - 1
    p_value[asked] = np.where(is_mode, 1.0, both)
    return p_value


def binomial(hits: Counts, total: Counts, share: Floats) -> Floats:
    """The exact test that so many of a total are what a share lets expect; 1 where the total is 0."""
    p_value = np.ones(len(hits))
    asked = total > 0
    seen, rest = hits[asked], (total[asked], share[asked])
    expected = rest[1] * rest[0]
    least = np.asarray(stats.binom.pmf(seen, *rest)) * AS_RARE_COUNT
    is_low = seen < expected
    other = _where_as_rare(
        stats.binom,
        rest,
        least,
        (
            np.where(is_low, np.ceil(expected), 0).astype(np.int64),
            np.where(is_low, rest[0], np.floor(expected)).astype(np.int64),
        ),
        is_low,
    )
    # what is found above is the last that is more probable, unless it is as rare itself
    above = other - (is_low & (least == stats.binom.pmf(other, *rest)))
    low = stats.binom.cdf(np.where(is_low, seen, other), *rest)
    high = stats.binom.sf(np.where(is_low, above, seen - 1), *rest)
    p_value[asked] = np.where(seen == expected, 1.0, np.minimum(low + high, 1.0))
    return p_value


def _where_as_rare(
    distribution: Any, given: tuple[Counts | Floats, ...], least: Floats, span: tuple[Counts, Counts], is_falling: Bools
) -> Counts:
    """The last count, from first to last of the span, before the mass exceeds `least`, or where it falls, before it
    falls below; by halving. One before the first where there is none."""
    sign = np.where(is_falling, -1.0, 1.0)
    first, last = (end.copy() for end in span)
    while (is_open := first < last).any():
        middle = (first + (last - first) // 2)[is_open]
        here = sign[is_open] * distribution.pmf(middle, *(part[is_open] for part in given))
        there = (sign * least)[is_open]
        first[is_open] = np.where(here < there, middle + 1, np.where(here > there, first[is_open], middle))
        last[is_open] = np.where(here > there, middle - 1, np.where(here < there, last[is_open], middle))
    return np.asarray(first - (sign * distribution.pmf(first, *given) > sign * least))


def mann_whitney(values: Floats, former: Bools, latter: Bools) -> Floats:
    """The Mann–Whitney test of the values in `former` against those in `latter`, both (tests, values) and apart."""
    of_former, of_latter = (part.sum(axis=1) for part in (former, latter))
    both = np.where(former | latter, values, np.nan)
    is_alike = both[:, :, None] == both[:, None, :]
    between = former[:, :, None] & latter[:, None, :]
    wins, draws = (np.sum(between & part, axis=(1, 2)) for part in (both[:, :, None] > both[:, None, :], is_alike))
    most = np.maximum(wins + draws / 2, of_former * of_latter - wins - draws / 2)
    alike = is_alike.sum(axis=2)
    ties = np.sum(np.where(former | latter, alike**2 - 1.0, 0.0), axis=1)
    is_exact = (ties == 0) & (np.minimum(of_former, of_latter) <= LARGE_SAMPLE)
    p_value = 2 * _normal_tail(most, of_former, of_latter, ties)
    for test in np.flatnonzero(is_exact):
        sizes = sorted((int(of_former[test]), int(of_latter[test])))
        p_value[test] = 2 * _rank_sum_chances(*sizes)[of_former[test] * of_latter[test] - int(most[test])]
    return np.asarray(np.clip(p_value, 0.0, 1.0))


def _normal_tail(wins: Floats, former: Counts, latter: Counts, ties: Floats) -> Floats:
    count = former + latter
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(former * latter / 12 * ((count + 1) - ties / (count * (count - 1))))
        z = (wins - former * latter / 2 - 0.5) / deviation
    return np.asarray(special.ndtr(-z))


@lru_cache(maxsize=1024)
def _rank_sum_chances(few: int, many: int) -> Floats:
    """The chance of at most so many wins of `few` values over `many`, when both are drawn alike."""
    ways = np.zeros(few * many + 1, dtype=np.int64)
    ways[0] = 1
    # each factor (1 - x^(many + k)) / (1 - x^k) adds the wins that one more of the few may have
    for one in range(1, few + 1):
        ways[many + one :] -= ways[: len(ways) - many - one].copy()
        for at in range(one, len(ways)):
            ways[at] += ways[at - one]
    return np.cumsum(ways / special.binom(few + many, few))
