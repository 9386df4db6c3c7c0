"""Staging as a whole: the same facts give the same tables however they were split, ordered or repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from transforms.catalogue import shipped
from transforms.stage import build_staging

# table, then columns, then facts: a person under two ids, a corrected ticket, one address nobody owns
FACTS: list[tuple[str, dict[str, str]]] = [
    ("account", {"account_id": "acme", "domain": "acme.example", "segment": "smb", "version": "2026-01-01"}),
    ("account", {"account_id": "acme", "domain": "acme.example", "segment": "mid", "version": "2026-02-01"}),
    ("account", {"account_id": "solo", "domain": "gmail.com"}),
    ("learner", {"learner_id": "lms-7", "email": "ada", "email_domain": "acme.example"}),
    ("enrollment", {"learner_id": "lms-7", "content_id": "c1", "enrolled_at": "2026-01-05", "month": "2026-01-01"}),
    ("enrollment", {"email": "bo", "email_domain": "gmail.com", "content_id": "c1", "enrolled_at": "2026-01-05"}),
    ("learning_event", {"learner_id": "lms-7", "content_id": "c1", "verb": "viewed", "occurred_at": "2026-01-06"}),
    ("learning_event", {"event_id": "e1", "email": "eve", "email_domain": "harborline.example", "verb": "passed"}),
    ("ticket", {"ticket_id": "1", "requester_id": "lms-7", "status": "open", "version": "2026-01-05"}),
    ("ticket", {"ticket_id": "1", "requester_id": "lms-7", "status": "solved", "version": "2026-01-09"}),
    ("usage_event", {"user_id": "lms-7", "feature": "export", "occurred_at": "2026-01-06"}),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        build_staging(con, shipped())
        con.execute("insert into config.program values ('p', 'P', 'UTC', ['harborline.example'], ['en'])")
        yield con


def staged(con: duckdb.DuckDBPyConnection, seed: int, copies: int) -> dict[str, list[str]]:
    """All staging tables after the facts arrive in an order and a split that the seed decides."""
    dealt = random.Random(seed)  # noqa: S311  (a shuffle, not a secret)
    rows = FACTS * copies
    dealt.shuffle(rows)
    for number, (entity, fact) in enumerate(rows):
        row = {"program_id": "p", "source": "s", "file": f"{dealt.randint(1, 3)}.csv", "row_number": str(number)} | fact
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        con.execute(f"insert into source.{entity} ({names}) values ({marks})", list(row.values()))
    build_staging(con, shipped())
    tables = {
        name: sorted(map(repr, con.execute(f"select * from staging.{name}").fetchall()))
        for name in shipped().entities
        if name not in ("learning_event_repeat", "usage_event_repeat")
    }
    # how often a person was seen does grow with the copies
    tables["person_seen"] = []
    for entity in {entity for entity, _ in FACTS}:
        con.execute(f"delete from source.{entity}")
    return tables


def test_neither_order_nor_splitting_nor_repetition_of_files_changes_a_table(
    con: duckdb.DuckDBPyConnection,
) -> None:
    once = staged(con, seed=1, copies=1)
    assert len(once["learning_event"]) == 2
    assert staged(con, seed=2, copies=1) == once
    assert staged(con, seed=3, copies=2) == once
    assert staged(con, seed=4, copies=3) == once


def test_a_personal_domain_owns_nobody_and_a_corporate_one_its_people(con: duckdb.DuckDBPyConnection) -> None:
    staged(con, seed=1, copies=1)
    found = con.execute("select person_key, account_key, is_internal from staging.learner order by 1").fetchall()
    assert found == [("ada", "acme", False), ("bo", None, False), ("eve", None, True)]


def test_every_table_and_column_carries_its_comment(con: duckdb.DuckDBPyConnection) -> None:
    bare = con.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'staging' and comment is null"
    ).fetchall()
    assert bare == []


def test_a_table_that_cannot_be_built_is_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("alter table source.release drop column product_area")
    with pytest.raises(duckdb.Error, match=r"staging\.release \(.*release\.sql\)"):
        build_staging(con, shipped())
