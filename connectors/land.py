"""Landing: every export file of every source to typed, pseudonymous Parquet, once per content and contract.

Files are kept in `<state>/landing/` and never changed; only those of files present now are used.
"""

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.attach import attach
from connectors.catalogue import TABLE, Catalogue, read_catalogue
from connectors.contract import ProgramConfig, SourceConfig
from connectors.discover import find_files, shown
from connectors.identity import IdentityKey, install_key
from connectors.instance import with_instances
from connectors.land_file import Job, contract_fingerprint, land_file
from connectors.manifest import Landed, Manifest, is_whole, read_manifest, write_manifest
from connectors.problem import unread
from connectors.report import FileLoad, LandingReport, MissingSource, Part, RejectedRow, fingerprint_of
from connectors.source_views import build_sources

__all__ = ["FileLoad", "LandingReport", "RejectedRow", "attach", "build_sources", "land"]

Progress = Callable[[str, int, int], None]  # file about to be landed, files done, files in all
MEMORY_LIMIT = "2GB"
SETTLED_NS = 2_000_000_000  # a file changed this shortly before it was hashed may change again within one clock tick


@dataclass(frozen=True)
class _File:
    program_id: str
    source: SourceConfig
    path: Path
    name: str


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
    for left in folder.glob("open-*"):  # a crash may leave unpacked copies behind
        shutil.rmtree(left, ignore_errors=True)
    manifest = read_manifest(folder)
    files, missing, ignored = _discover(programs, workspace_state.parent, catalogue)
    loads: list[FileLoad] = []
    used: dict[tuple[str, str, str], str] = {}
    con = _connect(folder, key)
    try:
        # hashing takes one core, which the file before leaves idle now and then
        with ThreadPoolExecutor(1) as ahead:
            hashes = [ahead.submit(_sha256, file.path, manifest) for file in files]
            for number, (file, sha256) in enumerate(zip(files, hashes, strict=True)):
                if progress:
                    progress(file.name, number, len(files))
                loads.append(
                    _load(con, file, sha256, manifest=manifest, catalogue=catalogue, key=key, clock=clock, used=used)
                )
    finally:
        con.close()
        before, after = manifest.fingerprint, fingerprint_of(tuple(loads))
        if len(loads) == len(files):
            manifest.fingerprint = after
        write_manifest(manifest)
    return LandingReport(tuple(loads), tuple(missing), after, before != after, tuple(ignored))


def _discover(
    programs: Sequence[ProgramConfig], workspace: Path, catalogue: Catalogue
) -> tuple[list[_File], list[MissingSource], list[str]]:
    files: list[_File] = []
    missing: list[MissingSource] = []
    ignored: list[str] = []
    for program in programs:
        for source in with_instances(program, catalogue):
            reason = undeclared(source, catalogue)
            if reason is None:
                found = find_files(source, workspace)
                files += [_File(program.id, source, path, shown(path, workspace)) for path in found.files]
                ignored += [shown(path, workspace) for path in found.ignored]
                reason = "; ".join(found.reasons) or None
            if reason is not None:
                missing.append(MissingSource(program.id, source.name, source.connector, source.entity, reason))
    return files, missing, ignored


def undeclared(source: SourceConfig, catalogue: Catalogue) -> str | None:
    """Why a source names something that is not declared, or None."""
    if source.connector not in catalogue.connectors:
        return f"there is no connector '{source.connector}'; legal: {', '.join(catalogue.connectors)}"
    if source.connector == TABLE and source.entity not in catalogue.entities:
        return f"there is no entity '{source.entity}'; legal: {', '.join(catalogue.entities)}; add `entity:`"
    return None


def _connect(folder: Path, key: IdentityKey) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    con.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    con.execute("set temp_directory = ?", [str(folder / "spill")])
    # DuckDB guesses a CSV at a few dozen rows; left alone it would build its joins on the file, not on the keys
    con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    install_key(con, key)
    return con


def _load(
    con: duckdb.DuckDBPyConnection,
    file: _File,
    hashed: Future[str],
    *,
    manifest: Manifest,
    catalogue: Catalogue,
    key: IdentityKey,
    clock: dt.datetime,
    used: dict[tuple[str, str, str], str],
) -> FileLoad:
    try:
        sha256 = hashed.result()
    except OSError as error:
        return _unread(file, error)
    identity = f"{sha256[:16]}-{contract_fingerprint(file.program_id, file.source, catalogue, key.id)}"
    first = used.setdefault((file.program_id, file.source.name, identity), file.name)
    entry = manifest.landed.get(identity)
    is_new = False
    if first == file.name and not _is_usable(manifest, entry, clock):
        job = Job(file.path, file.name, file.program_id, file.source, identity, manifest.folder, clock)
        entry = manifest.landed[identity] = land_file(con, job, catalogue)
        is_new = True
    assert entry is not None  # noqa: S101 - landed just now, or by the file it equals
    same_as = None if first == file.name else first
    return _told(file, entry, sha256=sha256, identity=identity, folder=manifest.folder, is_new=is_new, same_as=same_as)


def _unread(file: _File, error: OSError) -> FileLoad:
    """A file that was found but may not be read, or is gone since."""
    return FileLoad(
        file=file.name,
        sha256="",
        connector=file.source.connector,
        program_id=file.program_id,
        source=file.source.name,
        entity=file.source.entity,
        instance=file.source.instance,
        parts=(),
        rows_read=0,
        rows_loaded=0,
        rows_rejected=0,
        landed_at=dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat(),
        status="rejected",
        reason=unread(error).at(file.name).reason,
        is_new=True,
        rejected=None,
        identity=f"unread-{hashlib.sha256(file.name.encode()).hexdigest()[:8]}",
    )


def _is_usable(manifest: Manifest, entry: Landed | None, clock: dt.datetime) -> bool:
    if entry is None or not is_whole(manifest, entry):
        return False
    return entry.future_until is None or clock < dt.datetime.fromisoformat(entry.future_until)


def _told(
    file: _File,
    entry: Landed,
    *,
    sha256: str,
    identity: str,
    folder: Path,
    is_new: bool,
    same_as: str | None,
) -> FileLoad:
    parts = tuple(
        Part(part["target"], folder / part["parquet"], tuple(part["columns"]), part.get("has_distinct_keys", False))
        for part in entry.parts
    )
    reason = entry.reason
    if same_as:
        reason = f"same content as {same_as}, counted once" + (f"; {reason}" if reason else "")
    return FileLoad(
        file=file.name,
        sha256=sha256,
        connector=file.source.connector,
        program_id=file.program_id,
        source=file.source.name,
        entity=file.source.entity,
        instance=file.source.instance,
        parts=() if same_as else parts,
        rows_read=entry.rows_read,
        rows_loaded=entry.rows_loaded,
        rows_rejected=entry.rows_rejected,
        landed_at=entry.landed_at,
        status=entry.status,
        reason=reason,
        is_new=is_new,
        rejected=folder / entry.rejected if entry.rejected else None,
        identity=identity,
        same_as=same_as,
    )


def _sha256(path: Path, manifest: Manifest) -> str:
    """Hash of the content; remembered while size, times and inode stay."""
    stat = path.stat()
    mark = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    known = manifest.hashes.get(str(path))
    if known and known[:-1] == mark:
        return str(known[-1])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with suppress(KeyError):
        del manifest.hashes[str(path)]
    now_ns = int(dt.datetime.now(dt.UTC).timestamp() * 1e9)
    if now_ns - max(stat.st_mtime_ns, stat.st_ctime_ns) > SETTLED_NS:
        manifest.hashes[str(path)] = [*mark, digest]
    return digest
