"""Landing: every export file of every source to typed, pseudonymous Parquet, once per content and contract.

Files are kept in `<state>/landing/` and never changed; only those of files present now are used.
"""

import datetime as dt
import hashlib
import itertools
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from connectors.attach import attach
from connectors.catalogue import Catalogue, read_catalogue, undeclared
from connectors.contract import ProgramConfig, SourceConfig
from connectors.discover import brought
from connectors.forgotten import read_forgotten, write_forgotten
from connectors.identity import IdentityKey, install_key
from connectors.instance import with_instances
from connectors.land_batch import land_together
from connectors.land_file import Job, contract_fingerprint, land_file
from connectors.machine import is_at_fault
from connectors.manifest import Landed, Manifest, is_whole, read_manifest, write_manifest
from connectors.problem import unread
from connectors.report import FileLoad, LandingReport, MissingSource, Part, RejectedRow, fingerprint_of
from connectors.scrub import scrub
from connectors.source_views import build_sources

__all__ = ["FileLoad", "LandingReport", "RejectedRow", "attach", "build_sources", "land"]

Progress = Callable[[str, int, int], None]  # file about to be landed, files done, files in all
MEMORY_LIMIT = "2GB"
SMALL_BYTES = 8 * 2**20  # of a file on disk; more is worth all cores
MIDDLE_BYTES = 64 * 2**20  # up to which a file may be one object, which is one core's work
SMALL_MEMORY_LIMIT = "1GB"
BATCH_BYTES = SMALL_BYTES
BATCH_FILES = 1000
SETTLED_NS = 2_000_000_000  # a file changed this shortly before it was hashed may change again within one clock tick


@dataclass(frozen=True)
class _File:
    program_id: str
    source: SourceConfig
    path: Path | None  # None: it could not be had
    name: str
    trouble: str | None = None  # why it could not be had, or is an older copy


@dataclass(frozen=True)
class _Identified:
    file: _File
    sha256: str
    identity: str
    size: int = 0  # bytes
    same_as: str | None = None  # an earlier file of the source with the same content
    error: str | None = None  # why it could not be read

    @property
    def is_landed_here(self) -> bool:
        return self.same_as is None and self.error is None


def land(
    workspace_state: Path,
    programs: Sequence[ProgramConfig],
    key: IdentityKey,
    progress: Progress | None = None,
    *,
    now: dt.datetime | None = None,
    catalogue: Catalogue | None = None,
) -> LandingReport:
    """Land all exports of all programs; relative paths count from the folder that holds `workspace_state`.

    `now` (UTC, naive) is where the future begins: pass the later of the clock and the as-of date. What is wrong with
    a file is told in the report; nothing is raised for it.
    """
    catalogue = catalogue or read_catalogue()
    clock = now or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    folder = workspace_state / "landing"
    folder.mkdir(parents=True, exist_ok=True)
    _remove_scratch(folder)  # a crash may leave copies behind
    manifest = read_manifest(folder)
    files, missing, ignored = _discover(programs, workspace_state.parent, catalogue)
    forgotten = read_forgotten(workspace_state.parent)
    forgotten.require(key)
    shop = _Workshop(manifest, catalogue, key, clock, progress=progress, total=len(files))
    try:
        found = shop.land_all(files)
        longer = scrub(manifest, key, forgotten, catalogue)
        if longer is not forgotten:
            write_forgotten(workspace_state.parent, longer)
    except BaseException:  # what a stop cuts short keeps what has landed by then
        write_manifest(manifest)
        raise
    finally:
        _remove_scratch(folder)
    loads = [_told(one, manifest, clock, is_new=one.identity in shop.landed_now) for one in found]
    before, after = manifest.fingerprint, fingerprint_of(tuple(loads))
    manifest.fingerprint = after
    write_manifest(manifest)
    return LandingReport(tuple(loads), tuple(missing), after, before != after, tuple(ignored))


def _remove_scratch(folder: Path) -> None:
    for left in folder.glob("open-*"):
        shutil.rmtree(left, ignore_errors=True)


def _discover(
    programs: Sequence[ProgramConfig], workspace: Path, catalogue: Catalogue
) -> tuple[list[_File], list[MissingSource], list[str]]:
    files: list[_File] = []
    missing: list[MissingSource] = []
    ignored: list[str] = []
    for program in programs:
        for source in with_instances(program, catalogue):
            reason = undeclared(program, source, catalogue)
            if reason is None:
                found = brought(source, workspace)
                files += [_File(program.id, source, one.path, one.name, one.trouble) for one in found.files]
                ignored += found.ignored
                reason = "; ".join(found.reasons) or None
            if reason is not None:
                missing.append(MissingSource(program.id, source.name, source.connector, source.entity, reason))
    return files, missing, ignored


class _Workshop:
    """Lands what has not landed yet.

    Hashing goes ahead on a thread of its own. A small file is too little work for several cores, so small ones land
    side by side, each batch on one, batches being small files of one source; so do larger ones, each with all cores,
    which often it cannot use. A large file is landed where it stands, while no other large one is.
    """

    def __init__(
        self,
        manifest: Manifest,
        catalogue: Catalogue,
        key: IdentityKey,
        clock: dt.datetime,
        *,
        progress: Progress | None,
        total: int,
    ) -> None:
        self.manifest, self.catalogue, self.key, self.clock = manifest, catalogue, key, clock
        self.landed_now: set[str] = set()
        self.lost: dict[str, str] = {}  # by identity: gone between being hashed and being read
        self._progress, self._total, self._count = progress, total, itertools.count()
        self._own = threading.local()  # a connection per thread
        self._opened: list[duckdb.DuckDBPyConnection] = []
        self._fingerprints: dict[int, str] = {}

    def land_all(self, files: Sequence[_File]) -> list[_Identified]:
        """Every file with what it lands as; of files of one source with equal content the first is landed."""
        first: dict[tuple[str, str, str], str] = {}
        found: list[_Identified] = []
        cores = os.cpu_count() or 1
        hashing, small = ThreadPoolExecutor(1), ThreadPoolExecutor(cores)
        try:
            hashes = [hashing.submit(_sha256, file.path, self.manifest) if file.path else None for file in files]
            begun = []
            batch = _Batch()
            for file, hashed in zip(files, hashes, strict=True):
                one = self._identified(file, hashed, first)
                found.append(one)
                if not one.is_landed_here or _is_usable(self.manifest, one, self.clock):
                    next(self._count)
                    continue
                self.landed_now.add(one.identity)
                if one.size > MIDDLE_BYTES:
                    self._land([one], cores, MEMORY_LIMIT)
                elif one.size > SMALL_BYTES:
                    begun.append(small.submit(self._land, [one], cores))
                elif not batch.takes(one):
                    begun.append(small.submit(self._land, batch.files, 1))
                    batch = _Batch([one], one.size)
            if batch.files:
                begun.append(small.submit(self._land, batch.files, 1))
            for done in begun:
                done.result()
        finally:
            for pool in (hashing, small):
                pool.shutdown(wait=True, cancel_futures=True)
            for con in self._opened:
                con.close()
        return [replace(one, error=self.lost.get(one.identity, one.error)) for one in found]

    def _identified(
        self, file: _File, hashed: Future[tuple[str, int]] | None, first: dict[tuple[str, str, str], str]
    ) -> _Identified:
        try:
            if hashed is None:
                return _unread(file, file.trouble or "it could not be had")
            sha256, size = hashed.result()
        except OSError as error:
            return _unread(file, unread(error).at(file.name).reason)
        if id(file.source) not in self._fingerprints:
            fingerprint = contract_fingerprint(file.program_id, file.source, self.catalogue, self.key.id)
            self._fingerprints[id(file.source)] = fingerprint
        identity = f"{sha256[:16]}-{self._fingerprints[id(file.source)]}"
        same_as = first.setdefault((file.program_id, file.source.name, identity), file.name)
        return _Identified(file, sha256, identity, size, same_as=None if same_as == file.name else same_as)

    def _land(self, batch: Sequence[_Identified], threads: int, memory: str = SMALL_MEMORY_LIMIT) -> None:
        folder = self.manifest.folder
        if not hasattr(self._own, "con"):
            self._own.scratch = folder / f"open-{threading.get_ident()}"
            self._own.scratch.mkdir()
            spill = folder / f"spill-{threading.get_ident()}"  # two databases would share its files
            self._own.con = _connect(spill, self.key)
            self._opened.append(self._own.con)
        self._own.con.execute(f"set threads = {threads}")
        self._own.con.execute(f"set memory_limit = '{memory}'")
        jobs = []
        for one in batch:
            if self._progress:
                self._progress(one.file.name, next(self._count), self._total)
            file, identity, scratch = one.file, one.identity, self._own.scratch
            assert file.path is not None  # noqa: S101  it was hashed
            jobs.append(Job(file.path, file.name, file.program_id, file.source, identity, folder, scratch, self.clock))
        landed = land_together(self._own.con, jobs, self.catalogue) if len(jobs) > 1 else {}
        for job in jobs:
            try:
                outcome = landed.get(job.identity) or land_file(self._own.con, job, self.catalogue)
            except OSError as error:
                if is_at_fault(error):
                    raise
                self.lost[job.identity] = unread(error).at(job.file).reason
            else:
                self.manifest.landed[job.identity] = outcome


def _unread(file: _File, reason: str) -> _Identified:
    return _Identified(file, "", f"unread-{hashlib.sha256(file.name.encode()).hexdigest()[:8]}", error=reason)


@dataclass
class _Batch:
    """Small files of one source that are landed together."""

    files: list[_Identified] = field(default_factory=list)
    size: int = 0  # bytes

    def takes(self, one: _Identified) -> bool:
        """Adds the file, unless the batch is full or of another source."""
        if self.files and (
            self.files[0].file.source is not one.file.source
            or self.size + one.size > BATCH_BYTES
            or len(self.files) >= BATCH_FILES
        ):
            return False
        self.files.append(one)
        self.size += one.size
        return True


def _connect(spill: Path, key: IdentityKey) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    con.execute("set temp_directory = ?", [str(spill)])
    # DuckDB guesses a CSV at a few dozen rows; left alone it would build its joins on the file, not on the keys
    con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    install_key(con, key)
    return con


def _is_usable(manifest: Manifest, one: _Identified, clock: dt.datetime) -> bool:
    entry = manifest.landed.get(one.identity)
    if entry is None or not is_whole(manifest, entry):
        return False
    # names tell what some exports hold and of which day they are: a refused file may be fine once it is renamed
    if entry.status == "rejected" and entry.file != one.file.name:
        return False
    return entry.future_until is None or clock < dt.datetime.fromisoformat(entry.future_until)


def _told(one: _Identified, manifest: Manifest, clock: dt.datetime, *, is_new: bool) -> FileLoad:
    file = one.file
    if one.error is not None:  # found, but it may not be read, or is gone since
        landed_at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat()
        entry = Landed(file.name, [], None, 0, 0, 0, "rejected", one.error, landed_at)
    else:
        entry = manifest.landed[one.identity]
    parts = tuple(
        Part(
            part["target"],
            manifest.folder / part["parquet"],
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


def _sha256(path: Path, manifest: Manifest) -> tuple[str, int]:
    """Hash of the content, and its bytes; remembered while size, times and inode stay."""
    stat = path.stat()
    mark = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    known = manifest.hashes.get(str(path))
    if known and known[:-1] == mark:
        return str(known[-1]), stat.st_size
    if stat.st_size <= SMALL_BYTES:  # a buffer for a stream would cost more than most files
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    else:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    with suppress(KeyError):
        del manifest.hashes[str(path)]
    now_ns = int(dt.datetime.now(dt.UTC).timestamp() * 1e9)
    if now_ns - max(stat.st_mtime_ns, stat.st_ctime_ns) > SETTLED_NS:
        manifest.hashes[str(path)] = [*mark, digest]
    return digest, stat.st_size
