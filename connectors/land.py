"""Landing: every export file of every source to typed, pseudonymous Parquet, once per content and contract.

Files are kept in `<state>/landing/` and never changed; only those of files present now are used.
"""

import datetime as dt
import itertools
import os
import shutil
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from connectors.attach import attach
from connectors.catalogue import Catalogue, read_catalogue, undeclared
from connectors.collect_seldom import collected_seldom
from connectors.contract import ProgramConfig
from connectors.discover import brought
from connectors.forgotten import read_forgotten, write_forgotten
from connectors.found import FoundFile, Identified, told, unreadable
from connectors.hash_ahead import Hashed, hashed_ahead
from connectors.identity import IdentityKey, install_key
from connectors.instance import with_instances
from connectors.land_batch import land_together
from connectors.land_file import Job, contract_fingerprint, land_file
from connectors.machine import is_at_fault
from connectors.manifest import Manifest, is_whole, read_manifest, write_manifest
from connectors.problem import unread
from connectors.report import FileLoad, LandingReport, MissingSource, RejectedRow, fingerprint_of
from connectors.scrub import scrub
from connectors.source_views import build_sources

__all__ = ["FileLoad", "LandingReport", "RejectedRow", "attach", "build_sources", "land"]

Progress = Callable[[str, int, int], None]  # file about to be landed, files done, files in all
MEMORY_LIMIT = "2GB"
SMALL_BYTES = 8 * 2**20  # of a file on disk; more is worth all cores
MIDDLE_BYTES = 64 * 2**20  # up to which a file may be one object, which is one core's work
MIDDLE_AT_ONCE = 4  # one takes up to 1 GB
SMALL_MEMORY_LIMIT = "1GB"
BATCH_BYTES = SMALL_BYTES
BATCH_FILES = 2500
WAITING = 4  # batches for every core, with the contents of their files


@collected_seldom()
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
    paths: dict[str, Path] = {}
    loads = [told(one, manifest, clock, paths, is_new=one.identity in shop.landed_now) for one in found]
    before, after = manifest.fingerprint, fingerprint_of(tuple(loads))
    manifest.fingerprint = after
    write_manifest(manifest)
    return LandingReport(tuple(loads), tuple(missing), after, before != after, tuple(ignored))


def _remove_scratch(folder: Path) -> None:
    for left in folder.glob("open-*"):
        shutil.rmtree(left, ignore_errors=True)


def _discover(
    programs: Sequence[ProgramConfig], workspace: Path, catalogue: Catalogue
) -> tuple[list[FoundFile], list[MissingSource], list[str]]:
    files: list[FoundFile] = []
    missing: list[MissingSource] = []
    ignored: list[str] = []
    for program in programs:
        for source in with_instances(program, catalogue):
            reason = undeclared(program, source, catalogue)
            if reason is None:
                found = brought(source, workspace)
                files += [FoundFile(program.id, source, one.path, one.name, one.trouble) for one in found.files]
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
        self._middle = threading.BoundedSemaphore(MIDDLE_AT_ONCE)

    def land_all(self, files: Sequence[FoundFile]) -> list[Identified]:
        """Every file with what it lands as; of files of one source with equal content the first is landed."""
        first: dict[tuple[str, str, str], str] = {}
        found: list[Identified] = []
        cores = os.cpu_count() or 1
        hashing, small = ThreadPoolExecutor(1), ThreadPoolExecutor(cores)
        try:
            hashes = hashed_ahead([file.path for file in files if file.path], self.manifest, hashing)
            begun: deque[Future[None]] = deque()

            def begin(batch: _Batch, threads: int) -> None:
                if len(begun) >= WAITING * cores:
                    begun.popleft().result()
                begun.append(small.submit(self._land_begun, batch, threads))

            batch = _Batch()
            for file in files:
                hashed = next(hashes) if file.path else None
                one = self._identified(file, hashed, first)
                found.append(one)
                if not one.is_landed_here or _is_usable(self.manifest, one, self.clock):
                    next(self._count)
                    continue
                self.landed_now.add(one.identity)
                content = hashed.content if isinstance(hashed, Hashed) else None
                if one.size > MIDDLE_BYTES:
                    self._land(_Batch([one], [content]), cores, MEMORY_LIMIT)
                elif one.size > SMALL_BYTES:
                    begin(_Batch([one], [content], one.size), cores)
                elif not batch.takes(one, content):
                    begin(batch, 1)
                    batch = _Batch()
                    batch.takes(one, content)
            if batch.files:
                begin(batch, 1)
            for done in begun:
                done.result()
        finally:
            for pool in (hashing, small):
                pool.shutdown(wait=True, cancel_futures=True)
            for con in self._opened:
                con.close()
        return [replace(one, error=self.lost[one.identity]) if one.identity in self.lost else one for one in found]

    def _identified(
        self, file: FoundFile, hashed: Hashed | OSError | None, first: dict[tuple[str, str, str], str]
    ) -> Identified:
        if hashed is None:
            return unreadable(file, file.trouble or "it could not be had")
        if isinstance(hashed, OSError):
            return unreadable(file, unread(hashed).at(file.name).reason)
        if id(file.source) not in self._fingerprints:
            fingerprint = contract_fingerprint(file.program_id, file.source, self.catalogue, self.key.id)
            self._fingerprints[id(file.source)] = fingerprint
        identity = f"{hashed.sha256[:16]}-{self._fingerprints[id(file.source)]}"
        same_as: str | None = first.setdefault((file.program_id, file.source.name, identity), file.name)
        same_as = None if same_as == file.name else same_as
        return Identified(file, hashed.sha256, identity, hashed.size, same_as)

    def _land_begun(self, batch: "_Batch", threads: int) -> None:
        with self._middle if batch.size > SMALL_BYTES else nullcontext():
            self._land(batch, threads)

    def _land(self, batch: "_Batch", threads: int, memory: str = SMALL_MEMORY_LIMIT) -> None:
        folder = self.manifest.folder
        if not hasattr(self._own, "con"):
            self._own.scratch = folder / f"open-{threading.get_ident()}"
            self._own.scratch.mkdir()
            spill = folder / f"spill-{threading.get_ident()}"  # two databases would share its files
            self._own.con = _connect(spill, self.key)
            self._own.room = None
            self._opened.append(self._own.con)
        if self._own.room != (threads, memory):  # to set it, even as it is, takes longer than a small file
            self._own.con.execute(f"set threads = {threads}")
            self._own.con.execute(f"set memory_limit = '{memory}'")
            self._own.room = threads, memory
        jobs = []
        for one, content in zip(batch.files, batch.contents, strict=True):
            if self._progress:
                self._progress(one.file.name, next(self._count), self._total)
            file, identity, scratch = one.file, one.identity, self._own.scratch
            assert file.path is not None  # noqa: S101  it was hashed
            jobs.append(
                Job(file.path, file.name, file.program_id, file.source, identity, folder, scratch, self.clock, content)
            )
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


@dataclass
class _Batch:
    """Small files of one source that are landed together."""

    files: list[Identified] = field(default_factory=list)
    contents: list[bytes | None] = field(default_factory=list)
    size: int = 0  # bytes

    def takes(self, one: Identified, content: bytes | None) -> bool:
        """Adds the file, unless the batch is full or of another source."""
        if self.files and (
            self.files[0].file.source is not one.file.source
            or self.size + one.size > BATCH_BYTES
            or len(self.files) >= BATCH_FILES
        ):
            return False
        self.files.append(one)
        self.contents.append(content)
        self.size += one.size
        return True


def _connect(spill: Path, key: IdentityKey) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    con.execute("set temp_directory = ?", [str(spill)])
    # DuckDB guesses a CSV at a few dozen rows; left alone it would build its joins on the file, not on the keys
    con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    install_key(con, key)
    return con


def _is_usable(manifest: Manifest, one: Identified, clock: dt.datetime) -> bool:
    entry = manifest.landed.get(one.identity)
    if entry is None or not is_whole(manifest, entry):
        return False
    # names tell what some exports hold and of which day they are: a refused file may be fine once it is renamed
    if entry.status == "rejected" and entry.file != one.file.name:
        return False
    return entry.future_until is None or clock < dt.datetime.fromisoformat(entry.future_until)
