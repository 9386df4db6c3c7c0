"""Labels of tickets, searches and content: the same in any order and on any night, by one classifier, without text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from transforms import ticket_labels
from transforms.intent import Label, classifier_version
from transforms.labels import build_labels


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema source")
    con.execute(
        "create table source.ticket (program_id varchar, ticket_id varchar, subject varchar, body varchar, "
        "created_at timestamp, requester_id varchar, requester_email varchar, version timestamp)"
    )
    con.execute("create table source.search (program_id varchar, file varchar, row_number bigint, query varchar)")
    con.execute(
        "create table source.content_item "
        "(program_id varchar, content_id varchar, title varchar, topic varchar, version timestamp)"
    )
    return con


TICKETS = [
    ("t1", "Connecting the warehouse fails", "p1"),
    ("t2", "How do I schedule a sandbox refresh?", "p1"),
    ("t3", "Our sandbox is empty, call Zofia on 5551234", "p2"),
    ("t4", "sandbox for Zofia please", "p3"),
    ("t5", "Is single sign-on on our plan?", "p3"),
    ("t6", "Who is Zofia? mail zofia@example.com", "p4"),
]
MAY = dt.datetime(2026, 5, 1)


def _fill(con: duckdb.DuckDBPyConnection, order: list[tuple[str, str, str]]) -> None:
    con.execute("delete from source.ticket")
    con.executemany(
        "insert into source.ticket values ('p', ?, null, ?, ?, ?, null, null)",
        [[ticket, body, MAY + dt.timedelta(days=int(ticket[1:])), who] for ticket, body, who in order],
    )


def _content(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "insert into source.content_item values ('p', 'c1', 'Connect your warehouse', 'Warehouse connection', null), "
        "('p', 'c2', 'Warehouse connections, part 2', null, null), ('p', 'c3', 'Single sign-on rollout', null, null)"
    )
    con.execute(
        "insert into source.search values ('p', 'f', 1, 'warehouse connection'), "
        "('p', 'f', 2, 'zofia phone'), ('p', 'f', 3, 'sandbox')"
    )


def test_demand_is_named_in_the_words_of_the_content_or_groups_by_its_own(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    _content(warehouse)
    _fill(warehouse, TICKETS)
    build_labels(warehouse)
    content = dict(warehouse.execute("select content_id, topic from labels.content").fetchall())
    tickets = dict(warehouse.execute("select ticket_id, topic from labels.ticket").fetchall())
    searches = dict(warehouse.execute("select row_number, topic from labels.search").fetchall())
    assert content["c1"] == content["c2"] == "warehouse-connection"
    assert tickets["t1"] == searches[1] == "warehouse-connection"
    assert tickets["t5"] == content["c3"]
    assert tickets["t2"] == tickets["t3"] == tickets["t4"] == searches[3] == "environment"


def test_no_topic_carries_a_name_a_number_or_an_address(warehouse: duckdb.DuckDBPyConnection) -> None:
    _content(warehouse)
    _fill(warehouse, TICKETS)
    build_labels(warehouse)
    said = warehouse.execute("select topic from labels.ticket union select topic from labels.search").fetchall()
    text = " ".join(topic for (topic,) in said if topic)
    assert "zofia" not in text
    assert "555" not in text
    assert "@" not in text


def test_labels_do_not_depend_on_the_order_of_rows_or_the_number_of_runs(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    _content(warehouse)
    results = []
    for seed in range(3):
        order = list(TICKETS)
        order = order[seed:] + order[:seed]
        _fill(warehouse, order)
        written = build_labels(warehouse)
        assert written["classified"] == (len(TICKETS) if seed == 0 else 0)
        results.append(warehouse.execute("select * from labels.ticket order by ticket_id").fetchall())
    assert results[0] == results[1] == results[2]
    assert {row[-1] for row in results[0]} == {classifier_version()}


def test_the_warehouse_keeps_no_text_in_its_labels(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _content(warehouse)
    _fill(warehouse, TICKETS)
    build_labels(warehouse)
    for table in ("ticket", "search", "content", "cache"):
        rows = str(warehouse.execute(f"select * from labels.{table}").fetchall())
        assert "Zofia" not in rows
        assert "refresh?" not in rows


def test_a_ticket_keeps_its_topic_when_later_ones_arrive(warehouse: duckdb.DuckDBPyConnection) -> None:
    """It may only get a name, once three people have asked."""
    later = [(f"t{n}", body, f"q{n}") for n, body in enumerate((
        "how do I rotate the api key", "webhook retries?", "renewing an API token", "warehouse connection to sandbox",
        "api token, where to regenerate?", "copy a week", "replay failed webhooks", "webhook delivery attempts",
    ), start=7)]  # fmt: skip
    before: dict[str, tuple[str | None, str | None]] = {}
    for tonight in (TICKETS, [*TICKETS, *later[:4]], [*TICKETS, *later]):
        _fill(warehouse, tonight)
        build_labels(warehouse)
        now = {t: (key, name) for t, key, name in warehouse.execute(
            "select ticket_id, topic_key, topic from labels.ticket").fetchall()}  # fmt: skip
        for ticket, (key, name) in before.items():
            assert now[ticket][0] == key
            assert name is None or now[ticket][1] == name
        before = now
    assert {before[f"t{n}"][1] for n in (7, 9, 11)} == {"api-key-rotate"}


def test_another_classifier_names_all_history_again(
    warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So no month is counted by one classifier and the next by another: what falls between months really fell."""
    bodies = ["We lost the guide you sent us, please send the onboarding PDF again."] * 6
    _fill(warehouse, [(f"t{n}", f"{body} {n}", f"p{n}") for n, body in enumerate(bodies)])
    build_labels(warehouse)
    counted = "select intent, count(*), min(classifier), max(classifier) from labels.ticket group by all"
    assert warehouse.execute(counted).fetchall() == [("resend_request", 6, *[classifier_version()] * 2)]
    monkeypatch.setattr(ticket_labels, "classifier_version", lambda: "99-strict")
    monkeypatch.setattr(ticket_labels, "classify_texts", lambda texts: [Label("other", 0.5) for _ in texts])
    _fill(warehouse, [(f"t{n}", f"{body} {n}", f"p{n}") for n, body in enumerate([*bodies, bodies[0]])])
    assert build_labels(warehouse)["classified"] == 7
    assert warehouse.execute(counted).fetchall() == [("other", 7, "99-strict", "99-strict")]
    assert warehouse.execute("select distinct classifier from labels.cache").fetchall() == [("99-strict",)]
