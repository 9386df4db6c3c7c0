"""The run history: a Dagster instance kept in the workspace, shared by `waystage run` and `waystage ui`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import yaml

# No usage reports to the maker, no newsletter form; no copies of what steps print, which would cost a process a step.
SETTINGS = {
    "telemetry": {"enabled": False},
    "nux": {"enabled": False},
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    },
}
STOCK, HELD = "dagster.yaml", "dagster-run.yaml"


def home(state: Path) -> Path:
    """DAGSTER_HOME of a workspace, made ready."""
    folder = state / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    _keep(folder / STOCK, SETTINGS)
    log = {
        "module": "pipelines.event_log",
        "class": "HeldEventLog",
        "config": {"base_dir": str(folder / "history" / "runs")},
    }
    _keep(folder / HELD, SETTINGS | {"event_log_storage": log})
    return folder


@contextmanager
def open_instance(state: Path) -> Iterator[dg.DagsterInstance]:
    """The workspace's Dagster instance, for the one run that has it to itself."""
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")  # what a run plans, some 270 events, in one transaction
    with dg.DagsterInstance.from_config(str(home(state)), HELD) as instance:
        yield instance


def _keep(path: Path, settings: dict[str, object]) -> None:
    said = yaml.safe_dump(settings, sort_keys=False)
    if not path.is_file() or path.read_text(encoding="utf-8") != said:
        path.write_text(said, encoding="utf-8")
