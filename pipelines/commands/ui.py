"""`waystage ui`: Dagster's UI and its scheduler, on this machine only."""

from __future__ import annotations

import argparse
import os
import socket
import sys

from pipelines.cli import workspace_argument
from pipelines.problem import UserError


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("--port", type=int, default=3000, metavar="N", help="default: 3000; 0 takes a free one")


def run(args: argparse.Namespace) -> int:
    from pipelines import session  # noqa: PLC0415
    from pipelines.instance import home  # noqa: PLC0415  Dagster

    opened = session.validate(args.workspace)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", args.port))
            port = probe.getsockname()[1]
        except (OSError, OverflowError) as error:
            raise UserError(f"port {args.port} cannot be used ({error}); give another one with --port") from None
    environment = os.environ | {
        "DAGSTER_HOME": str(home(opened.workspace.state)),
        "WAYSTAGE_WORKSPACE": str(opened.workspace.directory),
    }
    command = [sys.executable, "-m", "dagster", "dev", "--module-name", "pipelines.deployment"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    print(f"http://127.0.0.1:{port}/  (Ctrl-C ends it)")
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)  # noqa: S606  our own arguments; whoever stops us stops Dagster
