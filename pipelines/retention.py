"""`retention:` of the workspace: how long text is kept, and what is kept of it when it goes."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection

import pandas as pd

from connectors.catalogue import Catalogue as Exports
from connectors.identity import load_key
from connectors.manifest import read_manifest
from connectors.retention import purge, tokens
from pipelines.workspace import Workspace
from transforms.kept_labels import FILE, KeptLabels


def kept_labels(workspace: Workspace) -> KeptLabels | None:
    """The labels kept for when text is gone; None where the workspace keeps all text and never has let any go."""
    path = workspace.state / FILE
    if workspace.model.retention.ticket_text is None and not path.is_file():
        return None
    return KeptLabels(path, functools.partial(tokens, load_key(workspace.state)))


def purge_text(workspace: Workspace, exports: Exports, labelled: Collection[str]) -> int:
    """Takes text that is too old out of landing; in how many rows. `labelled`: landings of the last labelling."""
    period = workspace.model.retention.ticket_text
    if period is None or not (workspace.state / FILE).is_file():  # unlabelled, it would be lost
        return 0
    before = earlier(dt.datetime.now(dt.UTC).replace(tzinfo=None), period)
    manifest = read_manifest(workspace.state / "landing")
    return purge(manifest, load_key(workspace.state), exports, before, labelled)


def earlier(than: dt.datetime, period: str) -> dt.datetime:
    """`18 months` before a time; where the month has no such day, the last day that it has."""
    number, unit = period.split()
    if unit.startswith("day"):
        return than - dt.timedelta(days=int(number))
    months = int(number) * (12 if unit.startswith("year") else 1)
    return pd.Timestamp(than - pd.DateOffset(months=months)).to_pydatetime()
