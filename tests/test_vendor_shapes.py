"""Every envelope a vendor's export comes in, landed: pages, arrays, NDJSON, Airbyte records, folders that name ids."""

import datetime as dt
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.attach import attach
from connectors.catalogue import read_catalogue
from connectors.contract import ProgramConfig, SourceConfig
from connectors.identity import IdentityKey
from connectors.land import land
from connectors.source_views import build_shared

CATALOGUE = read_catalogue()
NOW = dt.datetime(2026, 7, 1)
Land = Callable[..., duckdb.DuckDBPyConnection]

TICKET = {
    "id": 1, "requester_id": 70, "subject": "How do I export?", "description": "Please help.", "status": "open",
    "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}, "tags": ["export"],
    "created_at": "2026-01-05T10:00:00Z", "updated_at": "2026-01-06T10:00:00Z", "generated_timestamp": 1767693600,
}  # fmt: skip
STATEMENT = {
    "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee", "actor": {"mbox": "mailto:Ada@Quarry.example"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}, "timestamp": "2026-01-05T10:00:00.123+02:00",
    "object": {"id": "https://lms.example/c1", "definition": {"type": "http://adlnet.gov/expapi/activities/course"}},
    "result": {"duration": "PT10M", "extensions": {"https://w3id.org/xapi/cmi5/result/extensions/progress": 100}},
}  # fmt: skip


@pytest.fixture
def landed(tmp_path: Path) -> Land:
    """Writes files of one connector, lands them, and gives every entity of the connector as a table of its name."""

    def write_and_land(connector: str, files: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        for name, content in files.items():
            path = tmp_path / "exports" / connector / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        source = SourceConfig(name=connector, connector=connector, paths=(f"exports/{connector}",))
        program = ProgramConfig(id="p", name="P", sources=(source,))
        report = land(tmp_path / ".waystage", [program], IdentityKey(b"k" * 32), now=NOW, catalogue=CATALOGUE)
        assert [str(file) for file in report.files if file.status != "loaded"] == []
        connection = duckdb.connect()
        attach(connection, report, CATALOGUE)
        build_shared(connection, CATALOGUE, connector)
        for (owner, entity), query in CATALOGUE.sql.items():
            if owner == connector:
                connection.execute(f"create table {entity} as {query.text}")
        return connection

    return write_and_land


def page(*results: dict[str, Any]) -> dict[str, Any]:
    """A page as Skilljar sends it."""
    return {"count": len(results), "next": None, "previous": None, "results": list(results)}


AIRBYTE = {"type": "RECORD", "record": {"stream": "a__tickets", "data": TICKET, "emitted_at": 1}}


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tickets.json", {"tickets": [TICKET], "end_of_stream": True, "next_page": "https://x.example/?page=2"}),
        ("tickets.json", [TICKET]),
        ("tickets.ndjson", json.dumps(TICKET) + "\n" + json.dumps({**TICKET, "updated_at": "2026-01-07T10:00:00Z"})),
        ("sync.jsonl", json.dumps(AIRBYTE)),
        ("tickets.json.gz", {"tickets": [TICKET]}),
    ],
    ids=["page", "array", "ndjson", "airbyte", "gzip"],
)
def test_a_ticket_is_the_same_in_every_envelope(landed: Land, file: str, content: Any) -> None:
    told = landed("zendesk_support", {file: content}).execute(
        "select ticket_id, channel, subject, tags, created_at, _version from ticket"
    )
    assert told.fetchall() == [
        ("1", "web", "How do I export?", ["export"], dt.datetime(2026, 1, 5, 10), dt.datetime(2026, 1, 6, 10))
    ]


def test_comments_saved_in_their_tickets_folder_belong_to_it(landed: Land) -> None:
    comment = {
        "id": 5, "type": "Comment", "author_id": 80, "public": True, "body": "See https://help.example/a.",
        "html_body": "", "attachments": [{"id": 9, "file_name": "setup.pdf", "content_url": "https://x.example/9"}],
        "created_at": "2026-01-05T11:00:00Z",
    }  # fmt: skip
    agent = {"id": 80, "email": "sam@staff.example", "role": "agent", "updated_at": "2026-01-01T00:00:00Z"}
    con = landed(
        "zendesk_support",
        {
            "tickets/1/comments.json": {"comments": [comment], "next_page": None, "count": 1},
            "users.json": {"users": [agent], "end_of_stream": True},
        },
    )
    told = con.execute("select ticket_id, is_staff, attachments, links, author_email_domain from ticket_comment")
    assert told.fetchall() == [("1", True, ["setup.pdf"], ["https://help.example/a"], "staff.example")]


def test_one_page_may_hold_articles_and_their_drawers(landed: Land) -> None:
    article = {
        "id": 10, "section_id": 20, "title": "Schedule a report", "locale": "en-us", "source_locale": "en-us",
        "author_id": 80, "label_names": ["audience:admin"], "draft": False, "user_segment_id": None,
        "html_url": "https://help.example/10", "created_at": "2026-01-01T00:00:00Z",
        "edited_at": "2026-02-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z",
    }  # fmt: skip
    con = landed(
        "zendesk_guide",
        {
            "articles.json": {
                "articles": [article],
                "sections": [{"id": 20, "category_id": 30, "name": "Reports", "locale": "en-us"}],
                "categories": [{"id": 30, "name": "Analysts", "position": 0, "locale": "en-us"}],
                "next_page": None,
            },
            "articles/10/votes.json": {
                "votes": [{"id": 1, "user_id": 70, "item_id": 10, "item_type": "Article", "value": 1,
                           "created_at": "2026-02-01T00:00:00Z"}],
                "meta": {"has_more": False},
            },
            "articles/10/translations.json": {
                "translations": [{"id": 2, "source_id": 10, "source_type": "Article", "locale": "de", "draft": True}]
            },
        },
    )  # fmt: skip
    told = con.execute("select content_id, topic, collections, audience_tags, edited_at from content_item")
    drawers, edited_at = ["Reports", "Analysts"], dt.datetime(2026, 2, 1)
    assert told.fetchall() == [("zendesk_guide:10", "reports", drawers, ["admin"], edited_at)]
    assert con.execute("select locale, status from content_variant order by 1").fetchall() == [
        ("de", "draft"),
        ("en-us", "published"),
    ]
    assert con.execute("select content_id, value from content_vote").fetchall() == [("zendesk_guide:10", 1)]


def test_help_desk_and_help_center_know_a_person_by_one_key(landed: Land) -> None:
    user = {"id": 80, "email": "sam@staff.example", "role": "agent"}
    article = {"id": 10, "section_id": 20, "title": "T", "author_id": 80}
    desk = landed("zendesk_support", {"users.json": {"users": [user]}})
    center = landed("zendesk_guide", {"articles.json": {"articles": [article]}})
    asked = "select learner_id from learner"
    assert desk.execute(asked).fetchall() == center.execute(asked).fetchall()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("page-1.json", {"statements": [STATEMENT], "more": "/xapi/statements?cursor=2"}),
        ("statements.json", [STATEMENT]),
        ("statements.ndjson.gz", json.dumps(STATEMENT) + "\n"),
    ],
    ids=["page", "array", "ndjson"],
)
def test_a_statement_is_the_same_in_every_envelope(landed: Land, file: str, content: Any) -> None:
    con = landed("xapi", {file: content})
    told = con.execute("select verb, content_id, occurred_at, duration_s, email_domain from learning_event").fetchall()
    at = dt.datetime(2026, 1, 5, 8, 0, 0, 123000)  # two hours behind what the statement's own clock showed
    assert told == [("completed", "https://lms.example/c1", at, 600, "quarry.example")]
    assert con.execute("select completed_at, progress from enrollment").fetchall() == [(at, 1)]
    key = IdentityKey(b"k" * 32).hashed("email", "ada@quarry.example")
    assert con.execute("select email from learner").fetchall() == [(key,)]


def test_skilljar_pages_are_told_apart_by_what_they_hold(landed: Land) -> None:
    person = {"id": "u1", "email": "ada@quarry.example", "first_name": "Ada", "last_name": "L", "full_name": "Ada L"}
    con = landed(
        "skilljar",
        {
            "domains/learn/published-courses.json": page(
                {"id": "pc1", "slug": "basics-1", "course": {"id": "c1", "title": "Basics", "required_lesson_count": 4},
                 "course_url": "https://learn.example/basics-1", "hidden": False, "tags": ["audience:admin"],
                 "unique_progress_per_enrollment": False},
            ),
            "domains/learn/published-courses/pc1/enrollments.json": page(
                {"id": "e1", "user": person, "enrolled_at": "2026-01-01T09:00:00Z", "expires_at": None, "active": True,
                 "purchase": None, "rating": 5, "feedback": None},
            ),
            "domains/learn/published-courses/pc1/tags.json": page({"tag": {"id": "t1", "name": "journey:first-week"}}),
            "domains/learn/users.json": page(
                {"user": person, "active": True, "marketing_optin": None, "enrolled_at": "2025-12-01T09:00:00Z",
                 "expires_at": None, "signup_fields": [
                     {"signup_field": {"id": "s1", "label": "Role"}, "value": "Admin"},
                     {"signup_field": {"id": "s2", "label": "Company"}, "value": "crm-7"}]},
            ),
            "users/u1/published-courses.json": [
                {"published_course_id": "pc1", "domain_name": "learn", "enrolled_at": "2026-01-01T09:00:00Z",
                 "enrollment_id": "e1", "course": {"id": "c1", "title": "Basics", "required_lesson_count": 4},
                 "course_progress": {"course_progress_id": "cp1", "completed_lesson_count": 5,
                                     "completed_required_lesson_count": 4, "completed_at": "2026-01-09T09:00:00Z",
                                     "latest_activity": "2026-01-09T09:00:00Z", "score": 9, "max_score": 10,
                                     "credits_earned": "", "success_status": "PASSED"},
                 "certificate": {"code": "abc", "validate_url": "https://verify.example/abc",
                                 "issued_at": "2026-01-09T09:00:05Z", "expires_at": "2027-01-09T09:00:05Z"},
                 "all_enrollments": [{"course_progress_id": "cp1", "active": True, "enrollment_id": "e1"}]},
            ],
            "courses.json": page(
                {"id": "c1", "title": "Basics", "labels": ["use-case:reporting"], "created_at": "2025-11-01T00:00:00Z",
                 "modified_at": "2025-11-02T00:00:00Z"},
            ),
            "vilt-session-events.json": page(
                {"id": "d1", "vilt_session": {"id": "v1", "lesson": {"id": "l1", "course": {"id": "c1"}}},
                 "starts_at": "2026-01-03T09:00:00Z", "ends_at": "2026-01-03T10:00:00Z"},
            ),
            "vilt-session-registrations.json": page(
                {"id": "r1", "attended": True, "vilt_session": {"id": "v1"}, "user": person},
            ),
        },
    )  # fmt: skip
    enrolled = con.execute(
        "select content_id, enrollment_type, completed_at, progress, score, is_passed from enrollment"
    ).fetchall()
    assert enrolled == [("skilljar:c1", "self", dt.datetime(2026, 1, 9, 9), 1, 0.9, True)]
    item = con.execute("select content_id, title, status, audience_tags, journey_point, collections from content_item")
    assert item.fetchall() == [
        ("skilljar:c1", "Basics", "published", ["admin", "reporting"], "first-week", ["reporting"])
    ]
    company = IdentityKey(b"k" * 32).hashed("id", "crm-7")
    assert con.execute("select role, account_id from learner").fetchall() == [("admin", company)]
    assert con.execute("select content_id, expires_at from certification").fetchall() == [
        ("skilljar:c1", dt.datetime(2027, 1, 9, 9, 0, 5))
    ]
    assert con.execute("select content_id, duration_s from live_session").fetchall() == [("skilljar:c1", 3600)]


@pytest.mark.parametrize("header", ["id,created_at,updated_at,name,active", "tag,ticket_id", "id,created_at,name,url"])
def test_a_table_of_another_kind_is_not_taken_for_tickets_by_its_name(tmp_path: Path, header: str) -> None:
    (tmp_path / "exports").mkdir()
    row = ",".join("2026-01-05" if name.endswith("_at") else "1" for name in header.split(","))
    (tmp_path / "exports" / "ticket_extra.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    source = SourceConfig(name="s", connector="zendesk_support", paths=("exports",))
    report = land(tmp_path / ".waystage", [ProgramConfig(id="p", name="P", sources=(source,))], IdentityKey(b"k" * 32))
    assert [(file.status, file.rows_read, file.rows_rejected) for file in report.files] == [("rejected", 1, 1)]
    assert "the headers fit none of the connector's exports" in report.problems[0]


def test_a_text_that_stands_for_nobody_is_hashed_to_no_person(landed: Land) -> None:
    seen = [
        {"type": "guideSeen", "guideId": "g1", "visitorId": visitor, "browserTime": 1767607200000 + at}
        for at, visitor in enumerate(["u1", "_PENDO_T_abc", "_pendo_t_def", "_PENDO_Tom"])
    ]
    told = landed("pendo", {"a.json": {"results": seen}}).execute(
        "select learner_id is not null from guide_event order by occurred_at"
    )
    assert told.fetchall() == [(True,), (False,), (False,), (True,)]
