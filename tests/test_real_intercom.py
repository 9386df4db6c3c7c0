"""Intercom exports nobody here wrote: a loader's history tables and the vendor's own example responses."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from tests.desk_world import KEY, REAL, Desk, desk

FOLDER = REAL / "intercom"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("tables"), "intercom", [FOLDER / "fivetran"])


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("api"), "intercom", [FOLDER / "api"])


def lines(name: str) -> list[dict[str, str]]:
    """A table of the loader as plain rows."""
    with (FOLDER / "fivetran" / name).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


class TestTables:
    """History tables: every version of a record, names and addresses hashed."""

    def test_every_table_the_connector_knows_is_loaded_whole(self, tables: Desk) -> None:
        found = tables.loads()
        assert found.pop("team_data.csv") == ("rejected", 3, 3)
        for name, (status, read, rejected) in found.items():
            assert (name, status, read, rejected) == (name, "loaded", len(lines(name)), 0)

    def test_teams_feed_nothing_and_are_told_so(self, tables: Desk) -> None:
        assert any("team_data.csv" in told and "fit none of" in told for told in tables.report.problems)

    def test_nine_versions_of_two_conversations_are_two_tickets_as_last_seen(self, tables: Desk) -> None:
        newest = {row["id"]: row for row in lines("conversation_history_data.csv") if row["_fivetran_active"] == "true"}
        told = tables.rows("select ticket_id, created_at, status, solved_at from ticket order by ticket_id")
        assert len(lines("conversation_history_data.csv")) == 9
        assert told == [
            (
                number,
                dt.datetime.fromisoformat(row["created_at"]),
                row["state"],
                dt.datetime.fromisoformat(row["updated_at"]),
            )
            for number, row in sorted(newest.items())
        ]

    def test_a_company_is_known_by_the_customers_own_id(self, tables: Desk) -> None:
        own = {KEY.hashed("id", row["company_id"]) for row in lines("company_history_data.csv")}
        assert {key for (key,) in tables.rows("select account_id from account")} == own

    def test_a_hashed_address_loses_nobody(self, tables: Desk) -> None:
        people, staff = len(lines("contact_history_data.csv")), len(lines("admin_data.csv"))
        assert tables.rows(
            "select is_staff, count(*), count(email), count(email_domain) from learner group by 1 order by 1"
        ) == [(False, people, 0, 0), (True, staff, 0, 0)]

    def test_notes_are_not_public_and_closings_say_nothing(self, tables: Desk) -> None:
        parts = lines("conversation_part_history_data.csv")
        notes = [row for row in parts if row["part_type"] == "note"]
        assert {row["part_type"] for row in parts} == {"note", "close"}
        # the two that open a conversation, and the notes
        assert tables.rows("select is_public, is_staff, count(*) from ticket_comment group by all order by all") == [
            (False, True, len(notes)),
            (True, False, 2),
        ]

    def test_an_article_in_a_section_is_in_the_sections_collection_too(self, tables: Desk) -> None:
        assert tables.rows("select content_id, status, collections, topic from content_item order by content_id") == [
            ("intercom:article_001", "published", ["Getting Started"], "getting started"),
            ("intercom:article_002", "published", ["Getting Started"], "getting started"),
            ("intercom:article_003", "published", ["API Documentation", "Developer Resources"], "api documentation"),
            ("intercom:article_004", "draft", ["Developer Resources"], "developer resources"),
        ]


class TestApi:
    """One example response per endpoint, as the vendor's API description has them."""

    def test_every_page_is_taken_for_what_it_is(self, api: Desk) -> None:
        assert api.loads() == {
            "article__article_found.json": ("loaded", 2, 0),  # the article and its tag
            "articles_list__successful.json": ("loaded", 2, 0),
            "articles_search__search_successful.json": ("loaded", 2, 0),
            "collections_list__successful.json": ("loaded", 2, 0),
            "companies_list__successful.json": ("loaded", 1, 0),
            "contacts_list__successful.json": ("empty", 0, 0),
            "conversation__conversation_found.json": ("loaded", 6, 0),  # with a tag and four parts
            "conversations_list__successful.json": ("loaded", 1, 0),
            "tickets_search__successful.json": ("loaded", 2, 0),  # with one part
        }

    def test_an_outbound_message_nobody_answered_and_a_back_office_ticket_are_no_questions(self, api: Desk) -> None:
        assert api.rows("select * from ticket") == []

    def test_an_article_tells_its_language_by_its_address(self, api: Desk) -> None:
        assert api.rows("select content_id, locale, edited_at from content_variant order by content_id") == [
            ("intercom:1", "en", dt.datetime(2025, 1, 6, 22, 10, 21)),
            ("intercom:7", "en", dt.datetime(2025, 1, 6, 22, 10, 28)),
        ]
        assert api.rows("select status, url from content_item where content_id = 'intercom:17'") == [("draft", None)]

    def test_operator_is_nobody(self, api: Desk) -> None:
        assert api.rows("select author_id, is_staff from ticket_comment where body like '%Okay%'") == [(None, None)]


def test_both_envelopes_land_in_one_program(tmp_path: Path) -> None:
    both = desk(tmp_path, "intercom", [FOLDER])
    assert both.rows("select count(*) from content_item") == [(7,)]
    assert both.rows("select count(*) from account") == [(10,)]
