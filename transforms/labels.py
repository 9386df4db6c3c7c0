"""Labels: what tickets ask for, and what tickets, searches and content are about.

The last place that reads private text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import duckdb
import pandas as pd

from connectors.retention import GONE
from transforms.kept_labels import NOTHING_KEPT, KeptLabels, KeptOfProgram, content_fingerprint
from transforms.ticket_labels import label_tickets, open_cache
from transforms.topic import Content, Topics
from transforms.topic_memory import TopicMemory

Row = tuple[Any, ...]

_TABLES: Final = """
create schema if not exists labels;
create or replace table labels.ticket (
  program_id varchar, ticket_id varchar, intent varchar, intent_probability double, topic varchar, topic_key varchar,
  classifier varchar);
create or replace table labels.search (program_id varchar, file varchar, row_number bigint, topic varchar);
create or replace table labels.content_read (program_id varchar, fingerprint varchar);
create or replace table labels.content (program_id varchar, content_id varchar, topic varchar);
"""

# One text per thing whatever the order of rows: the newest version, then the greatest text. What is gone has no text.
_TICKETS: Final = f"""
with newest as (
  select program_id, ticket_id,
    min(created_at) as opened_at,
    max_by(coalesce(subject::varchar, ''), {{newest}}) as subject,
    max_by(coalesce(body::varchar, ''), {{newest}}) as body,
    max_by(coalesce(requester_id::varchar, requester_email::varchar), {{newest}}) as requester
  from source.ticket
  where ticket_id is not null
  group by program_id, ticket_id
)
select program_id, ticket_id, opened_at, requester,
  starts_with(subject, '{GONE}') or starts_with(body, '{GONE}') as is_gone,
  case when is_gone then '' else subject end as subject,
  case when is_gone then '' else body end as body,
  sha256(case when is_gone then '' else subject || chr(31) || body end) as text_hash
from newest
"""
_CONTENT: Final = """
select program_id, content_id,
  max_by(coalesce(title::varchar, ''), {newest}) as title,
  max_by(coalesce(topic::varchar, ''), {newest}) as topic
from source.content_item
where content_id is not null
group by program_id, content_id
"""
_SEARCHES: Final = """
select program_id, file, row_number, query from source.search where query is not null
"""
_NO_TEXT: Final = {
    "content_item": "program_id varchar",
    "ticket": "program_id varchar, ticket_id varchar, opened_at timestamp, requester varchar, is_gone boolean,"
    " text_hash varchar",
    "search": "program_id varchar",
}
_TEXTS: Final = {"content_item": _CONTENT, "ticket": _TICKETS, "search": _SEARCHES}


def build_labels(
    con: duckdb.DuckDBPyConnection, kept: KeptLabels | None = None, memory: TopicMemory | None = None
) -> dict[str, int]:
    """Writes labels.ticket, labels.search and labels.content from source.ticket, search and content_item.

    A source view that does not exist counts as empty. A text seen before under the same classifier is not
    classified again, nor are tickets read again that topics of an earlier night learnt of (`memory`; not where some
    text is gone). What is `kept` says what tickets and searches were about when all text was there.
    Returns rows written per table, and how many tickets had to be classified.
    """
    con.execute(_TABLES)
    open_cache(con)
    views = {
        name for (name,) in con.execute("select view_name from duckdb_views() where schema_name = 'source'").fetchall()
    }
    views |= {
        name
        for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'source'").fetchall()
    }
    for entity, query in _TEXTS.items():
        _gather(con, entity, query, is_there=entity in views)
    written = {"ticket": 0, "search": 0, "content": 0, "classified": 0}
    union = " union ".join(f"select program_id from temp.{entity}_text" for entity in _TEXTS)
    for (program,) in con.execute(f"select program_id from ({union}) order by 1").fetchall():
        for name, count in _label_program(con, str(program), kept, memory).items():
            written[name] += count
    for entity in _TEXTS:
        con.execute(f"drop table temp.{entity}_text")
    return written


def _gather(con: duckdb.DuckDBPyConnection, entity: str, query: str, *, is_there: bool) -> None:
    """Reads the texts of an entity once, into a table that ends with the connection: files and programs are many."""
    if not is_there:
        con.execute(f"create or replace temp table {entity}_text ({_NO_TEXT[entity]})")
        return
    columns = {row[0] for row in con.execute(f"describe source.{entity}").fetchall()}
    version = (
        "coalesce(try_cast(version::varchar as double), epoch(try_cast(version::varchar as timestamp)), 0)"
        if "version" in columns
        else "0"
    )
    wanted = ("subject", "body", "requester_id", "requester_email") if entity == "ticket" else ("title", "topic")
    text = " || chr(31) || ".join(f"coalesce({name}::varchar, '')" for name in wanted)
    newest = f"struct_pack(version := {version}, text := {text})"
    con.execute(f"create or replace temp table {entity}_text as {query.format(newest=newest)}")


def _rows(con: duckdb.DuckDBPyConnection, entity: str, program: str) -> list[Row]:
    """One program's texts, in a fixed order."""
    columns = len(con.execute(f"describe temp.{entity}_text").fetchall())
    order = ", ".join(str(place) for place in range(1, columns + 1))
    return con.execute(f"select * from temp.{entity}_text where program_id = $1 order by {order}", [program]).fetchall()


def _label_program(
    con: duckdb.DuckDBPyConnection, program: str, kept: KeptLabels | None, memory: TopicMemory | None
) -> dict[str, int]:
    items, searches = (_rows(con, entity, program) for entity in ("content_item", "search"))
    topics = Topics([Content(i, title or None, declared or None) for _, i, title, declared in items])
    content = content_fingerprint(items)
    con.execute("insert into labels.content_read values ($1, $2)", [program, content])
    of_before = kept.of_program(program, content) if kept else NOTHING_KEPT
    remembered = memory.of(program, content) if memory and not kept else None
    tickets = label_tickets(con, program, topics, of_before, remembered)
    _append(
        con,
        "labels.ticket",
        ((program, *row) for row in tickets.rows),
        ["program_id", "ticket_id", "intent", "intent_probability", "topic", "topic_key", "classifier"],
    )
    _append(con, "labels.cache", tickets.classified, ["text_hash", "classifier", "intent", "intent_probability"])
    of_query = _spoken_of(topics, {str(row[3]) for row in searches}, of_before)
    _append(
        con,
        "labels.search",
        ((program, file, row_number, of_query[query]) for _, file, row_number, query in searches),
        ["program_id", "file", "row_number", "topic"],
    )
    _append(
        con,
        "labels.content",
        ((program, content_id, topics.of_content[content_id]) for _, content_id, _, _ in items),
        ["program_id", "content_id", "topic"],
    )
    return {
        "ticket": len(tickets.rows), "search": len(searches), "content": len(items),
        "classified": len(tickets.classified),
    }  # fmt: skip


def _spoken_of(topics: Topics, queries: set[str], kept: KeptOfProgram) -> dict[str, str | None]:
    """What each query is about: as it was told before, as long as content is the same."""
    stands_for = kept.tokens(queries)
    told = {}
    for query in queries:
        token = query if query.startswith(GONE) else stands_for.get(query, "")
        if token in kept.searches and (query == token or kept.has_same_content):
            told[query] = kept.searches[token]
        else:
            told[query] = None if query.startswith(GONE) else topics.spoken_of(query)
    return told


def _append(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[tuple[Any, ...]] | Iterator[tuple[Any, ...]],
    columns: list[str],
) -> None:
    frame = pd.DataFrame(rows, columns=columns)
    if frame.empty:
        return
    con.register("_new_rows", frame)
    con.execute(f"insert into {table} ({', '.join(columns)}) select {', '.join(columns)} from _new_rows")
    con.unregister("_new_rows")
