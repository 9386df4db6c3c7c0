"""A deployment at work, for real: `python -m tests.trial_deployment FOLDER [--minutes 6]`.

Makes two small workspaces and a deployment of both in FOLDER, starts `waystage ui` on loopback (Dagster's web server
and its daemon, as a service would), and looks on through its GraphQL API: the schedule of the one starts its night, an
export that is added in two pieces to the other starts one run, and a run by the command shows with its assets. Prints
what happened when; exits 1 where something of it did not. Stops all that it started.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests import tiny_world

RUNS = "{ runsOrError(limit: 50) { ... on Runs { results { runId jobName status tags { key value } " \
       "assetMaterializations { assetKey { path } } } } } }"  # fmt: skip
FRESHNESS = "{ assetNodes { assetKey { path } freshnessStatusInfo { freshnessStatus } } }"
CODE = "{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } } }"


def main() -> int:
    """The trial; its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=8)
    args = parser.parse_args()
    home = _written(args.folder)
    started = time.monotonic()
    command = [sys.executable, "-m", "pipelines.cli", "ui", "-w", str(home), "--port", "0"]
    ui = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=(args.folder / "ui.log").open("w"), text=True,
                          start_new_session=True)  # fmt: skip
    try:
        assert ui.stdout is not None
        address = ui.stdout.readline().split()[0]
        return _watch(address, home, args.folder, started, args.minutes * 60)
    finally:
        os.killpg(ui.pid, signal.SIGINT)
        try:
            ui.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(ui.pid, signal.SIGKILL)


def _written(folder: Path) -> Path:
    for name, cron in (("nightly", "* * * * *"), ("watched", "0 2 1 1 *")):
        workspace = tiny_world.write(folder / name / "academy", programs=("alder",))
        settings = workspace / "waystage.yaml"
        settings.write_text(settings.read_text().replace("30 3 * * *", cron).replace("Europe/Berlin", "UTC"))
    home = folder / "home"
    home.mkdir()
    served = {"nightly": "../nightly/academy", "watched": "../watched/academy"}
    (home / "deployment.yaml").write_text(yaml.safe_dump({"workspaces": served}))
    return home


def _watch(address: str, home: Path, folder: Path, started: float, longest_s: float) -> int:
    def until(what: str, found: Callable[[], Any]) -> Any:
        while time.monotonic() - started < longest_s:
            try:
                if value := found():
                    print(f"{time.monotonic() - started:6.0f} s  {what}", flush=True)
                    return value
            except OSError:
                pass
            time.sleep(2)
        raise SystemExit(f"not within {longest_s:.0f} s: {what}")

    def runs(workspace: str, because: str) -> list[dict[str, Any]]:
        found = _ask(address, RUNS)["runsOrError"]["results"]
        tagged = [(run, {tag["key"]: tag["value"] for tag in run["tags"]}) for run in found]
        return [
            run
            for run, tags in tagged
            if run["status"] == "SUCCESS"
            and tags.get("dagster/schedule_name", tags.get("waystage/because", "")) == because
            and (tags.get("waystage/workspace") == workspace or because == "waystage run")
        ]

    def locations() -> bool:
        entries = _ask(address, CODE)["workspaceOrError"]["locationEntries"]
        return len(entries) == 2 and all(
            e["locationOrLoadError"]["__typename"] == "RepositoryLocation" for e in entries
        )

    until(f"{address} answers, two code locations are loaded", locations)
    until("the schedule has run its night", lambda: runs("nightly", "nightly_schedule"))
    until("the sensor has run what it found at first", lambda: runs("watched", "exports changed"))
    export = folder / "watched/academy/exports/alder/tickets-2.csv"
    export.write_text(",".join(tiny_world.TICKET_HEADER) + "\n")
    time.sleep(45)  # a tick sees half of it
    with export.open("a") as file:
        file.write("T-new,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
    until("a new export, written in two pieces, has run", lambda: len(runs("watched", "exports changed")) == 2)
    environment = os.environ | {"DAGSTER_HOME": str(home)}
    command = [sys.executable, "-m", "pipelines.cli", "run", "-w", str(folder / "watched/academy"), "--from", "2025-06"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    [run] = until("a run of the command shows", lambda: runs("watched", "waystage run"))
    layers = {made["assetKey"]["path"][1] for made in run["assetMaterializations"]}
    print(f"          with assets of {', '.join(sorted(layers))}")
    time.sleep(70)
    again = len(runs("watched", "exports changed"))
    print(f"          a minute later the sensor has started {again} runs for its 2 changes")
    return 0 if again == 2 and layers == {"landing", "staging", "signals", "verdicts", "published"} else 1


def _ask(address: str, query: str) -> Any:
    request = urllib.request.Request(  # noqa: S310  loopback
        f"{address.rstrip('/')}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        said = json.load(answer)
    if "errors" in said:
        raise SystemExit(f"Dagster's API refuses: {said['errors'][0]['message']}")
    return said["data"]


if __name__ == "__main__":
    sys.exit(main())
