"""Trained accounts against comparable untrained ones: one difference, as it is and adjusted, with its interval.

A logistic regression says how likely each account was to train, from what was known of it before. Accounts without one
of the other kind within a caliper of that are left out. The others get overlap weights: each counts by how likely
it was to go the other way, so those that could have gone either way count most and none counts wildly. What balance
is then still missing, a weighted regression takes out; its errors are robust (HC3). An effect that is the same for all
accounts is found if either of the two regressions is right.

Only what was recorded can be adjusted for. The difference is an association.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from transforms.interval import TAIL, Floats

LEAST_ACCOUNTS = 30  # compared, in all
LEAST_IN_ARM = 10  # trained, and untrained, by the effective number
CALIPER = 0.2  # of the standard deviation of the log odds, as is usual in matching
LEAST_IN_SEGMENT = 10  # smaller segments are taken together
CURVED_FROM = 100  # accounts, from which on size and prior use may bend
PRIOR_VARIANCE = (
    1.0  # of a coefficient per standard deviation: keeps small samples from telling the arms apart perfectly
)

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Accounts:
    """Accounts to compare, one element each; NaN in `users` and `prior_use` is unknown."""

    value: Floats
    is_trained: Bools
    users: Floats
    prior_use: Floats
    started: Floats  # days, from any day
    segment: NDArray[np.str_]

    def at(self, rows: Bools | slice) -> Accounts:
        """The chosen accounts."""
        return Accounts(
            self.value[rows],
            self.is_trained[rows],
            self.users[rows],
            self.prior_use[rows],
            self.started[rows],
            self.segment[rows],
        )


@dataclass(frozen=True)
class Difference:
    """Trained minus untrained, in the unit of the value."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """What a comparison rests on and, where that is enough, what it found."""

    compared: int
    matched_share: float  # of the trained accounts
    imbalance: float  # largest difference of means of what is adjusted for, in standard deviations
    imbalance_left: float
    adjusted_for: tuple[str, ...]
    unadjusted: Difference
    adjusted: Difference


@dataclass(frozen=True)
class TooFew:
    """Accounts of either arm, by the effective number where some had no like; too few to tell anything."""

    trained: float
    untrained: float


def compare(accounts: Accounts, scale: float) -> Comparison | TooFew:
    """Compares the arms. `scale` is how far one account can plausibly be from another: where all of an arm are alike,
    one that differs by so much is still reckoned with."""
    trained = accounts.is_trained
    sizes = [float(trained.sum()), float((~trained).sum())]
    if sum(sizes) < LEAST_ACCOUNTS or min(sizes) < LEAST_IN_ARM:
        return TooFew(*sizes)
    traits, named = _traits(accounts)
    odds = _log_odds(traits, trained)
    matched = _matched(odds, trained)
    chance = 1 / (1 + np.exp(-odds))
    weight = np.where(trained, 1 - chance, chance) * matched
    sizes = [_effective(weight[arm]) for arm in (trained, ~trained)]
    if matched.sum() < LEAST_ACCOUNTS or min(sizes) < LEAST_IN_ARM:
        return TooFew(*sizes)
    return Comparison(
        int(matched.sum()),
        float(matched[trained].mean()),
        _imbalance(traits, trained, np.ones(len(trained))),
        _imbalance(traits, trained, weight),
        named,
        _unadjusted(accounts, scale),
        _adjusted(accounts.at(matched), traits[matched], weight[matched], scale),
    )


def _traits(accounts: Accounts) -> tuple[Floats, tuple[str, ...]]:
    """What is adjusted for, in standard deviations, one column each; and what that is in words."""
    count = len(accounts.value)
    columns: list[Floats] = []
    named: list[str] = []
    with np.errstate(invalid="ignore", divide="ignore"):  # a size below zero is unknown
        told = {
            "size": np.log1p(accounts.users),
            "prior use": np.log(accounts.prior_use),
            "start date": accounts.started,
        }
    for name, raw in told.items():
        known = np.isfinite(raw)
        if not known.any() or np.ptp(raw[known]) == 0:
            continue
        named.append(name)
        filled = np.where(known, raw, raw[known].mean())
        columns.append(filled)
        if not known.all():
            columns.append(known.astype(float))
        if count >= CURVED_FROM and name != "start date":
            columns.append((filled - filled.mean()) ** 2)
    segments, members = np.unique(accounts.segment, return_counts=True)
    of_its_own = segments[members >= LEAST_IN_SEGMENT]
    if members[members < LEAST_IN_SEGMENT].sum() < LEAST_IN_SEGMENT:
        of_its_own = of_its_own[1:]  # the others are what these differ from
    columns += [(accounts.segment == one).astype(float) for one in of_its_own]
    named += ["segment"] if len(of_its_own) else []
    spread = [column.std() for column in columns]
    kept = [(column - column.mean()) / sd for column, sd in zip(columns, spread, strict=True) if sd > 0]
    return (np.column_stack(kept) if kept else np.empty((count, 0))), tuple(named)


def _log_odds(traits: Floats, trained: Bools) -> Floats:
    """Log odds of training by a logistic regression whose coefficients are drawn towards zero."""
    design = np.column_stack([np.ones(len(trained)), traits])
    pull = np.full(design.shape[1], 1 / PRIOR_VARIANCE)
    pull[0] = 1e-6
    found = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (trained - chance) - pull * found
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        found += step * min(1.0, 5 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    odds: Floats = np.clip(design @ found, -30, 30)
    return odds


def _matched(odds: Floats, trained: Bools) -> Bools:
    """Whether one of the other arm was about as likely to train."""
    within = CALIPER * odds.std() + 1e-12
    matched = np.zeros(len(odds), dtype=bool)
    for arm in (trained, ~trained):
        others = np.sort(odds[~arm])
        place = np.searchsorted(others, odds[arm])
        below = others[np.maximum(place - 1, 0)]
        above = others[np.minimum(place, len(others) - 1)]
        matched[arm] = np.minimum(np.abs(odds[arm] - below), np.abs(above - odds[arm])) <= within
    return matched


def _effective(weight: Floats) -> float:
    """How many equally weighted accounts would tell as much."""
    return float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0


def _imbalance(traits: Floats, trained: Bools, weight: Floats) -> float:
    if not traits.shape[1]:
        return float("nan")
    means = [weight[arm] @ traits[arm] / weight[arm].sum() for arm in (trained, ~trained)]
    return float(np.abs(means[0] - means[1]).max())


def _unadjusted(accounts: Accounts, scale: float) -> Difference:
    """Welch's: the arms may vary differently."""
    arms = [accounts.value[accounts.is_trained], accounts.value[~accounts.is_trained]]
    parts = [max(arm.var(ddof=1), _never_seen(arm, len(arm), scale)) / len(arm) for arm in arms]
    freedom = sum(parts) ** 2 / sum(part**2 / (len(arm) - 1) for part, arm in zip(parts, arms, strict=True))
    return _difference(arms[0].mean() - arms[1].mean(), sum(parts), freedom)


def _adjusted(accounts: Accounts, traits: Floats, weight: Floats, scale: float) -> Difference:
    """Weighted least squares on training and the traits; the coefficient of training."""
    trained, value = accounts.is_trained, accounts.value
    design = np.column_stack([np.ones(len(value)), trained, traits])
    weight = weight / weight.mean()
    inverse = np.linalg.pinv((design * weight[:, None]).T @ design, hermitian=True)
    found = inverse @ (design.T @ (weight * value))
    leverage = np.clip(weight * np.einsum("ij,jk,ik->i", design, inverse, design), 0, 0.999)
    errors = weight * (value - design @ found) / (1 - leverage)
    variance = float((inverse @ ((design * errors[:, None] ** 2).T @ design) @ inverse)[1, 1])
    sizes = [_effective(weight[arm]) for arm in (trained, ~trained)]
    floor = sum(
        _never_seen(value[arm], size, scale) / size for arm, size in zip((trained, ~trained), sizes, strict=True)
    )
    return _difference(float(found[1]), max(variance, floor), max(sum(sizes) - design.shape[1], 2.0))


def _never_seen(arm: Floats, size: float, scale: float) -> float:
    """The variance to reckon with where all of an arm are alike: one more account might have differed."""
    return scale**2 * (size + 1) / (size + 2) ** 2 if np.ptp(arm) == 0 else 0.0


def _difference(value: float, variance: float, freedom: float) -> Difference:
    reach = float(special.stdtrit(freedom, 1 - TAIL)) * variance**0.5
    return Difference(float(value), float(value) - reach, float(value) + reach)
