"""A waiver excuses one condition of one program, with a reason, in somebody's name, and until a day."""

from __future__ import annotations

import pandas as pd

from rules.evaluate import Judgement, evaluate
from tests.rule_world import months, program_months, signal_rows
from tests.small_pack import HEADERS, PACK, SIGNALS, World

MONTHS = 9  # the stage rises in the third, and may fall from the eighth on

UNMET: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in SIGNALS} | {"order": [0.1] * MONTHS}


def judged(world: World = UNMET, **waiver: object) -> Judgement:
    given = {"program_id": "quarry-school", "condition": "order", "reason": "agreed", "owner": "head", "until": None}
    rows = signal_rows(world, HEADERS)
    return evaluate(PACK, rows, program_months(MONTHS), pd.DataFrame([given | waiver]), HEADERS)


def outcomes(result: Judgement) -> list[str]:
    return list(result.finding.loc[result.finding["condition"] == "order", "outcome"])


def test_it_ends_with_the_month_of_its_last_day() -> None:
    day = months(MONTHS)[6] + pd.Timedelta(days=9)
    result = judged(until=day.date())
    assert outcomes(result) == ["waived"] * 7 + ["not_met"] * 2
    reasons = result.finding.loc[result.finding["outcome"] == "waived", "reason"]
    assert set(reasons) == {f"waived by head until {day:%Y-%m-%d}: agreed"}
    # what was excused falls back once two readings agree
    assert list(result.stage["stage"])[-2:] == [3, 1]


def test_without_an_end_it_holds_and_lifts_the_stage() -> None:
    result = judged()
    assert outcomes(result) == ["waived"] * MONTHS
    assert list(result.stage["stage"])[-1] == 3
    assert (result.finding.loc[result.finding["outcome"] == "waived", "probability_met"] == 1).all()


def test_it_is_for_one_program_and_one_model() -> None:
    assert outcomes(judged(program_id="another")) == ["not_met"] * MONTHS
    assert outcomes(judged(model="another")) == ["not_met"] * MONTHS
    assert outcomes(judged(model="small")) == ["waived"] * MONTHS


def test_what_is_met_needs_none_and_what_does_not_apply_has_none() -> None:
    assert outcomes(judged(UNMET | {"order": [0.9] * MONTHS})) == ["met"] * MONTHS
    assert outcomes(judged(UNMET | {"order": ["not_applicable"] * MONTHS})) == ["not_applicable"] * MONTHS


def test_a_waived_condition_is_never_the_next_step() -> None:
    result = judged(UNMET | {"search": [0.9] * MONTHS, "clicks": [0.1] * MONTHS})
    assert not (result.stage["next_step"] == "order").any()
