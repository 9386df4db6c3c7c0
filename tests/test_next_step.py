"""The next step is something to do; where nothing can be done about a month, it is none and the reason is said."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from dashboards.page import build_site
from pipelines.commands import explain
from rules.evaluate import Judgement, evaluate
from rules.load import load
from tests.rule_world import meeting, program_months, signal_rows
from tests.site_world import build
from transforms.catalogue import shipped

HEADERS = {name: signal.header for name, signal in shipped().signals.items()}
TRAINN = load("trainn")
WHY = (
    "None that would settle this month: content freshness rate was anything from 10% to 95%, "
    "because later edits hide earlier ones, and no later export will tell."
)


def hidden_freshness(**more: float) -> Judgement:
    """Months that meet stage 4, and stage 5 too but for content freshness, which later edits hide. `more` gives
    sample sizes by signal."""
    values = {name: [value] * 6 for name, value in meeting(TRAINN.pack, 5).items()}
    rows = signal_rows(values, HEADERS).assign(least=float("nan"), most=float("nan"))
    rows.loc[rows["signal"] == "content_freshness_rate", ["least", "most"]] = [0.1, 0.95]
    for signal, sample in more.items():
        rows.loc[rows["signal"] == signal, ["numerator", "denominator", "sample_size"]] = [sample, sample, sample]
    return evaluate(TRAINN, rows, program_months(6), None, HEADERS)


def test_a_month_that_later_edits_hide_has_no_next_step() -> None:
    stage = hidden_freshness().stage.iloc[-1]
    assert (stage["stage"], stage["stage_low"], stage["stage_high"]) == (4, 4, 5)
    assert pd.isna(stage["next_step"])
    assert pd.isna(stage["next_step_text"])


def test_waiting_is_for_what_still_grows() -> None:
    stage = hidden_freshness(learner_account_match_rate=1).stage.iloc[-1]
    assert stage["next_step"] == "learner_account_match_rate"
    assert stage["next_step_text"] == "Wait for evidence on learner account match rate: 1 of 30 needed."


def test_explain_and_site_say_why_there_is_none(tmp_path: Path) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    with duckdb.connect(str(database)) as con:
        con.execute("update stage set next_step = null, next_step_text = null where model = 'trainn'")
        con.execute(
            "update finding set outcome = 'unknown', "
            "reason = 'anything from 10% to 95%, because later edits hide earlier ones' "
            "where model = 'trainn' and condition = 'content_freshness_rate'"
        )
    build_site(database, tmp_path / "site")
    page = (tmp_path / "site/programs/quarry-learning.html").read_text(encoding="utf-8")
    assert WHY in page.split("The next step")[1]
    with duckdb.connect(str(database)) as con:
        [verdict] = explain.read(con, "quarry-learning", "trainn", None)
    assert f"next step       {WHY}\n" in explain.as_text(verdict)
    assert verdict["why_no_next_step"] == WHY
