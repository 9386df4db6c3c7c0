"""What the tickets of one program ask for and are about.

A text that was classified before is not classified again, and what topics learnt of tickets on earlier nights is
recalled: text is read of new tickets alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pandas as pd

from transforms.intent import Label, classifier_version, classify_texts
from transforms.kept_labels import KeptOfProgram
from transforms.ticket_text import customer_text
from transforms.topic import Topics
from transforms.topic_group import Group
from transforms.topic_memory import ProgramMemory

_LATE: Final = dt.timedelta(days=7)  # after the newest ticket, others that were opened before it may yet be exported

_CACHE: Final = """
create table if not exists labels.cache (
  text_hash varchar, classifier varchar, intent varchar, intent_probability double)
"""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket without its text."""

    ticket_id: str
    opened_at: dt.datetime | None
    requester: str | None
    is_gone: bool  # its text
    text_hash: str

    @property
    def told(self) -> tuple[object, ...]:
        """All that decides what it is about."""
        return self.ticket_id, str(self.opened_at), self.requester, self.text_hash


@dataclass(frozen=True)
class TicketLabels:
    """Rows of labels.ticket without their program, and of labels.cache, one for each distinct text that was new."""

    rows: Sequence[tuple[str, str, float, str | None, str | None, str]]
    classified: Sequence[tuple[str, str, str, float]]


def open_cache(con: duckdb.DuckDBPyConnection) -> None:
    """Creates `labels.cache`, of which what another classifier said is of no use."""
    con.execute(_CACHE)
    con.execute("delete from labels.cache where classifier <> $1", [classifier_version()])


def label_tickets(
    con: duckdb.DuckDBPyConnection,
    program: str,
    topics: Topics,
    of_before: KeptOfProgram,
    memory: ProgramMemory | None = None,
) -> TicketLabels:
    """Labels the tickets of one program in `temp.ticket_text` (program_id, ticket_id, opened_at, requester, is_gone,
    subject, body, text_hash), in the order they were opened; `topics` learn from them."""
    tickets = [
        Ticket(*row)
        for row in con.execute(
            "select ticket_id, opened_at, requester, is_gone, text_hash from temp.ticket_text where program_id = $1"
            " order by opened_at nulls last, ticket_id",
            [program],
        ).fetchall()
    ]
    told = [ticket.told for ticket in tickets]
    keys = memory.recall(told, topics) if memory else []
    known = _known_labels(con, tickets)
    unread = {t.ticket_id for place, t in enumerate(tickets) if place >= len(keys) or t.text_hash not in known}
    texts = _texts(con, program, unread)
    new = {t.text_hash: texts[t.ticket_id] for t in tickets if t.text_hash not in known}
    fresh = dict(zip(new, classify_texts(list(new.values())), strict=True))
    labels = [known.get(t.text_hash) or fresh[t.text_hash] for t in tickets]
    versions = [classifier_version()] * len(tickets)
    by_key = topics.by_key()
    about: list[Group | None] = [by_key[key] if key else None for key in keys]
    settled = _settled(tickets)
    for place, ticket in enumerate(tickets[len(keys) :], start=len(keys)):
        if memory and place == settled > len(keys):
            memory.keep(told[:place], [one.key if one else None for one in about], topics.learnt())
        text = texts[ticket.ticket_id]
        before = of_before.tickets.get(ticket.ticket_id)
        if before is None:
            about.append(None if ticket.is_gone else topics.asked(ticket.ticket_id, text, ticket.requester))
            continue
        if ticket.is_gone:
            labels[place], versions[place] = Label(before.intent, before.probability), before.classifier
        is_as_before = ticket.is_gone or of_before.has_same_content
        about.append(topics.recalled(text, ticket.requester, before.topic_key, before.topic, is_as_before=is_as_before))
    rows = [
        (ticket.ticket_id, label.intent, label.probability, *_named(group), version)
        for ticket, label, group, version in zip(tickets, labels, about, versions, strict=True)
    ]
    classified = [(one, classifier_version(), label.intent, label.probability) for one, label in fresh.items()]
    return TicketLabels(rows, classified)


def _named(group: Group | None) -> tuple[str | None, str | None]:
    return (group.name, group.key) if group else (None, None)


def _settled(tickets: Sequence[Ticket]) -> int:
    """How many tickets, in the order they were opened, none that comes late will be before."""
    opened = [ticket.opened_at for ticket in tickets if ticket.opened_at is not None]
    return sum(one <= opened[-1] - _LATE for one in opened) if opened else 0


def _texts(con: duckdb.DuckDBPyConnection, program: str, wanted: Collection[str]) -> dict[str, str]:
    """What customers wrote in these tickets."""
    if not wanted:
        return {}
    con.register("_wanted", pd.DataFrame({"ticket_id": pd.Series(sorted(wanted), dtype="str")}))
    rows = con.execute(
        "select ticket_id, subject, body, is_gone from temp.ticket_text semi join _wanted using (ticket_id)"
        " where program_id = $1",
        [program],
    ).fetchall()
    con.unregister("_wanted")
    return {ticket: "" if is_gone else customer_text(subject, body) for ticket, subject, body, is_gone in rows}


def _known_labels(con: duckdb.DuckDBPyConnection, tickets: Sequence[Ticket]) -> dict[str, Label]:
    """Labels of texts that were classified before, by the hash of a text: the cache keeps no text."""
    wanted = pd.DataFrame({"text_hash": pd.Series(sorted({one.text_hash for one in tickets}), dtype="str")})
    con.register("_wanted", wanted)
    rows = con.execute(
        "select text_hash, intent, intent_probability from labels.cache join _wanted using (text_hash)"
    ).fetchall()
    con.unregister("_wanted")
    return {text_hash: Label(intent, probability) for text_hash, intent, probability in rows}
