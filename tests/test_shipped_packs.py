"""The rule packs that ship: reachable on the core exports, quick, and open where later edits hide what was so."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from rules.evaluate import evaluate
from rules.load import available, load
from rules.model import SCHEMA_FILE, schema_text
from tests.rule_world import meeting, program_months, signal_rows
from tests.small_pack import held
from transforms.catalogue import shipped


@pytest.mark.parametrize(
    ("least", "most", "outcome", "reason"),
    [
        (1, 4, "unknown", "anything from 1 to 4, because later edits hide earlier ones"),
        (0, 1, "not_met", None),
        (2, 3, "met", None),
    ],
)
def test_history_that_later_edits_hide_is_unknown_only_where_it_decides(
    least: float, most: float, outcome: str, reason: str | None
) -> None:
    headers = {name: signal.header for name, signal in shipped().signals.items()}
    rows = signal_rows({"content_author_count": [least]}, headers).assign(least=least, most=most, high=most)
    finding = evaluate(load("trainn"), rows, program_months(1), None, headers).finding.set_index("condition")
    told = finding.loc["content_author_count"]
    assert told["outcome"] == outcome
    assert (None if pd.isna(told["reason"]) else told["reason"]) == reason
    assert outcome == "unknown" or told["probability_met"] == (outcome == "met")


def test_the_committed_schema_is_fresh() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run: python -m rules.model"


def test_the_core_exports_alone_reach_stage_four_and_three() -> None:
    """Without search log, guides, releases, product usage or CRM nothing pins a program at the bottom."""
    core = {
        "enrollment",
        "learning_event",
        "learner",
        "content_item",
        "content_variant",
        "content_vote",
        "content_view",
    }
    core |= {"ticket", "ticket_comment", "account"}
    headers = {name: signal.header for name, signal in shipped().signals.items()}
    reached = {}
    for name in ("thought_industries", "trainn"):
        pack = load(name).pack
        outcomes = {one.id: "met" if headers[one.signal].is_covered_by(core) else "unknown" for one in pack.conditions}
        reached[name] = held(pack, outcomes, False)
    assert reached == {"thought_industries": 3, "trainn": 4}


WITHOUT = {
    "an LMS": {"enrollment", "learning_event", "live_session", "certification"},
    "certificates": {"certification"},
    "a search log": {"search"},
    "in-app guides": {"guide_event"},
    "releases": {"release"},
}


@pytest.mark.parametrize("lacking", WITHOUT)
@pytest.mark.parametrize("name", ["thought_industries", "trainn"])
def test_what_a_program_does_not_have_is_no_failure(name: str, lacking: str) -> None:
    """Judged by all else it holds a stage above the lowest, and could be at the top; nothing counts as unmet for it."""
    pack, headers = load(name), {key: signal.header for key, signal in shipped().signals.items()}
    given = {entity for header in headers.values() for entity in header.entities} - WITHOUT[lacking]
    values: dict[str, list[float | str]] = {
        signal: [value if headers[signal].is_covered_by(given) else "unknown"] * 7
        for signal, value in meeting(pack.pack, pack.pack.stages[-1].number).items()
    }
    result = evaluate(pack, signal_rows(values, headers), program_months(7), None, headers)
    row = result.stage.iloc[-1]
    assert row["stage"] > pack.pack.stages[0].number
    assert row["stage_high"] == pack.pack.stages[-1].number
    assert pd.isna(row["bottleneck_job"])
    assert "not_met" not in set(result.finding["outcome"])


@pytest.mark.parametrize("name", available())
def test_three_years_of_a_hundred_programs_are_judged_in_seconds(name: str) -> None:
    headers = {key: signal.header for key, signal in shipped().signals.items()}
    signals = list(dict.fromkeys(one.signal for one in load(name).pack.conditions))
    draw = np.random.default_rng(3)
    months = pd.concat([program_months(36, program=f"p{index:03}") for index in range(100)])
    keys = months[["program_id", "month"]]
    rows = [
        keys.assign(signal=signal, status="observed", value=hits / 200, low=0.0, high=1.0).assign(
            numerator=hits, denominator=200.0, sample_size=200.0
        )
        for signal in signals
        for hits in [draw.binomial(200, 0.5, len(keys)).astype(float)]
    ]
    frame = pd.concat(rows)
    start = time.process_time()
    evaluate(load(name), frame, months, None, headers)
    assert time.process_time() - start < 5
