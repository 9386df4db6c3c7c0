"""The questions to answer once: counted as signals count, told on the page and beside the step that asks for them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboards.page import build_site
from pipelines.commands import explain
from pipelines.publish import PUBLISHED_SQL
from tests.site_world import build

SQL = (PUBLISHED_SQL / "question.sql").read_text(encoding="utf-8")
COLUMNS = "topic, tickets, requesters, tickets_before, is_small, published_items"


@pytest.fixture
def staging() -> duckdb.DuckDBPyConnection:
    """One month, and questions on one topic by six people in it and by one four months before."""
    con = duckdb.connect()
    con.execute("create schema staging")
    con.execute(
        "create table staging.program_month as "
        "select 'p' as program_id, date '2026-06-01' as month, timestamp '2026-07-01' as ends_at"
    )
    con.execute(
        "create table staging.ticket as select 'p' as program_id, 't' || n as ticket_id, 'person ' || n "
        "as requester_key, 'a' || n % 2 as account_key, timestamp '2026-05-01' + interval (n) day as created_at, "
        "'how_to' as intent, 'export' as topic, null::varchar as duplicate_of, false as is_internal from range(6) r(n)"
    )
    con.execute(
        "create table staging.content_item (program_id varchar, content_id varchar, topic varchar, "
        "published_at timestamp, status varchar, edited_at timestamp)"
    )
    return con


def questions(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(f"select {COLUMNS} from ({SQL})").fetchall()


def test_duplicates_staff_other_intents_and_nameless_topics_are_no_questions(
    staging: duckdb.DuckDBPyConnection,
) -> None:
    staging.execute(
        "insert into staging.ticket select * replace ('d' as ticket_id, 't1' as duplicate_of) from staging.ticket "
        "where ticket_id = 't1' union all select * replace ('s' as ticket_id, true as is_internal) from staging.ticket "
        "where ticket_id = 't1' union all select * replace ('b' as ticket_id, 'bug' as intent) from staging.ticket "
        "where ticket_id = 't1' union all select * replace ('n' as ticket_id, null as topic) from staging.ticket "
        "where ticket_id = 't1' union all select * replace ('o' as ticket_id, timestamp '2026-02-01' as created_at) "
        "from staging.ticket where ticket_id = 't1'"
    )
    assert questions(staging) == [("export", 6, 6, 1, False, 0)]


def test_an_item_counts_once_it_is_published(staging: duckdb.DuckDBPyConnection) -> None:
    staging.execute(
        "insert into staging.content_item values ('p', 'c1', 'export', '2026-06-30', 'published', null), "
        "('p', 'c2', 'export', '2026-07-02', 'published', null), ('p', 'c3', 'export', null, 'draft', null)"
    )
    assert questions(staging) == [("export", 6, 6, 0, False, 1)]


def test_what_few_people_asked_is_marked(staging: duckdb.DuckDBPyConnection) -> None:
    staging.execute("update staging.ticket set requester_key = null where ticket_id in ('t0', 't1')")
    assert questions(staging) == [("export", 6, 4, 0, True, 0)]


def test_page_and_explain_list_them_without_those_of_few_people(tmp_path: Path) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    with duckdb.connect(str(database)) as con:
        con.execute("update stage set next_step = 'topic_coverage_rate' where model = 'trainn'")
        [verdict] = explain.read(con, "quarry-learning", "trainn", None)
    said = explain.as_text(verdict)
    assert "  api-key-rotate: 11 questions from 8 people in 90 days, no published item\n" in said
    assert said.index("api-key-rotate") < said.index(
        "week-copy: 9 questions from 9 people in 90 days, 2 published items"
    )
    assert "sso: 6" not in said
    build_site(database, tmp_path / "site")
    page = (tmp_path / "site/programs/quarry-learning.html").read_text(encoding="utf-8")
    assert "1 of 2 without a published item: api key rotate. 1 topic of fewer than five people each left out." in page
    assert "sso" not in page.split("Questions to answer once")[1].split("</section>")[0]


def test_explain_is_silent_about_questions_where_the_step_asks_for_something_else(tmp_path: Path) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    with duckdb.connect(str(database)) as con:
        [verdict] = explain.read(con, "quarry-learning", "trainn", None)
    assert verdict["next_step"] == "resend_request_rate"
    assert verdict["questions"] == []
