"""Zendesk Support: incremental export pages of tickets, users, organizations, comments and ticket metrics."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from world.clock import iso
from world.facts import Account, Person, Ticket, World

from shapes.files import as_json, pages, write
from shapes.links import url_of

EXPORTED_AT = datetime.fromisoformat("2026-07-06T03:00:00+00:00")
LANGUAGE = {"en": "en-US", "de": "de"}


def user_id(person: Person) -> int:
    """A person's id in the help desk."""
    return 361_000_000 + person.number * 13


def organization_id(account: Account | None) -> int | None:
    """An account's id in the help desk."""
    return 28_500_000 + account.number * 7 if account else None


def export(world: World, folder: Path, has_account_ids: bool = True) -> None:
    """All streams of one help desk. `has_account_ids` says whether organizations carry the CRM id."""
    _tickets(world, folder)
    people = [*world.staff, *world.people]
    for n, page in enumerate(pages([_user(p) for p in people]), 1):
        write(
            folder / f"users-{n:04d}.json{world.suffix}",
            as_json({"users": page, **_cursor(n, n * 500 >= len(people), "users")}),
        )
    organizations = [_organization(a, has_account_ids) for a in world.accounts]
    write(
        folder / "organizations-0001.json",
        as_json(
            {"organizations": organizations, "count": len(organizations), "next_page": None, "end_of_stream": True}
        ),
    )


def _cursor(n: int, is_last: bool, stream: str) -> dict[str, object]:
    after = f"MTc4MzMwNjgwMC4wfHw{n:04d}"
    return {
        "after_url": f"https://support.example/api/v2/incremental/{stream}/cursor.json?cursor={after}",
        "after_cursor": after,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": is_last,
    }


def _tickets(world: World, folder: Path) -> None:
    """Ticket pages as they really come: a page repeats the last record of the one before it, and tickets that
    changed later come again in the final page with a later stamp."""
    records = [_ticket(world, t) for t in world.tickets]
    if world.tickets:
        records += _not_customers(world)
    early, late = [], []
    for n, record in enumerate(records):
        if n % 37 == 11 and record["status"] in ("solved", "closed"):
            early.append(
                {
                    **record,
                    "status": "open",
                    "updated_at": record["created_at"],
                    "generated_timestamp": _epoch(record["created_at"]),
                }
            )
            late.append(record)
        else:
            early.append(record)
    split = pages([*early, *late])
    for n, page in enumerate(split, 1):
        again = [json.loads(json.dumps(split[n - 2][-1]))] if n > 1 else []
        write(
            folder / f"tickets-{n:04d}.json{world.suffix}",
            as_json({"tickets": again + page, **_cursor(n, n == len(split), "tickets")}),
        )
    comments = [c for t in world.tickets for c in _comments(world, t)]
    for n, page in enumerate(pages(comments), 1):
        write(
            folder / f"comments-{n:04d}.json{world.suffix}",
            as_json({"comments": page, "count": len(comments), "next_page": None}),
        )
    metrics = [
        {
            "ticket_id": t.number,
            "created_at": iso(t.created_at),
            "solved_at": iso(t.solved_at),
            "updated_at": iso(t.solved_at or t.created_at),
            "replies": len(t.replies),
            "reopens": 0,
        }
        for t in world.tickets
    ]
    for n, page in enumerate(pages(metrics), 1):
        write(
            folder / f"ticket_metrics-{n:04d}.json{world.suffix}",
            as_json({"ticket_metrics": page, "count": len(metrics), "next_page": None}),
        )


def _epoch(text: object) -> int:
    return int(datetime.fromisoformat(str(text)).timestamp())


def _ticket(world: World, ticket: Ticket) -> dict[str, object]:
    """One ticket object; the fields of the vendor's that say something here."""
    touched = ticket.solved_at or ticket.created_at
    status = (
        "open" if ticket.solved_at is None else "closed" if touched < EXPORTED_AT - timedelta(days=28) else "solved"
    )
    source: dict[str, object] = {"from": {}, "to": {}, "rel": None}
    if ticket.follow_up_of:
        source = {"from": {"ticket_id": ticket.follow_up_of}, "to": {}, "rel": "follow_up"}
    return {
        "id": ticket.number,
        "external_id": None,
        "via": {"channel": ticket.channel, "source": source},
        "created_at": iso(ticket.created_at),
        "updated_at": iso(touched),
        "generated_timestamp": int(touched.timestamp()) + 1,
        "type": "question" if ticket.number % 3 else None,
        "subject": ticket.subject,
        "description": ticket.body,
        "priority": None if ticket.number % 4 else "normal",
        "status": status,
        "requester_id": user_id(ticket.requester),
        "submitter_id": user_id(ticket.requester),
        "assignee_id": None if ticket.solved_at is None else user_id(world.staff[ticket.number % 3]),
        "organization_id": organization_id(ticket.requester.account),
        "tags": [],
        "satisfaction_rating": {"score": "offered"} if ticket.number % 5 == 0 else None,
    }


def _not_customers(world: World) -> list[dict[str, object]]:
    """Tickets that must not count: the vendor's demo, an internal test, and one deleted."""
    first = world.tickets[0]
    demo = {
        **_ticket(world, first),
        "id": 900_001,
        "subject": "Sample ticket: Meet the ticket",
        "description": "Hi there, this is a sample ticket to show you around.",
        "tags": ["sample_ticket"],
        "via": {"channel": "sample_ticket", "source": {"from": {}, "to": {}, "rel": None}},
    }
    inner = [
        {
            **_ticket(world, t),
            "id": 900_010 + n,
            "requester_id": user_id(world.staff[0]),
            "organization_id": None,
            "submitter_id": user_id(world.staff[0]),
            "subject": "Test: please resend the setup video",
            "description": "Internal test of the resend form. Could you resend the setup video?",
        }
        for n, t in enumerate(world.tickets[20::45])
    ]
    gone = {**_ticket(world, world.tickets[5]), "id": 900_900, "status": "deleted"}
    return [demo, *inner, gone]


def _comments(world: World, ticket: Ticket) -> list[dict[str, object]]:
    """The staff replies, and now and then a private note."""
    out: list[dict[str, object]] = []
    for n, reply in enumerate(ticket.replies):
        author = world.staff[ticket.number % 3]
        links = " ".join(url_of(world, item) for item in reply.links)
        out.append(
            {
                "id": ticket.number * 100 + n,
                "ticket_id": ticket.number,
                "type": "Comment",
                "author_id": user_id(author),
                "public": True,
                "body": f"{reply.body} {links}".strip(),
                "attachments": [
                    {
                        "id": ticket.number * 1000 + k,
                        "file_name": f,
                        "content_type": "application/pdf",
                        "content_url": f"https://support.example/attachments/token/{ticket.number:06d}{k}/?name={f}",
                    }
                    for k, f in enumerate(reply.files)
                ],
                "created_at": iso(reply.at),
            }
        )
        if ticket.number % 19 == 0:
            out.append(
                {
                    **out[-1],
                    "id": ticket.number * 100 + 50,
                    "public": False,
                    "attachments": [],
                    "body": "Note to self: nothing left to do.",
                    "created_at": iso(reply.at + timedelta(minutes=2)),
                }
            )
    return out


def _user(person: Person) -> dict[str, object]:
    is_staff = person.kind != "customer"
    return {
        "id": user_id(person),
        "name": person.name,
        "email": person.email,
        "role": "agent" if is_staff else "end-user",
        "organization_id": organization_id(person.account),
        "locale": LANGUAGE[person.locale],
        "time_zone": "Eastern Time (US & Canada)",
        "user_fields": {} if is_staff else {"role": person.role},
        "tags": [],
        "active": True,
        "suspended": False,
        "created_at": iso(person.known_at),
        "updated_at": iso(person.known_at),
    }


def _organization(account: Account, has_account_ids: bool) -> dict[str, object]:
    return {
        "id": organization_id(account),
        "name": account.name,
        "external_id": account.account_id if has_account_ids else None,
        "domain_names": [account.domain],
        "organization_fields": {"segment": account.segment},
        "tags": [],
        "created_at": iso(account.started_at),
        "updated_at": iso(account.started_at),
    }
