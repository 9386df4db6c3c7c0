"""Intervals and posteriors against exact values of scipy and statsmodels, and the laws they must obey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import confint_poisson

from transforms.interval import interval, probability_at_least

NAN = math.nan
COUNTED_KINDS = ["share", "rate", "ratio", "count"]


def ends(kind: str, top: float, bottom: float, **given_ends: float) -> tuple[float, float]:
    value = top if kind == "count" else top / bottom if bottom else NAN
    low, high = interval(kind, top, bottom, NAN, value, **given_ends)
    return float(low), float(high)


def chance(kind: str, top: float, bottom: float, threshold: float) -> float:
    value = top if kind == "count" else top / bottom if bottom else NAN
    return float(probability_at_least(kind, top, bottom, NAN, value, NAN, NAN, threshold))


@pytest.mark.parametrize(("successes", "trials"), [(0, 7), (10, 19), (40, 100), (400, 400)])
def test_a_share_has_the_wilson_interval(successes: int, trials: int) -> None:
    oracle = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    assert ends("share", successes, trials) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_ten_of_nineteen_learners_complete_somewhere_between_a_third_and_three_quarters() -> None:
    assert ends("share", 10, 19) == pytest.approx((0.317, 0.727), abs=0.001)


@pytest.mark.parametrize("events", [0, 1, 4, 250])
def test_a_rate_has_the_exact_poisson_interval(events: int) -> None:
    oracle = confint_poisson(events, 2.5, method="exact-c")
    assert ends("rate", events, 2.5) == pytest.approx(oracle, rel=1e-9)


@pytest.mark.parametrize(("top", "bottom"), [(0, 5), (3, 2), (40, 10), (900, 225)])
def test_a_ratio_of_counts_has_the_conditional_binomial_interval(top: int, bottom: int) -> None:
    share = stats.binomtest(top, top + bottom).proportion_ci(method="exact")
    oracle = (share.low / (1 - share.low), share.high / (1 - share.high))
    assert ends("ratio", top, bottom) == pytest.approx(oracle, rel=1e-9)


def test_a_count_has_the_exact_poisson_interval_unless_it_is_a_census() -> None:
    assert ends("count", 4, 1) == pytest.approx(confint_poisson(4, 1, method="exact-c"), rel=1e-9)
    assert ends("count", 4, 1, low=4, high=4) == (4, 4)


def test_a_weighted_share_is_as_sure_as_its_effective_sample() -> None:
    low, high = interval("share", 600, 1000, 25, 0.6)
    oracle = stats.binomtest(15, 25).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((oracle.low, oracle.high))
    assert float(probability_at_least("share", 600, 1000, 25, 0.6, low, high, 0.5)) == pytest.approx(
        stats.beta.sf(0.5, 15.5, 10.5)
    )


@pytest.mark.parametrize("kind", ["share", "state_share", "rate", "ratio"])
def test_nothing_over_nothing_is_unknown_not_zero_and_not_one(kind: str) -> None:
    assert all(map(math.isnan, ends(kind, 0, 0)))
    assert math.isnan(chance(kind, 0, 0, 0.5))


@pytest.mark.parametrize("kind", ["median", "difference"])
def test_a_measured_interval_passes_through_and_its_quantiles_are_the_posteriors(kind: str) -> None:
    low, high = interval(kind, NAN, NAN, 40, 12, 10, 20)
    assert (float(low), float(high)) == (10, 20)
    found = probability_at_least(kind, NAN, NAN, 40, 12, 10, 20, [10, 12, 20])
    assert found == pytest.approx([0.975, 0.5, 0.025])


def test_a_median_without_an_upper_end_is_never_called_surely_low() -> None:
    assert probability_at_least("median", NAN, NAN, 3, 12, 10, NAN, [10, 500]) == pytest.approx([0.975, 0.5])
    assert np.isnan(probability_at_least("median", NAN, NAN, 1, 12, NAN, NAN, 10))


def test_a_census_reaches_its_threshold_or_does_not() -> None:
    assert list(probability_at_least("count", NAN, NAN, NAN, 2, 2, 2, [1, 2, 3])) == [1, 1, 0]
    assert list(probability_at_least("state_share", 4, 5, 5, 0.8, 0.8, 0.8, [0.6, 0.8, 1])) == [1, 1, 0]
    assert interval("state_share", 4, 5, 5, 0.8, 0.8, 0.8) == (0.8, 0.8)


@pytest.mark.parametrize(
    ("kind", "oracle"),
    [
        ("share", stats.beta(6.5, 4.5).sf(0.4)),
        ("rate", stats.gamma(6.5, scale=1 / 10).sf(0.4)),
        ("ratio", stats.betaprime(6.5, 10.5).sf(0.4)),
        ("count", stats.gamma(6.5).sf(0.4)),
    ],
)
def test_a_posterior_is_the_jeffreys_one_of_its_kind(kind: str, oracle: float) -> None:
    assert chance(kind, 6, 10, 0.4) == pytest.approx(oracle, rel=1e-9)


def test_many_judgements_at_once_equal_each_alone() -> None:
    kinds = np.array(["share", "rate", "ratio", "count"])
    low, high = interval(kinds, 6, 10, NAN, [0.6, 0.6, 0.6, 6])
    alone = [ends(kind, 6, 10) for kind in kinds]
    assert np.column_stack([low, high]) == pytest.approx(np.array(alone))


def test_an_unknown_kind_names_the_legal_ones() -> None:
    with pytest.raises(ValueError, match="unknown kind 'mean'; legal: share, state_share, rate"):
        interval("mean", 1, 2, 3, 4)


counts = st.integers(0, 10_000)
trials = st.integers(1, 10_000)


@given(st.sampled_from(COUNTED_KINDS), counts, trials)
def test_the_value_lies_in_its_interval(kind: str, top: int, bottom: int) -> None:
    top = min(top, bottom) if kind == "share" else top
    value = top if kind == "count" else top / bottom
    low, high = ends(kind, top, bottom)
    assert 0 <= low <= value <= high


@given(st.sampled_from(COUNTED_KINDS), st.integers(1, 500), st.integers(1, 500))
def test_ten_times_the_evidence_never_widens_the_interval(kind: str, top: int, bottom: int) -> None:
    top = min(top, bottom) if kind == "share" else top
    scale = top if kind == "count" else 1
    narrow, wide = ends(kind, 10 * top, 10 * bottom), ends(kind, top, bottom)
    relative = 10 * scale if kind == "count" else 1
    assert (narrow[1] - narrow[0]) / relative <= (wide[1] - wide[0]) / scale + 1e-12


@given(st.sampled_from(COUNTED_KINDS), counts, trials, st.floats(0, 100), st.floats(0, 100))
def test_a_higher_threshold_is_never_likelier_to_be_reached(
    kind: str, top: int, bottom: int, one: float, other: float
) -> None:
    top = min(top, bottom) if kind == "share" else top
    easy, hard = chance(kind, top, bottom, min(one, other)), chance(kind, top, bottom, max(one, other))
    assert 0 <= hard <= easy <= 1
