"""Opens the published database of a workspace, for the verbs that only read it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.problem import RunFailed, UserError

DATABASE = "waystage.duckdb"
KEY = re.compile("\\bpublish[\"']?\\s*:")
UNREADABLE = "{path}: cannot be read as YAML; see: waystage check"


def publish_folder(workspace: Path) -> Path:
    """Where the workspace publishes to. Reads one key of waystage.yaml, so that a query need not validate it all, and
    none where no key is called so: reading YAML takes longer than most queries."""
    path = workspace / "waystage.yaml"
    if not path.is_file():
        raise UserError(
            f"{path}: no workspace here; name one with --workspace DIR, or make one with: waystage init DIR"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError(UNREADABLE.format(path=path)) from error
    given = _publish_key(text, path) if KEY.search(text) else None
    return (workspace / os.path.expandvars(str(given or "published/"))).resolve()


def _publish_key(text: str, path: Path) -> object:
    import yaml  # noqa: PLC0415  only where the key may be

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(UNREADABLE.format(path=path)) from error
    return document.get("publish") if isinstance(document, dict) else None


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


@contextmanager
def lean() -> Iterator[None]:
    """Leaves pandas out for as long as it lasts, unless it is there already.

    DuckDB imports it when the first value is bound, to know its kinds of nothing, and that takes longer than all else a
    verb does that only asks and prints.
    """
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]  # how the import system is told that there is none
    try:
        yield
    finally:
        del sys.modules["pandas"]
