"""What landing tells: every file with its rows in, loaded and rejected, and every rejected row."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connectors.catalogue import TABLE

Status = Literal["loaded", "partial", "rejected", "empty", "stale"]


@dataclass(frozen=True)
class Part:
    """What one file left for one target: a stream of a connector, or an entity of connector `table`."""

    target: str  # <connector>__<stream> or table__<entity>
    parquet: Path
    columns: tuple[str, ...]  # of the contract, as far as the file has them
    has_distinct_keys: bool = False  # every row has a key, and no two the same
    file_no: int | None = None  # of the rows that are this file's, where several share the Parquet


@dataclass(frozen=True)
class FileLoad:
    """One export file of one source, and what became of it. rows_read = rows_loaded + rows_rejected."""

    file: str  # relative to the workspace where it is inside
    sha256: str
    connector: str
    program_id: str
    source: str
    entity: str | None
    parts: tuple[Part, ...]
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    landed_at: str  # ISO 8601, UTC: when these bytes were landed first
    status: Status  # stale: an older copy, because the newest could not be fetched
    reason: str | None
    is_new: bool
    rejected: Path | None  # quarantine: file, row_number, column, reason, raw
    identity: str  # of bytes and contract: names the Parquet files
    envelope: str | None = None  # how it reached us: json, csv, parquet, or the warehouse loader
    instance: str | None = None  # of the vendor's product: ids mean nothing beyond it
    same_as: str | None = None  # another file of the source with the same content, which is used instead
    seen_through: str | None = None  # the day through which its source says it was observed
    forgotten: int = 0  # rows of people who were forgotten, which count as not read
    is_snapshot: bool = False  # its source says that each export is a whole

    def __str__(self) -> str:
        counts = f"{self.rows_loaded:,} of {self.rows_read:,} rows loaded"
        return f"{self.file}: {self.status}, {counts}" + (f"; {self.reason}" if self.reason else "")


@dataclass(frozen=True)
class RejectedRow:
    """One row left out. None as `row_number`: the whole file.

    Rows count from 1 in every format: lines of a CSV that are not blank, below the header (a line break inside quotes
    ends none); rows of a sheet that are not empty, below the header; lines of NDJSON that are not blank; elements of
    a JSON array, or of the lists of its pages in the order of the file; rows of a Parquet file.
    """

    file: str
    row_number: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        row = f", row {self.row_number}" if self.row_number is not None else ""
        column = f", column '{self.column}'" if self.column else ""
        return f"{self.file}{row}{column}: {self.reason}"


@dataclass(frozen=True)
class MissingSource:
    """A source whose path matches no file."""

    program_id: str
    source: str
    connector: str
    entity: str | None
    reason: str


@dataclass(frozen=True)
class LandingReport:
    """All files present now. `fingerprint` depends on their content and contracts, and on names that tell something."""

    files: tuple[FileLoad, ...]
    missing: tuple[MissingSource, ...]
    fingerprint: str
    has_changed: bool  # the fingerprint differs from that of the landing before
    ignored: tuple[str, ...] = ()  # files in a source's folder whose names are not an export's

    @property
    def problems(self) -> list[str]:
        """What a user should read, one line each."""
        spoiled = [str(file) for file in self.files if file.status in ("partial", "rejected", "empty", "stale")]
        return spoiled + [f"{gap.program_id}/{gap.source}: {gap.reason}" for gap in self.missing]


def fingerprint_of(files: tuple[FileLoad, ...]) -> str:
    """Hash of what is present, independent of order, clock and machine, and of names that tell nothing."""
    return hashlib.sha256("\n".join(sorted({_told(file) for file in files})).encode()).hexdigest()


def _told(file: FileLoad) -> str:
    # a vendor's queries read days, tickets and courses in names; a refused file may be fine under another name
    has_name = file.connector != TABLE or file.is_snapshot or file.status == "rejected"
    parts = [file.program_id, file.source, file.identity, file.file if has_name else ""]
    forgotten = [f"{file.forgotten} forgotten"] if file.forgotten else []
    return "|".join([*parts, file.status if file.status in ("stale", "rejected") else "", *forgotten])
