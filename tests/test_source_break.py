"""A change of tool is recorded where one source of an entity ends and another begins, and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest

from transforms.catalogue import shipped
from transforms.coverage import build_coverage
from transforms.stage import build_staging

AS_OF = dt.date(2026, 6, 30)
Span = tuple[str, str]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("create schema config")
        con.execute("create schema source")
        con.execute(f"create table config.run as select date '{AS_OF}' as as_of")
        con.execute(
            "create table config.program as select 'p' as program_id, 'P' as name, 'America/New_York' as timezone,"
            " cast([] as varchar[]) as staff_domains, ['en'] as locales"
        )
        con.execute(
            "create table config.calendar as select 'America/New_York' as timezone, cast(month as date) as month,"
            " month + interval 5 hour as starts_at, month + interval 1 month + interval 5 hour as ends_at"
            " from range(timestamp '2024-01-01', timestamp '2026-07-01', interval 1 month) as month (month)"
        )
        con.execute(
            "create table config.source (program_id varchar, source varchar, connector varchar,"
            " observed_through date, stale_after_days integer, ended date)"
        )
        build_staging(con, shipped())
        yield con


def breaks(con: duckdb.DuckDBPyConnection, spans: Mapping[str, Span]) -> list[tuple[str, str, str]]:
    """Month, former and newcomer of every break among help desks that have a ticket every third day of their spans."""
    for source, (first, last) in spans.items():
        con.execute(
            "insert into source.ticket (program_id, source, file, row_number, ticket_id, created_at, month)"
            " select 'p', $source, $source, row_number() over (), $source || created_at,"
            " created_at, date_trunc('month', created_at - interval 5 hour)"
            " from range(cast($first as timestamp), cast($last as timestamp), interval 3 day) as day (created_at)",
            {"source": source, "first": first, "last": last},
        )
    build_staging(con, shipped())
    build_coverage(con)
    rows = con.execute(
        "select month::varchar, from_source, to_source from coverage.source_break where entity = 'ticket' order by all"
    )
    return [(str(month), str(former), str(latter)) for month, former, latter in rows.fetchall()]


def test_a_help_desk_that_takes_over_from_another_breaks_the_series(con: duckdb.DuckDBPyConnection) -> None:
    found = breaks(con, {"zendesk": ("2025-01-01", "2025-09-10"), "freshdesk": ("2025-09-08", "2026-06-20")})
    assert found == [("2025-09-01", "zendesk", "freshdesk")]


def test_the_month_is_the_programs_own(con: duckdb.DuckDBPyConnection) -> None:
    found = breaks(con, {"zendesk": ("2025-01-01", "2025-09-25"), "freshdesk": ("2025-10-01 02:00:00", "2026-06-20")})
    assert found == [("2025-09-01", "zendesk", "freshdesk")]


def test_nobody_need_have_counted_in_between(con: duckdb.DuckDBPyConnection) -> None:
    found = breaks(con, {"zendesk": ("2024-06-01", "2025-02-01"), "freshdesk": ("2025-11-04", "2026-06-20")})
    assert found == [("2025-11-01", "zendesk", "freshdesk")]


def test_two_changes_of_tool_are_two_breaks(con: duckdb.DuckDBPyConnection) -> None:
    spans = {
        "mail": ("2024-06-01", "2025-02-01"),
        "zendesk": ("2025-02-03", "2025-11-01"),
        "freshdesk": ("2025-11-04", "2026-06-20"),
    }
    assert breaks(con, spans) == [("2025-02-01", "mail", "zendesk"), ("2025-11-01", "zendesk", "freshdesk")]


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param({"zendesk": ("2025-01-01", "2026-06-20")}, id="one desk alone"),
        pytest.param(
            {"zendesk": ("2025-01-01", "2026-06-20"), "freshdesk": ("2025-09-01", "2026-06-20")},
            id="a desk that is added",
        ),
        pytest.param(
            {"zendesk": ("2025-01-01", "2026-06-20"), "freshdesk": ("2026-06-08", "2026-06-20")}, id="added just now"
        ),
        pytest.param(
            {"zendesk": ("2025-01-01", "2026-01-01"), "freshdesk": ("2025-01-02", "2026-06-20")},
            id="two desks of which one ends",
        ),
        pytest.param(
            {
                "mail": ("2024-06-01", "2024-12-01"),
                "zendesk": ("2024-06-01", "2026-06-20"),
                "freshdesk": ("2025-09-01", "2026-06-20"),
            },
            id="a desk added long after another ended, a third going on all the while",
        ),
    ],
)
def test_no_change_of_tool_is_made_up(con: duckdb.DuckDBPyConnection, spans: dict[str, Span]) -> None:
    assert breaks(con, spans) == []


def declared(con: duckdb.DuckDBPyConnection, ended: str | None = None) -> None:
    for source in ("zendesk", "freshdesk"):
        con.execute(
            "insert into config.source values ('p', ?, ?, null, 45, ?)",
            [source, source, ended if source == "zendesk" else None],
        )


def statuses(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(con.execute("select source, status from coverage.source").fetchall())


def test_a_tool_that_a_live_one_replaced_has_ended_and_is_no_failure(con: duckdb.DuckDBPyConnection) -> None:
    declared(con)
    breaks(con, {"zendesk": ("2025-01-01", "2025-09-10"), "freshdesk": ("2025-09-08", "2026-06-20")})
    assert statuses(con) == {"zendesk": "ended", "freshdesk": "ok"}


def test_where_its_successor_stands_still_too_both_are_stale(con: duckdb.DuckDBPyConnection) -> None:
    declared(con)
    breaks(con, {"zendesk": ("2025-01-01", "2025-09-10"), "freshdesk": ("2025-09-08", "2026-04-01")})
    assert statuses(con) == {"zendesk": "stale", "freshdesk": "stale"}


def test_a_tool_of_which_something_else_stopped_unreplaced_is_stale_until_its_owner_says_it_ended(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(
        "insert into source.search (program_id, source, searched_at, query, month)"
        " select 'p', 'zendesk', day, 'export', date_trunc('month', day)"
        " from range(timestamp '2025-01-01', timestamp '2025-09-01', interval 3 day) as day (day)"
    )
    declared(con)
    spans = {"zendesk": ("2025-01-01", "2025-09-10"), "freshdesk": ("2025-09-08", "2026-06-20")}
    breaks(con, spans)
    assert statuses(con) == {"zendesk": "stale", "freshdesk": "ok"}
    con.execute("update config.source set ended = date '2025-09-15' where source = 'zendesk'")
    build_coverage(con)
    assert statuses(con) == {"zendesk": "ended", "freshdesk": "ok"}
    con.execute("update config.source set ended = date '2026-07-15' where source = 'zendesk'")
    build_coverage(con)
    assert statuses(con) == {"zendesk": "stale", "freshdesk": "ok"}


def test_a_month_without_a_row_is_a_gap_of_its_source(con: duckdb.DuckDBPyConnection) -> None:
    """Two exports of one help desk, of which nobody made the one between: the months stand in what is published."""
    breaks(con, {"desk": ("2025-01-10", "2025-03-05")})
    breaks(con, {"desk": ("2025-05-10", "2025-06-20")})
    published = (Path("transforms/published/coverage_month.sql")).read_text(encoding="utf-8")
    rows = con.execute(f"select month, row_count from ({published}) where entity = 'ticket'").fetchall()
    assert [(f"{month:%m}", count > 0) for month, count in rows] == [
        ("01", True), ("02", True), ("03", True), ("04", False), ("05", True), ("06", True),
    ]  # fmt: skip
