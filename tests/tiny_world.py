"""A small workspace that runs in seconds: two programs through connector `table`, a rule pack of its own, no chance.

Everything personal in it carries a canary, so that a test can look for it wherever it must not be.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

AS_OF = dt.date(2025, 6, 30)
FIRST_DAY = dt.datetime(2024, 9, 1, 9)
CANARY = "zzcanary"  # in every e-mail, name, subject and body
PERSON_ID = "canaryid"

CLOCKS = {"run_id", "started_at", "finished_at", "landed_at", "input_fingerprint", "waystage_version"}
REPORTED = "stage_reported"

PACK = """\
name: mini
title: Mini
version: 1.0.0
lifecycle: experimental
source: written for the tests
evidence_floor: 0.5
unknown_prior: 0.5
jobs: [create, deliver]
stages:
  - {number: 0, name: Low, job: create, summary: Little yet.}
  - number: 1
    name: Mid
    job: create
    summary: Tickets are seldom about how to do things.
    gate:
      all:
        - {signal: how_to_ticket_share, at_most: 0.9, why: Learning replaces asking.,
           next_step: Write down what is asked most., measured_as: of tickets}
  - number: 2
    name: High
    job: deliver
    summary: Learning reaches accounts.
    gate:
      all:
        - {signal: account_education_coverage, at_least: 0.2, window: T12, why: Learning reaches accounts.,
           next_step: Invite accounts nobody learns in., measured_as: of accounts}
"""

WORKSPACE = """\
as_of: {as_of}
models: [mini]
schedule: "30 3 * * *"
schedule_timezone: Europe/Berlin
programs:
"""

PROGRAM = """\
  - id: {id}
    name: {name}
    timezone: {timezone}
    staff_domains: [staff.example]
    sources:
      - connector: table
        entity: ticket
        path: exports/{id}/tickets*.csv
        columns: {{ticket_id: ID, created_at: Created, requester_email: Requester, subject: Subject,
                  body: Body, account_id: Org, status: Status}}
      - connector: table
        entity: account
        path: exports/{id}/accounts.csv
        columns:
          account_id: Account ID
          started_at: {{sql: "strptime(\\"Start\\", '%d/%m/%Y')"}}
      - connector: table
        entity: content_item
        path: exports/{id}/content.csv
        columns: {{content_id: ID, title: Title, content_type: Type, status: State, author_id: Author,
                  published_at: Published}}
      - connector: table
        entity: learning_event
        path: exports/{id}/events*.csv
        columns: {{event_id: Event, occurred_at: When, email: Learner, content_id: Content, verb: Verb}}
"""

TICKET_HEADER = ["ID", "Created", "Requester", "Requester name", "Subject", "Body", "Org", "Status"]
SUBJECTS = [
    "How do I export a report",
    "Invoice is wrong",
    "Where can I find the webinar",
    "Page crashes with error 500",
]
Rows = list[list[object]]


def write(folder: Path, programs: Sequence[str] = ("alder", "birch"), extra: str = "") -> Path:
    """The workspace in `folder`: waystage.yaml, its rule pack and its exports. `extra` ends waystage.yaml."""
    (folder / "mini").mkdir(parents=True)
    (folder / "mini" / "model.yaml").write_text(PACK, encoding="utf-8")
    configure(folder, programs, extra)
    for number, program in enumerate(programs):
        exports = folder / "exports" / program
        exports.mkdir(parents=True)
        write_csv(exports / "tickets.csv", TICKET_HEADER, tickets(number))
        write_csv(exports / "accounts.csv", ["Account ID", "Start", "Contact"], accounts(number))
        write_csv(exports / "content.csv", ["ID", "Title", "Type", "State", "Author", "Published"], content(number))
        write_csv(exports / "events.csv", ["Event", "When", "Learner", "Content", "Verb"], events(number))
    return folder


def configure(folder: Path, programs: Sequence[str], extra: str = "") -> None:
    """Writes waystage.yaml alone."""
    said = "".join(
        PROGRAM.format(id=program, name=program.title(), timezone=zone)
        for program, zone in zip(programs, ["Europe/Berlin", "America/New_York", "UTC"], strict=False)
    )
    (folder / "waystage.yaml").write_text(WORKSPACE.format(as_of=AS_OF) + said + extra, encoding="utf-8")


def tickets(number: int) -> Rows:
    """One ticket a day and program, from people of twelve accounts."""
    return [
        [
            f"T{number}-{day}",
            (FIRST_DAY + dt.timedelta(days=day, hours=day % 5)).isoformat(),
            f"{CANARY}.person{day % 23}@company{day % 12}.example",
            f"Pat {CANARY.title()}",
            f"{SUBJECTS[day % (3 + number)]} {CANARY}",
            f"Hello, {CANARY} here. {SUBJECTS[day % (3 + number)]}?",
            f"{PERSON_ID}-account-{day % 12}",
            "solved" if day % 3 else "open",
        ]
        for day in range(302)
    ]


def accounts(number: int) -> Rows:
    """Twelve accounts, all customers before the first ticket."""
    return [
        [f"{PERSON_ID}-account-{one}", f"{1 + one + number:02d}/03/2024", f"{CANARY}@company{one}.example"]
        for one in range(12)
    ]


def content(number: int) -> Rows:
    """Ten published articles and courses by three authors."""
    return [
        [
            f"C{one}",
            f"Lesson {one + number}",
            "course" if one % 2 else "article",
            "published",
            f"{PERSON_ID}-author-{one % 3}",
            f"2024-08-{one + 1:02d}",
        ]
        for one in range(10)
    ]


def events(number: int) -> Rows:
    """About one event a day."""
    return [
        [
            f"E{number}-{day}",
            (FIRST_DAY + dt.timedelta(days=day, hours=2)).isoformat(),
            f"{CANARY}.person{day % 17}@company{day % 12}.example",
            f"C{day % 10}",
            "completed" if day % 4 == 0 else "launched",
        ]
        for day in range(302)
    ]


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV export as a vendor writes it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def ask(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """The rows of a query on what the workspace has published."""
    with duckdb.connect(str(folder / "published/waystage.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def rows(folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every published table but clocks and run ids, as sorted lines."""
    found: dict[str, list[str]] = {}
    for (table,) in ask(folder, "select table_name from duckdb_tables() order by 1"):
        columns = [str(row[0]) for row in ask(folder, f"describe {table}")]
        kept = ", ".join(f'"{column}"' for column in columns if column not in CLOCKS)
        if table not in without:
            found[str(table)] = sorted(map(repr, ask(folder, f"select {kept} from {table}")))
    return found


def in_force(folder: Path) -> str:
    """The run id of the published version."""
    return (folder / "published/current").readlink().name
