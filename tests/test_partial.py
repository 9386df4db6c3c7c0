"""A value that falls short by what is seen alone is not known to fall short; a reading outlasts a wavering sample."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.evaluate import Judgement, evaluate
from tests.rule_world import header, months, program_months, signal_rows
from tests.small_pack import PACK, SIGNALS

MONTHS = 3
TRACES = ["views", "guides", "courses"]
NEEDED = {"base": TRACES}
HEADERS = {
    name: header(
        name,
        sources=[NEEDED.get(name, name)],
        **({"shown_without": {"views": 0.5, "guides": 0.8}} if name == "base" else {}),
    )
    for name in SIGNALS
}


def covered(*entities: str, since: int = 0) -> pd.DataFrame:
    """All that the pack reads is covered, and of the traces of learning these, from a month on."""
    rows = [(name, month, True) for name in SIGNALS if name not in NEEDED for month in months(MONTHS)]
    rows += [(name, month, index >= since) for name in entities for index, month in enumerate(months(MONTHS))]
    return pd.DataFrame(rows, columns=["entity", "month", "is_covered"]).assign(program_id="quarry-school")


def judged(base: list[float | str], coverage: pd.DataFrame, headers: dict[str, object] | None = None) -> Judgement:
    world: dict[str, list[float | str]] = {name: [0.9] * MONTHS for name in SIGNALS} | {"base": base}
    known = HEADERS if headers is None else HEADERS | headers
    rows = signal_rows(world, known)
    return evaluate(PACK, rows, program_months(MONTHS), None, known, coverage=coverage)


def base(result: Judgement) -> list[tuple[str, str | None]]:
    rows = result.finding[result.finding["condition"] == "base"].sort_values("month")
    return [(one, None if pd.isna(why) else why) for one, why in zip(rows["outcome"], rows["reason"], strict=True)]


def test_what_another_source_may_add_to_is_not_known_to_be_missed() -> None:
    said = "seen in part: no source of views covers this month"
    assert base(judged([0.3] * 3, covered("guides", "courses")))[-1] == ("unknown", said)
    both = "seen in part: no source of views or guides covers this month"
    assert base(judged([0.3] * 3, covered("courses")))[-1] == ("unknown", both)


def test_what_is_seen_whole_or_is_far_below_is_missed() -> None:
    assert base(judged([0.3] * 3, covered(*TRACES)))[-1] == ("not_met", None)
    assert base(judged([0.2] * 3, covered("guides", "courses")))[-1] == ("not_met", None)
    assert base(judged([0.3] * 3, covered("views", "courses")))[-1] == ("not_met", None)


def test_what_is_reached_by_a_part_is_reached() -> None:
    assert base(judged([0.6] * 3, covered("courses"))) == [("met", None)] * 3


def test_what_was_held_is_not_known_to_be_lost_while_a_part_is_seen() -> None:
    outcomes = [outcome for outcome, _ in base(judged([0.6, 0.21, 0.45], covered("guides", "courses")))]
    assert outcomes == ["met", "unknown", "unknown"]  # 0.45 would be kept, had it not been lost between


def test_the_range_rises_and_the_stage_and_the_step_go_by_what_is_seen() -> None:
    whole, part = (judged([0.3] * 3, covered(*seen)).stage.iloc[-1] for seen in (TRACES, ["courses"]))
    assert (whole["stage"], whole["stage_low"], whole["stage_high"]) == (0, 0, 0)
    assert (part["stage"], part["stage_low"]) == (0, 0)
    assert part["stage_high"] > 0
    assert part["bottleneck_job"] == whole["bottleneck_job"] == "create"
    assert part["next_step"] == whole["next_step"] == "base"
    assert " now by what is seen, at least " in part["next_step_text"]
    assert " by what is seen" not in whole["next_step_text"]


def test_a_part_is_evidence_enough_to_name_a_stage() -> None:
    """Only the one condition is known: half of those of the next gate, which is the evidence floor."""
    world = {name: ["unknown"] * MONTHS for name in SIGNALS} | {"base": [0.3] * MONTHS}
    result = evaluate(
        PACK, signal_rows(world, HEADERS), program_months(MONTHS), None, HEADERS, coverage=covered("courses")
    )
    assert result.stage["stage"].tolist() == [0] * MONTHS


def test_months_of_a_window_that_no_source_covers_may_add_to_what_accumulates() -> None:
    yearly = header("base", sources=["courses"], pooled="sql", window="T12", accumulates=True)
    findings = base(judged([0.1] * 3, covered("courses", since=1), {"base": yearly}))
    assert findings[-1] == ("unknown", "seen in part: covered in 2 of its 12 months")
    assert base(judged([0.05] * 3, covered("courses", since=1), {"base": yearly}))[-1] == ("not_met", None)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.45, 0.6]), min_size=MONTHS, max_size=MONTHS),
    st.sets(st.sampled_from(TRACES[:2])),
    st.sets(st.sampled_from(TRACES[:2])),
)
def test_knowing_of_fewer_sources_only_widens_the_range(values: list[float], some: set[str], more: set[str]) -> None:
    fewer, all_of_them = (judged(list(values), covered(*sorted(one), "courses")) for one in (some, some | more))
    for before, after in zip(all_of_them.stage.itertuples(), fewer.stage.itertuples(), strict=True):
        assert after.stage_low <= before.stage_low
        assert after.stage_high >= before.stage_high


def test_a_sample_that_wavers_about_its_minimum_moves_nothing() -> None:
    head = header("base", sources=["base"], window="T1")
    headers = HEADERS | {"base": head}
    world: dict[str, list[float | str]] = {name: [0.9] * 7 for name in SIGNALS}
    rows = signal_rows(world, headers)
    short = (rows["signal"] == "base") & (rows["month"] > months(7)[1])
    rows.loc[short, ["numerator", "denominator", "sample_size"]] = [18.0, 20.0, 20.0]
    result = evaluate(PACK, rows, program_months(7), None, headers)
    outcomes = [outcome for outcome, _ in base(result)]
    assert outcomes == ["met", "met", "met", "met", "met", "unknown", "unknown"]
    samples = result.finding[result.finding["condition"] == "base"].sort_values("month")["sample_size"]
    assert (samples.iloc[:5] >= head.minimum_sample).all(), "a verdict rests on a sample that suffices"
