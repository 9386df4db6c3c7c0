"""Ways in which an export is known to mislead about which rows there are and whose they are.

Written in the vendors' shapes, nothing here is a recording. How a connector reads one stream in all its variants is in
the cases beside its SQL; here the same hazard goes the whole way from a file to `source.*` and `staging.*`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.landing_world import source
from tests.staged_world import counts, staged, told
from tests.zendesk_pages import ticket, user


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
