"""Months counted by one tool are not added to months counted by the next, and where they were, it is told."""

from __future__ import annotations

import pandas as pd
import pytest

from rules.evaluate import evaluate
from rules.friction import measure_frictions
from rules.friction_catalogue import load_frictions
from tests.rule_world import header, program_months, signal_rows
from tests.small_pack import PACK, SIGNALS
from transforms.catalogue import shipped

TOOK_OVER = pd.DataFrame(
    [{"program_id": "quarry-school", "entity": "base", "month": "2025-04-01", "from_source": "old", "to_source": "new"}]
)


def found(pooled: str, breaks: pd.DataFrame | None, sample: int = 12) -> list[tuple[str, float | None, str | None]]:
    """Outcome, value and reason of condition `base` in each of six months, of which the last three are bad."""
    headers = {name: header(name, sources=[name], pooled=pooled, window="T3") for name in SIGNALS}
    world: dict[str, list[float | str]] = {"base": [0.9, 0.9, 0.9, 0.1, 0.1, 0.1]}
    rows = signal_rows(world, headers, sample=sample)
    finding = evaluate(PACK, rows, program_months(6), None, headers, breaks=breaks).finding
    base = finding[finding["condition"] == "base"].sort_values("month")
    return [
        (outcome, None if pd.isna(value) else round(value, 2), None if pd.isna(reason) else reason)
        for outcome, value, reason in zip(base["outcome"], base["value"], base["reason"], strict=True)
    ]


def test_months_before_a_change_of_tool_are_not_pooled_with_those_since() -> None:
    assert [value for _, value, _ in found("judging", None)[3:]] == [0.63, 0.37, 0.1]
    since = found("judging", TOOK_OVER)
    assert since[2][:2] == ("met", 0.9)
    assert since[3] == ("unknown", 0.1, "12 of 30 needed, counted only since the tool was changed")
    assert since[4] == ("unknown", 0.1, "24 of 30 needed, counted only since the tool was changed")
    assert since[5] == ("not_met", 0.1, None)


def test_a_month_that_suffices_by_itself_is_judged_at_once() -> None:
    assert found("judging", TOOK_OVER, sample=400)[3] == ("not_met", 0.1, None)


def test_a_value_measured_over_months_of_both_tools_says_so() -> None:
    said = "its 3 months were counted by two tools, one after the other"
    assert [reason for *_, reason in found("sql", TOOK_OVER, sample=400)] == [None, None, None, said, said, None]
    assert not any(reason for *_, reason in found("sql", None, sample=400))


@pytest.mark.parametrize(("month", "trend"), [(None, "rising"), ("2025-07-01", "too short")])
def test_a_friction_has_no_trend_from_one_tool_to_the_next(month: str | None, trend: str) -> None:
    headers = {name: signal.header for name, signal in shipped().signals.items()}
    world: dict[str, list[float | str]] = {"attachment_send_share": [0.1 + 0.06 * step for step in range(12)]}
    breaks = None if month is None else TOOK_OVER.assign(entity="staff_send", month=month)
    friction, _ = measure_frictions(
        load_frictions(), signal_rows(world, headers), program_months(10), headers, breaks=breaks
    )
    last = friction[friction["friction"] == "F09"].sort_values("month").iloc[-1]
    assert last["trend"] == trend
