"""Finds the files of a source: a file, a folder or a glob, relative to the workspace or absolute."""

import glob
import os
from dataclasses import dataclass
from pathlib import Path

from connectors.contract import SourceConfig
from connectors.open_export import SUFFIXES
from connectors.problem import nearest


@dataclass(frozen=True)
class Found:
    """Files in a stable order, files of a folder that are no exports by their names, and why there is nothing."""

    files: tuple[Path, ...]
    ignored: tuple[Path, ...]
    reasons: tuple[str, ...]


def find_files(config: SourceConfig, workspace: Path) -> Found:
    """All files `paths` names. Hidden files are none; in a folder only known suffixes count (`.gz` on top)."""
    files: set[Path] = set()
    ignored: set[Path] = set()
    reasons: list[str] = []
    for path in config.paths:
        place = workspace / path  # an absolute path stays what it is
        if place.is_file():
            matched = [place]
        elif place.is_dir():
            below = [item for item in place.rglob("*") if item.is_file() and not _is_hidden(item, place)]
            matched = [item for item in below if _suffix(item) in SUFFIXES]
            ignored |= set(below) - set(matched)
        else:
            hits = (Path(hit) for hit in glob.glob(str(place), recursive=True))  # noqa: PTH207 - absolute globs
            matched = [hit for hit in hits if hit.is_file()]
        if not matched:
            reasons.append(_nothing(path, place))
        files |= set(matched)
    ordered = tuple(sorted(files))
    return Found(ordered, tuple(sorted(ignored - files)), tuple(reasons))


def shown(path: Path, workspace: Path) -> str:
    """The file as users know it: relative to the workspace where it is inside, with forward slashes."""
    relative = os.path.relpath(path, workspace)
    return path.as_posix() if relative.startswith("..") else Path(relative).as_posix()


def _is_hidden(item: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in item.relative_to(folder).parts)


def _suffix(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def _nothing(path: str, place: Path) -> str:
    if place.is_dir():
        seen = f"the folder {path} holds no export"
        return f"{seen}; legal: {', '.join(sorted(SUFFIXES))}, each also .gz; put the export there"
    parent = place.parent
    near = nearest(place.name, [item.name for item in parent.iterdir()]) if parent.is_dir() else ""
    todo = near or "correct `path:`, or put the export there"
    return f"no file matches {path}; legal: a file, a folder or a glob, relative to waystage.yaml; {todo}"
