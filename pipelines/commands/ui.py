"""`waystage ui`: Dagster's UI and its scheduler, on this machine only."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError

LOCATION = '''"""Written by `waystage ui`: the code location of one workspace."""

from pathlib import Path

from pipelines.definitions import workspace_definitions

defs = workspace_definitions(Path({directory!r}), {name!r}, is_automatic={is_automatic!r})
'''


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("--port", type=int, default=3000, metavar="N", help="default: 3000; 0 takes a free one")
    parser.add_argument(
        "--prepare",
        action="store_true",
        help="only write what dagster-webserver and dagster-daemon need, and say how they are started",
    )


def run(args: argparse.Namespace) -> int:
    home = _written(args.workspace)
    if not args.prepare:
        _become_dagster(home, args.port)
    print(f"export DAGSTER_HOME={home}")
    print(f"dagster-webserver -h 127.0.0.1 -p {args.port} -w {home / 'workspace.yaml'}")
    print(f"dagster-daemon run -w {home / 'workspace.yaml'}")
    return DONE


def _become_dagster(home: Path, wanted: int) -> NoReturn:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
            port = probe.getsockname()[1]
        except (OSError, OverflowError) as error:
            raise UserError(f"port {wanted} cannot be used ({error}); give another one with --port") from None
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", str(home / "workspace.yaml")]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    print(f"http://127.0.0.1:{port}/  (Ctrl-C ends it)")
    sys.stdout.flush()
    environment = os.environ | {"DAGSTER_HOME": str(home)}
    os.execve(sys.executable, command, environment)  # noqa: S606  our own arguments; whoever stops us stops Dagster


def _written(folder: Path) -> Path:
    """DAGSTER_HOME of a workspace or a deployment, with a code location for each workspace that it serves."""
    import yaml  # noqa: PLC0415

    from pipelines import session  # noqa: PLC0415
    from pipelines.deployments import is_deployment, load_deployment  # noqa: PLC0415
    from pipelines.instance import Home, made_ready  # noqa: PLC0415  Dagster

    is_several = is_deployment(folder)
    if is_several:
        served = load_deployment(folder)
        home, workspaces = made_ready(served.folder), served.workspaces
    else:
        opened = session.validate(folder)
        own = Home(opened.workspace.state / "dagster")
        home, workspaces = made_ready(own.folder), {"": opened.workspace.directory}
    locations = home / "locations"
    locations.mkdir(exist_ok=True)
    found = []
    for name, place in workspaces.items():
        file = locations / f"{name or 'workspace'}.py"
        said = LOCATION.format(directory=str(place), name=name or None, is_automatic=is_several)
        file.write_text(said, encoding="utf-8")
        found.append({"python_file": {"relative_path": str(file), "location_name": name or place.name}})
    (home / "workspace.yaml").write_text(yaml.safe_dump({"load_from": found}, sort_keys=False), encoding="utf-8")
    return home
