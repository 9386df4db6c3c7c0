"""Laws of judging: what must hold whatever the signals say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.evaluate import Judgement, evaluate
from tests.rule_world import program_months, signal_rows
from tests.small_pack import HEADERS, MONTHS, PACK, SIGNALS, World, judge, ranges

laws = settings(derandomize=True, max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
shares = st.sampled_from([0.0, 0.05, 0.15, 0.25, 0.35, 0.45, 0.5, 0.55, 0.8, 1.0])
cells = st.one_of(shares, st.sampled_from(["unknown", "not_applicable", "error"]))
worlds = st.fixed_dictionaries({name: st.lists(cells, min_size=MONTHS, max_size=MONTHS) for name in SIGNALS})


@laws
@given(worlds)
def test_the_range_follows_from_the_findings_and_holds_the_stage(world: World) -> None:
    result = judge(world)
    lows, highs = (list(ends) for ends in zip(*ranges(result), strict=True))
    for low, lowest, high, highest, row in zip(
        lows, announced(lows), highs, announced(highs), result.stage.itertuples(), strict=True
    ):
        named = [] if pd.isna(row.stage) else [row.stage]
        assert (row.stage_low, row.stage_high) == (min(low, lowest, *named), max(high, highest, *named))
        assert not named or row.stage_low <= row.stage <= row.stage_high
        assert pd.isna(row.stage) == pd.isna(row.confidence)


def announced(readings: list[int]) -> list[int]:
    """What is announced where each change waits for a second reading: the middle one of the last and both readings."""
    told = readings[:1]
    for before, now in pairwise(readings):
        told.append(sorted([told[-1], before, now])[1])
    return told


@laws
@given(worlds)
def test_probabilities_of_a_month_sum_to_one(world: World) -> None:
    result = judge(world)
    sums = result.stage_probability.groupby("month")["probability"].sum()
    assert np.allclose(sums, 1.0, atol=1e-12)
    assert result.stage_probability["probability"].between(0, 1).all()


@laws
@given(worlds, st.sampled_from(SIGNALS), st.lists(shares, min_size=MONTHS, max_size=MONTHS))
def test_a_better_value_never_lowers_the_stage(world: World, name: str, others: list[float]) -> None:
    better = max if HEADERS[name].direction == "up" else min
    improved = [
        value if isinstance(value, str) else better(value, other)
        for value, other in zip(world[name], others, strict=True)
    ]
    before, after = ranges(judge(world)), ranges(judge(world | {name: improved}))
    assert all(new >= old for (old, _), (new, _) in zip(before, after, strict=True))


@laws
@given(worlds, st.sampled_from(SIGNALS), st.integers(min_value=0, max_value=MONTHS - 1))
def test_losing_a_source_only_widens_the_range(world: World, name: str, first_lost: int) -> None:
    # a query that fails does so with its source and without it
    kept = [value if value in ("not_applicable", "error") else "unknown" for value in world[name]]
    lost = [*world[name][:first_lost], *kept[first_lost:]]
    was, now = judge(world), judge(world | {name: lost})
    for (low, high), (new_low, new_high) in zip(ranges(was), ranges(now), strict=True):
        assert new_low <= low
        assert new_high >= high
    assert not narrowed(was, now)


def test_losing_a_source_takes_no_stage_out_of_the_range_while_a_change_is_pending() -> None:
    """Without `base` stage 0 is announced all along: the fall to 1 is confirmed by nobody, with or without it."""
    world: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in SIGNALS}
    world["order"] = [*[0.9] * (MONTHS - 1), 0.1]
    was, now = judge(world), judge(world | {"base": ["unknown"] * MONTHS})
    last = was.stage.iloc[-1], now.stage.iloc[-1]
    assert [(row["stage"], row["stage_low"], row["stage_high"]) for row in last] == [(3, 1, 3), (0, 0, 3)]
    assert not narrowed(was, now)


def narrowed(was: Judgement, now: Judgement) -> bool:
    """Whether the published range of a month lost a stage. Where a program had no stage for a while, what follows is
    announced at once, so that its months say nothing of this."""
    is_named = was.stage["stage"].notna()
    begins_anew = is_named & ~is_named.shift(fill_value=True)
    raised = now.stage["stage_low"] > was.stage["stage_low"]
    lowered = now.stage["stage_high"] < was.stage["stage_high"]
    return bool(((raised | lowered) & ~begins_anew.cummax()).any())


@laws
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(world: World, random: object) -> None:
    seed = int(random.random() * 1e6)  # type: ignore[attr-defined]
    signals = signal_rows(world, HEADERS)
    months = program_months(MONTHS)
    straight = evaluate(PACK, signals, months, None, HEADERS)
    shuffled = evaluate(
        PACK,
        signals.sample(frac=1, random_state=seed),
        months.sample(frac=1, random_state=seed),
        None,
        HEADERS,
    )
    for name, frame in vars(straight).items():
        pd.testing.assert_frame_equal(frame, vars(shuffled)[name])


@laws
@given(worlds, worlds)
def test_programs_are_judged_apart(one: World, other: World) -> None:
    signals = [signal_rows(one, HEADERS), signal_rows(other, HEADERS, program="another")]
    months = [program_months(MONTHS), program_months(MONTHS, program="another")]
    together = evaluate(PACK, pd.concat(signals), pd.concat(months), None, HEADERS)
    alone = evaluate(PACK, signals[0], months[0], None, HEADERS)
    stage = together.stage[together.stage["program_id"] == "quarry-school"].reset_index(drop=True)
    pd.testing.assert_frame_equal(stage, alone.stage)


@laws
@given(st.fixed_dictionaries(dict.fromkeys(SIGNALS, cells)))
def test_nothing_flips_while_nothing_changes(steady: dict[str, float | str]) -> None:
    stage = judge({name: [value] * MONTHS for name, value in steady.items()}).stage
    # The longest hold is two months and its confirmation one more; after that only change may change a stage.
    settled = stage.iloc[2:]
    assert settled["stage"].nunique(dropna=False) == 1
    assert settled["pending_stage"].isna().all()


@pytest.mark.parametrize("count", [0, 1])
def test_a_workspace_with_hardly_a_month_has_no_stage(count: int) -> None:
    result = judge({}, months=program_months(1).iloc[:count])
    assert len(result.stage) == count
    assert len(result.finding) == count * len(PACK.pack.conditions)
    assert result.stage["stage"].isna().all()


@laws
@given(world=worlds)
def test_every_outcome_shows_its_evidence_or_its_reason(world: World) -> None:
    finding = judge(world).finding
    is_told = finding["outcome"].isin(["met", "not_met"])
    has_value = finding["value"].notna()
    assert finding.loc[~is_told | ~has_value, "reason"].notna().all()
    assert finding.loc[has_value, ["low", "high", "sample_size"]].notna().all(axis=None)
    assert finding.loc[is_told, "probability_met"].notna().all()
    assert finding.loc[finding["outcome"] == "not_applicable", "value"].isna().all()
    assert not judge(world).stage["next_step_text"].str.contains("nan", na=False).any()
