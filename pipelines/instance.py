"""The run history: a Dagster instance kept in the workspace, shared by `waystage run` and `waystage ui`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

# No usage reports to the maker; no copies of what steps print, which would cost a process per step.
SETTINGS = """\
telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


def home(state: Path) -> Path:
    """DAGSTER_HOME of a workspace, made ready."""
    folder = state / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    if not settings.is_file() or settings.read_text(encoding="utf-8") != SETTINGS:
        settings.write_text(SETTINGS, encoding="utf-8")
    return folder


@contextmanager
def open_instance(state: Path) -> Iterator[dg.DagsterInstance]:
    """The workspace's Dagster instance."""
    with dg.DagsterInstance.from_config(str(home(state))) as instance:
        yield instance
