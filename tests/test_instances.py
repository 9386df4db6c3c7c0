"""Two help desks in one program: their ticket and person numbers collide and must not meet."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb

from connectors.attach import attach
from connectors.catalogue import read_catalogue
from connectors.contract import ProgramConfig, SourceConfig
from connectors.identity import IdentityKey
from connectors.land import land
from connectors.source_views import build_shared

CATALOGUE = read_catalogue()


def desk(created_at: str, email: str, follows: int | None = None) -> dict[str, object]:
    """One help desk with ticket 1, asked by user 7 of organization 3."""
    via = {"channel": "web", "source": {"from": {"ticket_id": follows}, "rel": "follow_up" if follows else None}}
    ticket = {"id": 1, "requester_id": 7, "subject": "How?", "status": "open", "via": via, "created_at": created_at}
    user = {"id": 7, "email": email, "role": "end-user", "organization_id": 3, "updated_at": created_at}
    return {
        "tickets": [{**ticket, "updated_at": created_at, "organization_id": 3}],
        "users": [{**user, "created_at": created_at}],
    }


def tickets(folder: Path, files: dict[str, object], **sources: str | None) -> list[tuple[object, ...]]:
    """Tickets of a program with these sources (folder name: instance)."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    configs = tuple(
        SourceConfig(name=name, connector="zendesk_support", paths=(name,), instance=instance)
        for name, instance in sources.items()
    )
    program = ProgramConfig(id="p", name="P", sources=configs)
    report = land(folder / ".waystage", [program], IdentityKey(b"k" * 32), now=dt.datetime(2026, 7, 1))
    assert report.problems == []
    con = duckdb.connect()
    attach(con, report, CATALOGUE)
    build_shared(con, CATALOGUE, "zendesk_support")
    query = CATALOGUE.sql["zendesk_support", "ticket"].text
    return con.execute(
        f"select ticket_id, created_at, requester_id, requester_email_domain, account_id, follow_up_of from ({query})"
        " order by created_at, ticket_id"
    ).fetchall()


EMEA, APAC = desk("2026-01-05T10:00:00Z", "jo@a.example"), desk("2026-02-05T10:00:00Z", "al@b.example", follows=9)


def test_two_instances_keep_their_tickets_people_and_accounts_apart(tmp_path: Path) -> None:
    found = tickets(tmp_path, {"emea/a.json": EMEA, "apac/a.json": APAC}, emea=None, apac=None)
    assert [(row[0], row[1], row[3], row[5]) for row in found] == [
        ("emea/1", dt.datetime(2026, 1, 5, 10), "a.example", None),
        ("apac/1", dt.datetime(2026, 2, 5, 10), "b.example", "apac/9"),
    ]
    people, accounts = {row[2] for row in found}, {row[4] for row in found}
    assert len(people) == 2
    assert len(accounts) == 2


def test_sources_that_name_one_instance_share_their_ids(tmp_path: Path) -> None:
    parts: dict[str, object] = {"one/t.json": {"tickets": EMEA["tickets"]}, "two/u.json": {"users": EMEA["users"]}}
    found = tickets(tmp_path, parts, one="main", two="main")
    assert [(row[0], row[3]) for row in found] == [("main/1", "a.example")]


def test_one_source_alone_keeps_the_ids_of_the_vendor(tmp_path: Path) -> None:
    found = tickets(tmp_path, {"desk/a.json": EMEA}, desk=None)
    assert [row[0] for row in found] == ["1"]
