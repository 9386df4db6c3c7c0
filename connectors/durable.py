"""Files that outlive the machine going down: content is on disk before it bears its name, then the name is too."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

MANY = 200  # files; one takes some milliseconds


def sync(path: Path) -> None:
    """Puts a file's content, or a folder's names, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Puts a folder on disk with all that is below it, the deepest first."""
    for place, _folders, files in os.walk(folder, topdown=False):
        for name in files:
            sync(Path(place, name))
        sync(Path(place))


def sync_all(paths: Sequence[Path]) -> None:
    """Puts many files, and their names, on disk: one by one while that is less than everything there is to write."""
    if len(paths) > MANY:
        os.sync()
        return
    for path in [*paths, *dict.fromkeys(path.parent for path in paths)]:
        sync(path)


def put(part: Path, path: Path) -> None:
    """Gives `part`, a whole file beside it, the name `path`; a reader finds the old file or the new one, whole."""
    sync(part)
    part.replace(path)
    sync(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Replaces a file that nobody but its owner may read."""
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    put(part, path)
