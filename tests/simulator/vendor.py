"""The whole way: programs as exports of their tools, in one workspace that the product reads like any other.

Zendesk Support and Zendesk Guide as their APIs page; the academy and the rest as tables with the canonical headers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tests.simulator.facts import Frames
from tests.simulator.program import AS_OF, Program
from tests.simulator.story import tell

PAGE = 500
DESK = ("ticket", "ticket_comment")


def write_workspace(programs: Sequence[Program], folder: Path) -> Path:
    """Writes exports and waystage.yaml; the same programs give the same bytes."""
    lines = [f"as_of: {AS_OF:%Y-%m-%d}", "models: [trainn, thought_industries]", "programs:"]
    for program in programs:
        frames = tell(program)
        place = f"exports/{program.program_id}"
        lines += [
            f"  - id: {program.program_id}",
            f"    name: {program.program_id}",
            f"    staff_domains: [{program.program_id}.example]",
            "    sources:",
            "      - connector: zendesk_support",
            f"        path: {place}/desk/",
        ]
        _desk(frames, folder / place / "desk")
        for entity in sorted(set(frames) - set(DESK)):
            path = folder / place / f"{entity}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            _flat(frames[entity]).to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ")
            lines += ["      - connector: table", f"        entity: {entity}", f"        path: {place}/{entity}.csv"]
            columns = ", ".join(f"{name}: {name}" for name in frames[entity].columns)
            lines.append(f"        columns: {{{columns}}}")
    (folder / "waystage.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _flat(rows: pd.DataFrame) -> pd.DataFrame:
    """Lists as text, days as days."""
    flat = rows.copy()
    for name in flat.columns[flat.dtypes == "object"]:
        flat[name] = flat[name].map(lambda value: ";".join(value) if isinstance(value, list) else value)
    if "month" in flat:
        flat["month"] = pd.to_datetime(flat["month"]).dt.strftime("%Y-%m-%d")
    return flat


def _desk(frames: Frames, folder: Path) -> None:
    """Tickets, comments and users as the help desk's incremental exports give them."""
    tickets, comments = frames["ticket"], frames["ticket_comment"]
    people = pd.Index(tickets["requester_email"]).append(pd.Index(comments["author_email"])).unique().sort_values()
    number = {email: 100_000 + place for place, email in enumerate(people)}
    ticket_number = {name: 1 + place for place, name in enumerate(tickets["ticket_id"])}
    staff = set(comments["author_email"])
    users = [
        {"id": number[one], "email": one, "role": "agent" if one in staff else "end-user", "created_at": _iso(None)}
        for one in people
    ]
    _pages(folder, "users", users)
    records = []
    for row in tickets.itertuples():
        stamp = row.created_at if pd.isna(row.solved_at) else row.solved_at
        records.append(
            {
                "id": ticket_number[row.ticket_id],
                "created_at": _iso(row.created_at),
                "updated_at": _iso(stamp),
                "generated_timestamp": int(pd.Timestamp(stamp).timestamp()),
                "requester_id": number[row.requester_email],
                "subject": row.subject,
                "description": row.body,
                "status": row.status,
                "tags": [],
                "via": {"channel": row.channel},
            }
        )
    _pages(folder, "tickets", records)
    metrics = [
        {
            "ticket_id": ticket_number[row.ticket_id],
            "created_at": _iso(row.created_at),
            "solved_at": _iso(row.solved_at),
        }
        for row in tickets.itertuples()
    ]
    _pages(folder, "ticket_metrics", metrics)
    said = [
        {
            "id": 1 + place,
            "ticket_id": ticket_number[row.ticket_id],
            "author_id": number[row.author_email],
            "public": True,
            "body": " ".join([row.body, *(row.links or [])]),
            "attachments": [
                {"id": place * 10 + copy, "file_name": file, "content_type": "application/pdf"}
                for copy, file in enumerate(row.attachments or [])
            ],
            "created_at": _iso(row.created_at),
        }
        for place, row in enumerate(comments.itertuples())
    ]
    _pages(folder, "comments", said)


def _iso(moment: Any) -> str | None:
    if moment is None:
        return "2020-01-01T00:00:00Z"
    return None if pd.isna(moment) else pd.Timestamp(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pages(folder: Path, stream: str, records: Sequence[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, first in enumerate(range(0, max(len(records), 1), PAGE), 1):
        page = {stream: list(records[first : first + PAGE]), "end_of_stream": first + PAGE >= len(records)}
        text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{stream}-{number:04d}.json").write_text(text + "\n", encoding="utf-8")
