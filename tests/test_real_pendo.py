"""In-app guides of Pendo through the whole night: somebody's tables, and responses of the API written by their spec."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.analytics_world import REAL, facts, loads, night, program, put, table


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


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    workspace = tmp_path_factory.mktemp("analytics")
    put(workspace / "tables" / "pendo", {p.name: p.read_text(encoding="utf-8") for p in (REAL / "pendo").glob("*.csv")})
    put(workspace / "guides" / "pendo", PENDO_API)
    with night(workspace, program("tables", "pendo"), program("guides", "pendo")) as connection:
        yield connection


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
