"""Judging from month to month: steady without lag, pooled as far as needed, and sure as often as it is right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules.evaluate import evaluate
from tests.rule_world import program_months
from tests.small_pack import HEADERS, MONTHS, PACK, SIGNALS, World, held, judge, outcome


def test_sampling_noise_alone_flips_nothing_in_three_years() -> None:
    draw = np.random.default_rng(7)
    months = 36
    world: World = {name: list(draw.binomial(200, 0.65, months) / 200) for name in SIGNALS}
    world["search"] = list(draw.binomial(200, 0.15, months) / 200)
    stage = judge(world, sample=200, months=program_months(months)).stage["stage"]
    assert (stage.iloc[3:] == 3).all()


def test_a_large_program_that_changes_is_seen_within_two_months() -> None:
    world: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in SIGNALS}
    world["order"] = [0.9, 0.9, 0.1, 0.1, 0.1]
    stage = judge(world, sample=5000).stage
    # Stage 3 holds for two months; `order` is lost in the third and announced in the fourth.
    assert list(stage["stage"]) == [2, 2, 2, 1, 1]
    assert list(stage["pending_stage"].fillna(-1)) == [-1, 3, 1, -1, -1]


def test_the_month_in_progress_repeats_the_last_complete_one() -> None:
    world: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in SIGNALS}
    world["base"] = [0.9, 0.9, 0.9, 0.1, 0.0]
    months = program_months(MONTHS, is_complete=[True] * 4 + [False])
    last_two = judge(world, months=months).stage.iloc[-2:]
    assert list(last_two["is_provisional"]) == [False, True]
    assert last_two["stage"].nunique() == 1
    assert list(last_two["pending_stage"]) == [0, 0]


def test_small_months_are_pooled_only_as_far_as_needed() -> None:
    world: World = {name: [0.0, 1.0, 0.5] for name in SIGNALS}
    finding = judge(world, sample=20, months=program_months(3)).finding
    base = finding[finding["condition"] == "base"]
    assert list(base["sample_size"]) == [20, 40, 40]
    assert list(base["value"].iloc[1:]) == [0.5, 0.75]
    assert base["reason"].iloc[0] == "20 of 30 needed"


def test_confidence_means_what_it_says() -> None:
    """Among programs of known truth, a stage named with confidence p is right about p of the time."""
    draw = np.random.default_rng(11)
    programs, sample = 3000, 40
    truth = {name: draw.beta(1, 1, programs) for name in SIGNALS}
    frames = []
    for name, real in truth.items():
        hits = draw.binomial(sample, real).astype(float)
        frames.append(
            pd.DataFrame(
                {
                    "program_id": [f"p{index:04}" for index in range(programs)],
                    "month": pd.Timestamp("2025-01-01"),
                    "signal": name,
                    "status": "observed",
                    "value": hits / sample,
                    "low": 0.0,
                    "high": 1.0,
                    "numerator": hits,
                    "denominator": float(sample),
                    "sample_size": float(sample),
                }
            )
        )
    months = pd.DataFrame({"program_id": frames[0]["program_id"], "month": pd.Timestamp("2025-01-01")})
    months = months.assign(is_complete=True, is_launch=False)
    stage = evaluate(PACK, pd.concat(frames), months, None, HEADERS).stage
    # One month says nothing about a hold of two: reach is as likely met as the pack's prior says.
    coin = draw.random(programs) < PACK.pack.unknown_prior
    right = np.array(
        [
            held(
                PACK.pack,
                {
                    one.id: outcome(one.is_at_least, truth[one.signal][index], one.threshold)
                    for one in PACK.pack.conditions
                }
                | {"reach": "met" if coin[index] else "not_met"},
                False,
            )
            for index in range(programs)
        ]
    )
    is_right = stage["stage"].to_numpy(dtype=int) == right
    for low, high in ((0.3, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.0)):
        within = stage["confidence"].between(low, high, inclusive="left").to_numpy()
        assert abs(is_right[within].mean() - stage["confidence"][within].mean()) < 0.08, (low, high)
