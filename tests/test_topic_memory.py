"""What topics learnt is kept from night to night, and changes nothing but how long a night takes."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import ticket_labels
from transforms.labels import build_labels
from transforms.topic_memory import TopicMemory

Ticket = tuple[int, int, str, str | None]  # number, day it was opened on, text, requester
TEXTS = (
    "how do I rotate the api key", "webhook retries?", "renewing an API token for Zofia", "sandbox refresh",
    "api token, where to regenerate?", "copy a week of shifts", "replay failed webhooks", "the frobnicator is stuck",
    "frobnicator stuck again", "connect the warehouse", "warehouse connection fails", "", "Guten Tag",
)  # fmt: skip
CONTENT = ("Connect your warehouse", "Webhooks")

tickets = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 60), st.sampled_from(TEXTS), st.sampled_from([None, *"abcdef"])),
    max_size=30,
    unique_by=lambda ticket: ticket[0],
)
nights = st.lists(st.tuples(tickets, st.sets(st.sampled_from(CONTENT))), min_size=2, max_size=4)


ANEW = """
drop schema if exists source cascade;
drop schema if exists labels cascade;
create schema source;
create table source.ticket (program_id varchar, ticket_id varchar, subject varchar, body varchar,
    created_at timestamp, requester_id varchar, requester_email varchar);
create table source.search as select 'p' as program_id, 'f' as file, number as row_number, query
    from (select unnest(?) as query, unnest(range(?)) as number);
"""


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for all nights, emptied before each: to open one takes as long as to label what a night brings."""
    return duckdb.connect(config={"threads": 1})


def _labelled(given: Sequence[Ticket], content: Sequence[str], memory: TopicMemory | None) -> list[object]:
    con = _database()
    con.execute(ANEW, [TEXTS, len(TEXTS)])
    con.execute(
        "create table source.content_item as select 'p' as program_id, title as content_id, title,"
        " null::varchar as topic from (select unnest(?::varchar[]) as title)",
        [sorted(content)],
    )
    con.execute(
        "insert into source.ticket select 'p', unnest(?::varchar[]), null, unnest(?::varchar[]),"
        " unnest(?::timestamp[]), unnest(?::varchar[]), null",
        [
            [f"t{number:02}" for number, *_ in given],
            [text for _, _, text, _ in given],
            [dt.datetime(2026, 5, 1) + dt.timedelta(days=day) if day else None for _, day, *_ in given],
            [requester for *_, requester in given],
        ],
    )
    build_labels(con, memory=memory)
    return [
        con.execute(f"select * from labels.{table} order by all").fetchall()
        for table in ("ticket", "search", "content")
    ]


@settings(max_examples=60, deadline=None)
@given(nights)
def test_whatever_arrives_late_changes_or_goes_labels_are_those_of_reading_everything(
    nights: list[tuple[list[Ticket], set[str]]],
) -> None:
    """Tickets grow night by night, then some are late, are edited, are deleted, and content changes."""
    with tempfile.TemporaryDirectory() as folder:
        memory = TopicMemory(Path(folder), "code")
        known: dict[int, Ticket] = {}
        for given_tonight, content in nights:
            for night in (given_tonight[: len(given_tonight) // 2], given_tonight):
                tonight = {**known, **{ticket[0]: ticket for ticket in night}}
                rows = list(tonight.values())
                assert _labelled(rows, sorted(content), memory) == _labelled(rows, sorted(content), None)
            known = {number: ticket for number, ticket in tonight.items() if number % 5}


def test_a_second_night_reads_the_tickets_of_the_last_week_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = TopicMemory(tmp_path, "code")
    before: list[Ticket] = [(n, 1 + n, f"{TEXTS[n % 11]} {n}", "abc"[n % 3]) for n in range(28)]
    tonight: list[Ticket] = [*before, (28, 29, "how do I export the audit log", "a")]
    _labelled(before, CONTENT, memory)
    read: list[str] = []
    original = ticket_labels.Topics.asked

    def asked(self: ticket_labels.Topics, ticket: str, text: str, person: str | None) -> object:
        read.append(ticket)
        return original(self, ticket, text, person)

    monkeypatch.setattr(ticket_labels.Topics, "asked", asked)
    again = _labelled(tonight, CONTENT, memory)
    assert read == [f"t{n:02}" for n in range(21, 29)]
    read.clear()
    assert _labelled(tonight, CONTENT, None) == again
    assert len(read) == len(tonight)


@pytest.mark.parametrize("spoilt", [b"", b"{", b"\xff\xfe", b"0" * 64 + b"\n{}"])
def test_a_memory_that_cannot_be_read_is_made_anew(tmp_path: Path, spoilt: bytes) -> None:
    memory = TopicMemory(tmp_path, "code")
    given: list[Ticket] = [(n, 1 + n, TEXTS[n % 11], "abc"[n % 3]) for n in range(28)]
    expected = _labelled(given, CONTENT, memory)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(spoilt)
    assert _labelled(given, CONTENT, memory) == expected
    assert path.read_bytes() == whole


def test_a_memory_is_its_owners_alone_and_goes_with_its_program(tmp_path: Path) -> None:
    memory = TopicMemory(tmp_path, "code")
    _labelled([(n, 1 + n, TEXTS[n % 11], "abc"[n % 3]) for n in range(28)], CONTENT, memory)
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    memory.keep_only(["p", "q"])
    assert path.is_file()
    memory.keep_only(["q"])
    assert not path.exists()
