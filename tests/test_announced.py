"""What is announced of the readings of months, and what the range holds beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.grid import Grid, grid_of
from rules.left_open import BY_CHANCE
from rules.stage import RESTS, announce_readings
from tests.rule_world import program_months
from tests.small_pack import MONTHS, SIGNALS, World, judge

LONG = 24
histories = st.lists(st.integers(0, 5), min_size=LONG, max_size=LONG)
steady = settings(derandomize=True, max_examples=300, deadline=None)


def grid(months: int) -> Grid:
    return grid_of(program_months(months))


def announced(readings: list[int], **more: int) -> list[int]:
    told = announce_readings(np.array([readings]), grid(len(readings)), **more)
    return [int(stage) for stage in told[0]]


def test_a_change_is_announced_by_two_readings_and_rests_for_four_months() -> None:
    assert announced([1, 1, 2, 2, 1, 1, 1, 1, 1, 1]) == [1, 1, 1, 2, 2, 2, 2, 2, 1, 1]
    assert announced([3, 2, 2, 3, 3, 3, 3, 3]) == [3, 3, 2, 2, 2, 2, 2, 3]


def test_a_change_the_same_way_waits_for_nothing_more() -> None:
    assert announced([1, 2, 2, 4, 4, 4]) == [1, 1, 2, 2, 4, 4]


def test_months_without_a_stage_begin_anew() -> None:
    assert announced([1, 2, 2, -1, 1, 1]) == [1, 1, 2, -1, 1, 1]
    assert announced([1, 2, 2, -1, 2, 1, 1]) == [1, 1, 2, -1, 2, 2, 1]


@steady
@given(histories)
def test_no_stage_is_left_and_named_again_within_four_months(readings: list[int]) -> None:
    told = announced(readings)
    for month in range(1, LONG):
        left = told[month - 1]
        if told[month] != left:
            assert left not in told[month : month + RESTS + 1]


@steady
@given(histories)
def test_what_is_announced_was_read_in_the_last_half_year_or_lies_between(readings: list[int]) -> None:
    for month, stage in enumerate(announced(readings)):
        lately = readings[max(0, month - RESTS - 1) : month + 1]
        assert min(lately) <= stage <= max(lately)


@steady
@given(histories, histories)
def test_higher_readings_never_lower_an_end_of_the_range(one: list[int], other: list[int]) -> None:
    higher = list(map(max, one, other))
    assert all(a <= b for a, b in zip(announced(one, rests=0), announced(higher, rests=0), strict=True))


@pytest.mark.parametrize(("sample", "highest"), [(40, 3), (4000, 1)])
def test_what_a_small_sample_may_have_missed_by_chance_stays_in_the_range(sample: int, highest: int) -> None:
    """`order` asks for half: 0.45 of 40 may well be half, 0.45 of 4,000 is not."""
    world: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in SIGNALS} | {"order": [0.45] * MONTHS}
    last = judge(world, sample=sample)
    row, finding = last.stage.iloc[-1], last.finding[last.finding["month"] == last.finding["month"].max()]
    told = finding.set_index("condition").loc["order"]
    assert told["outcome"] == "not_met"
    assert (told["reason"] == BY_CHANCE) is (highest > 1)
    assert (row["stage"], row["stage_low"], row["stage_high"]) == (1, 1, highest)
