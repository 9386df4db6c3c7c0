"""Every chart, with rows, without rows, and with names somebody should not have typed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.charts import Chart, charts
from dashboards.facts import program, site
from dashboards.published import connect, frame, records
from tests.site_world import CAST, build

ALL = [pytest.param(chart, id=chart.name) for chart in charts()]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("charts") / "waystage.duckdb")


def rows_of(database: Path, chart: Chart, program_id: str) -> pd.DataFrame:
    """What the page would hand to the chart."""
    connection = connect(database)
    row = records(connection, "select * from program where program_id = $key", key=program_id)[0]
    lead = site(connection).lead
    rows = frame(
        connection,
        chart.query,
        program_id=program_id,
        model=lead.model if lead else None,
        month=program(connection, row).month,
        signal="resend_request_rate",
    )
    connection.close()
    return rows


@pytest.mark.parametrize("chart", ALL)
@pytest.mark.parametrize("program_id", CAST)
def test_renders_for_every_program(chart: Chart, program_id: str, database: Path) -> None:
    rows = rows_of(database, chart, program_id)
    checked = go.Figure(json.loads(chart.figure(rows).to_json()))  # a property Plotly does not know is an error here
    assert checked.layout.height > 0
    assert chart.sentence(rows).endswith(".")


@pytest.mark.parametrize("chart", ALL)
def test_without_rows_says_so_in_words(chart: Chart, database: Path) -> None:
    empty = rows_of(database, chart, "harborline-academy").iloc[0:0]
    figure, sentence = chart.figure(empty), chart.sentence(empty)
    assert not figure.data
    assert figure.layout.annotations[0].text.endswith(".")
    assert "yet" in sentence


@pytest.mark.parametrize("chart", ALL)
def test_nothing_typed_reaches_plotly_as_markup(chart: Chart, database: Path) -> None:
    rows = rows_of(database, chart, "hostile-names")
    for column in rows.select_dtypes(include=["object", "string"]):
        if column in {"title", "name", "source", "events", "stage_name", "signal"}:
            rows[column] = rows[column].map(lambda text: f"<b onload=x>{text}</b>" if isinstance(text, str) else text)
    drawn = chart.figure(rows).to_json()
    assert "<b onload" not in drawn
    assert "\\u003cb onload" not in drawn


@pytest.mark.parametrize("chart", ALL)
def test_the_same_rows_in_any_order_of_reading_give_the_same_bytes(chart: Chart, database: Path) -> None:
    first, second = (rows_of(database, chart, "quarry-learning") for _ in range(2))
    assert chart.figure(first).to_json() == chart.figure(second).to_json()


@pytest.mark.parametrize("chart", ALL)
def test_columns_of_the_data_table_are_columns_of_the_query(chart: Chart, database: Path) -> None:
    assert set(chart.columns or {}) <= set(rows_of(database, chart, "quarry-learning").columns)


def test_a_short_series_is_not_drawn_as_a_trend(database: Path) -> None:
    chart = next(chart for chart in charts() if chart.name == "frictions")
    rows = rows_of(database, chart, "harborline-academy")
    rows = rows[rows["friction"] == "staleness"]
    assert len(rows[rows["level"].notna()]) < 6
    assert {trace.mode for trace in chart.figure(rows).data if trace.yaxis == "y"} == {"markers"}
    assert "too short for a trend" in chart.sentence(rows)


def test_a_month_that_names_no_stage_is_hatched_and_never_stage_zero(database: Path) -> None:
    chart = next(chart for chart in charts() if chart.name == "stage_history")
    figure = chart.figure(rows_of(database, chart, "tidewater-education"))
    assert figure.data[0].fillpattern.shape == "/"
    steps = next(trace for trace in figure.data if trace.line.width == 3)
    assert all(value is None for value in steps.y)


def test_worth_says_associated_with_the_unadjusted_beside_and_admits_no_difference(database: Path) -> None:
    chart = next(chart for chart in charts() if chart.name == "worth")
    said = chart.sentence(rows_of(database, chart, "quarry-learning"))
    assert "associated with" in said
    assert "Adoption +12 points, unadjusted +18; 95% interval 4\u201320 points; 84 trained, 61 other" in said
    assert "94% of the trained ones matched" in said
    assert "Could be no difference at all: tickets +0.4 per account (\u22120.2 to 1 per account); retention +3" in said
    assert "Held equal: tenure, size, start date, segment." in said
    silent = chart.sentence(rows_of(database, chart, "harborline-academy"))
    assert "Not measurable yet" in silent
    assert "adoption, time to value, tickets and retention (needs product use)" in silent


def test_a_source_is_drawn_month_by_month_and_its_gaps_are_said(database: Path) -> None:
    chart = next(chart for chart in charts() if chart.name == "source_coverage")
    rows = rows_of(database, chart, "quarry-learning")
    assert "sources have gaps: no row in Oct 2025." in chart.sentence(rows)
    mine = rows[rows["name"] == "Quarry Learning"]
    (bars,) = chart.figure(mine).data
    assert list(bars.y) == [0, 0, 1]  # the help desk, at the bottom, is in two pieces
    assert [f"{start:%Y-%m-%d}" for start in bars.base] == ["2024-12-03", "2025-11-01", "2024-12-03"]
