"""A server on this machine that gives one file, and fails in every way a server can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.loopback import listening
from tests.remote_world import ACCOUNTS


@dataclass
class Site:
    """What the server says, and what it was asked."""

    port: int = 0
    body: bytes = ACCOUNTS.encode()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    failures: list[int] = field(default_factory=list)  # statuses to answer first
    cut_at: int | None = None  # bytes after which the connection ends
    knows_conditions: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0  # bodies

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site = self.site
        site.asked.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
        status = site.failures.pop(0) if site.failures else site.status
        tag = site.headers.get("ETag")
        if status == 200 and site.knows_conditions and tag and self.headers.get("If-None-Match") == tag:
            status = 304
        self.send_response(status)
        for name, value in site.headers.items():
            self.send_header(name, value)
        body = site.body if status == 200 else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:
            site.sent += 1
            self.wfile.write(body[: site.cut_at])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Site]:
    """The server, until the block ends."""
    state = Site()
    with listening(type("Handler", (_Handler,), {"site": state})) as state.port:
        yield state
