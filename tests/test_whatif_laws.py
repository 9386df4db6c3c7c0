"""What holds of any supposed value: certain, lasting, and alone in being supposed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.evaluate import Weighed, conclude, weigh
from rules.given import Given
from rules.rows import Row, plain_rows
from rules.supposed import judge_supposed
from tests.rule_world import months, program_months, signal_rows
from tests.run_world import MET
from tests.small_pack import HEADERS, MONTHS, PACK, SIGNALS, World

PROGRAM = "quarry-school"
shares = st.sampled_from([0.0, 0.05, 0.15, 0.25, 0.35, 0.45, 0.5, 0.55, 0.8, 1.0])
cells = st.one_of(shares, st.sampled_from(["unknown", "not_applicable", "error"]))
worlds = st.fixed_dictionaries({name: st.lists(cells, min_size=MONTHS, max_size=MONTHS) for name in SIGNALS})
laws = settings(max_examples=60, deadline=None)


def weighed(world: World, sample: int = 400) -> Weighed:
    return weigh(PACK, Given(signal_rows(world, HEADERS, sample=sample), program_months(MONTHS)), HEADERS)


def verdict(world: World, supposed: dict[str, float] | None = None, month: int = MONTHS) -> Row:
    one, stamp = weighed(world), months(MONTHS)[month - 1]
    judgement = conclude(one) if supposed is None else judge_supposed(one, supposed, PROGRAM, stamp)
    return next(row for row in plain_rows(judgement.stage) if row["month"] == stamp.date())


@laws
@given(worlds, st.sampled_from([name for name in SIGNALS if name != "reach"]))
def test_its_own_value_never_widens_the_range(world: World, name: str) -> None:
    # `reach` must hold two months: supposed, it has, which two values may not have done
    value = next(iter(weighed(world).judged[name].reading.value[:, -1]))
    if pd.isna(value):
        return
    now, then = verdict(world), verdict(world, {name: float(value)})
    assert now["stage_low"] <= then["stage_low"] <= then["stage_high"] <= now["stage_high"]


@laws
@given(worlds, st.sampled_from(SIGNALS), shares, shares)
def test_a_better_value_never_lowers_the_stage(world: World, name: str, one: float, other: float) -> None:
    better = max if HEADERS[name].direction == "up" else min
    worse = min if HEADERS[name].direction == "up" else max
    low, high = verdict(world, {name: worse(one, other)}), verdict(world, {name: better(one, other)})
    assert low["stage_low"] <= high["stage_low"]
    assert low["stage_high"] <= high["stage_high"]


@laws
@given(worlds, shares)
def test_supposing_every_signal_leaves_nothing_unknown(world: World, value: float) -> None:
    then = verdict(world, dict.fromkeys(SIGNALS, value))
    if value not in {0.15, 0.35, 0.45}:  # between keep and threshold it rests on whether the condition was met before
        assert then["stage"] == then["stage_low"] == then["stage_high"]
        assert then["confidence"] == pytest.approx(1)


def test_what_is_supposed_has_lasted_and_needs_no_second_reading() -> None:
    world = MET | {"reach": ["unknown"] * MONTHS, "order": [0.2] * MONTHS}
    then = verdict(world, {"reach": 0.2, "order": 0.5})
    assert (then["stage"], then["pending_stage"], then["confidence"]) == (3, None, pytest.approx(1, abs=0.01))


@pytest.mark.parametrize(("before", "stage"), [([0.6] * MONTHS, 3), ([0.2] * MONTHS, 1)])
def test_between_keep_and_threshold_it_rests_on_what_is_met_now(before: list[float | str], stage: int) -> None:
    assert verdict(MET | {"order": before}, {"order": 0.45})["stage"] == stage


def test_an_earlier_month_is_judged_by_what_was_known_then() -> None:
    world = MET | {"order": [0.2, 0.2, 0.2, 0.9, 0.9]}
    assert verdict(world, {"base": 0.9}, month=3)["stage"] == 1
    assert verdict(world, {"order": 0.9}, month=3)["stage"] == 3
    assert verdict(world, {"base": 0.9})["stage"] == 3
