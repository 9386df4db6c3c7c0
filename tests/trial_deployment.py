"""A deployment at work, for real: `python -m tests.trial_deployment FOLDER [--minutes 15]`.

Makes two small workspaces and a deployment of both in FOLDER, starts `waystage ui` on loopback (Dagster's web server
and its daemon, as a service would), and looks on through its GraphQL API: the schedule of the one starts its night, and
its exports, which are old, are called so; an export that is added in two pieces to the other starts one run, a run by
the command shows with its assets, a backfill that is launched runs, and one that is killed is told to a webhook. Prints
what happened when; exits 1 where something of it did not. Stops all that it started.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests import tiny_world
from tests.webhook import Webhook, serving

RUNS = "{ runsOrError(limit: 50) { ... on Runs { results { runId jobName status tags { key value } " \
       "assetMaterializations { assetKey { path } } } } } }"  # fmt: skip
FRESHNESS = "{ assetNodes { assetKey { path } freshnessStatusInfo { freshnessStatus } } }"
LAUNCH = """mutation($run: ExecutionParams!) { launchRun(executionParams: $run) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } } } }"""
EVENTS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status eventConnection { events " \
         "{ ... on MessageEvent { message } } } } } }"  # fmt: skip
WORKER = re.compile(r"Started process for run \(pid: (\d+)\)")
CODE = "{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } } }"
LAYERS = {"landing", "staging", "signals", "verdicts", "published"}


def main() -> int:
    """The trial; its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=15)
    args = parser.parse_args()
    home = _written(args.folder)
    with serving() as webhook:
        environment = os.environ | {"TEAM_HOOK": webhook.address, "DAGSTER_HOME": str(home)}
        command = [sys.executable, "-m", "pipelines.cli", "ui", "-w", str(home), "--port", "0"]
        ui = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=(args.folder / "ui.log").open("w"), text=True,
                              start_new_session=True, env=environment)  # fmt: skip
        try:
            assert ui.stdout is not None
            trial = Trial(ui.stdout.readline().split()[0], args.folder, environment, webhook, args.minutes * 60)
            return 0 if trial.starts_runs() and trial.tells_of_a_killed_one() else 1
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
        said = settings.read_text().replace("30 3 * * *", cron).replace("Europe/Berlin", "UTC")
        if name == "nightly":  # judged as of today, so that its exports are old
            said = said.replace(f"as_of: {tiny_world.AS_OF}\n", "")
        settings.write_text(f"{said}alerts: ['${{TEAM_HOOK}}']\n")
    home = folder / "home"
    home.mkdir()
    served = {"nightly": "../nightly/academy", "watched": "../watched/academy"}
    (home / "deployment.yaml").write_text(yaml.safe_dump({"workspaces": served}))
    return home


@dataclass
class Trial:
    """A deployment that is watched, at its address."""

    address: str
    folder: Path
    environment: Mapping[str, str]
    webhook: Webhook
    longest_s: float
    started: float = field(default_factory=time.monotonic)

    def starts_runs(self) -> bool:
        """Whether schedule, sensor, command and launchpad start what they should, and nothing besides."""
        self.until(f"{self.address} answers, two code locations are loaded", self._are_loaded)
        self.until("the schedule has run its night", lambda: self._runs("nightly", "nightly_schedule"))
        old = self.until("exports are called old", self._old_exports)
        print(f"          namely {', '.join(old)}")
        self.until("the sensor has run what it found at first", lambda: self._runs("watched", "exports changed"))
        export = self.folder / "watched/academy/exports/alder/tickets-2.csv"
        export.write_text(",".join(tiny_world.TICKET_HEADER) + "\n")
        time.sleep(45)  # a tick sees half of it
        with export.open("a") as file:
            file.write("T-new,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
        self.until(
            "a new export, written in two pieces, has run", lambda: len(self._runs("watched", "exports changed")) == 2
        )
        command = [sys.executable, "-m", "pipelines.cli", "run", "-w", str(self.folder / "watched/academy")]
        subprocess.run([*command, "--from", "2025-06"], env=self.environment, check=True, capture_output=True)
        [run] = self.until("a run of the command shows", lambda: self._runs("watched", "waystage run"))
        layers = {made["assetKey"]["path"][1] for made in run["assetMaterializations"]}
        print(f"          with assets of {', '.join(sorted(layers))}")
        time.sleep(70)
        again = len(self._runs("watched", "exports changed"))
        print(f"          a minute later the sensor has started {again} runs for its 2 changes")
        launched = self._launch("watched")
        self.until("a backfill that was launched has run", lambda: self._of_run(launched)["status"] == "SUCCESS")
        return again == 2 and layers == LAYERS

    def tells_of_a_killed_one(self) -> bool:
        """Whether a run whose process is killed is called failed, and told to the webhook."""
        killed = self._launch("watched")
        os.kill(self.until("another has begun, and is killed", lambda: self._process(killed)), signal.SIGKILL)
        self.until("it is called failed", lambda: self._of_run(killed)["status"] == "FAILURE")
        of_it = self.until(
            "the webhook has heard of it", lambda: [one for one in self.webhook.messages if "failed" in one["title"]]
        )
        print(f"          {of_it[-1]['title']}: {of_it[-1]['message'].splitlines()[0]}")
        return True

    def until(self, what: str, found: Callable[[], Any]) -> Any:
        """What is found in the end; leaves where that takes too long."""
        while time.monotonic() - self.started < self.longest_s:
            try:
                if value := found():
                    print(f"{time.monotonic() - self.started:6.0f} s  {what}", flush=True)
                    return value
            except OSError:
                pass
            time.sleep(2)
        raise SystemExit(f"not within {self.longest_s:.0f} s: {what}")

    def _are_loaded(self) -> bool:
        entries = self._ask(CODE)["workspaceOrError"]["locationEntries"]
        return len(entries) == 2 and all(
            e["locationOrLoadError"]["__typename"] == "RepositoryLocation" for e in entries
        )

    def _runs(self, workspace: str, because: str) -> list[dict[str, Any]]:
        found = self._ask(RUNS)["runsOrError"]["results"]
        tagged = [(run, {tag["key"]: tag["value"] for tag in run["tags"]}) for run in found]
        return [
            run
            for run, tags in tagged
            if run["status"] == "SUCCESS"
            and tags.get("dagster/schedule_name", tags.get("waystage/because", "")) == because
            and (tags.get("waystage/workspace") == workspace or because == "waystage run")
        ]

    def _old_exports(self) -> list[str]:
        return [
            "/".join(node["assetKey"]["path"])
            for node in self._ask(FRESHNESS)["assetNodes"]
            if (node["freshnessStatusInfo"] or {}).get("freshnessStatus") == "DEGRADED"
        ]

    def _launch(self, workspace: str) -> str:
        """Launches the backfill of a workspace from 2025 on; the id of its run."""
        selector = {"repositoryLocationName": workspace, "repositoryName": "__repository__", "pipelineName": "backfill"}
        said = self._ask(LAUNCH, {"run": {"selector": selector, "runConfigData": {"from_month": "2025-01"}}})
        if said["launchRun"]["__typename"] != "LaunchRunSuccess":
            raise SystemExit(f"the backfill is not launched: {said['launchRun']}")
        return str(said["launchRun"]["run"]["runId"])

    def _of_run(self, run: str) -> dict[str, Any]:
        return dict(self._ask(EVENTS, {"id": run})["runOrError"])

    def _process(self, run: str) -> int | None:
        """The process of a run that has begun."""
        of_run = self._of_run(run)
        found = WORKER.search("\n".join(event.get("message", "") for event in of_run["eventConnection"]["events"]))
        return int(found[1]) if found and of_run["status"] == "STARTED" else None

    def _ask(self, query: str, given: Mapping[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310  loopback
            f"{self.address.rstrip('/')}/graphql",
            json.dumps({"query": query, "variables": given or {}}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            said = json.load(answer)
        if "errors" in said:
            raise SystemExit(f"Dagster's API refuses: {said['errors'][0]['message']}")
        return said["data"]


if __name__ == "__main__":
    sys.exit(main())
