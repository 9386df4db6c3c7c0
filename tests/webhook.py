"""A service that takes alerts, on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.loopback import listening

HIDDEN = "zzhooksecret"


class Webhook:
    """A service that keeps what it is sent, and answers with `status`."""

    def __init__(self, port: int) -> None:
        self.address = f"json://{HIDDEN}@127.0.0.1:{port}/hook"
        self.status = 200
        self.messages: list[dict[str, str]] = []

    @property
    def last(self) -> str:
        return f"{self.messages[-1]['title']}\n{self.messages[-1]['message']}"


@contextmanager
def serving() -> Iterator[Webhook]:
    """Serves until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.status == 200:
                hook.messages.append(json.loads(content))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as port:
        hook = Webhook(port)
        yield hook
