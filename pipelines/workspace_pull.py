"""Checks a source's `pull:` against what its connector declares; no secret is ever repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from connectors.catalogue import CONNECTORS
from connectors.declaration import Document
from connectors.pull_contract import read_pull
from connectors.pull_settings import wrong_settings
from pipelines.complaint import Complaint
from pipelines.workspace_model import SourceModel

Settings = Mapping[str, str | int | float | bool | dt.date]


def pull_complaints(source: SourceModel, here: tuple[str | int, ...], document: Document, file: str) -> list[Complaint]:
    """Everything wrong with the `pull:` of the source at `here`. `document` is the file without its environment."""

    def told(path: tuple[str | int, ...], seen: str, legal: str, do: str) -> Complaint:
        return Complaint(file, document.line(path), ".".join(map(str, path)), seen, legal, do)

    place = (*here, "pull")
    pull = read_pull(CONNECTORS / source.connector)
    if pull is None:
        legal = ", ".join(sorted(path.parent.name for path in CONNECTORS.glob("*/pull.yaml")))
        return [told(place, f"{source.connector!r} cannot be pulled", legal, "export to a file and give its `path`")]
    written: Any = document.data
    for key in place:
        written = written[key]
    found = wrong_settings(pull, as_texts(source.pull or {}), written if isinstance(written, dict) else {})
    return [
        told((*place, wrong.key) if wrong.key else place, wrong.seen, wrong.legal, wrong.what_to_do) for wrong in found
    ]


def as_texts(given: Settings) -> dict[str, str]:
    """The settings as the pull takes them."""
    return {key: value.isoformat() if isinstance(value, dt.date) else str(value) for key, value in given.items()}
