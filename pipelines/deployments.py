"""Several workspaces in one Dagster deployment: a folder with `deployment.yaml`, which is its DAGSTER_HOME.

    workspaces:            # name of its assets: its folder, absolute or relative to this file
      acme: /srv/acme
      beta: ../beta

Each is a code location of its own, with its own keys, lock and state in its own `.waystage/`; what they share is the
history, the scheduler and the UI.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from connectors.declaration import DeclarationError, read, validate
from pipelines.complaint import Complaint
from pipelines.problem import InvalidWorkspace

FILE_NAME = "deployment.yaml"
NAME = re.compile(r"[a-z][a-z0-9_]*")
Folder = Annotated[str, StringConstraints(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    workspaces: dict[str, Folder] = Field(min_length=1)


@dataclass(frozen=True)
class Deployment:
    """A folder that serves workspaces, by name."""

    folder: Path
    workspaces: dict[str, Path]  # resolved


def is_deployment(folder: Path) -> bool:
    """Whether the folder says that it serves workspaces."""
    return (folder / FILE_NAME).is_file()


def load_deployment(folder: Path) -> Deployment:
    """The deployment in `folder`. InvalidWorkspace with everything wrong: names that cannot be, folders served twice
    or without a workspace."""
    try:
        document = read(folder / FILE_NAME)
        model = validate(_Model, document)
    except DeclarationError as error:
        raise InvalidWorkspace(error.problems) from error
    problems: list[Complaint] = []
    served: dict[Path, str] = {}
    for name, given in model.workspaces.items():
        where, line = f"workspaces.{name}", document.line(("workspaces", name))
        place = (folder / Path(given).expanduser()).resolve()
        if not NAME.fullmatch(name):
            legal = "small letters, digits and _, a letter first"
            problems.append(Complaint(FILE_NAME, line, where, f"the name {name!r}", legal, "it names the assets"))
        if place in served:
            seen = f"the same folder as workspaces.{served[place]}"
            problems.append(Complaint(FILE_NAME, line, where, seen, "each folder once", "remove one"))
        elif not (place / "waystage.yaml").is_file():
            do = f"correct it, or make one with: waystage init {place}"
            problems.append(Complaint(FILE_NAME, line, where, f"no workspace in {place}", "a folder with one", do))
        served.setdefault(place, name)
    if problems:
        raise InvalidWorkspace(sorted(problems))
    return Deployment(folder.resolve(), {name: place for place, name in served.items()})


def serving(workspace: Path) -> tuple[Path, str] | None:
    """The deployment in DAGSTER_HOME and the name it has for the workspace; None where it serves it not, or is none."""
    home = os.environ.get("DAGSTER_HOME")
    if not home or not is_deployment(Path(home)):
        return None
    deployment = load_deployment(Path(home))
    for name, place in deployment.workspaces.items():
        if place == workspace.resolve():
            return deployment.folder, name
    return None
