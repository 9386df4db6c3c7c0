"""Searches of a help centre through the whole night: Algolia's analytics, by their spec, and logs of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.analytics_world import facts, loads, night, program, put

ALGOLIA: dict[str, Any] = {
    "rate.json": {
        "rate": 0.25, "count": 44, "noResultCount": 11,
        "dates": [
            {"date": "2026-01-31", "rate": 0.275, "count": 40, "noResultCount": 11},
            {"date": "2026-02-01", "rate": None, "count": 0, "noResultCount": 0},
            {"date": "2026-02-02", "rate": 0, "count": 4, "noResultCount": 0},
        ],
    },
    "searches-2026-01-31.json": {"searches": [{"search": "sso", "count": 5, "nbHits": 3, "clickPositions": [
        {"position": [1, 1], "clickCount": 3}, {"position": [21, -1], "clickCount": 1}]}]},
    "no-results-2026-01-31.json": {"searches": [{"search": "sso", "count": 2, "withFilterCount": 0}]},
    "searches.json": {"searches": []},
    "no-click.json": {"rate": 0.1, "count": 9, "noClickCount": 1,
                      "dates": [{"date": "2026-01-31", "rate": 0.1, "count": 9, "noClickCount": 1}]},
}  # fmt: skip
LOGS: dict[str, str] = {
    "a.csv": "\ufeffresults,Search Term,Date,User ID,clicked\n"
    "3,export,2026-01-05,7.0,kb1\n0,sso,2026-01-05,guest,\n0,sso,2026-01-05,,\n",
    "b.ndjson": '{"q": "sso", "ts": 1767600000, "nbHits": 0, "user": {"id": "u9"}}\n'
    '{"q": "api", "ts": "2026-01-05T10:00:00+0200", "nbHits": "12", "new": [1]}\n{"q": "api"}\n',
    "c.tsv": "keyword\tcreated_at\tnum_results\tlanguage\n<script>\t2026-01-06 10:00:00\t5\tde_DE\n",
    "d.csv": "search,count,nbHits\nsso,2,3\n",
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    workspace = tmp_path_factory.mktemp("analytics")
    put(workspace / "algolia" / "algolia", ALGOLIA)
    put(workspace / "log" / "search_log", LOGS)
    programs = [program("algolia", "algolia", zone="Pacific/Auckland"), program("log", "search_log")]
    with night(workspace, *programs) as connection:
        yield connection


class TestAlgolia:
    def test_a_days_counts_are_that_many_searches_after_sessions_too(
        self, warehouse: duckdb.DuckDBPyConnection
    ) -> None:
        told = facts(
            warehouse,
            "select cast(month as varchar), count(*), count(*) filter (where result_count = 0) from staging.search"
            " where program_id = 'algolia' group by 1 order by 1",
        )
        assert told == [("2026-01-01", 40, 11), ("2026-02-01", 4, 0)]
        rates = facts(
            warehouse,
            "select numerator, denominator from told.signal where program_id = 'algolia' and month = '2026-01-01'"
            " and signal = 'search_zero_result_rate'",
        )
        assert rates == [(11, 40)]

    def test_a_list_of_the_day_puts_words_to_some_of_them_and_nobody_is_named(
        self, warehouse: duckdb.DuckDBPyConnection
    ) -> None:
        told = facts(
            warehouse,
            "select query, result_count, count(*) from source.search where program_id = 'algolia' and query is not null"
            " and learner_id is null and session_id is null group by all order by all",
        )
        assert told == [("sso", 0, 2), ("sso", 3, 3)]

    def test_a_rate_of_clicks_is_refused_and_an_empty_page_is_empty(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        told = loads(warehouse, "algolia")
        assert told["no-click.json"][2] == "rejected"
        assert told["searches.json"] == (0, 0, "empty")


class TestSearchLog:
    def test_usual_headers_are_found_and_a_row_without_a_time_is_told(
        self, warehouse: duckdb.DuckDBPyConnection
    ) -> None:
        assert loads(warehouse, "log") == {
            "a.csv": (3, 3, "loaded"),
            "b.ndjson": (3, 2, "partial"),
            "c.tsv": (1, 1, "loaded"),
            "d.csv": (1, 0, "rejected"),
        }

    def test_every_search_keeps_what_its_log_says(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        told = facts(
            warehouse,
            "select query, cast(searched_at as varchar), result_count, clicked_content_id, learner_id is not null,"
            " locale from source.search where program_id = 'log' order by searched_at, query",
        )
        assert told == [
            ("export", "2026-01-05 00:00:00", 3, "kb1", True, None),
            ("sso", "2026-01-05 00:00:00", 0, None, False, None),
            ("sso", "2026-01-05 00:00:00.000001", 0, None, False, None),
            ("api", "2026-01-05 08:00:00", 12, None, False, None),
            ("sso", "2026-01-05 08:00:00", 0, None, True, None),
            ("<script>", "2026-01-06 10:00:00", 5, None, False, "de_DE"),
        ]
