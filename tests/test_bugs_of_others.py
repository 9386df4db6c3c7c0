"""Mistakes that others have made in judging by telemetry, each by its name, so that nobody makes them here."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from rules.evaluate import Judgement, evaluate
from rules.load import load
from tests.rule_world import meeting, program_months, signal_rows
from tests.small_pack import HEADERS, MONTHS, PACK, SIGNALS, World, judge
from tests.staged_world import staged
from tests.test_measure import con, measured, signal
from transforms.catalogue import shipped

__all__ = ["con"]
SOLID: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in SIGNALS}
SHIPPED = {name: one.header for name, one in shipped().signals.items()}


def last(result: Judgement, condition: str) -> pd.Series:
    return result.finding[result.finding["condition"] == condition].iloc[-1]


def test_a_default_that_swallows_null(con: duckdb.DuckDBPyConnection) -> None:
    """A month that was counted but not told is no month of zeros, alone or pooled with others."""
    sql = "select program_id, month, null as numerator, 40 as denominator from staging.program_month"
    assert measured(con, signal(sql), "value") == [None] * 3
    small = {name: [values[0]] * MONTHS for name, values in SOLID.items()}
    rows = signal_rows(small, HEADERS, sample=20)
    silent = (rows["signal"] == "order") & (rows["month"] == sorted(rows["month"].unique())[-2])
    rows.loc[silent, ["value", "numerator", "low", "high"]] = np.nan
    told = last(evaluate(PACK, rows, program_months(MONTHS), None, HEADERS), "order")
    assert told["value"] == pytest.approx(0.9)  # not 0.45: the silent month has no share in it
    assert (told["outcome"], told["sample_size"]) == ("met", 40)
    rows.loc[rows["signal"] == "order", ["value", "numerator", "low", "high"]] = np.nan
    told = last(evaluate(PACK, rows, program_months(MONTHS), None, HEADERS), "order")
    assert (told["outcome"], math.isnan(told["value"])) == ("unknown", True)


def test_a_gate_that_hides_another() -> None:
    """A low gate that is shut ends the stage, and not what is said of the gates above it."""
    pack = load("trainn")
    values = {name: [value] * 3 for name, value in meeting(pack.pack, 4).items()} | {"content_reuse_rate": [0.1] * 3}
    result = evaluate(pack, signal_rows(values, SHIPPED), program_months(3), None, SHIPPED)
    row, jobs = result.stage.iloc[-1], result.job[result.job["month"] == result.job["month"].max()]
    assert (row["stage"], row["bottleneck_job"]) == (0, "create")
    assert dict(zip(jobs["job"], jobs["reached_stage"], strict=True)) == {"create": 0, "deliver": 4, "scale": 0}
    above = result.finding[(result.finding["stage"] == 4) & (result.finding["month"] == result.stage["month"].max())]
    assert set(above["outcome"]) == {"met"}


@pytest.mark.parametrize("lost", SIGNALS)
def test_a_missing_category_that_raises_a_total(lost: str) -> None:
    """What fails and is then no longer exported neither raises the stage nor counts as done."""
    world = SOLID | {lost: [0.9 if lost == "search" else 0.1] * MONTHS}
    failing, missing = judge(world), judge({name: values for name, values in world.items() if name != lost})
    assert (missing.stage["stage_low"] <= failing.stage["stage_low"]).all()
    assert last(missing, lost)["outcome"] == "unknown"
    named = missing.stage["stage"].dropna()
    assert (named <= failing.stage["stage"].max()).all()


def test_no_events_read_as_best(con: duckdb.DuckDBPyConnection) -> None:
    """Nobody wrote in: that is no share of nothing, however little of it the pack allows."""
    sql = "select program_id, month, 0 as numerator, 0 as denominator from staging.program_month"
    assert measured(con, signal(sql, direction="down"), "value") == [None] * 3
    pack = load("trainn")
    rows = signal_rows({name: [value] * 3 for name, value in meeting(pack.pack, 5).items()}, SHIPPED)
    down = [name for name, header in SHIPPED.items() if header.direction == "down"]
    silent = rows["signal"].isin(down)
    rows.loc[silent, ["value", "low", "high"]] = np.nan
    rows.loc[silent, ["numerator", "denominator", "sample_size"]] = 0.0
    finding = evaluate(pack, rows, program_months(3), None, SHIPPED).finding
    assert set(finding.loc[finding["comparison"] == "<=", "outcome"]) == {"unknown"}
    assert not finding.loc[finding["comparison"] == "<=", "reason"].isna().any()


@pytest.mark.parametrize(("status", "outcome"), [("unknown", "unknown"), ("error", "error")])
def test_a_waiver_that_hides_a_broken_source(status: str, outcome: str) -> None:
    waived = pd.DataFrame(
        [("quarry-school", "order", "agreed", "head", None)],
        columns=["program_id", "condition", "reason", "owner", "until"],
    )
    rows = signal_rows(SOLID | {"order": [status] * MONTHS}, HEADERS)
    result = evaluate(PACK, rows, program_months(MONTHS), waived, HEADERS)
    assert last(result, "order")["outcome"] == outcome
    assert "waived" not in str(last(result, "order")["reason"])
    assert result.stage.iloc[-1]["stage_low"] == 1


def test_a_label_used_as_a_join_key(tmp_path: Path) -> None:
    """Two customers of one name are two, and two courses of one title are two, each with its own people."""
    files = {
        "accounts.json": [
            {"id": "1", "name": "Acme", "external_id": "A1", "domain_names": [], "created_at": "2025-01-01T00:00:00Z"},
            {"id": "2", "name": "Acme", "external_id": "A2", "domain_names": [], "created_at": "2025-01-01T00:00:00Z"},
        ],
    }
    world = staged(tmp_path, "zendesk_support", {name: {"organizations": rows} for name, rows in files.items()})
    assert world.rows("select count(*), count(distinct account_key) from staging.account") == [(2, 2)]


def test_a_rate_that_depends_on_the_chosen_range() -> None:
    """A month is judged by its own window: how far back history goes, or that it goes on, changes nothing."""
    draw = np.random.default_rng(5)
    long: World = {name: list(draw.choice([0.2, 0.45, 0.8], 12)) for name in SIGNALS}
    rows = signal_rows(long, HEADERS, sample=20)
    months = program_months(12)
    numbers = ["condition", "value", "low", "high", "sample_size"]
    whole = evaluate(PACK, rows, months, None, HEADERS).finding
    for first, end in ((4, 9), (0, 9), (4, 12)):
        within = months.iloc[first:end]
        part = evaluate(PACK, rows[rows["month"].isin(within["month"])], within, None, HEADERS).finding
        month = months["month"].iloc[8]
        one, other = (table.loc[table["month"] == month, numbers].reset_index(drop=True) for table in (whole, part))
        pd.testing.assert_frame_equal(one, other)
