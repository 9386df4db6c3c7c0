"""Status, value and interval of signals; and how far sources were observed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from transforms.catalogue import Catalogue, Signal, shipped
from transforms.coverage import build_coverage
from transforms.header import SignalHeader
from transforms.measure import measure
from transforms.stage import build_staging

AS_OF = "2026-03-20"
SHARE = "select program_id, month, count(*) filter (where is_repeat) as numerator, count(*) as denominator"
CALENDAR = """
    select
        'UTC' as timezone,
        cast(month as date) as month,
        month as starts_at,
        month + interval 1 month as ends_at
    from range(timestamp '2025-01-01', timestamp '2026-04-01', interval 1 month) as months (month)
"""


def signal(sql: str, **header: Any) -> Signal:
    """A signal over tickets, as a file named `tried` would declare it."""
    declared = SignalHeader.model_validate(
        {
            "description": "Tried.",
            "job": "create",
            "unit": "ratio",
            "direction": "up",
            "kind": "share",
            "window": "T3",
            "minimum_sample": 1,
            "sources": ["ticket"],
        }
        | header
    )
    return Signal("tried", Path("tried.sql"), declared, sql, frozenset({"staging.ticket"}))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A help desk read through 14 March: two tickets in January, one in March, none in February."""
    with duckdb.connect() as con:
        con.execute("create schema config")
        con.execute("create schema source")
        con.execute(f"create table config.calendar as {CALENDAR}")
        con.execute(f"create table config.run as select date '{AS_OF}' as as_of")
        con.execute(
            "create table config.program as select 'p' as program_id, 'P' as name, 'UTC' as timezone,"
            " cast([] as varchar[]) as staff_domains, ['en'] as locales"
        )
        con.execute(
            "create table config.source as select * from (values"
            " ('p', 'desk', 'zendesk_support', null::date, null::integer, null::date),"
            " ('p', 'crm', 'table', null, null, null), ('p', 'lost', 'table', null, null, null),"
            " ('p', 'broken', 'table', null, null, null), ('p', 'old', 'table', null, 30, null)"
            ") as t (program_id, source, connector, observed_through, stale_after_days, ended)"
        )
        build_staging(con, shipped())
        con.execute(
            "insert into source.ticket (program_id, source, file, row_number, ticket_id, created_at, month) values"
            " ('p', 'desk', 't.json', 1, '1', '2026-01-05', '2026-01-01'),"
            " ('p', 'desk', 't.json', 2, '2', '2026-01-31', '2026-01-01'),"
            " ('p', 'desk', 't.json', 3, '3', '2026-03-02', '2026-03-01')"
        )
        con.execute(
            "insert into source.ticket_comment (program_id, source, file, row_number, ticket_id, created_at, month)"
            " values ('p', 'desk', 'c.json', 1, '3', '2026-03-14', '2026-03-01')"
        )
        con.execute(
            "insert into source.account (program_id, source, file, row_number, account_id, started_at) values"
            " ('p', 'crm', 'a.csv', 1, 'acme', '2020-01-01')"
        )
        con.execute(
            "insert into source.release (program_id, source, file, row_number, release_id, released_at, month) values"
            " ('p', 'old', 'r.csv', 1, 'r1', '2026-02-01', '2026-02-01')"
        )
        build_staging(con, shipped())
        rejected = "('p', 'broken', 'rejected', 'csv'), ('p', 'desk', 'rejected', 'json')"
        con.execute(f"insert into landing.load values {rejected}")
        build_coverage(con)
        yield con


def measured(con: duckdb.DuckDBPyConnection, tried: Signal, column: str) -> list[Any]:
    """One column of a signal over January, February and March; None where it is null."""
    measure(con, Catalogue(entities=shipped().entities, signals={"tried": tried}))
    return [row[0] for row in con.execute(f"select {column} from signal.signal order by month").fetchall()]


def test_a_covered_month_without_rows_had_no_events_and_so_no_share(con: duckdb.DuckDBPyConnection) -> None:
    tried = signal(f"{SHARE} from staging.ticket group by all")
    assert measured(con, tried, "status") == ["observed", "observed", "observed"]
    assert measured(con, tried, "denominator") == [2, 0, 1]
    assert measured(con, tried, "value") == [0, None, 0]
    assert measured(con, tried, "sample_size") == [2, 0, 1]
    assert measured(con, tried, "is_complete") == [True, True, False]


def test_a_count_of_a_covered_month_without_rows_is_zero(con: duckdb.DuckDBPyConnection) -> None:
    sql = "select program_id, month, count(*) as value from staging.ticket group by all"
    assert measured(con, signal(sql, kind="count", unit="count"), "value") == [2, 0, 1]
    assert measured(con, signal(sql, kind="count", unit="count", census=True), "high") == [2, 0, 1]


def test_what_later_changes_hide_widens_the_interval(con: duckdb.DuckDBPyConnection) -> None:
    sql = "select program_id, month, count(*) as value, 1 as least, 5 as most from staging.ticket group by all"
    tried = signal(sql, kind="count", unit="count", census=True)
    assert measured(con, tried, "low") == [1, 0, 1]
    assert measured(con, tried, "high") == [5, 0, 5]


def test_a_month_that_no_source_covers_is_unknown_never_zero(con: duckdb.DuckDBPyConnection) -> None:
    tried = signal(f"{SHARE} from staging.ticket group by all", sources=["ticket", "search"])
    assert measured(con, tried, "status") == ["unknown"] * 3
    assert measured(con, tried, "coalesce(value, low, high, numerator, denominator, sample_size)") == [None] * 3


def test_any_one_of_several_sources_will_do(con: duckdb.DuckDBPyConnection) -> None:
    tried = signal(f"{SHARE} from staging.ticket group by all", sources=[["search", "ticket"], "account"])
    assert measured(con, tried, "status") == ["observed"] * 3
    assert [str(day) for day in measured(con, tried, "observed_through")] == ["2026-03-14"] * 3


def test_a_signal_says_itself_where_it_does_not_apply(con: duckdb.DuckDBPyConnection) -> None:
    tried = signal(f"{SHARE}, month < '2026-02-01' as is_applicable from staging.ticket group by all")
    assert measured(con, tried, "status") == ["observed", "observed", "not_applicable"]
    assert measured(con, tried, "value")[2] is None


def test_a_signal_that_fails_stops_neither_the_others_nor_the_run(con: duckdb.DuckDBPyConnection) -> None:
    good = signal(f"{SHARE} from staging.ticket group by all")
    bad = signal("select program_id, month, nope from staging.ticket")
    frame = measure(con, Catalogue(entities=shipped().entities, signals={"good": good, "bad": bad}))
    assert sorted(frame["status"]) == ["error"] * 3 + ["observed"] * 3
    assert 'tried.sql: Binder Error: Referenced column "nope"' in frame[frame["status"] == "error"]["message"].iloc[0]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "select program_id, month, 1 as value from staging.program_month",
            "tried.sql: kind share needs column 'numerator'; the SQL returns program_id, month, value",
        ),
        (
            "select program_id, month, 1 as numerator, 2 as denominator from staging.ticket",
            "tried.sql: two rows for program 'p' and month 2026-01; return one",
        ),
    ],
)
def test_a_result_of_the_wrong_shape_says_what_to_return(
    con: duckdb.DuckDBPyConnection, sql: str, message: str
) -> None:
    assert measured(con, signal(sql), "message") == [message] * 3


def test_the_value_is_the_quotient_to_the_last_bit(con: duckdb.DuckDBPyConnection) -> None:
    sql = "select program_id, month, month_number as numerator, 3.7 as denominator from staging.program_month"
    assert measured(con, signal(sql, kind="rate"), "value = numerator / denominator") == [True] * 3


def test_a_rates_sample_is_its_exposure(con: duckdb.DuckDBPyConnection) -> None:
    sql = "select program_id, month, 2 as numerator, 0.6 as denominator from staging.program_month"
    assert measured(con, signal(sql, kind="rate", per=100), "sample_size") == [60] * 3


def test_a_help_desk_read_through_a_newer_comment_was_read_for_tickets_too(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select source, entity, cast(observed_through as varchar), row_count, status"
        " from coverage.source order by source, entity"
    ).fetchall()
    assert rows == [
        ("broken", None, None, 0, "rejected"),
        ("crm", "account", "2020-01-01", 1, "ok"),
        ("desk", "ticket", "2026-03-14", 3, "ok"),
        ("desk", "ticket_comment", "2026-03-14", 1, "ok"),
        ("lost", None, None, 0, "missing"),
        ("old", "release", "2026-02-01", 1, "stale"),
    ]


def test_an_event_is_covered_from_its_first_fact_until_silence_means_the_source_stopped(
    con: duckdb.DuckDBPyConnection,
) -> None:
    def covered(entity: str) -> list[bool]:
        found = con.execute(
            "select is_covered from coverage.entity_month where entity = ? order by month", [entity]
        ).fetchall()
        return [row[0] for row in found]

    assert covered("ticket") == [True, True, True]
    assert covered("ticket_comment") == [False, False, True]
    assert covered("account") == [True, True, True]
    assert covered("release") == [False, True, True]
    assert covered("search") == [False, False, False]
    con.execute("update config.source set observed_through = '2026-01-31' where source = 'desk'")
    build_coverage(con)
    assert covered("ticket") == [True, False, False]
