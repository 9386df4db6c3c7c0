"""Comparing trained with untrained accounts: what is found, how sure that is, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.comparison import Accounts, Comparison, TooFew, compare

WORLDS = 300


def world(draw: np.random.Generator, count: int, effect: float, confounding: float = 1.0) -> Accounts:
    """Accounts whose size, segment and prior use move both training and the outcome."""
    size, keen = draw.normal(0, 1, count), draw.normal(0, 1, count)
    segment = np.where(size + draw.normal(0, 0.5, count) > 0, "enterprise", "smb")
    push = confounding * (0.7 * size + 0.6 * keen)
    trained = draw.random(count) < 1 / (1 + np.exp(-push))
    reached = draw.random(count) < np.clip(0.45 + 0.1 * push + effect * trained, 0.01, 0.99)
    return Accounts(
        reached.astype(float), trained, np.exp(3 + size), np.exp(0.7 * keen), draw.uniform(0, 365, count), segment
    )


def found(count: int, effect: float, confounding: float = 1.0, seed: int = 1) -> list[Comparison]:
    draw = np.random.default_rng(seed)
    results = [compare(world(draw, count, effect, confounding), 1) for _ in range(WORLDS)]
    return [one for one in results if isinstance(one, Comparison)]


@pytest.mark.parametrize("count", [80, 400])
@pytest.mark.parametrize("effect", [0.0, 0.15])
def test_the_truth_is_found_where_the_plain_difference_misses_it(count: int, effect: float) -> None:
    results = found(count, effect)
    assert len(results) > 0.9 * WORLDS
    error = np.mean([one.adjusted.value for one in results]) - effect
    assert abs(error) < 0.02
    assert np.mean([one.unadjusted.value for one in results]) - effect > 0.05
    held = np.mean([one.adjusted.low <= effect <= one.adjusted.high for one in results])
    assert 0.91 <= held <= 0.99  # of 300; 0.95 is meant
    assert np.mean([one.imbalance_left for one in results]) < np.mean([one.imbalance for one in results]) / 3


def test_where_nothing_confounds_both_tell_the_truth() -> None:
    results = found(300, 0.0, confounding=0.0)
    for which in ("adjusted", "unadjusted"):
        differences = [getattr(one, which) for one in results]
        assert 0.91 <= np.mean([one.low <= 0 <= one.high for one in differences]) <= 0.99


def test_a_keener_kind_of_account_that_always_trains_has_no_like_and_is_left_out() -> None:
    draw = np.random.default_rng(2)
    few = world(draw, 160, 0.0, confounding=0.0)
    keen = np.concatenate([np.zeros(160, bool), np.ones(40, bool)])
    accounts = Accounts(
        np.concatenate([few.value, np.ones(40)]),
        np.concatenate([few.is_trained, np.ones(40, bool)]),
        np.concatenate([few.users, np.full(40, 100000.0)]),
        np.concatenate([few.prior_use, np.full(40, 60.0)]),
        np.concatenate([few.started, draw.uniform(0, 365, 40)]),
        np.where(keen, "keen", np.concatenate([few.segment, np.full(40, "keen")])),
    )
    one = compare(accounts, 1)
    assert isinstance(one, Comparison)
    assert one.matched_share < 0.75
    assert one.compared <= 170
    assert one.unadjusted.low > 0
    assert one.adjusted.low <= 0 <= one.adjusted.high


@pytest.mark.parametrize(("trained", "untrained"), [(9, 200), (200, 9), (14, 15), (0, 90), (0, 0)])
def test_under_the_minimum_sample_nothing_is_said(trained: int, untrained: int) -> None:
    accounts = world(np.random.default_rng(3), trained + untrained, 0.2)
    arms = np.arange(trained + untrained) < trained
    told = compare(Accounts(accounts.value, arms, accounts.users, accounts.prior_use, accounts.started,
                            accounts.segment), 1)  # fmt: skip
    assert told == TooFew(trained, untrained)


def test_arms_that_are_all_alike_are_not_taken_for_certain() -> None:
    accounts = world(np.random.default_rng(4), 60, 0.0, confounding=0.0)
    everyone = Accounts(np.ones(60), accounts.is_trained, accounts.users, accounts.prior_use, accounts.started,
                        accounts.segment)  # fmt: skip
    one = compare(everyone, 1)
    assert isinstance(one, Comparison)
    for difference in (one.adjusted, one.unadjusted):
        assert difference.value == pytest.approx(0)
        assert difference.high - difference.low > 0.1


def test_what_is_not_known_of_some_is_not_held_against_them() -> None:
    draw = np.random.default_rng(5)
    accounts = world(draw, 400, 0.15)
    unknown = draw.random(400) < 0.3
    nobody = np.full(400, np.nan)
    for users, prior_use, named in (
        (np.where(unknown, np.nan, accounts.users), accounts.prior_use, {"size", "prior use", "start date", "segment"}),
        (nobody, nobody, {"start date", "segment"}),
    ):
        one = compare(Accounts(accounts.value, accounts.is_trained, users, prior_use, accounts.started,
                               accounts.segment), 1)  # fmt: skip
        assert isinstance(one, Comparison)
        assert set(one.adjusted_for) == named
        assert np.isfinite([one.adjusted.value, one.adjusted.low, one.adjusted.high]).all()


def test_the_order_of_accounts_does_not_matter() -> None:
    draw = np.random.default_rng(6)
    accounts = world(draw, 120, 0.1)
    mixed = compare(accounts.at(draw.permutation(120)), 1)
    one = compare(accounts, 1)
    assert isinstance(one, Comparison)
    assert isinstance(mixed, Comparison)
    assert mixed.adjusted.value == pytest.approx(one.adjusted.value)
    assert mixed.adjusted.low == pytest.approx(one.adjusted.low)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(60))
def test_whatever_exports_hold_the_numbers_are_numbers(seed: int) -> None:
    draw = np.random.default_rng(seed)
    count = int(draw.integers(0, 150))
    users = draw.choice([np.nan, -3, 0, 1, 40, 1e12], count) if seed % 2 else np.full(count, 7.0)
    prior_use = draw.choice([np.nan, 1e-9, 1, 900], count) if seed % 3 else np.full(count, np.nan)
    accounts = Accounts(
        draw.choice([0.0, 1.0, 1e6], count, p=[0.5, 0.499, 0.001]),
        draw.random(count) < draw.choice([0.1, 0.5, 1.0]),
        users,
        prior_use,
        draw.choice([0.0, 20000.0], count),
        draw.choice(["", "a", "b", "'; drop"], count, p=[0.05, 0.6, 0.3, 0.05]),
    )
    one = compare(accounts, 1)
    if isinstance(one, Comparison):
        for difference in (one.adjusted, one.unadjusted):
            assert difference.low < difference.value < difference.high
            assert np.isfinite([difference.low, difference.high]).all()
