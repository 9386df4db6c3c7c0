"""Dates that leave out the year, name the month in another language, or say 03/04: what the source tells decides."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import SourceConfig
from tests.landing_world import source
from tests.staged_world import counts, told

LOG = "Time,User full name,Affected user,Event context,Component,Event name,Description,Origin"
VIEWED = "The user with id '7' viewed the course with id '3'."


def log(*times: str) -> str:
    return "\n".join([LOG, *(f'"{at}",Ada,-,Course: Basics,System,Course viewed,"{VIEWED}",web' for at in times), ""])


@pytest.mark.parametrize("copies", [1, 2], ids=["landed alone", "landed together"])
def test_a_log_under_another_name_has_the_year_of_the_day_through_which_it_was_observed(
    tmp_path: Path, copies: int
) -> None:
    files = {f"renamed{'x' * number}.csv": log(f"{3 + number} Feb, 10:00", "30 Dec, 10:00") for number in range(copies)}
    moodle = SourceConfig(name="s", connector="moodle", paths=("exports",))
    assert {status for status, *_ in counts(told(tmp_path, moodle, files)).values()} == {"rejected"}
    world = told(tmp_path, moodle.model_copy(update={"observed_through": "2026-02-10"}), files)
    assert {status for status, *_ in counts(world).values()} == {"loaded"}
    days = {day for (day,) in world.rows("select distinct cast(occurred_at as date) from source.learning_event")}
    assert days == {dt.date(2026, 2, 3 + number) for number in range(copies)} | {dt.date(2025, 12, 30)}


def viewed(workspace: Path, times: list[str], **more: Any) -> tuple[list[dt.datetime], list[int]]:
    """When each content was viewed, in the order of the rows, and the rows that were refused."""
    lines = "".join(f'c{place:02d},s1,"{at}"\n' for place, at in enumerate(times))
    world = told(workspace, source("content_view", **more), {"a.csv": f"content_id,session_id,viewed_at\n{lines}"})
    rows = world.rows("select viewed_at from source.content_view order by content_id")
    return [at for (at,) in rows], [row for row, *_ in world.rejected]


def test_months_are_read_by_name_in_several_languages(tmp_path: Path) -> None:
    told_as = [
        "5. März 2026, 14:05", "5 de marzo de 2026 14:05", "5 mars 2026 14:05", "March 5, 2026 2:05 PM",
        "05-Mar-2026 14:05", "Thursday, 5 March 2026, 2:05 PM", "5 maart 2026 14:05:00", "2026-03-05T14:05:00Z",
    ]  # fmt: skip
    assert viewed(tmp_path, told_as) == ([dt.datetime(2026, 3, 5, 14, 5)] * len(told_as), [])


def test_a_month_by_name_is_on_the_clock_of_the_source(tmp_path: Path) -> None:
    assert viewed(tmp_path, ["5. März 2026, 14:05"], timezone="Europe/Berlin")[0] == [dt.datetime(2026, 3, 5, 13, 5)]


def test_a_time_without_a_year_is_the_last_one_that_was_observed(tmp_path: Path) -> None:
    times = ["9 Feb, 10:00", "12. Feb, 10:00", "29 Feb, 10:00"]
    assert viewed(tmp_path, times) == ([], [1, 2, 3])
    assert viewed(tmp_path, times, observed_through="2026-02-10")[0] == [
        dt.datetime(2026, 2, 9, 10), dt.datetime(2025, 2, 12, 10), dt.datetime(2024, 2, 29, 10),
    ]  # fmt: skip


def test_only_the_source_says_whether_the_day_or_the_month_comes_first(tmp_path: Path) -> None:
    times = ["03/04/2026", "3.4.26 9:30"]
    assert viewed(tmp_path, times) == ([], [1, 2])
    assert viewed(tmp_path, times, date_order="day_first")[0] == [
        dt.datetime(2026, 4, 3), dt.datetime(2026, 4, 3, 9, 30)]  # fmt: skip
    assert viewed(tmp_path, times, date_order="month_first")[0] == [
        dt.datetime(2026, 3, 4), dt.datetime(2026, 3, 4, 9, 30)]  # fmt: skip
    assert viewed(tmp_path, ["25/03/2026", "03/25/2026"], date_order="month_first") == (
        [dt.datetime(2026, 3, 25)], [1])  # fmt: skip


@pytest.mark.parametrize(("order", "day"), [("day_first", dt.date(2026, 4, 3)), ("month_first", dt.date(2026, 3, 4))])
def test_a_vendors_file_that_could_be_of_either_country_is_read_as_its_source_says(
    tmp_path: Path, order: str, day: dt.date
) -> None:
    moodle = SourceConfig.model_validate(
        {"name": "s", "connector": "moodle", "paths": ["exports"], "date_order": order}
    )
    world = told(tmp_path, moodle, {"logs_20260601.csv": log("03/04/26, 10:00")})
    assert world.rows("select cast(occurred_at as date) from source.learning_event") == [(day,)]
