"""The run history: a Dagster instance kept in the workspace, shared by `waystage run` and `waystage ui`; or that of the
deployment which serves the workspace."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from sqlalchemy import Connection, MetaData, event

from pipelines.deployments import serving
from pipelines.run_store import KEPT_RUNS

WORKSPACE_TAG = "waystage/workspace"
# No usage reports to the maker, no newsletter form; no copies of what steps print, which would cost a process a step;
# of one workspace one run at a time, the others wait; and what sensors looked at and found nothing is soon forgotten.
SETTINGS: dict[str, Any] = {
    "telemetry": {"enabled": False},
    "nux": {"enabled": False},
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    },
    "concurrency": {
        "runs": {
            "tag_concurrency_limits": [{"key": WORKSPACE_TAG, "value": {"applyLimitPerUniqueValue": True}, "limit": 1}]
        }
    },
    "retention": {
        "schedule": {"purge_after_days": 90},
        "sensor": {"purge_after_days": {"skipped": 2, "failure": 30, "success": 90}},
    },
}
STOCK, HELD = "dagster.yaml", "dagster-run.yaml"
STORAGE = ("storage", "event_log_storage")
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


@event.listens_for(MetaData, "before_create")
def _create_at_once(_tables: MetaData, connection: Connection, **_: Any) -> None:
    """Makes the tables of a SQLite file as one transaction: else each is synced by itself, and Dagster makes some sixty
    tables and indexes for a workspace."""
    made_with = connection.connection.dbapi_connection
    if isinstance(made_with, sqlite3.Connection) and not made_with.in_transaction:
        connection.exec_driver_sql("begin")


@dataclass(frozen=True)
class Home:
    """A DAGSTER_HOME, and the name it has for the workspace where it serves several."""

    folder: Path
    name: str | None = None


def home_of(workspace: Path) -> Home:
    """Where the runs of a workspace are recorded: in the deployment in DAGSTER_HOME that serves it, else in itself."""
    served = serving(workspace)
    return Home(*served) if served else Home(workspace.resolve() / ".waystage" / "dagster")


def made_ready(home: Path) -> Path:
    """A DAGSTER_HOME with its settings; a `dagster.yaml` that somebody else wrote stays as it is."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / STOCK).is_file() or _is_ours(home):
        _keep(home / STOCK, SETTINGS)
    return home


@contextmanager
def open_instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance for a run in this process."""
    folder = made_ready(home.folder)
    settings = yaml.safe_load((folder / STOCK).read_text(encoding="utf-8")) or {}
    file = STOCK
    if not any(key in settings for key in STORAGE):
        log = {
            "module": "pipelines.event_log",
            "class": "HeldEventLog",
            "config": {"base_dir": str(folder / "history" / "runs")},
        }
        _keep(folder / HELD, settings | {"event_log_storage": log})
        file = HELD
    with dg.DagsterInstance.from_config(str(folder), file) as instance:
        yield instance


def let_old_runs_go(instance: dg.DagsterInstance) -> None:
    """Takes the runs beyond the newest KEPT_RUNS out of a workspace's own history: each is some megabytes."""
    for run_id in instance.get_run_ids(dg.RunsFilter(statuses=ENDED))[KEPT_RUNS:]:
        instance.delete_run(run_id)


def _is_ours(home: Path) -> bool:
    said = yaml.safe_load((home / STOCK).read_text(encoding="utf-8"))
    return isinstance(said, dict) and said.keys() <= SETTINGS.keys()


def _keep(path: Path, settings: Mapping[str, object]) -> None:
    said = yaml.safe_dump(dict(settings), sort_keys=False)
    if not path.is_file() or path.read_text(encoding="utf-8") != said:
        path.write_text(said, encoding="utf-8")
