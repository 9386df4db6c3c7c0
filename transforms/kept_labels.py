"""What tickets and searches were told to be about while their text was there, for when it is gone.

`.waystage/labels.duckdb`, written after every labelling where the workspace has a retention of text: the labels of all
tickets, each with the classifier that gave it, the topics of all searches by what stands for their text, and which
content they were compared with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from connectors.attach import append
from connectors.cast import literal
from connectors.durable import put
from connectors.retention import GONE

FILE: Final = "labels.duckdb"
Tokens = Callable[[Iterable[str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class KeptLabel:
    """The label of one ticket."""

    intent: str
    probability: float
    topic: str | None
    topic_key: str | None
    classifier: str


@dataclass(frozen=True)
class KeptOfProgram:
    """What is kept of one program; `has_same_content` where it was compared with the content of now."""

    tickets: Mapping[str, KeptLabel]
    searches: Mapping[str, str | None]
    has_same_content: bool
    tokens: Tokens


NOTHING_KEPT: Final = KeptOfProgram({}, {}, has_same_content=False, tokens=lambda _texts: {})


@dataclass(frozen=True)
class KeptLabels:
    """What is kept in a workspace; `tokens` gives what stands for texts."""

    path: Path
    tokens: Tokens

    def of_program(self, program: str, content: str) -> KeptOfProgram:
        """What is kept of a program whose content has that fingerprint now."""
        if not self.path.is_file():
            return NOTHING_KEPT
        with duckdb.connect(str(self.path), read_only=True) as con:
            tickets = con.execute(
                "select ticket_id, intent, intent_probability, topic, topic_key, classifier from ticket"
                " where program_id = $1",
                [program],
            ).fetchall()
            searches = con.execute("select token, topic from search where program_id = $1", [program]).fetchall()
            told = con.execute("select fingerprint from content where program_id = $1", [program]).fetchall()
        return KeptOfProgram(
            {str(ticket): KeptLabel(*label) for ticket, *label in tickets},
            {str(token): topic for token, topic in searches},
            has_same_content=told == [(content,)],
            tokens=self.tokens,
        )

    def keep(self, con: duckdb.DuckDBPyConnection) -> None:
        """Keeps the labels just built, in place of those before; on disk when this returns. Programs without labels
        now, which were not run, keep theirs."""
        queries = [
            (str(program), str(query), topic)
            for program, query, topic in con.execute(
                "select distinct program_id, query, label.topic from source.search as search"
                " join labels.search as label using (program_id, file, row_number) where query is not null"
            ).fetchall()
        ]
        stands_for = self.tokens({query for _, query, _ in queries if not query.startswith(GONE)})
        rows = {(program, stands_for.get(query, query)): topic for program, query, topic in queries}
        programs = [str(row[0]) for row in con.execute("select program_id from config.program").fetchall()]
        beside = self.path.with_name(f".{FILE}.new")
        beside.unlink(missing_ok=True)
        con.execute(f"attach {literal(str(beside))} as kept")
        try:
            con.execute(TABLES)
            con.execute("insert into kept.ticket by name select * from labels.ticket")
            append(con, "kept.search", [(*place, topic) for place, topic in rows.items()])
            con.execute("insert into kept.content by name select * from labels.content_read")
            self._carry(con, programs)
        finally:
            con.execute("detach kept")
        put(beside, self.path)

    def _carry(self, con: duckdb.DuckDBPyConnection, programs: Sequence[str]) -> None:
        if not self.path.is_file():
            return
        con.execute(f"attach {literal(str(self.path))} as earlier (read_only)")
        try:
            for table in ("ticket", "search", "content"):
                con.execute(
                    f"insert into kept.{table} by name select * from earlier.{table}"
                    " where program_id not in (select unnest($1::varchar[]))",
                    [list(programs)],
                )
        finally:
            con.execute("detach earlier")


TABLES: Final = """
create table kept.ticket (program_id varchar, ticket_id varchar, intent varchar, intent_probability double,
    topic varchar, topic_key varchar, classifier varchar);
create table kept.search (program_id varchar, token varchar, topic varchar);
create table kept.content (program_id varchar, fingerprint varchar)
"""


def content_fingerprint(items: Iterable[Sequence[Any]]) -> str:
    """Of what topics read of content: ids, titles and declared topics."""
    said = sorted({(str(item[1]), str(item[2] or ""), str(item[3] or "")) for item in items})
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
