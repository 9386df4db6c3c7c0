"""`waystage serve`: the published site, on this machine only."""

from __future__ import annotations

import argparse
import functools
import http.server
import sys
from typing import Any

from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import publish_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="default: 8000; 0 takes a free one")


class _Pages(http.server.SimpleHTTPRequestHandler):
    """Static files, quietly; a new version is served from the next request on."""

    def log_message(self, format: str, *args: Any) -> None:
        """One line a request would drown the address."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def run(args: argparse.Namespace) -> int:
    site = publish_folder(args.workspace) / "site"
    if not (site / "index.html").is_file():
        raise UserError(
            f"nothing is published yet in {site.parent}; run first: waystage run --workspace {args.workspace}"
        )
    try:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", args.port), functools.partial(_Pages, directory=str(site))
        )
    except (OSError, OverflowError) as error:
        raise UserError(f"port {args.port} cannot be used ({error}); give another one with --port") from None
    with server:
        print(f"http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends it)")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
    return DONE
