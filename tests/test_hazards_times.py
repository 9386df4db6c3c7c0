"""Ways in which an export is known to mislead about when something happened.

Written in the vendors' shapes, nothing here is a recording. How a connector reads one stream in all its variants is in
the cases beside its SQL; here the same hazard goes the whole way from a file to `source.*` and `staging.*`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from tests.landing_world import source
from tests.staged_world import counts, staged, told

VIEWED = "The user with id '7' viewed the course with id '3'."


class TestTime:
    def test_offsets_that_lie_are_left_out_by_the_column_map_and_the_place_counts(self, tmp_path: Path) -> None:
        # the same questions in two exports: equal clock text, one labelled -0700 and the other +0000
        header = "id,created\n"
        files: dict[str, Any] = {
            "week.csv": header + "q1,2026-05-01 20:00:00 -0700\nq2,2026-05-31 20:00:00 -0700\n",
            "joined.csv": header + "q1,2026-05-01 20:00:00 +0000\nq2,2026-05-31 20:00:00 +0000\n",
        }
        columns = {"ticket_id": "id", "created_at": {"sql": "left(created, 19)"}}
        world = staged(tmp_path, source("ticket", columns=columns, timezone="America/Los_Angeles"), files)
        assert world.rows("select distinct ticket_id, created_at from source.ticket order by 1") == [
            ("q1", dt.datetime(2026, 5, 2, 3)), ("q2", dt.datetime(2026, 6, 1, 3)),
        ]  # fmt: skip
        assert world.rows("select ticket_id, month from staging.ticket order by 1") == [
            ("q1", dt.date(2026, 5, 1)), ("q2", dt.date(2026, 6, 1)),
        ]  # fmt: skip

    def test_epoch_units_and_iso_side_by_side_are_one_instant(self, tmp_path: Path) -> None:
        told_as = [
            "1767607200", "1767607200000", "1767607200000000", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00.000+0000",
            "2026-01-05T12:00:00+02:00", "2026-01-05T10:00:00.000000Z", "2026-01-05 10:00:00", "1767607200.0",
        ]  # fmt: skip
        lines = [f"e{place},{stamp},7,c1,viewed\n" for place, stamp in enumerate(told_as)]
        header = "event_id,occurred_at,learner_id,content_id,verb\n"
        world = told(tmp_path, source("learning_event"), {"a.csv": header + "".join(lines)})
        assert world.rows("select occurred_at, count(*) from source.learning_event group by 1") == [
            (dt.datetime(2026, 1, 5, 10), len(told_as))
        ]

    def test_yearless_and_localised_dates_end_on_the_day_of_the_download_or_are_told_of(self, tmp_path: Path) -> None:
        english = "Time,User full name,Affected user,Event context,Component,Event name,Description,Origin"
        german = (
            "Zeit,Vollständiger Name,Betroffene/r Nutzer,Ereigniskontext,Komponente,Ereignisname,Beschreibung,Herkunft"
        )

        def report(header: str, times: list[str], viewed: str) -> str:
            rows = [f'"{at}",Ada,-,Course: Basics,System,{viewed},"{VIEWED}",web' for at in times]
            return "\r".join([header, *rows])

        files: dict[str, Any] = {
            "logs_EX_20260210-0930.csv": report(english, ["3 Feb, 10:00", "30 Dec, 10:00"], "Course viewed"),
            "renamed.csv": report(english, ["5 Feb, 10:00", "4 Feb, 10:00"], "Course viewed"),
            "logs_DE_20260320-0930.csv": report(german, ["5. März 2026, 10:00"], "Kurs angezeigt"),
        }
        days = "select cast(occurred_at as date) from source.learning_event order by 1"
        world = told(tmp_path, "moodle", files)
        assert world.rows(days) == [(dt.date(2025, 12, 30),), (dt.date(2026, 2, 3),), (dt.date(2026, 3, 5),)]
        assert counts(world)["renamed.csv"] == ("rejected", 2, 2)
        assert "the day of the download" in world.rejected[0][2]
        # the reason asks for the name that it was downloaded under
        (tmp_path / "exports" / "renamed.csv").rename(tmp_path / "exports" / "logs_EX_20260211-0930.csv")
        world = told(tmp_path, "moodle", {})
        assert {status for status, *_ in counts(world).values()} == {"loaded"}
        assert len(world.rows(days)) == 5

    def test_sentinel_dates_are_never(self, tmp_path: Path) -> None:
        enrolled = [
            {"id": 11, "user_id": 70 + place, "username": f"u{place}", "name": "Basics",
             "enrollment_status": "in_progress", "enrollment_created_at": "2026-01-05 10:00:00",
             "enrollment_completion_date": never}
            for place, never in enumerate(["0000-00-00 00:00:00", "0000-00-00", "1970-01-01 00:00:00", 0, "", None])
        ]  # fmt: skip
        page = {"data": {"items": enrolled, "has_more_data": False, "total_page_count": 1}}
        world = staged(tmp_path, "docebo", {"enrollments.json": page})
        assert world.rows("select count(*), count(completed_at) from staging.enrollment") == [(len(enrolled), 0)]

    def test_a_zero_date_in_a_column_nobody_said_may_be_never_is_told_and_not_counted(self, tmp_path: Path) -> None:
        text = "account_id,started_at\na1,1970-01-01\na2,2026-01-01\n"
        world = told(tmp_path, source("account"), {"a.csv": text})
        ((row, column, reason),) = world.rejected
        assert (row, column) == (1, "started_at")
        assert "before 1990" in reason

    def test_day_offsets_are_dates_once_the_map_knows_the_start_and_negative_ones_come_before(
        self, tmp_path: Path
    ) -> None:
        columns = {
            "learner_id": "id_student", "content_id": "code_module",
            "enrolled_at": {"sql": "date '2025-10-01' + cast(date_registration as integer)"},
        }  # fmt: skip
        text = "code_module,id_student,date_registration\nAAA,1,-159\nAAA,2,12\nAAA,3,\n"
        world = told(tmp_path, source("enrollment", columns=columns), {"a.csv": text})
        assert world.rows("select enrolled_at, month from source.enrollment order by 1") == [
            (dt.datetime(2025, 4, 25), dt.date(2025, 4, 1)), (dt.datetime(2025, 10, 13), dt.date(2025, 10, 1)),
        ]  # fmt: skip
        assert [(row, column) for row, column, _ in world.rejected] == [(3, "enrolled_at")]
