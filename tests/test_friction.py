"""Frictions: the cases of frictions.cases.yaml, and the fast tests against the libraries they stand in for."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pymannkendall
import pytest
import ruptures
from pydantic import BaseModel, ConfigDict

from connectors.declaration import read
from rules.change_point import PENALTY, change_points
from rules.friction import EVENT_COLUMNS, measure_frictions
from rules.friction_catalogue import load_frictions
from rules.load import available, load
from rules.trend import trailing_trends
from tests.measure_frictions import CHANGED, QUIET, SPANS, TRENDS, detections, false_alarms, trends
from tests.rule_world import program_months, signal_rows
from transforms.catalogue import shipped

CASES = Path(__file__).parents[1] / "rules" / "frictions.cases.yaml"
HEADERS = {name: signal.header for name, signal in shipped().signals.items()}
SHOWN = {"delivery_wall": "walls", "rise": "events", "fall": "events", "migration_break": "events"}


class Case(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    friction: str
    given: dict[str, list[float | str]]
    sample: int = 1000
    launch_months: int = 0
    breaks: list[dict[str, str]] = []
    expect: dict[str, object]


def cases() -> list[object]:
    return [pytest.param(case, id=case.name) for case in map(Case.model_validate, read(CASES).data)]


@pytest.mark.parametrize("case", cases())
def test_case_holds(case: Case) -> None:
    count = max(len(values) for values in case.given.values())
    months = program_months(count, is_launch=[index < case.launch_months for index in range(count)])
    rows = signal_rows(case.given, HEADERS, sample=case.sample)
    breaks = pd.DataFrame([{"program_id": "quarry-school"} | one for one in case.breaks])
    friction, event = measure_frictions(load_frictions(), rows, months, HEADERS, breaks=breaks)
    last = friction[friction["friction"] == case.friction].iloc[-1]
    for key, wanted in case.expect.items():
        if key in ("events", "walls", "patterns"):
            shown = event["kind"].map(lambda kind: SHOWN.get(kind, "patterns"))
            found = event[(shown == key) & (event["friction"] == case.friction)]
            seen = [{"kind": row.kind, "month": f"{row.month:%Y-%m}", "text": row.text} for row in found.itertuples()]
            assert seen == [{"kind": "delivery_wall"} | one for one in wanted]  # type: ignore[attr-defined]
        elif wanted is None:
            assert pd.isna(last[key])
        elif isinstance(wanted, float):
            assert last[key] == pytest.approx(wanted)
        else:
            assert last[key] == wanted


def test_every_friction_is_measured_for_every_program_and_month() -> None:
    months = pd.concat([program_months(3), program_months(2, program="another")])
    friction, event = measure_frictions(load_frictions(), signal_rows({}, HEADERS), months, HEADERS)
    assert list(friction.columns) == [
        "program_id",
        "month",
        "friction",
        "job",
        "level",
        "trend",
        "slope",
        "p_value",
        "status",
    ]
    assert list(event.columns) == EVENT_COLUMNS
    assert len(friction) == 16 * 5
    assert (friction["status"] == "unknown").all()
    assert event.empty


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_workspace_with_hardly_a_month_is_no_mistake(count: int) -> None:
    months = program_months(2).iloc[:count]
    friction, event = measure_frictions(load_frictions(), signal_rows({}, HEADERS), months, HEADERS)
    assert len(friction) == 16 * count
    assert event.empty


def test_frictions_and_packs_agree_on_what_is_fine() -> None:
    fine = {one.signal: one.threshold for name in available() for one in load(name).pack.conditions}
    for friction in load_frictions().frictions:
        for one in friction.signals:
            assert one.good == fine.get(one.signal, one.good), f"{friction.id} {one.signal}"


def test_stages_fix_frictions_that_say_they_are_cleared_there() -> None:
    cleared = {friction.id: friction.cleared_at for friction in load_frictions().frictions}
    for name in available():
        for stage in load(name).pack.stages:
            for friction in stage.fixes:
                assert cleared[friction].get(name) is not None, f"{name} {stage.number} fixes {friction}"


def test_trends_equal_pymannkendall() -> None:
    draw = np.random.default_rng(5)
    series = draw.integers(0, 8, (40, 12)).astype(float)
    series[draw.random(series.shape) < 0.15] = np.nan
    trends = trailing_trends(series)
    for index, row in enumerate(series):
        known = row[~np.isnan(row)]
        if len(known) < 6:
            assert math.isnan(trends.p_value[index, -1])
            continue
        assert trends.p_value[index, -1] == pytest.approx(pymannkendall.original_test(known).p, abs=1e-12)
        assert trends.slope[index, -1] == pytest.approx(pymannkendall.sens_slope(row).slope)


def test_seasonal_trends_equal_pymannkendall() -> None:
    draw = np.random.default_rng(6)
    series = np.sin(np.arange(24) / 12 * 2 * np.pi) * 5 + np.arange(24) * 0.2 + draw.normal(size=(20, 24))
    trends = trailing_trends(series)
    for index, row in enumerate(series):
        theirs = pymannkendall.seasonal_test(row, period=12)
        assert trends.p_value[index, -1] == pytest.approx(theirs.p, abs=1e-12)
        assert trends.slope[index, -1] == pytest.approx(theirs.slope / 12)


def test_change_points_equal_ruptures() -> None:
    draw = np.random.default_rng(8)
    levels = draw.choice([0.0, 4.0, 9.0], (30, 4)).repeat(8, axis=1)
    series = levels + draw.normal(size=levels.shape)
    found = change_points(series)
    for index, row in enumerate(series):
        noise = np.median(np.abs(np.diff(row))) / (0.6745 * np.sqrt(2))
        noise = max(noise, 0.02 * (row.max() - row.min()))
        penalty = PENALTY * math.log(len(row)) * noise**2
        theirs = ruptures.Pelt(model="l2", min_size=3, jump=1).fit(row).predict(pen=penalty)
        assert list(np.nonzero(found[index])[0]) == theirs[:-1]


@pytest.mark.parametrize("sample", [100, 12])
def test_noise_alone_makes_few_trends_and_fewer_events(sample: int) -> None:
    draw = np.random.default_rng(9)
    months = pd.concat([program_months(24, program=f"p{index:03}") for index in range(100)])
    keys = months[["program_id", "month"]]
    hits = draw.binomial(sample, 0.2, len(keys)).astype(float)
    rows = keys.assign(signal="cannot_find_ticket_share", status="observed", value=hits / sample, low=0.1, high=0.3)
    rows = rows.assign(numerator=hits, denominator=float(sample), sample_size=float(sample))
    friction, event = measure_frictions(load_frictions(), rows, months, HEADERS)
    told = friction[(friction["friction"] == "F04") & (friction["trend"] != "too short")]
    assert (told["trend"] != "steady").mean() < 0.06
    assert len(event) <= 3


@pytest.mark.parametrize("pooled_months", [1, 3])
def test_a_thousand_noises_make_no_more_trends_than_the_test_allows(pooled_months: int) -> None:
    assert max(trends(TRENDS["noise"], pooled_months)) < 0.065


@pytest.mark.parametrize("pooled_months", [1, 3])
@pytest.mark.parametrize("name", [name for name in TRENDS if "rhythm of three" in name or "falls back" in name])
def test_a_season_is_no_trend_once_a_thirteenth_month_is_known(name: str, pooled_months: int) -> None:
    assert SPANS[1] > 12
    assert max(trends(TRENDS[name], pooled_months)[1:]) < 0.05


def test_a_trend_under_a_season_is_found() -> None:
    alone, under = TRENDS["a rise of three deviations a year"], TRENDS["the same under a rhythm of two"]
    assert trends(alone)[SPANS.index(15)] > 0.6
    assert trends(under)[SPANS.index(18)] > 0.85
    assert trends(under, 3)[SPANS.index(24)] > 0.9


@pytest.mark.parametrize("world", list(QUIET))
def test_noise_and_seasons_are_hardly_ever_told_as_a_change(world: str) -> None:
    assert false_alarms("told here", world) < 0.06


@pytest.mark.parametrize("world", list(CHANGED))
def test_a_change_is_told_in_its_month(world: str) -> None:
    assert detections("told here", world) > 0.8
