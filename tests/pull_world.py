"""Vendors' APIs on loopback, as their pages document them, with the faults that networks and vendors have."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import listening

Page = dict[str, Any] | list[Any]
Route = Callable[["Asked"], "Page | Reply"]


@dataclass(frozen=True)
class Asked:
    """One request, as the vendor saw it."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]
    host: str  # what the client calls the vendor

    def __str__(self) -> str:
        return f"{self.path}?{'&'.join(f'{key}={value}' for key, value in self.query.items())}"


@dataclass(frozen=True)
class Reply:
    """An answer that is no ordinary page. `cut`: the line breaks after half of it."""

    status: int = 200
    page: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cut: bool = False


@dataclass
class Vendor:
    """Routes by path prefix, the longest first. `faults`: replies by the number of the request, from 1."""

    routes: dict[str, Route]
    faults: dict[int, Reply] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        fault = self.faults.pop(len(self.asked), None)
        if fault is not None and not fault.cut:
            return fault
        for prefix in sorted(self.routes, key=len, reverse=True):
            if asked.path.startswith(prefix):
                said = self.routes[prefix](asked)
                reply = said if isinstance(said, Reply) else Reply(page=said)
                return Reply(reply.status, reply.page, reply.headers, reply.raw, cut=fault is not None)
        return Reply(404, {"error": "not found"})

    def paths(self, start: str = "") -> list[str]:
        return [str(asked) for asked in self.asked if asked.path.startswith(start)]


@contextmanager
def serving(vendor: Vendor) -> Iterator[Vendor]:
    """The vendor on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_args: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
            asked = Asked(self.command, parts.path, query, body, dict(self.headers), f"http://{self.headers['Host']}")
            reply = vendor.reply(asked)
            content = reply.raw if reply.raw is not None else json.dumps(reply.page).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if reply.cut:
                self.wfile.write(content[: len(content) // 2])
                self.wfile.flush()
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()  # a reset, not an orderly end
                self.close_connection = True
                return
            self.wfile.write(content)

        do_POST = do_GET

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            pass  # the other side was killed, or the line was cut on purpose

    with listening(Handler, Quiet) as port:
        vendor.url = f"http://127.0.0.1:{port}"
        yield vendor


EPOCH = 1_735_689_600  # 2025-01-01
REFUSED = {"error": "Couldn't authenticate you"}


def stamp(number: int) -> str:
    """A UTC time some hours after 2025-01-01, as vendors write it."""
    day, hour = divmod(number, 24)
    return f"2025-01-{day + 1:02}T{hour:02}:00:00Z"


class Zendesk:
    """A help desk: tickets and users by cursor, ticket events and organizations by time, as the vendor documents.

    A page holds `size` records; the last says end_of_stream and yet names a next page.
    """

    def __init__(self, tickets: int = 23, size: int = 5) -> None:
        self.size = size
        self.tickets = [self.ticket(number) for number in range(1, tickets + 1)]
        self.users = [
            {"id": 100 + n, "email": f"p{n}@quarry.example", "role": "end-user", "organization_id": 7,
             "created_at": stamp(n), "updated_at": stamp(n)}
            for n in range(8)
        ]  # fmt: skip
        self.organizations = [
            {"id": n, "name": f"Quarry {n}", "shared_tickets": False, "domain_names": ["quarry.example"],
             "created_at": stamp(n), "updated_at": stamp(n)}
            for n in range(7, 10)
        ]  # fmt: skip
        self.expired: set[str] = set()
        routes: dict[str, Route] = {
            "/api/v2/incremental/tickets/cursor.json": self._by_cursor("tickets", "generated_timestamp"),
            "/api/v2/incremental/users/cursor.json": self._by_cursor("users", "updated_at"),
            "/api/v2/incremental/organizations.json": self._by_time("organizations"),
            "/api/v2/incremental/ticket_events.json": self._by_time("ticket_events"),
        }
        self.vendor = Vendor(routes)

    @staticmethod
    def ticket(number: int, changed: int | None = None) -> dict[str, Any]:
        at = number if changed is None else changed
        return {
            "id": number, "requester_id": 100 + number % 8, "organization_id": 7, "subject": f"Export {number}?",
            "description": "…", "status": "open", "via": {"channel": "web"}, "created_at": stamp(number),
            "updated_at": stamp(at), "generated_timestamp": EPOCH + at * 3600,
        }  # fmt: skip

    @property
    def ticket_events(self) -> list[dict[str, Any]]:
        return [
            {
                "id": 9000 + ticket["id"], "ticket_id": ticket["id"], "timestamp": ticket["generated_timestamp"],
                "created_at": ticket["updated_at"], "updater_id": ticket["requester_id"],
                "child_events": [
                    {"id": 5000 + ticket["id"], "event_type": "Comment", "author_id": ticket["requester_id"],
                     "public": True, "body": "See https://help.quarry.example/1"},
                    {"id": 6000 + ticket["id"], "event_type": "Change", "status": "open"},
                ],
            }
            for ticket in self.tickets
        ]  # fmt: skip

    def _by_cursor(self, name: str, by: str) -> Route:
        def route(asked: Asked) -> Page | Reply:
            if "Authorization" not in asked.headers:
                return Reply(401, REFUSED)
            ordered = sorted(getattr(self, name), key=lambda record: (when(record[by]), record["id"]))
            cursor = asked.query.get("cursor")
            if cursor is not None and cursor in self.expired:
                return Reply(400, {"error": "InvalidPaginationParameter"})
            if cursor is None:
                start = int(asked.query["start_time"])
                rest = [record for record in ordered if when(record[by]) >= start]
            else:
                time, last = (int(part) for part in cursor.split("-"))
                rest = [record for record in ordered if (when(record[by]), record["id"]) > (time, last)]
            page = rest[: self.size]
            after = f"{when(page[-1][by])}-{page[-1]['id']}" if page else (cursor or f"{start}-0")
            link = f"https://acme.zendesk.com{asked.path}?cursor={after}"
            return {name: page, "after_cursor": after, "after_url": link, "end_of_stream": len(rest) <= self.size}

        return route

    def _by_time(self, name: str) -> Route:
        def route(asked: Asked) -> Page | Reply:
            if "Authorization" not in asked.headers:
                return Reply(401, REFUSED)
            start = int(asked.query["start_time"])
            ordered = sorted(
                getattr(self, name), key=lambda record: when(record.get("timestamp", record.get("updated_at")))
            )
            times = [when(record.get("timestamp", record.get("updated_at"))) for record in ordered]
            rest = [record for record, time in zip(ordered, times, strict=True) if time >= start]
            page = rest[: self.size]
            end = max((when(one.get("timestamp", one.get("updated_at"))) for one in page), default=None)
            extra = "&include=comment_events" if "include" in asked.query else ""
            link = f"https://acme.zendesk.com{asked.path}?start_time={end or start}{extra}"
            is_last = len(rest) <= self.size
            return {name: page, "count": len(page), "end_time": end, "next_page": link, "end_of_stream": is_last}

        return route


def when(value: Any) -> int:
    """Seconds since 1970 of a vendor's time."""
    if isinstance(value, int):
        return value
    day, hour = int(value[8:10]), int(value[11:13])
    return EPOCH + (day - 1) * 86400 + hour * 3600
