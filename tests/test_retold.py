"""The story of ferrolake told otherwise: what is published when its numbers mean something else."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.retold import another_desk, one_customers_peak, twice_the_content
from tests.told_world import Telling, judged, write

TELLINGS = {
    "as-is": Telling("ferrolake"),
    "another-desk": another_desk(),
    "twice-the-content": Telling("ferrolake", twice_the_content),
    "one-customers-peak": Telling("ferrolake", one_customers_peak),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """All four, judged in one run."""
    return judged(write(tmp_path_factory.mktemp("retold"), TELLINGS))


def stages(told: dict[str, pd.DataFrame], telling: str) -> dict[str, int]:
    frame = told["stage"]
    rows = frame[(frame["program_id"] == telling) & (frame["model"] == "trainn")]
    return {f"{row.month:%Y-%m}": int(row.stage) for row in rows.itertuples()}


def events(told: dict[str, pd.DataFrame], telling: str, friction: str) -> dict[str, str]:
    """Kind of each event of a friction, by month."""
    frame = told["friction_event"]
    rows = frame[(frame["program_id"] == telling) & (frame["friction"] == friction)]
    return {f"{row.month:%Y-%m}": str(row.kind) for row in rows.itertuples()}


def text(told: dict[str, pd.DataFrame], telling: str, kind: str) -> str:
    frame = told["friction_event"]
    rows = frame[(frame["program_id"] == telling) & (frame["kind"] == kind)]
    return str(rows["text"].iloc[-1])


def test_the_story_as_it_is_praises_the_drop_of_requests(told: dict[str, pd.DataFrame]) -> None:
    assert events(told, "as-is", "F08") == {"2025-09": "delivery_wall", "2026-02": "fall"}


def test_requests_that_drop_with_the_ticket_tool_are_put_down_to_neither(told: dict[str, pd.DataFrame]) -> None:
    assert events(told, "another-desk", "F08") == {"2025-09": "delivery_wall", "2026-02": "migration_break"}
    said = text(told, "another-desk", "migration_break")
    assert "new_desk instead of zendesk_support" in said
    assert "the tool may have changed rather than the program" in said
    frame = told["friction"]
    since = frame[
        (frame["program_id"] == "another-desk") & (frame["friction"] == "F08") & (frame["month"] >= "2026-02-01")
    ]
    assert set(since["trend"]) == {"too short"}


def test_the_month_of_the_swap_is_not_judged_on_both_tools(told: dict[str, pd.DataFrame]) -> None:
    frame = told["finding"]
    row = frame[
        (frame["program_id"] == "another-desk")
        & (frame["model"] == "trainn")
        & (frame["condition"] == "resend_request_rate")
        & (frame["month"] == "2026-02-01")
    ].iloc[0]
    signal = told["signal"]
    alone = signal[
        (signal["program_id"] == "another-desk")
        & (signal["signal"] == "resend_request_rate")
        & (signal["month"] == "2026-02-01")
    ].iloc[0]
    assert (row["sample_size"], row["value"]) == (alone["sample_size"], alone["value"])
    moved = told["stage"][
        (told["stage"]["program_id"] == "another-desk") & (told["stage"]["change_cause"] == "sources")
    ]
    assert len(moved) > 0


def test_twice_the_content_moves_no_stage(told: dict[str, pd.DataFrame]) -> None:
    before, after = stages(told, "as-is"), stages(told, "twice-the-content")
    assert after == before
    assert {after[month] for month in ("2025-09", "2025-10", "2025-11", "2025-12")} == {1}
    assert events(told, "twice-the-content", "F08")["2025-09"] == "delivery_wall"


def test_a_peak_of_one_customer_is_seen_by_account_and_moves_no_stage(told: dict[str, pd.DataFrame]) -> None:
    assert events(told, "one-customers-peak", "F15") == {"2025-05": "one_account_peak"}
    assert "of the learners belonged to one account" in text(told, "one-customers-peak", "one_account_peak")
    assert events(told, "as-is", "F15") == {}
    before, after = stages(told, "as-is"), stages(told, "one-customers-peak")
    assert [month for month in after if after[month] > before[month]] == []
