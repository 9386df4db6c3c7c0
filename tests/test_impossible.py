"""Numbers that cannot be: never a verdict, always a reason, and the night goes on."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from rules.evaluate import Judgement, evaluate
from tests.conftest import Waystage
from tests.rule_world import header, program_months, signal_rows
from tests.small_pack import HEADERS, MONTHS, PACK, SIGNALS, World
from tests.test_measure import con, measured, signal
from tests.tiny_world import ask
from transforms.catalogue import shipped

__all__ = ["con"]
SOLID: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in SIGNALS}
SHARE_OF = "select program_id, month, {} as numerator, {} as denominator from staging.program_month"


def judged_with(**last: float) -> Judgement:
    """A solid program whose `order` holds these numbers in the last month."""
    rows = signal_rows(SOLID, HEADERS)
    is_last = (rows["signal"] == "order") & (rows["month"] == rows["month"].max())
    for column, number in last.items():
        rows.loc[is_last, column] = number
    return evaluate(PACK, rows, program_months(MONTHS), None, HEADERS)


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ({"value": math.inf, "numerator": math.inf}, "its numerator is infinite"),
        ({"value": -math.inf}, "its value is infinite"),
        ({"denominator": math.inf, "value": 0.0}, "its denominator is infinite"),
        ({"value": 1.2, "numerator": 1200}, "it counts 1200 of 1000, more than there are"),
        ({"value": 1.2}, "its value 1.2 lies outside 0 to 1"),
        ({"value": -0.3, "numerator": -300}, "its numerator -300 is below zero"),
        ({"numerator": -1}, "its numerator -1 is below zero"),
        ({"sample_size": -40}, "its sample -40 is below zero"),
    ],
)
def test_a_number_that_cannot_be_is_an_error_with_its_reason(numbers: dict[str, float], reason: str) -> None:
    result = judged_with(**numbers)
    last = result.finding[result.finding["condition"] == "order"].iloc[-1]
    assert (last["outcome"], last["reason"]) == ("error", f"the signal could not be computed: {reason}")
    assert last["probability_met"] == PACK.pack.unknown_prior
    stage = result.stage.iloc[-1]
    assert (stage["stage_low"], stage["stage_high"]) == (1, 3)


def test_no_number_is_unknown_and_says_so() -> None:
    nothing = {"value": math.nan, "numerator": 0.0, "denominator": 0.0, "sample_size": 0.0}
    rows = signal_rows(SOLID, HEADERS).assign(**nothing)
    result = evaluate(PACK, rows, program_months(MONTHS), None, HEADERS)
    assert set(result.finding["outcome"]) == {"unknown"}
    assert set(result.finding["reason"]) == {"0 of 30 needed"}


def test_infinity_never_meets_what_asks_for_more_or_less() -> None:
    for bad in (math.inf, -math.inf, math.nan):
        rows = signal_rows(SOLID, HEADERS).assign(value=bad, numerator=bad, denominator=bad, sample_size=1000.0)
        result = evaluate(PACK, rows, program_months(MONTHS), None, HEADERS)
        assert not result.finding["outcome"].isin(["met", "not_met"]).any()
        assert result.stage["stage"].isna().all()
        assert (result.stage[["stage_low", "stage_high"]] == [0, 3]).all(axis=None)


def test_signals_dated_after_the_last_month_are_no_evidence() -> None:
    rows = signal_rows({name: [*values, 0.0] for name, values in SOLID.items()}, HEADERS)
    with_future = evaluate(PACK, rows, program_months(MONTHS), None, HEADERS)
    without = evaluate(PACK, signal_rows(SOLID, HEADERS), program_months(MONTHS), None, HEADERS)
    for name, frame in vars(without).items():
        pd.testing.assert_frame_equal(frame, vars(with_future)[name])


@pytest.mark.parametrize(
    ("sql", "more", "message"),
    [
        (SHARE_OF.format("7", "5"), {}, "tried.sql: it counts 7 of 5, more than there are"),
        (SHARE_OF.format("-1", "5"), {}, "tried.sql: its numerator -1 is below zero"),
        (SHARE_OF.format("'inf'::double", "5"), {}, "tried.sql: its numerator is infinite"),
        (
            "select program_id, month, -2 as value from staging.program_month",
            {"kind": "count", "unit": "count", "range": (0, None)},
            "tried.sql: its value -2 lies outside 0 and more",
        ),
        (
            "select program_id, month, 'many' as value from staging.program_month",
            {"kind": "count", "unit": "count"},
            "tried.sql: column 'value' holds 'many'; return numbers",
        ),
        (
            "select program_id, month + 4 as month, 1 as value from staging.program_month",
            {"kind": "count", "unit": "count"},
            "tried.sql: month 2026-01-05 is no first day of a month; return the month of the fact",
        ),
        (
            "select program_id, cast(month as varchar) as month, 1 as value from staging.program_month",
            {"kind": "count", "unit": "count"},
            "tried.sql: program_id must be text and month a date; return them as staging.program_month has them",
        ),
    ],
)
def test_what_a_query_cannot_mean_is_marked_where_it_is_measured(
    con: duckdb.DuckDBPyConnection, sql: str, more: dict[str, object], message: str
) -> None:
    assert measured(con, signal(sql, **more), "message") == [message] * 3
    assert measured(con, signal(sql, **more), "status") == ["error"] * 3
    assert measured(con, signal(sql, **more), "coalesce(value, numerator, denominator, low, high)") == [None] * 3


def test_a_month_that_no_number_can_describe_leaves_the_others_as_they_are(con: duckdb.DuckDBPyConnection) -> None:
    sql = SHARE_OF.format("case when month = '2026-02-01' then 9 else 1 end", "2")
    assert measured(con, signal(sql), "status") == ["observed", "error", "observed"]
    assert measured(con, signal(sql), "value") == [0.5, None, 0.5]


def test_a_rate_may_pass_one_and_a_share_may_be_whole(con: duckdb.DuckDBPyConnection) -> None:
    assert measured(con, signal(SHARE_OF.format("5", "5")), "status") == ["observed"] * 3
    assert measured(con, signal(SHARE_OF.format("9", "5"), kind="rate"), "status") == ["observed"] * 3
    loose = header("tried", kind="ratio", range=(0, None))
    rows = signal_rows({"base": [4.0]}, {"base": loose})
    result = evaluate(PACK, rows, program_months(1), None, HEADERS | {"base": loose})
    assert result.finding.set_index("condition").loc["base", "outcome"] == "met"


@pytest.mark.usefixtures("quick")
def test_a_night_with_a_signal_that_fails_is_published_and_says_so(
    world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = "select program_id, month, value from signal where signal = 'account_education_coverage' order by all"
    before = ask(world, others)
    declared = shipped()
    broken = replace(declared.signals["how_to_ticket_share"], sql="select program_id, month, nope from staging.ticket")
    spoilt = replace(declared, signals={**declared.signals, "how_to_ticket_share": broken})
    monkeypatch.setattr("pipelines.session.shipped", lambda: spoilt)
    said = waystage("run", "-w", world, "--from", "2025-01")
    assert said.code == 3
    assert "signal.signal: could_not_be_measured broken by how_to_ticket_share" in said.err
    told = ask(world, "select distinct outcome, reason from finding where condition = 'how_to_ticket_share'")
    [(outcome, reason)] = told
    assert outcome == "error"
    assert str(reason).startswith('the signal could not be computed: Binder Error: Referenced column "nope" not found')
    assert ask(world, "select distinct status from signal where signal = 'how_to_ticket_share'") == [("unknown",)]
    assert ask(world, others) == before
