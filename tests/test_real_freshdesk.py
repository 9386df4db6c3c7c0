"""Freshdesk exports written from the vendor's shapes (tests/real/freshdesk/ORIGIN.txt): arrays, folders and the CSV."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from tests.desk_world import KEY, REAL, Desk, desk

FOLDER = REAL / "freshdesk"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("api"), "freshdesk", [FOLDER / "api"])


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("csv"), "freshdesk", [FOLDER / "csv"], timezone="America/New_York")


def test_every_array_is_loaded_whole(api: Desk) -> None:
    for path in sorted((FOLDER / "api").rglob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        assert api.loads()[path.name] == ("loaded", len(content) if isinstance(content, list) else 1, 0)


def test_arrays_are_told_apart_by_their_keys_whatever_the_file_is_called(tmp_path: Path, api: Desk) -> None:
    renamed = tmp_path / "exports"
    renamed.mkdir()
    # the translation alone needs its folder: its record does not say that it is one
    for number, path in enumerate(sorted((FOLDER / "api").rglob("*.json"))):
        if path.name != "de.json":
            shutil.copy(path, renamed / f"page{number}.json")
    told = desk(tmp_path / "state", "freshdesk", [renamed])
    for entity in ("ticket", "ticket_comment", "learner", "account", "content_item"):
        assert told.rows(f"select count(*) from {entity}") == api.rows(f"select count(*) from {entity}")


def test_what_nobody_asked_is_left_out(api: Desk) -> None:
    # 102 came with the account, 103 is spam, 105 an outbound email without an answer, 106 deleted since
    assert api.rows("select ticket_id, status, channel, solved_at from ticket order by ticket_id") == [
        ("101", "closed", "email", dt.datetime(2024, 2, 1, 9)),
        ("104", "resolved", "phone", dt.datetime(2024, 2, 12, 8)),
    ]


def test_an_offset_is_applied_and_a_page_overlap_counts_once_as_last_changed(api: Desk) -> None:
    assert api.rows("select created_at, _version, locale from ticket where ticket_id = '104'") == [
        (dt.datetime(2024, 2, 10, 22, 30), dt.datetime(2024, 2, 12, 8), "de")
    ]


def test_people_and_companies_are_known_by_the_ids_of_other_systems(api: Desk) -> None:
    person, company = KEY.hashed("id", "u-1"), KEY.hashed("id", "crm-1")
    assert api.rows("select requester_id, account_id from ticket where ticket_id = '101'") == [(person, company)]
    assert api.rows(
        "select role, account_id, is_staff, is_test from learner where email_domain = 'quarry.example'"
    ) == [("Analyst", company, False, False)]


def test_demo_people_are_test_people_and_agents_staff(api: Desk) -> None:
    assert api.rows("select email_domain, is_staff, is_test from learner where is_staff or is_test order by 1") == [
        ("freshdesk.com", False, True),
        ("staff.example", True, False),
    ]


def test_notes_are_not_public_and_links_and_files_are_found(api: Desk) -> None:
    assert api.rows("select is_staff, is_public, attachments, links from ticket_comment order by created_at") == [
        (True, True, ["export.pdf"], ["https://help.example/support/solutions/articles/501"]),
        (True, False, [], []),
        (False, True, [], []),
    ]


def test_articles_customers_may_see_have_their_path_and_languages(api: Desk) -> None:
    assert api.rows("select content_id, status, collections, audience_tags from content_item order by 1") == [
        ("freshdesk:501", "published", ["Exports", "Reports"], ["analyst"]),
        ("freshdesk:502", "draft", ["Exports", "Reports"], []),
    ]
    assert api.rows("select content_id, locale, status from content_variant order by all") == [
        ("freshdesk:501", "de", "published"),
        ("freshdesk:501", "en", "published"),
        ("freshdesk:502", "en", "draft"),
    ]


def test_the_links_of_replies_tell_where_the_articles_are(api: Desk) -> None:
    assert api.rows("select url from content_item where content_id = 'freshdesk:502'") == [
        ("https://help.example/support/solutions/articles/502",)
    ]


def test_no_votes_are_made_of_the_counters_of_one_export(api: Desk) -> None:
    assert api.rows("select count(*) from content_vote") == [(0,)]


def test_the_csv_has_no_zone_and_its_contact_id_holds_the_address(table: Desk) -> None:
    assert table.loads() == {"export.csv": ("loaded", 3, 0)}
    assert table.rows("select ticket_id, created_at, status, solved_at from ticket order by ticket_id") == [
        ("201", dt.datetime(2024, 2, 1, 4, 30), "pending", None),
        ("202", dt.datetime(2024, 2, 3, 14), "closed", dt.datetime(2024, 2, 4, 15)),
        ("203", dt.datetime(2024, 2, 5, 14), "waiting on customer", None),
    ]
    ada, ben = KEY.hashed("email", "ada@quarry.example"), KEY.hashed("email", "ben@fernleaf.example")
    assert table.rows("select requester_email from ticket order by ticket_id") == [(ada,), (ben,), (None,)]


def test_a_name_nobody_lists_is_the_account_for_want_of_a_better_one(table: Desk) -> None:
    assert table.rows("select account_id from ticket where ticket_id = '202'") == [(KEY.hashed("id", "Fernleaf"),)]
