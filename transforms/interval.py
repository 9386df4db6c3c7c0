"""95 % intervals of signals, and the probability that the truth behind one reaches a threshold.

Methods, by kind:

- share, state_share: Wilson score interval on the effective sample; Jeffreys Beta posterior. A census of a
  closed list (five lifecycle phases, four outcomes) is no sample of anything: its low and high are its value.
- rate: exact (Garwood) Poisson interval of the events over the exposure; Gamma posterior.
- ratio: Clopper-Pearson on numerator / (numerator + denominator), turned back into a ratio; Beta posterior
  of the same share.
- count: exact Poisson interval and Gamma posterior, unless the signal is a census, whose low and high are
  its value.
- median, difference: the SQL gives low and high (order statistics, or a normal interval); the posterior is
  normal on either side of the value, each side as wide as the interval says.

All functions are vectorised: arguments broadcast against each other, NaN stands for unknown, and where
nothing was counted (no sample, no denominator) the answer is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

Floats = NDArray[np.float64]
Kinds = str | Sequence[str] | NDArray[np.str_]
Method = TypeVar("Method")

LEVEL = 0.95
TAIL = (1 - LEVEL) / 2
NORMAL_QUANTILE = float(stats.norm.ppf(1 - TAIL))
JEFFREYS = 0.5


@dataclass(frozen=True)
class Evidence:
    """What was counted or measured, one element per judgement; NaN is unknown."""

    numerator: Floats
    denominator: Floats
    sample: Floats
    value: Floats
    low: Floats
    high: Floats

    def at(self, rows: NDArray[np.bool_]) -> Evidence:
        """The evidence of the chosen rows."""
        return Evidence(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def exposure(self) -> Floats:
        """The denominator where there is one to divide by."""
        return np.where(self.denominator > 0, self.denominator, np.nan)


def interval(  # noqa: PLR0917  (the columns of a signal, in their published order)
    kind: Kinds,
    numerator: ArrayLike,
    denominator: ArrayLike,
    n: ArrayLike,
    value: ArrayLike,
    low: ArrayLike = np.nan,
    high: ArrayLike = np.nan,
) -> tuple[Floats, Floats]:
    """Low and high ends of the 95 % interval, in the unit of the value.

    `n` is the effective sample of a share (NaN: its denominator). `low` and `high` pass through for kinds
    whose SQL gives them, and for a census. Raises ValueError on an unknown kind.
    """
    kinds, arrays = _broadcast(kind, numerator, denominator, n, value, low, high)
    evidence = Evidence(*arrays)
    lows, highs = np.full(kinds.shape, np.nan), np.full(kinds.shape, np.nan)
    for name in np.unique(kinds):
        rows = kinds == name
        lows[rows], highs[rows] = _method(INTERVALS, str(name))(evidence.at(rows))
    return lows, highs


def probability_at_least(  # noqa: PLR0917  (as above)
    kind: Kinds,
    numerator: ArrayLike,
    denominator: ArrayLike,
    n: ArrayLike,
    value: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    threshold: ArrayLike,
) -> Floats:
    """Posterior probability, in [0, 1], that the true value is at least `threshold`; NaN where unknown.

    Arguments as for `interval`. A count or state_share whose low equals its high is a census and either reaches
    the threshold or does not. Raises ValueError on an unknown kind.
    """
    kinds, arrays = _broadcast(kind, numerator, denominator, n, value, low, high, threshold)
    evidence, least = Evidence(*arrays[:-1]), arrays[-1]
    probability = np.full(kinds.shape, np.nan)
    for name in np.unique(kinds):
        rows = kinds == name
        probability[rows] = _method(POSTERIORS, str(name))(evidence.at(rows), least[rows])
    return probability


def _broadcast(kind: Kinds, *numbers: ArrayLike) -> tuple[NDArray[np.str_], list[Floats]]:
    arrays = np.broadcast_arrays(np.asarray(kind, dtype=str), *(np.asarray(x, dtype=float) for x in numbers))
    return arrays[0], list(arrays[1:])


def _method(methods: Mapping[str, Method], kind: str) -> Method:
    if kind not in methods:
        raise ValueError(f"unknown kind {kind!r}; legal: {', '.join(methods)}")
    return methods[kind]


def _share_counts(seen: Evidence) -> tuple[Floats, Floats]:
    """Effective successes and trials: a weighted share counts as its effective sample, not its weights."""
    trials = np.where(np.isnan(seen.sample), seen.denominator, seen.sample)
    trials = np.where(trials > 0, trials, np.nan)
    return np.clip(seen.numerator / seen.exposure, 0, 1) * trials, trials


def _share_interval(seen: Evidence) -> tuple[Floats, Floats]:
    successes, trials = _share_counts(seen)
    low, high = proportion_confint(successes, trials, alpha=1 - LEVEL, method="wilson")
    # rounding may leave an end a hair inside the value where nothing, or everything, was a success
    share = np.clip(seen.numerator / seen.exposure, 0, 1)
    return np.minimum(low, share), np.maximum(high, share)


def _share_posterior(seen: Evidence, least: Floats) -> Floats:
    successes, trials = _share_counts(seen)
    return _floats(stats.beta.sf(least, successes + JEFFREYS, trials - successes + JEFFREYS))


def _state_interval(seen: Evidence) -> tuple[Floats, Floats]:
    low, high = _share_interval(seen)
    is_census = seen.low == seen.high
    return np.where(is_census, seen.low, low), np.where(is_census, seen.high, high)


def _state_posterior(seen: Evidence, least: Floats) -> Floats:
    return np.where(seen.low == seen.high, _certain(seen, least), _share_posterior(seen, least))


def _poisson(events: Floats) -> tuple[Floats, Floats]:
    """Exact interval of a Poisson mean."""
    low = np.where(events == 0, 0.0, stats.chi2.ppf(TAIL, 2 * events) / 2)
    return low, _floats(stats.chi2.ppf(1 - TAIL, 2 * events + 2) / 2)


def _rate_interval(seen: Evidence) -> tuple[Floats, Floats]:
    low, high = _poisson(seen.numerator)
    return low / seen.exposure, high / seen.exposure


def _rate_posterior(seen: Evidence, least: Floats) -> Floats:
    return _floats(stats.gamma.sf(np.maximum(least, 0) * seen.exposure, seen.numerator + JEFFREYS))


def _ratio_interval(seen: Evidence) -> tuple[Floats, Floats]:
    top, bottom = seen.numerator, seen.exposure
    low = np.where(top == 0, 0.0, stats.beta.ppf(TAIL, top, bottom + 1))
    high = _floats(stats.beta.ppf(1 - TAIL, top + 1, bottom))
    return np.where(np.isnan(bottom), np.nan, low / (1 - low)), high / (1 - high)


def _ratio_posterior(seen: Evidence, least: Floats) -> Floats:
    reach = np.maximum(least, 0)
    share = reach / (1 + reach)
    return _floats(stats.beta.sf(share, seen.numerator + JEFFREYS, seen.exposure + JEFFREYS))


def _count_interval(seen: Evidence) -> tuple[Floats, Floats]:
    low, high = _poisson(seen.value)
    return np.where(np.isnan(seen.low), low, seen.low), np.where(np.isnan(seen.high), high, seen.high)


def _count_posterior(seen: Evidence, least: Floats) -> Floats:
    drawn = _floats(stats.gamma.sf(np.maximum(least, 0), seen.value + JEFFREYS))
    return np.where(seen.low == seen.high, _certain(seen, least), drawn)


def _given_interval(seen: Evidence) -> tuple[Floats, Floats]:
    unknown = np.isnan(seen.value)
    return np.where(unknown, np.nan, seen.low), np.where(unknown, np.nan, seen.high)


def _given_posterior(seen: Evidence, least: Floats) -> Floats:
    below, above = seen.value - seen.low, seen.high - seen.value
    # an end that the SQL cannot give (too few to tell) is unbounded; with neither end nothing is known
    unknown = np.isnan(below) & np.isnan(above)
    width = np.where(least <= seen.value, below, above) / NORMAL_QUANTILE
    width = np.where(np.isnan(width), np.inf, width)
    drawn = stats.norm.sf((least - seen.value) / np.where(width > 0, width, np.nan))
    return np.where(unknown, np.nan, np.where(width > 0, drawn, _certain(seen, least)))


def _certain(seen: Evidence, least: Floats) -> Floats:
    """1 where a value known for sure reaches the threshold, 0 where it does not."""
    return np.where(np.isnan(seen.value), np.nan, np.where(seen.value >= least, 1.0, 0.0))


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


INTERVALS: dict[str, Callable[[Evidence], tuple[Floats, Floats]]] = {
    "share": _share_interval,
    "state_share": _state_interval,
    "rate": _rate_interval,
    "ratio": _ratio_interval,
    "count": _count_interval,
    "median": _given_interval,
    "difference": _given_interval,
}

POSTERIORS: dict[str, Callable[[Evidence, Floats], Floats]] = {
    "share": _share_posterior,
    "state_share": _state_posterior,
    "rate": _rate_posterior,
    "ratio": _ratio_posterior,
    "count": _count_posterior,
    "median": _given_posterior,
    "difference": _given_posterior,
}
