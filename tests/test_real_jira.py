"""Exports of Jira Service Management: a loader's tables, and pages and a CSV written by their shapes."""

import datetime as dt
import gzip
import json
import shutil
from pathlib import Path

import pytest

from tests.desk_world import KEY, REAL, Desk, desk

JIRA = REAL / "jira"
ADA = KEY.hashed("email", "ada@quarry.example")


def account(number: str) -> str:
    return KEY.hashed("atlassian", number)


def landed(tmp_path: Path, *envelopes: str, timezone: str = "UTC") -> Desk:
    return desk(tmp_path, "jira", [JIRA / envelope for envelope in envelopes], timezone)


@pytest.mark.parametrize("envelope", ["api", "service_desk", "csv", "fivetran"])
def test_no_row_is_lost(tmp_path: Path, envelope: str) -> None:
    for name, (status, read, rejected) in landed(tmp_path, envelope).loads().items():
        assert (status, rejected) == (("empty", 0) if name == "empty.json" else ("loaded", 0)), name
        assert bool(read) == (name != "empty.json")


def test_rows_read_are_those_of_the_files(tmp_path: Path) -> None:
    read = {name: read for name, (_, read, _) in landed(tmp_path, "api", "service_desk", "csv").loads().items()}
    # issues, the comments and links within them; a request and what was filled in; two issues and two comments
    assert read["search-1.json"] == 2 + 2 + 1
    assert read["search-2.json"] == 3 + 2
    assert read["requests.json"] == 1 + 3
    assert read["export.csv"] == 2 + 2


@pytest.mark.parametrize("envelope", ["api", "service_desk", "csv", "fivetran"])
def test_files_are_told_by_content_whatever_they_are_called_and_packed(tmp_path: Path, envelope: str) -> None:
    renamed = tmp_path / "exports"
    renamed.mkdir()
    for number, path in enumerate(sorted((JIRA / envelope).iterdir())):
        with gzip.open(renamed / f"x{number}{path.suffix}.gz", "wb") as packed:
            packed.write(path.read_bytes())
    told = desk(tmp_path / "other", "jira", [renamed])
    named = landed(tmp_path / "named", envelope)
    for entity in ("account", "learner", "ticket", "ticket_comment"):
        everything = f"select * exclude (_file, _row, _source) from {entity} order by all"
        assert told.rows(everything) == named.rows(everything)


def test_pages_that_overlap_are_the_customers_requests_once(tmp_path: Path) -> None:
    state = landed(tmp_path, "api")
    found = state.rows(
        "select ticket_id, requester_email, account_id is not null, subject, body, status, created_at, solved_at,"
        " merged_into from ticket order by 1"
    )
    assert found == [
        ("20001", ADA, True, "How do I export a report?", "I cannot find  the button", "resolved",
         dt.datetime(2026, 1, 5, 10), dt.datetime(2026, 1, 7, 8), None),
        ("20002", KEY.hashed("email", "ben@fernleaf.example"), False, "Export a report", "As v2 has it",
         "resolved", dt.datetime(2026, 1, 6, 10), dt.datetime(2026, 1, 6, 11), "20001"),
    ]  # fmt: skip
    assert state.rows("select name, account_id = (select min(account_id) from ticket) from account") == [
        ("Quarry", True)
    ]


def test_comments_beyond_those_within_an_issue_come_from_their_own_page(tmp_path: Path) -> None:
    found = landed(tmp_path, "api").rows(
        "select ticket_id, created_at, is_staff, is_public, body, links from ticket_comment order by 2"
    )
    assert found == [
        ("20001", dt.datetime(2026, 1, 5, 12, 10), True, True, "Please see  the guide",
         ["https://help.acme.example/hc/en-us/articles/1-Exports"]),
        ("20001", dt.datetime(2026, 1, 5, 12, 11), True, False, "Asked twice this week.", []),
        ("20001", dt.datetime(2026, 1, 5, 13), False, True, "Thanks!", []),
    ]  # fmt: skip


def test_apps_are_nobody_and_no_name_is_kept(tmp_path: Path) -> None:
    state = landed(tmp_path, "api")
    assert state.rows("select email_domain, is_staff from learner order by all nulls last") == [
        ("fernleaf.example", False), ("quarry.example", False), (None, True),
    ]  # fmt: skip
    assert "Somebody" not in str(state.rows("select * from learner")) and "@" not in str(
        state.rows("select * from learner")
    )


def test_a_request_is_read_with_what_the_customer_wrote_and_nobody_they_chose(tmp_path: Path) -> None:
    state = landed(tmp_path, "service_desk")
    found = state.rows("select ticket_id, requester_email, subject, body, status, created_at, solved_at from ticket")
    day = dt.datetime(2026, 2, 2, 9)
    assert found == [("20009", ADA, "Invite my colleagues", "All of them", "resolved", day, day + dt.timedelta(days=1))]
    assert state.rows("select value from landing.jira__request_fields order by all nulls last") == [
        ("All of them",), ("Invite my colleagues",), (None,),
    ]  # fmt: skip
    assert state.rows("select ticket_id, is_staff, links from ticket_comment") == [
        ("20009", True, ["https://help.acme.example/hc/en-us/articles/2"])
    ]


def test_the_csv_reads_its_repeated_columns_and_its_own_dates_on_the_exporters_clock(tmp_path: Path) -> None:
    state = landed(tmp_path, "csv", timezone="Europe/Berlin")
    found = state.rows(
        "select ticket_id, requester_id, subject, status, tags, created_at, solved_at from ticket order by 1"
    )
    assert found == [
        ("20001", account("qm:a713c8ea:5ad6d3581"), "How do I export a report?", "resolved", ["export", "csv"],
         dt.datetime(2026, 1, 5, 10), dt.datetime(2026, 1, 7, 8)),
        ("20002", account("5d577670dbb98c0d9c232bb2"), "Export a report", "waiting for support", None,
         dt.datetime(2026, 1, 6, 10), None),
    ]  # fmt: skip
    comments = state.rows("select created_at, author_id, is_staff, body, links from ticket_comment order by 1")
    assert comments == [
        (dt.datetime(2026, 1, 5, 12, 10), account("5faf114ad74f69007579568f"), True,
         "Please see [the guide|https://help.acme.example/hc/en-us/articles/1-Exports]; it is short",
         ["https://help.acme.example/hc/en-us/articles/1-Exports"]),
        (dt.datetime(2026, 1, 5, 13), account("qm:a713c8ea:5ad6d3581"), False, "Thanks!", []),
    ]  # fmt: skip


def test_pages_and_the_csv_of_the_same_issues_tell_the_same_once(tmp_path: Path) -> None:
    both_of = tmp_path / "exports"
    shutil.copytree(JIRA / "api", both_of)
    shutil.copytree(JIRA / "csv", both_of, dirs_exist_ok=True)
    both = desk(tmp_path / "both", "jira", [both_of], timezone="Europe/Berlin")
    alone = landed(tmp_path / "alone", "api", timezone="Europe/Berlin")
    assert both.rows("select count(*) from ticket_comment") == alone.rows("select count(*) from ticket_comment")
    assert both.rows("select ticket_id from ticket order by 1") == alone.rows("select ticket_id from ticket order by 1")


def test_a_loaders_tables_tell_statuses_by_number(tmp_path: Path) -> None:
    state = landed(tmp_path, "fivetran")
    found = state.rows("select ticket_id, status, created_at, solved_at, subject from ticket order by 1")
    assert found == [
        ("10011", "in progress", dt.datetime(2020, 4, 1, 8, 33, 58), None, "We want to test permissions"),
        ("10015", None, dt.datetime(2020, 6, 11, 7, 38, 3), dt.datetime(2020, 6, 11, 7, 38, 3), "Part of test epic"),
        ("10018", None, dt.datetime(2020, 11, 10, 19, 11, 45), dt.datetime(2020, 11, 28, 19, 11, 45),
         "this is a story"),
        ("10027", "in progress", dt.datetime(2020, 11, 15, 19, 11, 45), None, "just a regular issue"),
    ]  # fmt: skip
    assert state.rows("select count(*), count(distinct ticket_id) from ticket_comment") == [(5, 3)]


def test_a_table_of_other_things_with_a_like_name_tells_no_statuses(tmp_path: Path) -> None:
    text = "id,_fivetran_synced,name\n3,2020-11-23 22:20:40,Done\n"
    (tmp_path / "status_category.csv").write_text(text, encoding="utf-8")
    assert desk(tmp_path / "state", "jira", [tmp_path / "status_category.csv"]).loads() == {
        "status_category.csv": ("rejected", 1, 1)
    }


def test_a_csv_with_other_columns_and_hostile_words_lands_whole(tmp_path: Path) -> None:
    text = (
        "Comment,Unknown,Issue id,Created,Comment,Issue key,Issue Type,Summary\r\n"
        '10.11.2025 09:00;u1;"<script>"";,x,7,10.11.2025 08:00,,A-1,Task,=cmd()\r\n'.replace('"<script>""', "<script>")
        + ",y,8,13.11.2025 08:00,14.11.2025 09:00;u2;two\r\n"[:-2]
        + ",A-2,Task,x\r\n"
    )
    (tmp_path / "x.csv").write_text(text, encoding="utf-8", newline="")
    state = desk(tmp_path / "state", "jira", [tmp_path / "x.csv"])
    assert state.rows("select ticket_id, created_at, subject from ticket order by 1") == [
        ("7", dt.datetime(2025, 11, 10, 8), "=cmd()"), ("8", dt.datetime(2025, 11, 13, 8), "x"),
    ]  # fmt: skip
    assert state.rows("select ticket_id, created_at, body from ticket_comment order by 1") == [
        ("7", dt.datetime(2025, 11, 10, 9), "<script>;"), ("8", dt.datetime(2025, 11, 14, 9), "two"),
    ]  # fmt: skip


def test_a_page_of_two_thousand_issues_and_one_bare_record_are_read(tmp_path: Path) -> None:
    record = json.loads((JIRA / "api" / "search-1.json").read_text(encoding="utf-8"))["issues"][0]
    many = [{**record, "id": str(number), "unknown": {"a": [1]}} for number in range(2000)]
    (tmp_path / "many.json").write_text(json.dumps({"issues": many}), encoding="utf-8")
    (tmp_path / "one.json").write_text(json.dumps(record), encoding="utf-8")
    state = desk(tmp_path / "state", "jira", [tmp_path / "many.json", tmp_path / "one.json"])
    assert {status for status, *_ in state.loads().values()} == {"loaded"}
    assert state.rows("select count(*) from ticket") == [(2001,)]


@pytest.mark.parametrize(
    "other", ["freshdesk/api", "zendesk_fivetran", "intercom/api", "hubspot_fivetran", "salesforce_fivetran"]
)
def test_another_desks_exports_are_refused(tmp_path: Path, other: str) -> None:
    state = desk(tmp_path, "jira", [REAL / other])
    assert {status for name, (status, *_) in state.loads().items()} <= {"rejected", "empty"}
