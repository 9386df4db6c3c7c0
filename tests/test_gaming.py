"""Looking more mature than one is: what a team could do in an afternoon moves no stage, and most of it is noticed.

Every gaming is told of a program that what it games holds back, through the whole way from exports to verdict.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from rules.friction_catalogue import load_frictions
from tests.gamings import GAMINGS
from tests.told_world import Telling, judged, write

AS_IS = "as-is"
# gaming -> sample programs it is tried in, the conditions it is after, and the flag it must raise
AFTER: Mapping[str, tuple[list[str], set[str], str]] = {
    "duplicate-articles": (
        ["quillmoor", "tidewick"],
        {"content_author_count", "audience_tag_coverage", "collection_coverage_rate", "content_reuse_rate"},
        "copied_content",
    ),
    "complete-courses": (
        ["quillmoor", "brackenholt"],
        {"course_completion_rate", "learner_return_rate", "lifecycle_path_coverage", "certification_rate"},
        "mass_completions",
    ),
    "link-everybody": (["brackenholt"], {"attachment_send_share", "content_reuse_rate"}, "broadcast"),
    "disable-form": (
        ["quillmoor", "brackenholt"],
        {"resend_request_rate", "self_service_score", "cannot_find_ticket_share", "repeat_question_rate"},
        "silent_ticket_form",
    ),
    "close-desk": (
        ["quillmoor", "brackenholt"],
        {"resend_request_rate", "self_service_score", "cannot_find_ticket_share", "known_issue_ticket_share"},
        "silent_ticket_form",
    ),
    "tag-for-all": (["quillmoor"], {"audience_tag_coverage", "personalized_learning_share"}, "tags_for_everyone"),
    "default-result": (["quillmoor"], {"search_zero_result_rate", "search_click_through_rate"}, "default_result"),
    "touch-everything": (
        ["brackenholt", "tidewick"],
        {"content_freshness_rate", "content_author_count"},
        "mass_edit",
    ),
    "link-files": (["brackenholt"], {"attachment_send_share", "duplicate_asset_ratio"}, "files_behind_links"),
}
PLACES = [(gaming, program) for gaming, (programs, _, _) in AFTER.items() for program in programs]
TOO_SMALL = {("touch-everything", "tidewick"), ("duplicate-articles", "tidewick")}  # six articles are not many


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """All programs, as they are and gamed, judged in one run."""
    tellings = {f"{program}-{AS_IS}": Telling(program) for _, program in PLACES}
    tellings |= {f"{program}-{gaming}": Telling(program, GAMINGS[gaming]) for gaming, program in PLACES}
    return judged(write(tmp_path_factory.mktemp("gaming"), tellings))


def of(frame: pd.DataFrame, program: str, telling: str, *keys: str) -> pd.DataFrame:
    return frame[frame["program_id"] == f"{program}-{telling}"].set_index(["model", "month", *keys]).sort_index()


def test_all_eight_are_tried() -> None:
    assert set(AFTER) == set(GAMINGS)


@pytest.mark.parametrize(("gaming", "program"), PLACES)
def test_no_stage_of_any_month_rises(told: dict[str, pd.DataFrame], gaming: str, program: str) -> None:
    before, after = (of(told["stage"], program, telling) for telling in (AS_IS, gaming))
    assert set(before.index.get_level_values("model")) == {"trainn", "thought_industries"}
    for column in ("stage", "stage_low"):
        was, now = (frame[column].astype("Float64").fillna(-1.0) for frame in (before, after))
        risen = now[now > was.reindex(now.index)]
        assert risen.empty, f"{column}\n{risen}"


@pytest.mark.parametrize(("gaming", "program"), PLACES)
def test_no_condition_it_is_after_is_newly_met(told: dict[str, pd.DataFrame], gaming: str, program: str) -> None:
    before, after = (of(told["finding"], program, telling, "condition") for telling in (AS_IS, gaming))
    met = after[after["outcome"] == "met"]
    met = met[met.index.get_level_values("condition").isin(AFTER[gaming][1])]
    newly = met[before["outcome"].reindex(met.index) != "met"]
    assert newly.empty, newly[["value", "threshold"]]


@pytest.mark.parametrize(("gaming", "program"), [place for place in PLACES if place not in TOO_SMALL])
def test_it_is_flagged_and_nobody_is_accused(told: dict[str, pd.DataFrame], gaming: str, program: str) -> None:
    kind = AFTER[gaming][2]
    events = told["friction_event"]
    flags = {kind for kind, is_integrity in load_frictions().event_kinds.items() if is_integrity}
    before, after = (
        events[(events["program_id"] == f"{program}-{telling}") & events["kind"].isin(flags)]
        for telling in (AS_IS, gaming)
    )
    assert before.empty, list(before["text"])
    (flag,) = after.itertuples()
    assert flag.kind == kind
    assert f"{flag.month:%Y-%m}" in ("2026-03", "2026-06")
    assert " may " in str(flag.text)
    assert "settles it" in str(flag.text)


def test_a_silent_desk_makes_tickets_unknown_and_not_fewer(told: dict[str, pd.DataFrame]) -> None:
    findings = of(told["finding"], "brackenholt", "close-desk", "condition")
    resend = findings.loc[("trainn", pd.Timestamp("2026-05-01"), "resend_request_rate")]
    assert resend["outcome"] == "unknown"
