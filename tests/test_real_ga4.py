"""Google Analytics 4 through the whole night: a real table, and views of pages by their spec, as none is public."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.analytics_world import REAL, facts, loads, night, program, put, table

NOON = 1769940000000000  # 2026-02-01T10:00:00Z in microseconds


def param(key: str, value: str | int) -> dict[str, Any]:
    """One param; the export writes int64 as text."""
    return {"key": key, "value": {"int_value" if isinstance(value, int) else "string_value": str(value)}}


def event(name: str, seconds: int, browser: str | None, **params: str | int) -> dict[str, Any]:
    """One row of a daily table, some seconds after ten. A null column is left out, as BigQuery does."""
    row: dict[str, Any] = {
        "event_date": "20260131",  # the day of a property west of here
        "event_timestamp": str(NOON + seconds * 1_000_000),
        "event_name": name,
        "event_params": [param(key, value) for key, value in params.items() if key != "user"],
        "event_bundle_sequence_id": str(seconds),
        "stream_id": "1",
        "platform": "WEB",
        "device": {"category": "desktop", "language": "de-de"},
        "user_properties": [],
    }
    return (
        row
        | ({"user_pseudo_id": browser} if browser else {})
        | ({"user_id": params["user"]} if "user" in params else {})
    )


HELP = "https://help.acme.example/hc"
RESULTS = f"{HELP}/en-us/search?query=sso"
DAY = [
    event("session_start", 0, "b.1", page_location=f"{HELP}/en-us", ga_session_id=7),
    event("page_view", 1, "b.1", page_location=f"{HELP}/en-us", ga_session_id=7, session_engaged="1"),
    event("view_search_results", 2, "b.1", page_location=RESULTS, search_term="sso", ga_session_id=7),
    event("page_view", 3, "b.1", page_location=f"{HELP}/en-us/articles/360-Set-up-SSO?x=1#top", ga_session_id="7",
          page_referrer=RESULTS, user="ada@quarry.example"),
    event("page_view", 4, None, page_location=f"{HELP}/de/articles/360-SSO/", page_referrer="https://app.acme.example/"),
    event("page_view", 5, "b.2", page_location="https://blog.acme.example/news", user="(not set)"),
]  # fmt: skip
ARTICLES = {
    "articles": [
        {"id": 360, "title": "Set up SSO", "section_id": 1, "locale": "en-us", "source_locale": "en-us", "draft": False,
         "html_url": f"{HELP}/en-us/articles/360-Set-up-SSO", "created_at": "2025-01-01T00:00:00Z"},
    ]
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    workspace = tmp_path_factory.mktemp("analytics")
    lines = "\n".join(map(json.dumps, DAY))
    put(workspace / "site" / "ga4", {
        "events_intraday_20260201.json": "\n".join(map(json.dumps, DAY[:4])), "events_20260201.json.gz": lines,
        "event_data.csv": (REAL / "ga4" / "event_data.csv").read_text(encoding="utf-8"),
    })  # fmt: skip
    put(workspace / "site" / "zendesk_guide", {"articles.json": ARTICLES})
    site = program("site", "ga4", "zendesk_guide", zone="America/New_York")
    with night(workspace, site) as connection:
        yield connection


class TestGoogleAnalytics:
    def test_every_row_loads_and_an_unused_column_given_twice_is_no_reason_to_refuse(
        self, warehouse: duckdb.DuckDBPyConnection
    ) -> None:
        told = loads(warehouse, "site")
        assert told["event_data.csv"] == (len(table("ga4/event_data.csv")), 6, "loaded")
        assert told["events_20260201.json.gz"] == (len(DAY), len(DAY), "loaded")
        assert told["events_intraday_20260201.json"] == (4, 4, "loaded")

    def test_views_are_told_once_though_the_intraday_table_had_them_and_find_the_article_by_its_address(
        self, warehouse: duckdb.DuckDBPyConnection
    ) -> None:
        told = facts(
            warehouse,
            "select content_id, entry, cast(viewed_at as varchar), cast(month as varchar), session_id is not null,"
            " person_key is not null from staging.content_view where program_id = 'site' order by viewed_at",
        )
        assert told == [
            ("zendesk_guide:360", "search", "2026-02-01 10:00:03", "2026-02-01", True, True),
            ("zendesk_guide:360", "product", "2026-02-01 10:00:04", "2026-02-01", False, False),
            ("blog.acme.example/news", "direct", "2026-02-01 10:00:05", "2026-02-01", False, False),
        ]

    def test_a_search_has_words_and_no_count_of_results(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        told = facts(
            warehouse, "select query, result_count, locale, learner_id from source.search where program_id = 'site'"
        )
        assert told == [("sso", None, "de-de", None)]
        known = "select count(*) from told.signal where program_id = 'site' and signal = 'search_zero_result_rate'"
        assert facts(warehouse, f"{known} and value is not null") == [(0,)]
