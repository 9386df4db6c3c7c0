"""What has been fetched for a source: `.waystage/fetched/<program>/<source>/`, and what it was when it was fetched."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from connectors.durable import put

VERSION = 1
PART = ".part-"  # of a file that is not whole yet
ABANDONED_S = 3600
LONGEST_NAME = 120


@dataclass(frozen=True)
class Kept:
    """A file that was fetched whole."""

    file: str  # in the cache's folder
    mark: str  # what told one version of it from another: size, entity tag, time of change
    fetched_at: str  # UTC, to the minute


@dataclass
class Cache:
    """Files of one source by the names their user knows. A new version is a new file: nobody reads a half-changed one.

    `unpacked` holds, per archive, what it was unpacked to: mark, and [name, file or None, trouble or None] per entry.
    """

    folder: Path
    origin: str = ""  # where it was fetched from: what came from elsewhere never stands in
    kept: dict[str, Kept] = field(default_factory=dict)
    unpacked: dict[str, tuple[str, list[list[str | None]]]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)  # files that this run goes on with

    def path(self, name: str) -> Path | None:
        """Where the copy of that name lies, if it is kept and still there."""
        kept = self.kept.get(name)
        if kept is None or not (self.folder / kept.file).is_file():
            return None
        self.used.add(kept.file)
        return self.folder / kept.file

    def is_current(self, name: str, mark: str) -> bool:
        """Whether the copy of that name is of this version."""
        return self.path(name) is not None and self.kept[name].mark == mark

    @contextmanager
    def part(self, name: str) -> Iterator[Path]:
        """A place to write a file that is not whole yet; it is gone afterwards unless `keep` took it."""
        self._make()
        part = self.folder / f"{PART}{os.getpid()}-{_digest(name)}"
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)

    def keep(self, name: str, mark: str, part: Path, file_name: str) -> Path:
        """Takes a file that is whole; `file_name` gives its ending, by which a reader knows its kind."""
        target = self.place(name, mark, file_name)
        put(part, target)
        if before := self.kept.get(name):
            self.used.discard(before.file)
        self.kept[name] = Kept(target.name, mark, f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M}")
        self.used.add(target.name)
        return target

    def place(self, name: str, mark: str, file_name: str) -> Path:
        """The file that a version of a name is kept in."""
        self._make()
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", file_name.rsplit("/", 1)[-1]).strip("-.") or "export"
        return self.folder / f"{_digest(name + chr(0) + mark)}-{plain[-LONGEST_NAME:]}"

    def write(self) -> None:
        """Writes down what is kept, replacing what was written before as a whole."""
        if not self.folder.is_dir():
            return
        said = {
            "version": VERSION,
            "origin": self.origin,
            "kept": {name: asdict(kept) for name, kept in sorted(self.kept.items())},
            "unpacked": self.unpacked,
        }
        beside = self.folder / f"kept.json.new-{os.getpid()}"
        beside.write_text(json.dumps(said), encoding="utf-8")
        put(beside, self.folder / "kept.json")

    def prune(self) -> None:
        """Removes what this run did not use: versions that were replaced, files that are gone where they came from."""
        if not self.folder.is_dir():
            return
        self.kept = {name: kept for name, kept in self.kept.items() if kept.file in self.used}
        self.unpacked = {
            name: (mark, entries)
            for name, (mark, entries) in self.unpacked.items()
            if any(file in self.used for _, file, _ in entries)
        }
        for path in self.folder.iterdir():
            if path.name.startswith(PART):
                with contextlib.suppress(OSError):  # another process may be writing it, or be done with it
                    if time.time() - path.stat().st_mtime > ABANDONED_S:
                        path.unlink()
            elif path.is_file() and path.name != "kept.json" and path.name not in self.used:
                path.unlink(missing_ok=True)

    def _make(self) -> None:
        # exports as they came, with people in them: for the owner's eyes only
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def open_cache(state: Path, program_id: str, source: str, origin: str = "") -> Cache:
    """The cache of a source; where none of this origin can be read it is empty, which costs only time."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", source)
    name = plain if plain == source and not source.startswith(".") else f"{plain.strip('.')}-{_digest(source)[:6]}"
    cache = Cache(state / "fetched" / program_id / name, _digest(origin))
    try:
        said = json.loads((cache.folder / "kept.json").read_text(encoding="utf-8"))
        if (said["version"], said["origin"]) == (VERSION, cache.origin):
            cache.kept = {name: Kept(**kept) for name, kept in said["kept"].items()}
            cache.unpacked = {name: (mark, entries) for name, (mark, entries) in said["unpacked"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return cache


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
