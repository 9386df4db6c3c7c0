"""Every way in which an export is known to mislead, one small export each: files in, rows of an entity or a reason out.

Written in the vendors' shapes, nothing here is a recording. How a connector reads one stream in all its variants is in
the cases beside its SQL; here the same hazard goes the whole way from a file to `source.*` and `staging.*`.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.landing_world import source
from tests.staged_world import counts, staged, told


def ticket(number: int, **more: Any) -> dict[str, Any]:
    """A ticket as Zendesk's incremental export has it."""
    return {
        "id": number, "requester_id": 70, "subject": "How do I export?", "description": "Please help.",
        "status": "open", "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}, "tags": [],
        "created_at": "2026-01-05T10:00:00Z", "updated_at": "2026-01-06T10:00:00Z",
        "generated_timestamp": 1767693600, **more,
    }  # fmt: skip


def user(number: int, email: str, role: str = "end-user") -> dict[str, Any]:
    return {"id": number, "email": email, "role": role, "created_at": "2025-01-01T00:00:00Z"}


def article(number: int, **more: Any) -> dict[str, Any]:
    """An article as Zendesk's help centre lists it."""
    return {
        "id": number, "title": "Exports", "section_id": 5, "locale": "en", "source_locale": "en", "draft": False,
        "html_url": f"https://help.harborline.example/hc/en-us/articles/{number}-Exports", "label_names": [],
        "created_at": "2025-01-01T00:00:00Z", "edited_at": "2025-01-02T00:00:00Z",
        "updated_at": "2025-01-02T00:00:00Z", **more,
    }  # fmt: skip


VIEWED = "The user with id '7' viewed the course with id '3'."


class TestPaging:
    def test_stop_conditions_of_paging_are_no_rows_and_no_sign_of_more(self, tmp_path: Path) -> None:
        # the last page of tickets still names a next one, and says that it is the last in a key of its own
        last = {
            "tickets": [ticket(2)],
            "next_page": "https://h.example/?start_time=2",
            "count": 1,
            "end_of_stream": True,
        }
        first = {"tickets": [ticket(1)], "next_page": "https://h.example/?start_time=1", "end_of_stream": False}
        world = told(tmp_path, "zendesk_support", {"1.json": first, "2.json": last})
        assert counts(world) == {"1.json": ("loaded", 1, 0), "2.json": ("loaded", 1, 0)}
        assert world.rows("select ticket_id from source.ticket order by 1") == [("1",), ("2",)]

    def test_boundary_second_repeats_are_one_ticket_as_last_generated(self, tmp_path: Path) -> None:
        pages = {
            "2.json": {"tickets": [ticket(1, status="open")]},
            "1.json": {"tickets": [ticket(1, status="solved", generated_timestamp=1767693601)]},
        }
        world = staged(tmp_path, "zendesk_support", pages)
        assert world.rows("select ticket_id, status from staging.ticket") == [("1", "solved")]

    def test_daily_files_overlap_and_count_once(self, tmp_path: Path) -> None:
        header = "event_id,occurred_at,learner_id,content_id,verb\n"
        days: dict[str, Any] = {
            "2026-02-01.csv": header + "e1,2026-02-01T09:00:00Z,7,c1,viewed\ne2,2026-02-01T23:59:59Z,7,c1,viewed\n",
            "2026-02-02.csv": header + "e2,2026-02-01T23:59:59Z,7,c1,viewed\ne3,2026-02-02T09:00:00Z,7,c1,viewed\n",
        }
        world = staged(tmp_path, source("learning_event"), days)
        assert sum(read for _, read, _ in counts(world).values()) == 4
        assert world.rows("select count(*) from staging.learning_event") == [(3,)]


class TestPeople:
    def test_demo_and_staff_rows_are_no_customers_questions(self, tmp_path: Path) -> None:
        export = {
            "tickets": [
                ticket(1), ticket(2, requester_id=71), ticket(3, requester_id=72),
                ticket(4, via={"channel": "sample_ticket", "source": {"from": {}, "to": {}, "rel": None}}),
            ],
            "users": [
                user(70, "ada@quarry.example"), user(71, "agent@desk.example", "agent"),
                user(72, "tester@harborline.example"),
            ],
        }  # fmt: skip
        world = staged(tmp_path, "zendesk_support", {"tickets.json": export})
        assert world.rows("select ticket_id, is_internal from staging.ticket order by 1") == [
            ("1", False), ("2", True), ("3", True),
        ]  # fmt: skip

    def test_nullable_integer_ids_that_became_floats_still_join(self, tmp_path: Path) -> None:
        # a data frame with a gap in a column of whole numbers writes them all with a fraction
        tables = {
            "ticket.csv": "id,requester_id,organization_id,subject,status,created_at\n"
            "1,70.0,900.0,Exports,open,2026-01-05 10:00:00\n2,,,Exports,open,2026-01-05 11:00:00\n",
            "user.csv": "id,email,role,organization_id\n70,ada@quarry.example,end-user,900\n",
            "organization.csv": "id,shared_tickets,external_id,name\n900,false,crm-9,Quarry\n",
        }
        world = staged(tmp_path, "zendesk_support", tables)
        found = world.rows(
            "select t.ticket_id, l.email_domain, a.account_key = t.account_key from staging.ticket as t"
            " left join staging.learner as l on l.person_key = t.requester_key"
            " left join staging.account as a on a.account_key = t.account_key order by 1"
        )
        assert found == [("1", "quarry.example", True), ("2", None, None)]

    def test_15_and_18_character_ids_are_one_account(self, tmp_path: Path) -> None:
        # a report cuts ids to 15 characters, in which case matters; the API has three more to tell them apart
        deal = {
            "attributes": {"type": "Opportunity"}, "Id": "0065g00000Q1w2EAAR", "AccountId": "0015g00000A1b2CAAR",
            "StageName": "Closed Won", "IsWon": True, "IsClosed": True, "Amount": 10, "CloseDate": "2026-02-01",
            "CreatedDate": "2026-01-01T00:00:00.000+0000",
        }  # fmt: skip
        files = {
            "report.csv": "Account ID,Account Name,Type,Created Date\n0015g00000A1b2C,Quarry,Customer,2025-01-01\n"
            "0015g00000a1b2c,Fernleaf,Customer,2025-01-01\n",
            "deals.json": {"totalSize": 1, "done": True, "records": [deal]},
        }
        world = told(tmp_path, "salesforce", files)
        assert world.rows(
            "select account.name from source.opportunity as deal join source.account as account using (account_id)"
        ) == [("Quarry",)]
        assert world.rows("select count(distinct account_id) from source.account") == [(2,)]


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


class TestFiles:
    def test_repeated_headers_do_no_harm_unless_they_are_wanted(self, tmp_path: Path) -> None:
        text = "Issue key,Created,Comment,Comment,Labels,Labels\nA-1,2026-01-05,x,y,export,csv\n"
        columns = {"ticket_id": "Issue key", "created_at": "Created"}
        world = told(tmp_path, source("ticket", columns=columns), {"a.csv": text})
        assert world.rows("select ticket_id from source.ticket") == [("A-1",)]
        refused = told(tmp_path / "2", source("ticket", columns={**columns, "tags": "Labels"}), {"a.csv": text})
        assert counts(refused) == {"a.csv": ("rejected", 1, 1)}
        assert "Labels" in refused.messages[0]

    def test_repeated_headers_between_files_put_together_are_rows_told_of(self, tmp_path: Path) -> None:
        header = "ticket_id,created_at\n"
        world = told(tmp_path, source("ticket"), {"a.csv": f"{header}1,2026-01-05\n{header}2,2026-01-06\n"})
        assert [row for row, *_ in world.rejected] == [2]
        assert world.rows("select ticket_id from source.ticket order by 1") == [("1",), ("2",)]

    def test_footers_of_a_report_are_rows_told_of(self, tmp_path: Path) -> None:
        report = (
            "Case ID,Case Number,Status,Subject,Opened Date\n5005g00000A1b2C,00001,New,Exports,2026-01-05\n"
            '"Cases of the quarter"\n"Copyright (c) 2026 Harborline"\n"Confidential"\n'
        )
        world = told(tmp_path, "salesforce", {"report.csv": report})
        assert counts(world) == {"report.csv": ("partial", 4, 3)}
        assert [row for row, _, _ in world.rejected] == [2, 3, 4]
        assert world.rows("select count(*) from source.ticket") == [(1,)]

    def test_totals_below_the_rows_are_told_of_and_not_added(self, tmp_path: Path) -> None:
        text = "Page,Day,Visitor\n/hc/exports,2026-01-05,v1\n/hc/imports,2026-01-05,v2\n,2026-01-05,255826201\n"
        columns = {"content_id": "Page", "viewed_at": "Day", "session_id": "Visitor"}
        world = told(tmp_path, source("content_view", columns=columns), {"pages.csv": text})
        assert [(row, column) for row, column, _ in world.rejected] == [(3, "Page")]
        assert world.rows("select count(*) from source.content_view") == [(2,)]

    @pytest.mark.parametrize("end", ["\r", "\r\n", "\n"], ids=["CR", "CRLF", "LF"])
    def test_cr_only_line_ends_and_a_byte_order_mark_change_nothing(self, tmp_path: Path, end: str) -> None:
        lines = ["ticket_id,created_at,subject", "1,2026-01-05,Exports", "2,2026-01-06,Imports", ""]
        world = told(tmp_path, source("ticket"), {"a.csv": b"\xef\xbb\xbf" + end.join(lines).encode()})
        assert counts(world) == {"a.csv": ("loaded", 2, 0)}
        assert world.rows("select ticket_id from source.ticket order by 1") == [("1",), ("2",)]

    def test_all_null_columns_have_the_type_of_the_contract_whatever_the_file_took_them_for(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "exports").mkdir()
        duckdb.execute(
            "copy (select '1' as ticket_id, '2026-01-05T10:00:00Z' as created_at, cast(null as integer) as solved_at,"
            " cast(null as integer) as tags, cast(null as double) as requester_id)"
            f" to '{tmp_path / 'exports' / 'a.parquet'}'"
        )
        solved = {"ticket_id": "2", "created_at": "2026-01-06", "solved_at": "2026-01-07", "tags": ["x"]}
        world = told(tmp_path, source("ticket"), {"b.ndjson": solved})
        assert world.rows("select ticket_id, solved_at, tags, requester_id from source.ticket order by 1") == [
            ("1", None, None, None), ("2", dt.datetime(2026, 1, 7), ["x"], None),
        ]  # fmt: skip


class TestContent:
    def test_html_bodies_are_read_through_to_the_links_behind_the_words(self, tmp_path: Path) -> None:
        body = (
            '<p>It&rsquo;s <a href="https://help.harborline.example/hc/en-us/articles/360001-Exports?a=1&amp;b=2">here</a>'
            " &lt;a href=&quot;https://not.example&quot;&gt;</p>"
        )
        comment = {
            "id": 5, "author_id": 71, "public": True, "html_body": body, "body": "It's here", "attachments": [],
            "created_at": "2026-01-05T11:00:00Z",
        }  # fmt: skip
        export = {
            "tickets": [ticket(1)],
            "users": [user(70, "ada@quarry.example"), user(71, "a@desk.example", "agent")],
        }
        world = staged(
            tmp_path, "zendesk_support", {"tickets.json": export, "tickets/1/comments.json": {"comments": [comment]}}
        )
        assert world.rows("select is_staff, link_count from staging.ticket_comment") == [(True, 1)]

    def test_per_locale_drafts_leave_the_article_published_where_one_language_is(self, tmp_path: Path) -> None:
        listed = [
            article(1), article(1, locale="de", draft=True),
            article(2, draft=True), article(2, locale="de", draft=True),
        ]  # fmt: skip
        world = staged(tmp_path, "zendesk_guide", {"articles.json": {"articles": listed}})
        assert world.rows("select content_id, status from staging.content_item order by 1") == [
            ("zendesk_guide:1", "published"), ("zendesk_guide:2", "draft"),
        ]  # fmt: skip
        assert world.rows("select content_id, locale from staging.content_variant where status = 'published'") == [
            ("zendesk_guide:1", "en")
        ]

    def test_a_topic_vocabulary_renamed_since_leaves_no_article_under_both_names(self, tmp_path: Path) -> None:
        header = "content_id,topic\n"
        files: dict[str, Any] = {
            "2026-01.csv": header + "a1,download-and-install\na2,sync\n",
            "2026-06.csv": header + "a1,installation-and-updates\na2,sync\n",
        }
        world = staged(tmp_path, source("content_item"), files)
        assert world.rows("select content_id, topic from staging.content_item order by 1") == [
            ("a1", "installation-and-updates"), ("a2", "sync"),
        ]  # fmt: skip

    def test_lifetime_counters_are_turned_into_trends_by_dated_snapshots(self, tmp_path: Path) -> None:
        def snapshot(count: int, total: int) -> dict[str, Any]:
            return {"articles": [article(1, vote_count=count, vote_sum=total)]}

        totals = {
            "2025-12-31": (1000, 600),
            "2026-01-31": (1004, 604),
            "2026-02-28": (1010, 606),
            "2026-03-31": (1009, 605),
        }
        files = {f"{day}/articles.json": snapshot(*counted) for day, counted in totals.items()}
        world = staged(tmp_path, "zendesk_guide", files)
        by_month = "select month, value, count(*) from staging.content_vote group by all order by 1, 2"
        assert world.rows(by_month) == [
            (dt.date(2026, 1, 1), 1, 4), (dt.date(2026, 2, 1), -1, 2), (dt.date(2026, 2, 1), 1, 4),
        ]  # fmt: skip
        alone = staged(tmp_path / "alone", "zendesk_guide", {"2025-12-31/articles.json": snapshot(1000, 600)})
        assert alone.rows(by_month) == []

    def test_deletions_seen_only_by_absence_take_effect_once_the_older_export_is_gone(self, tmp_path: Path) -> None:
        both, left = {"articles": [article(1), article(2)]}, {"articles": [article(1)]}
        listed = "select content_id from staging.content_item order by 1"
        world = staged(tmp_path, "zendesk_guide", {"articles.json": both})
        assert world.rows(listed) == [("zendesk_guide:1",), ("zendesk_guide:2",)]
        # a page without it is no proof, since pages and incremental exports leave most articles out
        world = staged(tmp_path, "zendesk_guide", {"later.json": left})
        assert world.rows(listed) == [("zendesk_guide:1",), ("zendesk_guide:2",)]
        (tmp_path / "exports" / "articles.json").unlink()
        world = staged(tmp_path, "zendesk_guide", {"later.json": left})
        assert world.rows(listed) == [("zendesk_guide:1",)]


class TestLearning:
    def test_completed_videos_are_not_completed_courses(self, tmp_path: Path) -> None:
        def statement(number: int, verb: str, object_id: str, kind: str, **context: Any) -> dict[str, Any]:
            return {
                "id": f"s{number}", "actor": {"account": {"homePage": "https://lms.example", "name": "u1"}},
                "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"}, "timestamp": f"2026-01-0{number}T10:00:00Z",
                "object": {"id": object_id, "definition": {"type": kind}}, "context": {"contextActivities": context},
            }  # fmt: skip

        course = "http://adlnet.gov/expapi/activities/course"
        video = "https://w3id.org/xapi/video/activity-type/video"
        said = [statement(1, "registered", "c1", course)]
        parent = [{"id": "c1", "definition": {"type": course}}]
        said += [statement(2, "completed", "v1", video, parent=parent)]
        enrolled = "select content_id, completed_at from staging.enrollment"
        world = staged(tmp_path, "xapi", {"1.ndjson": "\n".join(map(json.dumps, said))})
        ((content_id, completed_at),) = world.rows(enrolled)
        assert completed_at is None
        world = staged(tmp_path, "xapi", {"2.json": [statement(3, "completed", "c1", course)]})
        assert world.rows(enrolled) == [(content_id, dt.datetime(2026, 1, 3, 10))]

    def test_two_enrolments_sharing_one_progress_are_one_completion(self, tmp_path: Path) -> None:
        person = {"id": "u1", "email": "ada@quarry.example"}
        course = {"id": "c1", "title": "Basics", "required_lesson_count": 4}
        progress = {
            "course_progress_id": "cp1", "completed_lesson_count": 4, "completed_required_lesson_count": 4,
            "completed_at": "2026-02-09T09:00:00Z", "latest_activity": "2026-02-09T09:00:00Z", "score": 9,
            "max_score": 10, "success_status": "PASSED",
        }  # fmt: skip
        ids = ("e1", "e2")
        both = [{"course_progress_id": "cp1", "active": True, "enrollment_id": one} for one in ids]
        enrolled = [
            {"id": one, "user": person, "enrolled_at": f"2026-0{month}-01T09:00:00Z", "active": True}
            for month, one in enumerate(ids, start=1)
        ]
        files = {
            "published-courses.json": {"results": [
                {"id": "pc1", "slug": "b", "course": course, "unique_progress_per_enrollment": False}]},
            "published-courses/pc1/enrollments.json": {"results": enrolled},
            "users/u1/published-courses.json": [
                {"published_course_id": "pc1", "enrollment_id": "e2", "course": course, "course_progress": progress,
                 "enrolled_at": "2026-02-01T09:00:00Z", "all_enrollments": both}],
        }  # fmt: skip
        world = staged(tmp_path, "skilljar", files)
        assert world.rows("select count(*), count(completed_at) from staging.enrollment") == [(2, 1)]


def test_merged_and_followed_up_tickets_are_asked_once(tmp_path: Path) -> None:
    follow_up = {"channel": "web", "source": {"from": {"ticket_id": 1}, "to": {}, "rel": "follow_up"}}
    merge = {
        "id": 9, "author_id": 71, "public": True, "body": "Request #2 was closed and merged into request #1.",
        "created_at": "2026-01-05T12:00:00Z",
    }  # fmt: skip
    files = {
        "tickets.json": {"tickets": [
            ticket(1), ticket(2, requester_id=72, status="closed", tags=["closed_by_merge"]),
            ticket(3, requester_id=73, via=follow_up, created_at="2026-03-05T10:00:00Z"), ticket(4, requester_id=74)]},
        "tickets/2/comments.json": {"comments": [merge]},
    }  # fmt: skip
    world = staged(tmp_path, "zendesk_support", files)
    assert world.rows("select ticket_id, duplicate_of from staging.ticket order by 1") == [
        ("1", None), ("2", "1"), ("3", "1"), ("4", None),
    ]  # fmt: skip
