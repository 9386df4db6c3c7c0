"""Gates, ranges, jobs and steps against an oracle that tries every way in which the unknown may turn out."""

from __future__ import annotations

from itertools import product
from math import isclose, prod

import pandas as pd
from hypothesis import HealthCheck, given, settings

from rules.model import Gate
from tests.ladder_world import WHOLE, Drawn, applying, is_open, judge, ladders, stage_of, worlds

laws = settings(
    derandomize=True,
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@laws
@given(ladders())
def test_the_range_holds_every_stage_that_the_unknown_allows_and_no_other(drawn: Drawn) -> None:
    row = judge(drawn).stage.iloc[0]
    possible = {stage_of(drawn, world) for world in worlds(drawn)}
    assert (row["stage_low"], row["stage_high"]) == (min(possible), max(possible))


@laws
@given(ladders())
def test_every_condition_comes_to_its_outcome(drawn: Drawn) -> None:
    finding = judge(drawn).finding.set_index("condition")["outcome"]
    assert finding.to_dict() == dict(drawn.outcomes)


@laws
@given(ladders())
def test_a_stage_is_named_only_on_enough_evidence_and_is_the_low_one(drawn: Drawn) -> None:
    row = judge(drawn).stage.iloc[0]
    low = min(stage_of(drawn, world) for world in worlds(drawn))
    asked, answered = 0, 0
    for number, _, gate in drawn.gates:
        if number > low + 1:
            break
        names = applying(drawn, gate)
        asked += len(names)
        answered += sum(drawn.outcomes[name] in ("met", "not_met", "waived") for name in names)
    is_enough = asked > 0 and answered >= drawn.pack.pack.evidence_floor * asked
    assert (None if pd.isna(row["stage"]) else row["stage"]) == (low if is_enough else None)


@laws
@given(ladders())
def test_a_job_is_solved_where_every_world_says_so_and_unsolved_where_none_does(drawn: Drawn) -> None:
    jobs = judge(drawn).job.set_index("job")
    everywhere = list(worlds(drawn))
    assert set(jobs.index) == {job for _, job, _ in drawn.gates}
    for job, row in jobs.iterrows():
        own = [(number, gate) for number, of, gate in drawn.gates if of == job]
        solved = [all(is_open(number, gate, world) for number, gate in own) for world in everywhere]
        assert (None if pd.isna(row["solved"]) else row["solved"]) == (
            True if all(solved) else False if not any(solved) else None
        )
        reached = []
        for world in everywhere:
            held = [
                number
                for place, (number, _) in enumerate(own)
                if all(is_open(n, g, world) for n, g in own[: place + 1])
            ]
            reached.append(max(held, default=drawn.pack.pack.stages[0].number))
        assert row["reached_stage"] == min(reached)


@laws
@given(ladders())
def test_the_bottleneck_is_the_job_of_the_lowest_gate_shut_in_every_world(drawn: Drawn) -> None:
    row = judge(drawn).stage.iloc[0]
    everywhere = list(worlds(drawn))
    shut = [job for number, job, gate in drawn.gates if not any(is_open(number, gate, world) for world in everywhere)]
    assert (None if pd.isna(row["bottleneck_job"]) else row["bottleneck_job"]) == (shut[0] if shut else None)


@laws
@given(ladders())
def test_the_probability_of_a_stage_is_that_of_the_worlds_in_which_it_holds(drawn: Drawn) -> None:
    result = judge(drawn)
    chances = result.finding.set_index("condition")["probability_met"].fillna(1.0).to_dict()
    numbers = [stage.number for stage in drawn.pack.pack.stages]
    held, expected = 1.0, []
    for number, _, gate in drawn.gates:
        if not applying(drawn, gate):
            open_chance = 1.0  # nothing applies: nothing is in the way
        else:
            names = applying(drawn, gate)
            open_chance = 0.0
            for chosen in product(WHOLE, repeat=len(names)):
                world = dict.fromkeys(drawn.outcomes, "not_applicable") | dict(zip(names, chosen, strict=True))
                if is_open(number, gate, world):
                    open_chance += prod(chances[name] if world[name] == "met" else 1 - chances[name] for name in names)
        expected.append(held * (1 - open_chance))
        held *= open_chance
    told = result.stage_probability.set_index("stage")["probability"]
    for number, chance in zip(numbers, [*expected, held], strict=True):
        assert isclose(told[number], chance, abs_tol=1e-9)


@laws
@given(ladders())
def test_the_straddle_names_the_neighbour_that_shares_the_probability(drawn: Drawn) -> None:
    result = judge(drawn)
    row = result.stage.iloc[0]
    told = result.stage_probability.set_index("stage")["probability"].to_dict()
    if pd.isna(row["stage"]):
        assert pd.isna(row["straddles"])
        return
    stage = int(row["stage"])
    assert isclose(row["confidence"], told[stage], abs_tol=1e-12)
    above, below = told.get(stage + 1, 0.0), told.get(stage - 1, 0.0)
    pair = (stage, stage + 1) if above >= below else (stage - 1, stage)
    shares = max(above, below) >= drawn.pack.pack.straddle_share
    assert (None if pd.isna(row["straddles"]) else row["straddles"]) == (f"{pair[0]}–{pair[1]}" if shares else None)


@laws
@given(ladders())
def test_the_next_step_is_one_unmet_condition_that_counts_in_the_lowest_shut_gate(drawn: Drawn) -> None:
    row = judge(drawn).stage.iloc[0]
    low = min(stage_of(drawn, world) for world in worlds(drawn))
    following = [(number, gate) for number, _, gate in drawn.gates if number == low + 1]
    if not following:
        assert pd.isna(row["next_step"])
        return
    [(number, gate)] = following
    unmet = {name for name in applying(drawn, gate) if drawn.outcomes[name] == "not_met"}
    step = None if pd.isna(row["next_step"]) else row["next_step"]
    if step in unmet:
        # as good as any other: where it is met, the gate is open in some world or in no fewer than before
        before = [is_open(number, gate, world) for world in worlds(drawn)]
        after = [is_open(number, gate, world | {step: "met"}) for world in worlds(drawn)]
        assert sum(after) >= sum(before)
        assert not all(before)
    elif step is None:
        assert pd.isna(row["stage"]) or not counting(drawn, gate, unmet)  # too little is known to ask for anything
    else:
        assert drawn.outcomes[step] in ("unknown", "error")
        assert pd.isna(row["stage"]) or not counting(drawn, gate, unmet)


def counting(drawn: Drawn, gate: Gate, unmet: set[str]) -> set[str]:
    """Unmet conditions whose part of the gate is not met without them."""
    found = {one.id for one in gate.all} & unmet
    for group in gate.at_least:
        ids = [one.id for one in group.of if drawn.outcomes[one.id] != "not_applicable"]
        met = sum(drawn.outcomes[name] in ("met", "waived") for name in ids)
        if met < min(group.count, len(ids)):
            found |= set(ids) & unmet
    return found
