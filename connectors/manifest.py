"""What has been landed before: `<state>/landing/manifest.json`, replaced as a whole."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.durable import put, sync_all
from connectors.report import Status

VERSION = 4  # of what the Parquet files look like: raise it to land everything anew


@dataclass(frozen=True)
class Landed:
    """Outcome of one content under one contract; enough to tell it again without the file."""

    file: str  # the name its rows carry
    parts: list[dict[str, Any]]  # target, parquet (file name), columns, has_distinct_keys, file_no if it is shared
    rejected: str | None  # file name of the quarantine
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    status: Status
    reason: str | None
    landed_at: str
    envelope: str | None = None  # json, csv, parquet, or the warehouse loader
    future_until: str | None = None  # rows were rejected as future before this: land again afterwards
    forgotten: int = 0  # rows of people who were forgotten, which count as not read
    scrubbed: str | None = None  # the list of forgotten people that it was last looked through for
    sizes: dict[str, int] = field(default_factory=dict)  # bytes by file name, as far as they were written down


@dataclass
class Manifest:
    """All landings by identity, the content hash of files by size and times, and the last fingerprint."""

    folder: Path
    landed: dict[str, Landed] = field(default_factory=dict)
    hashes: dict[str, list[Any]] = field(default_factory=dict)  # path -> [size, mtime_ns, inode, sha256]
    fingerprint: str | None = None


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a landing folder; an absent or unreadable one is empty, which costs only time."""
    try:
        data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            return Manifest(folder)
        landed = {name: Landed(**entry) for name, entry in data["landed"].items()}
        return Manifest(folder, landed, data["hashes"], data["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return Manifest(folder)


def write_manifest(manifest: Manifest) -> None:
    """Replace the manifest atomically, once the files that it tells of for the first time are on disk."""
    new = [entry for entry in manifest.landed.values() if not entry.sizes]
    paths = [manifest.folder / name for name in {name for entry in new for name in _files(entry)}]
    sizes = {path.name: path.stat().st_size for path in paths if path.is_file()}
    for entry in new:
        entry.sizes.update({name: sizes[name] for name in _files(entry) if name in sizes})
    sync_all([manifest.folder / name for name in sizes])
    data = {
        "version": VERSION,
        "landed": {name: vars(entry) for name, entry in sorted(manifest.landed.items())},
        "hashes": manifest.hashes,
        "fingerprint": manifest.fingerprint,
    }
    beside = manifest.folder / "manifest.json.new"
    beside.write_text(json.dumps(data), encoding="utf-8")
    put(beside, manifest.folder / "manifest.json")


def is_whole(manifest: Manifest, entry: Landed) -> bool:
    """True if every Parquet of the landing is there as it was written."""
    return all(_is_as_written(manifest.folder / name, entry.sizes.get(name)) for name in _files(entry))


def _is_as_written(path: Path, size: int | None) -> bool:
    try:
        return path.stat().st_size == size or (size is None and path.is_file())
    except FileNotFoundError:
        return False


def _files(entry: Landed) -> list[str]:
    return [part["parquet"] for part in entry.parts] + ([entry.rejected] if entry.rejected else [])


def remove_unlisted(manifest: Manifest) -> None:
    """Removes what the manifest, as it is on disk, does not list: a stop left it behind, it was let go, or it was
    learnt from what landed (`landing/topics-*.json`)."""
    listed = {name for entry in manifest.landed.values() for name in _files(entry)}
    for path in manifest.folder.rglob("*"):
        if path.is_file() and path.name not in listed and path.name != "manifest.json":
            path.unlink()


def note_rewritten(manifest: Manifest, name: str) -> None:
    """Forgets the size of a landed file, which has other bytes from now on: the manifest writes it down anew."""
    for entry in manifest.landed.values():
        if name in _files(entry):
            entry.sizes.clear()
