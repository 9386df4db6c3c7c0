"""Finds the files of a source: a file, a folder or a glob, relative to the workspace or absolute."""

import glob
import os
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from connectors.contract import SourceConfig
from connectors.fetched import Brought, Fetched
from connectors.nearest import nearest
from connectors.open_export import SUFFIXES

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
MAILBOX = "mbox"  # Apple Mail exports a folder `Sent.mbox` with a file of this name
ENDS = tuple(SUFFIXES)
LONGEST_NAME = 255  # of a file on the systems we run on


@dataclass(frozen=True)
class Found:
    """Files in a stable order, files of a folder that are no exports by their names, and why there is nothing."""

    files: tuple[Path, ...]
    ignored: tuple[Path, ...]
    reasons: tuple[str, ...]


def brought(config: SourceConfig, workspace: Path) -> Brought:
    """The exports of a source: what was brought here for it, else the files its paths name."""
    if config.brought is not None:
        return config.brought
    found = find_files(config, workspace)
    files = tuple(Fetched(path, shown(path, workspace)) for path in found.files)
    return Brought(files, tuple(shown(path, workspace) for path in found.ignored), found.reasons)


def find_files(config: SourceConfig, workspace: Path) -> Found:
    """All files `paths` names. Hidden files are none; in a folder only known suffixes count (`.gz` on top) and
    archives, whose exports are landed once they are unpacked."""
    files: set[Path] = set()
    ignored: set[Path] = set()
    reasons: list[str] = []
    for path in config.paths:
        place = workspace / path  # an absolute path stays what it is
        if len(place.name) > LONGEST_NAME:
            reasons.append(f"the path {path[:40]}… is too long; legal: names of up to {LONGEST_NAME} characters")
            continue
        if os.path.lexists(place) and not place.is_dir():
            matched = [place]
        elif place.is_dir():
            below = _below(place)
            others = [item for item in below if not is_export(item.name) and not item.is_dir()]
            ignored.update(others)
            matched = [item for item in below if item not in ignored] if others else below
        else:
            hits = [Path(hit) for hit in sorted(glob.glob(str(place), recursive=True))]  # noqa: PTH207 - absolute globs
            # writers of many parts name a folder like a file
            folders = [hit for hit in hits if hit.is_dir() and is_export(hit.name)]
            parts = [item for folder in folders for item in _below(folder) if is_export(item.name)]
            matched = [hit for hit in hits if not hit.is_dir()] + parts
        readable: list[Path] = []
        unreadable: list[Path] = []
        for item in matched:
            (readable if item.is_file() else unreadable).append(item)
        reasons += [_no_file(shown(item, workspace), item) for item in unreadable]
        if not matched:
            reasons.append(_nothing(path, place))
        files.update(readable)
    by_parts = attrgetter("parts")  # as paths sort, and many times faster
    return Found(tuple(sorted(files, key=by_parts)), tuple(sorted(ignored - files, key=by_parts)), tuple(reasons))


def shown(path: Path, workspace: Path) -> str:
    """The file as users know it: relative to the workspace where it is inside, with forward slashes."""
    inside = os.path.join(workspace, "")  # noqa: PTH118 - with its slash
    name = str(path)
    if name.startswith(inside) and ".." not in name:
        return name[len(inside) :]
    relative = os.path.relpath(path, workspace)
    return path.as_posix() if relative.startswith("..") else Path(relative).as_posix()


def _below(folder: Path) -> list[Path]:
    """Every file in a folder, hidden ones aside, and folders that may not be read; links are followed, each once."""
    found: list[Path] = []
    been: set[str] = set()
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append, followlinks=True):
        been.add(os.path.realpath(place))
        folders[:] = [
            name for name in folders if not is_hidden(name) and os.path.realpath(Path(place, name)) not in been
        ]
        found += [Path(place, name) for name in names if not is_hidden(name)]
    return found + [Path(error.filename) for error in closed]


def is_hidden(name: str) -> bool:
    """Whether a file of this name is none of the user's exports."""
    return name.startswith((".", "~$"))


def _no_file(path: str, place: Path) -> str:
    if place.is_symlink() and not place.exists():
        return f"{path} is a link to a file that is not there; legal: a file; put it back, or remove the link"
    if place.is_dir():
        return f"the folder {path} may not be opened; legal: one that the user who runs Waystage may read"
    return f"{path} is a pipe, socket or device; legal: a file; write the export to a file"


def is_export(name: str) -> bool:
    """Whether a file of this name is an export, or an archive of exports."""
    plain = name.lower().removesuffix(".gz")
    return plain.endswith(ENDS) or plain == MAILBOX or is_archive(name)


def is_archive(name: str) -> bool:
    """Whether a file of this name holds other files."""
    return name.lower().endswith(ARCHIVES)


def _nothing(path: str, place: Path) -> str:
    if place.is_dir():
        seen = f"the folder {path} holds no export"
        legal = f"{', '.join(sorted(SUFFIXES))}, each also .gz, and {', '.join(ARCHIVES)}"
        return f"{seen}; legal: {legal}; put the export there"
    parent = place.parent
    near = nearest(place.name, [item.name for item in parent.iterdir()]) if parent.is_dir() else ""
    todo = near or "correct `path:`, or put the export there"
    return f"no file matches {path}; legal: a file, a folder or a glob, relative to waystage.yaml; {todo}"
