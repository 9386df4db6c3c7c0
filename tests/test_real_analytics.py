"""Web analytics, in-app guides and searches through the whole night: real tables, and responses written by their specs.

No public export of Algolia's analytics, of a Pendo API response or of a Google Analytics event that views a page was
found, so those are written here from the vendors' own descriptions; the tables in tests/real are somebody's.
"""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines import cli

REAL = Path(__file__).parent / "real"
AS_OF = "2026-03-31"
PUBLISHED_WITH_REJECTS = 3
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


def guide_event(kind: str, step: str, visitor: str, at: int) -> dict[str, Any]:
    return {
        "type": kind, "guideId": "g1", "guideStepId": step, "visitorId": visitor, "accountId": "acme", "appId": -323232,
        "browserTime": 1769940000000 + at, "latitude": 0.0, "longitude": 0.0, "url": "https://app.acme.example/",
    }  # fmt: skip


GUIDE = {
    "id": "g1", "name": "Set up exports", "state": "public", "launchMethod": "auto", "isMultiStep": True,
    "createdByUser": {"id": "9", "username": "kim@acme.example", "first": "Kim", "last": "<b>Lee</b>"}, "polls": [],
    "publishedAt": 1735689600000, "resetAt": 0, "lastUpdatedAt": 1738368000000, "rootVersionId": "g1",
    "stableVersionId": "g1-1", "steps": [{"id": "s1", "guideId": "g1"}, {"id": "s2", "guideId": "g1"}],
}  # fmt: skip
STAGED = GUIDE | {"id": "g2", "name": "Next tour", "state": "staged", "publishedAt": 0, "steps": [{"id": "t1"}]}
SEEN = [
    guide_event("guideSeen", "s1", "u1", 0),
    guide_event("guideAdvanced", "s1", "u1", 1),
    guide_event("guideSeen", "s2", "u1", 2),
    guide_event("guideDismissed", "s2", "u1", 3),
    guide_event("guideSeen", "s1", "_PENDO_T_x1", 4),
    guide_event("guideTimeout", "s1", "u1", 5),
    guide_event("guideSeen", "t1", "u9", 6) | {"guideId": "g2"},
]
PENDO_API: dict[str, Any] = {
    "one.json": {"startTime": 1769900000000, "results": SEEN},
    "one-again.json": {"results": SEEN[:2]},
    "two.json": [GUIDE, STAGED],
    "three.json": {
        "results": [
            {"visitorId": "u1", "metadata": {"auto": {"accountid": "acme", "firstvisit": 1735689600000},
                                             "agent": {"email": "Ada@Quarry.example", "role": "admin"}, "custom": {}}},
            {"visitorId": "bo@bolt.example", "metadata": {"auto": {"accountid": ""}}},
            {"visitorId": "_PENDO_T_x1", "metadata": {"auto": {}}},
        ]
    },
    "four.json": {"results": [{"accountId": "acme", "metadata": {"auto": {}, "agent": {"name": "Acme"}}}]},
    "five.json": {"results": [{"visitorId": "u1", "accountId": "acme", "featureId": "f1", "day": 1769904000000,
                               "hour": 1769940000000, "numEvents": 4, "numMinutes": 2}]},
    "six.json": [{"id": "f1", "name": "Export", "kind": "Feature", "rootVersionId": "f1", "stableVersionId": "f1-1",
                  "isCoreEvent": True, "lastUpdatedAt": 1738368000000}],
}  # fmt: skip
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


def put(folder: Path, files: dict[str, Any]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_bytes(gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode())


def program(name: str, *connectors: str, zone: str = "UTC") -> dict[str, Any]:
    sources = [{"connector": connector, "path": f"{name}/{connector}"} for connector in connectors]
    return {"id": name, "name": name, "timezone": zone, "sources": sources}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Five programs, one kind of export each, in one run."""
    workspace = tmp_path_factory.mktemp("analytics")
    lines = "\n".join(map(json.dumps, DAY))
    put(workspace / "site" / "ga4", {
        "events_intraday_20260201.json": "\n".join(map(json.dumps, DAY[:4])), "events_20260201.json.gz": lines,
        "event_data.csv": (REAL / "ga4" / "event_data.csv").read_text(encoding="utf-8"),
    })  # fmt: skip
    put(workspace / "site" / "zendesk_guide", {"articles.json": ARTICLES})
    put(workspace / "tables" / "pendo", {p.name: p.read_text(encoding="utf-8") for p in (REAL / "pendo").glob("*.csv")})
    put(workspace / "guides" / "pendo", PENDO_API)
    put(workspace / "algolia" / "algolia", ALGOLIA)
    put(workspace / "log" / "search_log", LOGS)
    programs = [
        program("site", "ga4", "zendesk_guide", zone="America/New_York"),
        program("tables", "pendo"),
        program("guides", "pendo"),
        program("algolia", "algolia", zone="Pacific/Auckland"),
        program("log", "search_log"),
    ]
    (workspace / "waystage.yaml").write_text(
        yaml.safe_dump({"programs": programs, "models": ["trainn"]}), encoding="utf-8"
    )
    assert cli.main(["run", "-w", str(workspace), "--as-of", AS_OF, "--json"]) == PUBLISHED_WITH_REJECTS
    connection = duckdb.connect(str(workspace / ".waystage" / "warehouse.duckdb"), read_only=True)
    connection.execute(f"attach '{workspace / 'published' / 'waystage.duckdb'}' as told (read_only)")
    yield connection
    connection.close()


def facts(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(sql).fetchall()


def loads(warehouse: duckdb.DuckDBPyConnection, program_id: str) -> dict[str, tuple[int, int, str]]:
    """File name -> rows read, rows loaded, status."""
    found = facts(
        warehouse, f"select file, rows_read, rows_loaded, status from told.load where program_id = '{program_id}'"
    )
    return {file.rsplit("/", 1)[-1]: tuple(rest) for file, *rest in found}


def table(name: str) -> list[dict[str, str]]:
    with (REAL / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


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


class TestPendoTables:
    def test_every_row_of_every_table_loads(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        files = sorted((REAL / "pendo").glob("*.csv"))
        expected = {file.name: (n := len(table(f"pendo/{file.name}")), n, "loaded") for file in files}
        assert loads(warehouse, "tables") == expected

    def test_guide_events_are_those_of_the_three_kinds(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        names = {"guideSeen": "seen", "guideDismissed": "dismissed", "guideAdvanced": "advanced"}
        expected = Counter(names[row["type"]] for row in table("pendo/guide_event.csv") if row["type"] in names)
        told = facts(warehouse, "select event, count(*) from source.guide_event where program_id = 'tables' group by 1")
        assert dict(told) == expected

    def test_a_guide_is_its_newest_version_and_1970_is_never(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        newest = {
            row["id"]: row for row in sorted(table("pendo/guide_history.csv"), key=lambda r: r["last_updated_at"])
        }
        state = {"public": "published", "draft": "draft", "staged": "draft"}
        told = facts(
            warehouse,
            "select content_id, title, status, published_at is not null from source.content_item"
            " where program_id = 'tables'",
        )
        assert sorted(told) == sorted(
            (f"pendo:{row['id']}", row["name"], state[row["state"]], not row["published_at"].startswith("1970"))
            for row in newest.values()
        )

    def test_hours_are_uses_and_visitors_learners(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        hours = sum(len(table(f"pendo/{name}.csv")) for name in ("event", "feature_event", "page_event"))
        assert facts(warehouse, "select count(*) from source.usage_event where program_id = 'tables'") == [(hours,)]
        visitors = len({row["id"] for row in table("pendo/visitor_history.csv")})
        assert facts(
            warehouse, "select count(*) from source.learner where program_id = 'tables' and is_staff is null"
        ) == [(visitors,)]


class TestPendoApi:
    def test_every_list_is_recognised_by_what_it_holds(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        assert {status for *_, status in loads(warehouse, "guides").values()} == {"loaded"}

    def test_seeing_the_last_step_completes_and_staff_who_test_a_staged_guide_do_not_count(
        self, warehouse: duckdb.DuckDBPyConnection
    ) -> None:
        told = facts(
            warehouse,
            "select guide_id, event, count(*), count(person_key), min(step_count) from staging.guide_event"
            " where program_id = 'guides' and is_educational group by all order by all",
        )
        assert told == [
            ("pendo:g1", "advanced", 1, 1, 2),
            ("pendo:g1", "completed", 1, 1, 2),
            ("pendo:g1", "dismissed", 1, 1, 2),
            ("pendo:g1", "seen", 3, 2, 2),
        ]

    def test_an_anonymous_visitor_is_no_learner_and_no_name_is_kept(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        told = facts(
            warehouse,
            "select email_domain, is_staff from source.learner where program_id = 'guides' order by all nulls last",
        )
        assert told == [("bolt.example", None), ("quarry.example", None), (None, True)]
        landed = facts(warehouse, "select * from source.content_item where program_id = 'guides'")
        assert "Kim" not in str(landed) and "@" not in str(landed)

    def test_a_core_feature_is_what_customers_pay_for(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        told = facts(
            warehouse,
            "select feature, is_value_event, cast(occurred_at as varchar) from source.usage_event"
            " where program_id = 'guides'",
        )
        assert told == [("Export", True, "2026-02-01 10:00:00")]


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
