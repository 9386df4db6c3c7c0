"""What a message says of a new version: each thing once, with why, and nothing where nothing is new."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.digest import News, news

LAST = "month = (select max(month) from stage where not is_provisional)"
Told = Callable[[str], News | None]


@pytest.fixture
def told(published: Path, tmp_path: Path) -> Told:
    """What is told of the published version once these statements have changed it."""
    before, after = tmp_path / "before.duckdb", tmp_path / "after.duckdb"

    def told(changes: str) -> News | None:
        for copy in (before, after):
            shutil.copyfile(published / "published/waystage.duckdb", copy)
        with duckdb.connect(str(after)) as con:
            con.execute(changes)
        return news(before, after)

    return told


def test_the_same_version_is_no_news(told: Told) -> None:
    assert told("select 1") is None


def test_a_pending_change_says_what_reads_otherwise(told: Told) -> None:
    said = told(
        f"update stage set pending_stage = 2 where program_id = 'alder' and {LAST};"
        f"update finding set outcome = 'not_met', value = 0.97 where program_id = 'alder' and {LAST} "
        "and condition = 'how_to_ticket_share'"
    )
    assert said is not None
    assert (said.title, said.programs) == ("1 change pending", ("alder",))
    assert said.lines == (
        "Alder (Mini): June 2025 reads as stage 2: how to ticket share 97% (needs at most 90%); "
        "stage 1, Mid stays until that is confirmed.",
    )


def test_a_rising_friction_says_how_far_and_how_surely(told: Told) -> None:
    said = told(
        "update friction set trend = 'rising', level = 0.62, slope = 0.041, p_value = 0.012 "
        f"where program_id = 'birch' and friction = 'F01' and {LAST}"
    )
    assert said is not None
    assert (said.title, said.programs) == ("1 friction rising", ("birch",))
    assert said.lines[0].startswith("Birch: ")
    assert said.lines[0].endswith("is rising: its level is 0.62 of 1, up 0.041 a month (p 0.012).")


def test_a_wall_is_told_by_its_own_words(told: Told) -> None:
    said = told(
        "insert into friction_event by name select 'alder' as program_id, 'F02' as friction, "
        "(select max(month) from stage where not is_provisional) as month, 'delivery_wall' as kind, "
        "0.1 as before, 0.4 as after, 0.01 as p_value, 'A delivery wall: content up, learners down.' as text"
    )
    assert said is not None
    assert (said.title, said.lines) == ("1 pattern found", ("Alder: A delivery wall: content up, learners down.",))


def test_a_vendor_that_did_not_answer_is_told_with_its_reason(told: Told) -> None:
    said = told(
        "update load set status = 'stale', reason = 'not fetched, so the copy of 2025-06-28 UTC is used; "
        "desk.example did not answer in time' where program_id = 'birch' and file like '%tickets.csv'"
    )
    assert said is not None
    assert (said.title, said.programs) == ("1 older copy in use", ("birch",))
    assert "the copy of 2025-06-28 UTC is used; desk.example did not answer in time." in said.lines[0]


def test_a_source_that_grew_stale_or_was_refused_says_why(told: Told) -> None:
    said = told(
        "update coverage set status = 'stale' where program_id = 'alder' and source = 'table:ticket';"
        "update coverage set status = 'rejected' where program_id = 'birch' and source = 'table:account';"
        "update load set status = 'rejected', reason = 'NUL bytes' where program_id = 'birch' "
        "and file like '%accounts.csv'"
    )
    assert said is not None
    assert said.title == "2 sources in trouble, 1 file with rejected rows"
    assert said.programs == ("alder", "birch")
    assert said.lines == (
        "Alder: source table:ticket is stale, its newest fact of 2025-06-29.",
        "Birch: source table:account is rejected, its newest fact of 2024-03-13.",
        "Birch: exports/birch/accounts.csv: refused (NUL bytes).",
    )
