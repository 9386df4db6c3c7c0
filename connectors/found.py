"""An export as landing finds it, and what became of it as landing tells it."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from connectors.contract import SourceConfig
from connectors.manifest import Landed, Manifest
from connectors.report import FileLoad, Part


@dataclass(frozen=True)
class FoundFile:
    """A file of a source, or a name where there is none."""

    program_id: str
    source: SourceConfig
    path: Path | None  # None: it could not be had
    name: str
    trouble: str | None = None  # why it could not be had, or is an older copy


@dataclass(frozen=True)
class Identified:
    """A file by what it holds: what it lands as, or why it does not."""

    file: FoundFile
    sha256: str
    identity: str
    size: int = 0  # bytes
    same_as: str | None = None  # an earlier file of the source with the same content
    error: str | None = None  # why it could not be read

    @property
    def is_landed_here(self) -> bool:
        """True unless it cannot be read, or an earlier one says the same."""
        return self.same_as is None and self.error is None


def unreadable(file: FoundFile, reason: str) -> Identified:
    """A file that cannot be had or read."""
    return Identified(file, "", f"unread-{hashlib.sha256(file.name.encode()).hexdigest()[:8]}", error=reason)


def told(one: Identified, manifest: Manifest, clock: dt.datetime, paths: dict[str, Path], *, is_new: bool) -> FileLoad:
    """What became of a file. `paths`: of the Parquets told of so far, by name; many files share one."""
    file = one.file
    if one.error is not None:  # found, but it may not be read, or is gone since
        landed_at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat()
        entry = Landed(file.name, [], None, 0, 0, 0, "rejected", one.error, landed_at)
    else:
        entry = manifest.landed[one.identity]
    parts = tuple(
        Part(
            part["target"],
            paths.get(part["parquet"]) or paths.setdefault(part["parquet"], manifest.folder / part["parquet"]),
            tuple(part["columns"]),
            part["has_distinct_keys"],
            part.get("file_no"),
        )
        for part in entry.parts
    )
    same = f"same content as {one.same_as}, counted once" if one.same_as else None
    is_older = file.trouble is not None and one.error is None
    is_stale = is_older and bool(entry.parts) and not file.source.has_ended(clock.date())
    left_out = f"{entry.forgotten:,} rows of forgotten people left out" if entry.forgotten else None
    said = [same, file.trouble if is_older else None, entry.reason, left_out]
    return FileLoad(
        file=file.name,
        sha256=one.sha256,
        connector=file.source.connector,
        program_id=file.program_id,
        source=file.source.name,
        entity=file.source.entity,
        instance=file.source.instance,
        parts=() if one.same_as else parts,
        rows_read=entry.rows_read,
        rows_loaded=entry.rows_loaded,
        rows_rejected=entry.rows_rejected,
        landed_at=entry.landed_at,
        status="stale" if is_stale else entry.status,
        reason="; ".join(text for text in said if text) or None,
        is_new=is_new or one.error is not None,
        rejected=manifest.folder / entry.rejected if entry.rejected else None,
        identity=one.identity,
        envelope=entry.envelope,
        same_as=one.same_as,
        seen_through=file.source.observed_through,
        forgotten=entry.forgotten,
        is_snapshot=file.source.snapshot,
    )
