"""Exports of a chosen size in the shapes that tools write, the same for the same size.

Of every program a learning platform's report and a portal's view log (CSV, one file a quarter), a search log (CSV) and
pages of Zendesk tickets (NDJSON). One learner in fifty does a tenth of everything, a view in four is anonymous, one row
in a thousand stands twice, and a search in ten is tried again after five minutes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb

ZONE = "America/New_York"
AS_OF = dt.date(2026, 1, 5)
FIRST = dt.date(2024, 1, 1)
VERBS = ("launched", "progressed", "progressed", "completed")
ENTRIES = ("search", "collection", "path", "product", "direct", "external", "staff_link", "")
SURFACES = ("portal", "portal", "in_app", "widget")
EVENTS_A_LEARNER = 40
TICKET_TEXTS = Path(__file__).parents[2] / "rules" / "tickets"


@dataclass(frozen=True)
class Size:
    """Rows in all and programs they are of; `months` of history, ending with the night judged."""

    events: int
    programs: int
    views: int
    tickets: int
    searches: int
    months: int = 24

    @property
    def rows(self) -> int:
        return self.events + self.views + self.tickets + self.searches


def of_events(events: int, programs: int, months: int = 24) -> Size:
    """As many views as learning events, a twentieth as many tickets, a tenth as many searches."""
    return Size(events, programs, events, events // 20, events // 10, months)


SIZES = {
    "tiny": of_events(100_000, 5),
    "small": of_events(1_000_000, 10),
    "medium": of_events(20_000_000, 40),
    "large": of_events(100_000_000, 100),
}

SOURCES = """\
      - {{connector: table, entity: learning_event, path: {program}/events/, columns: {{event_id: event_id,
          learner_id: user_id, content_id: course_id, verb: verb, occurred_at: occurred_at}}}}
      - {{connector: table, entity: content_view, path: {program}/views/, columns: {{viewed_at: viewed_at,
          content_id: content_id, learner_id: user_id, session_id: session_id, surface: surface, entry: entry}}}}
      - {{connector: search_log, path: {program}/searches/}}
      - {{connector: zendesk_support, path: {program}/tickets/}}
"""


def write(folder: Path, size: Size) -> Path:
    """Writes the workspace into `folder`, unless it is there already, and returns the folder of its exports."""
    exports = folder / "exports"
    if (folder / "waystage.yaml").exists():
        return exports
    with duckdb.connect() as con:
        con.execute("set preserve_insertion_order = false")
        _add_texts(con)
        for number in range(size.programs):
            add(con, exports / _id(number), number, size, (0, 1_000_000))
    describe(folder, size.programs)
    return exports


def describe(folder: Path, programs: int, without: str = "") -> None:
    """Writes the waystage.yaml of so many programs, `without` the sources of one connector."""
    sources = [one for one in SOURCES.split("      - ") if one and not (without and f"connector: {without}" in one)]
    lines = [f"as_of: {AS_OF}\npublish: published/\nprograms:\n"]
    for number in range(programs):
        lines.append(f"  - id: {_id(number)}\n    name: Program {number}\n    timezone: {ZONE}\n    sources:\n")
        lines += [f"      - {one.format(program=f'exports/{_id(number)}')}" for one in sources]
    (folder / "waystage.yaml").write_text("".join(lines), encoding="utf-8")


def take_back(folder: Path) -> None:
    """Removes what `one_more_night` wrote."""
    for path in (folder / "exports").glob("*/*/night-*"):
        path.unlink()


def one_more_night(folder: Path, size: Size, night: int = 1) -> None:
    """A thousandth more of everything, all of it of the last days, as new files beside the old ones."""
    with duckdb.connect() as con:
        _add_texts(con)
        for number in range(size.programs):
            first = 1_000_000 + 1_000 * (night - 1)
            add(con, folder / "exports" / _id(number), number, size, (first, first + 1_000), name=f"night-{night}")


def add(
    con: duckdb.DuckDBPyConnection, folder: Path, program: int, size: Size, part: tuple[int, int], *, name: str = ""
) -> None:
    """One program's files: rows from the first to the second millionth of its size."""
    for kind, (rows, select) in _selects(program, size).items():
        first, last = (rows // size.programs * millionth // 1_000_000 for millionth in part)
        if last <= first:
            continue
        (folder / kind).mkdir(parents=True, exist_ok=True)
        suffix, options = ("json", "format json") if kind == "tickets" else ("csv", "header")
        pieces = 1 if name or kind != "events" else 4
        for piece in range(pieces):
            span = (last - first + pieces - 1) // pieces
            start, stop = first + piece * span, min(first + (piece + 1) * span, last)
            made = select.format(first=start, last=stop, is_late="true" if name else "false")
            con.execute(f"copy ({made}) to '{folder / kind / (name or f'part-{piece}')}.{suffix}' ({options})")


def _id(number: int) -> str:
    return f"program-{number:03}"


def _selects(program: int, size: Size) -> dict[str, tuple[int, str]]:
    """Rows of each kind and what writes those numbered from `first` to `last` of one program."""
    learners = max(size.events // size.programs // EVENTS_A_LEARNER, 20)
    months_back = f"to_months({size.months})"
    until = f"timestamp '{AS_OF} 23:00:00'"
    begin = f"(date_trunc('month', {until}) - {months_back})"

    def at(salt: int) -> str:
        """When: any second of the history, or of its last two days."""
        return (
            f"case when {{is_late}} then {until} - to_seconds((hash(i * {salt} + {program}) % 172800)::bigint) else "
            f"{begin} + to_seconds((hash(i * {salt} + {program}) % epoch({until} - {begin})::ubigint)::bigint) end"
        )

    def learner(salt: int) -> str:
        unit = f"(hash(i * {salt} + {program}) % 1000000) / 1000000.0"
        return f"'learner-' || floor({learners} * pow({unit}, 1.7))::integer"

    def of(values: tuple[str, ...], salt: int) -> str:
        return (
            f"([{', '.join(repr(one) for one in values)}])[1 + (hash(i * {salt} + {program}) % {len(values)})::integer]"
        )

    numbers = "select r - (case when r % 1000 = 999 then 1 else 0 end) as i from range({first}, {last}) as t(r)"
    tried_again = "select r - (case when r % 10 = 9 then 1 else 0 end) as i, r from range({first}, {last}) as t(r)"
    events = f"""
        select '{program}-' || i as event_id, {learner(7)} as user_id, 'course-' || (hash(i * 11) % 400) as course_id,
            {of(VERBS, 13)} as verb, {at(17)} as occurred_at
        from ({numbers})"""
    views = f"""
        select {at(19)} as viewed_at, 'item-' || (hash(i * 23) % 2000) as content_id,
            case when hash(i * 29) % 4 > 0 then {learner(31)} end as user_id,
            'visit-{program}-' || i // 3 as session_id, {of(SURFACES, 37)} as surface,
            nullif({of(ENTRIES, 41)}, '') as entry
        from ({numbers})"""
    searches = f"""
        select strftime({at(43)} + to_seconds(case when r <> i then 300 else 0 end), '%Y-%m-%dT%H:%M:%SZ') as timestamp,
            'how to ' || (['export', 'invite', 'report', 'sync', 'merge'])[1 + (hash(i * 47) % 5)::integer] || ' '
                || (hash(i * 53) % 100) as query,
            (hash(r * 59) % 7)::integer as results,
            case when hash(r * 59) % 7 > 0 and hash(r * 61) % 5 < 2 then 'item-' || (hash(r * 23) % 2000) end
                as clicked_id,
            {learner(67)} as user_id
        from ({tried_again})"""
    tickets = f"""
        select i as id, 'https://desk.example/api/v2/tickets/' || i || '.json' as url, 1 + hash(i * 71) % {learners}
                as requester_id, 1 + hash(i * 71) % 300 as organization_id, left(text.said, 40) as subject,
            text.said || case when hash(i) % 8 < 1 then ' Order ' || hash(i) % 1000 else '' end as description,
            {{{{'channel': {of(("web", "email", "chat"), 73)}}}}} as via, 'closed' as status,
            strftime({at(79)}, '%Y-%m-%dT%H:%M:%SZ') as created_at,
            strftime({at(79)}, '%Y-%m-%dT%H:%M:%SZ') as updated_at,
            ['a', 'b'] as tags, null as custom_fields, 'normal' as priority
        from (select r as i from range({{first}}, {{last}}) as t(r))
        join text on text.number = hash(i * 83 + {program}) % (select count(*) from text)"""
    return {
        "events": (size.events, events),
        "views": (size.views, views),
        "searches": (size.searches, searches),
        "tickets": (size.tickets, tickets),
    }


def _add_texts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table text (number integer, said varchar)")
    con.executemany("insert into text values (?, ?)", list(enumerate(ticket_texts())))


def ticket_texts() -> list[str]:
    """What customers write: the sentences that the classifier was trained on, so that every intent comes up."""
    lines = [line for path in sorted(TICKET_TEXTS.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith(("==", "#"))]
