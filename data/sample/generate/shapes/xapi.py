"""xAPI: the statements a learning record store hands out, one per line, gzipped."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from world.clock import iso
from world.facts import Enrolment, Person, World

from shapes.files import as_json, write
from shapes.links import url_of

ADL = "http://adlnet.gov/expapi/verbs/"
COURSE = "http://adlnet.gov/expapi/activities/course"


def export(world: World, path: Path) -> None:
    """Registered, initialized, progressed and completed; one in sixty is delivered twice, one is voided."""
    statements: list[tuple[datetime, dict[str, object]]] = []
    for e in world.enrolments:
        statements.append(_statement(world, e, "registered", e.at))
        if e.latest_at is None:
            continue
        statements.append(_statement(world, e, "initialized", min(e.at + timedelta(minutes=4), e.latest_at)))
        if e.completed_at is None:
            statements.append(_statement(world, e, "progressed", e.latest_at))
        else:
            statements.append(_statement(world, e, "completed", e.completed_at))
    statements.sort(key=lambda s: (s[0], str(s[1]["id"])))
    out: list[dict[str, object]] = []
    for n, (at, statement) in enumerate(statements):
        out.append(statement)
        if n % 60 == 17:
            out.append({**statement, "stored": _fine(at + timedelta(hours=2))})
    write(path, "".join(as_json(s) for s in [*out, *_taken_back(world, statements)]))


def _fine(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _uuid(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def _actor(person: Person) -> dict[str, object]:
    return {"objectType": "Agent", "name": person.name, "mbox": f"mailto:{person.email}"}


def _statement(world: World, e: Enrolment, verb: str, at: datetime) -> tuple[datetime, dict[str, object]]:
    """One statement; optional parts come and go, as they do in real stores."""
    statement: dict[str, object] = {
        "id": _uuid(f"{world.program_id}|{e.number}|{verb}"),
        "actor": _actor(e.person),
        "verb": {"id": ADL + verb, "display": {"en": verb}} if e.number % 8 else {"id": ADL + verb},
        "object": {"id": url_of(world, e.item), "definition": {"type": COURSE, "name": {"en": e.item.title}}},
        "timestamp": _fine(at) if e.number % 3 else iso(at),
    }
    if verb == "completed":
        statement["result"] = {"completion": True, "duration": f"PT{20 + e.number % 50}M{e.number % 60}S"}
    return at, statement


def _taken_back(world: World, statements: list[tuple[datetime, dict[str, object]]]) -> list[dict[str, object]]:
    """A completion sent by mistake and the statement that voids it; somebody at the desk had clicked through."""
    at, sample = statements[len(statements) // 2]
    wrong = {
        **sample,
        "id": _uuid(f"{world.program_id}|mistake"),
        "actor": _actor(world.people[1]),
        "verb": {"id": ADL + "completed", "display": {"en": "completed"}},
    }
    void = {
        "id": _uuid(f"{world.program_id}|void"),
        "actor": _actor(world.staff[0]),
        "verb": {"id": ADL + "voided", "display": {"en": "voided"}},
        "object": {"objectType": "StatementRef", "id": wrong["id"]},
        "timestamp": _fine(at + timedelta(hours=1)),
    }
    return [wrong, void]
