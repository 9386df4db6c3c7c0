"""Opens the published database of a workspace, for the verbs that only read it."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import yaml

from pipelines.problem import RunFailed, UserError

DATABASE = "waystage.duckdb"


def publish_folder(workspace: Path) -> Path:
    """Where the workspace publishes to. Reads one key of waystage.yaml, so that a query need not validate it all."""
    path = workspace / "waystage.yaml"
    if not path.is_file():
        raise UserError(
            f"{path}: no workspace here; name one with --workspace DIR, or make one with: waystage init DIR"
        )
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as YAML; see: waystage check") from error
    given = document.get("publish") if isinstance(document, dict) else None
    return (workspace / os.path.expandvars(str(given or "published/"))).resolve()


def open_published(workspace: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection; UserError where nothing has been published yet."""
    path = publish_folder(workspace) / DATABASE
    if not path.is_file():
        raise UserError(f"nothing is published yet in {path.parent}; run first: waystage run --workspace {workspace}")
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise RunFailed(
            f"{path}: cannot be opened ({error}); publish anew with: waystage run --from 2000-01"
        ) from error
