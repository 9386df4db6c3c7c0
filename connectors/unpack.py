"""Unpacks an archive of exports into the source's cache, entry by entry; what may not be unpacked is told by name.

No entry decides where it is written: it lands under a name of ours, so none can climb out; one that tries is refused.
"""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from connectors.discover import is_archive, is_export, is_hidden
from connectors.durable import sync_all
from connectors.fetch_cache import Cache
from connectors.fetched import Brought, Fetched
from connectors.machine import is_at_fault
from connectors.problem import UnusableExport, unread

CHUNK = 1 << 20  # bytes
GB = 10**9
MOST_ENTRIES = 100_000
LEGAL = "a file of exports with a plain relative name"
PACKED = (b"PK\x03\x04", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")


@dataclass(frozen=True)
class _Entry:
    name: str
    size: int  # bytes, as the archive says
    open: Callable[[], IO[bytes]]
    refusal: str | None = None


def unpack(archive: Path, shown: str, cache: Cache, limit_gb: float) -> Brought:
    """The exports inside, named `<archive>!/<entry>`. An archive that was unpacked before is not unpacked again.

    An archive of more than `limit_gb` GB or 100,000 files is refused whole, before that much is written.
    """
    try:
        status = archive.stat()
        mark = f"{status.st_size} {status.st_mtime_ns} {status.st_ino} {limit_gb}"
        known = _unpacked_before(cache, shown, mark)
        if known is None:
            known = _unpack(archive, shown, mark, cache, limit_gb)
            sync_all([cache.folder / file for _, file, _ in known if file])
            cache.unpacked[shown] = (mark, known)
    except OSError as error:
        if is_at_fault(error):
            raise
        return _nothing(shown, unread(error))
    except UnusableExport as error:
        return _nothing(shown, error)
    files = [
        Fetched(cache.folder / file if file else None, f"{shown}!/{name}", trouble)
        for name, file, trouble in known
        if file or trouble
    ]
    ignored = [f"{shown}!/{name}" for name, file, trouble in known if not file and not trouble]
    if not files:
        return _nothing(shown, UnusableExport("the archive holds no export", "CSV, JSON, Parquet or XLSX files inside",
                                              "export it again"))  # fmt: skip
    return Brought(tuple(files), tuple(ignored))


def _nothing(shown: str, error: UnusableExport) -> Brought:
    return Brought((Fetched(None, shown, error.at(shown).reason),))


def _unpacked_before(cache: Cache, shown: str, mark: str) -> list[list[str | None]] | None:
    before, entries = cache.unpacked.get(shown, ("", []))
    if before != mark or not all((cache.folder / file).is_file() for _, file, _ in entries if file):
        return None
    cache.used.update(file for _, file, _ in entries if file)
    return entries


def _unpack(archive: Path, shown: str, mark: str, cache: Cache, limit_gb: float) -> list[list[str | None]]:
    """Per entry its name, its file in the cache if it was unpacked, and why it was refused if it was."""
    left = int(limit_gb * GB)
    unpacked: list[list[str | None]] = []
    try:
        with _opened(archive, limit_gb) as entries:
            last = Counter(entry.name for entry in entries)
            for entry in entries:
                last[entry.name] -= 1
                refusal = _climbing(entry.name)
                if refusal is None and _is_of_no_user(entry.name):
                    continue
                refusal = refusal or entry.refusal or _refused_name(entry.name)
                if refusal is None and last[entry.name]:
                    refusal = (
                        "the archive holds this name again further on, and the last of them is used; "
                        "legal: each name once; pack it anew"
                    )
                if refusal is not None:
                    unpacked.append([_printable(entry.name), None, refusal])
                    continue
                if not is_export(entry.name):
                    unpacked.append([entry.name, None, None])
                    continue
                with cache.part(f"{shown}!/{entry.name}") as part:
                    try:
                        written = _write(entry, part, left, limit_gb)
                    except _Spoiled as error:
                        unpacked.append([entry.name, None, str(error)])
                        continue
                    left -= written
                    target = cache.place(f"{shown}!/{entry.name}", mark, entry.name)
                    part.replace(target)
                    cache.used.add(target.name)
                    unpacked.append([entry.name, target.name, None])
    except UnusableExport:
        cache.used.difference_update(file for _, file, _ in unpacked if file)
        raise
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
        first = str(error).partition("\n")[0].rstrip(":")  # tarfile tells each method it tried on a line
        raise UnusableExport(
            f"the archive is damaged or cut off ({first})", "a whole .zip, .tar or .tar.gz", "download it again"
        ) from None
    return unpacked


class _Spoiled(Exception):
    """One entry cannot be unpacked; the others can."""


def _write(entry: _Entry, part: Path, left: int, limit_gb: float) -> int:
    """Writes the entry and gives its bytes; counts what really comes out, whatever the archive says of itself."""
    written = 0
    try:
        with entry.open() as packed, part.open("wb") as plain:
            while chunk := packed.read(CHUNK):
                if not written and chunk.startswith(PACKED) and not _is_workbook(entry.name):
                    raise _Spoiled("an archive inside an archive is not opened; legal: exports; unpack it first")
                written += len(chunk)
                if written > left:
                    raise _too_large(limit_gb)
                plain.write(chunk)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise _Spoiled(f"the entry is damaged ({error}); legal: a whole file; pack it anew") from None
    return written


def _too_large(limit_gb: float) -> UnusableExport:
    return UnusableExport(
        f"the archive unpacks to more than {limit_gb:g} GB",
        f"at most {limit_gb:g} GB an archive, so that none can fill the disk",
        "unpack it yourself, or raise `unpack_limit_gb:` of the source",
    )


def _is_workbook(name: str) -> bool:
    return name.lower().endswith(".xlsx")


def _is_of_no_user(name: str) -> bool:
    return any(is_hidden(part) or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _climbing(name: str) -> str | None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or name[1:2] == ":" or ".." in path.parts:
        return f"the name leads out of the archive, so the entry is refused; legal: {LEGAL}; pack it anew"
    return None


def _refused_name(name: str) -> str | None:
    if is_archive(name):
        return "an archive inside an archive is not opened; legal: exports; unpack it first"
    if any(ord(letter) < 32 for letter in name):
        return f"the name holds control characters; legal: {LEGAL}; rename it"
    return None


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)


@contextmanager
def _opened(archive: Path, limit_gb: float) -> Iterator[list[_Entry]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            yield _counted((_zip_entry(opened, info) for info in opened.infolist() if not info.is_dir()), limit_gb)
        return
    with tarfile.open(archive, "r:*") as tar:
        yield _counted((_tar_entry(tar, member) for member in tar if not member.isdir()), limit_gb)


def _counted(entries: Iterable[_Entry], limit_gb: float) -> list[_Entry]:
    """The list of entries, read no further than the limits: the next entry of a packed tar lies behind its content."""
    found: list[_Entry] = []
    size = 0
    for entry in entries:
        size += entry.size
        if size > limit_gb * GB:
            raise _too_large(limit_gb)
        if len(found) == MOST_ENTRIES:
            raise UnusableExport(
                f"the archive holds more than {MOST_ENTRIES:,} files", f"at most {MOST_ENTRIES:,}", "unpack it yourself"
            )
        found.append(entry)
    return found


def _zip_entry(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Entry:
    refusal = None
    if stat.S_ISLNK(info.external_attr >> 16):
        refusal = "the entry is a link; legal: a file; pack what it leads to"
    elif info.flag_bits & 1:
        refusal = "the entry is encrypted; legal: no password; unpack it with its password first"
    return _Entry(info.filename, info.file_size, lambda: opened.open(info), refusal)


def _tar_entry(tar: tarfile.TarFile, member: tarfile.TarInfo) -> _Entry:
    refusal = None
    if member.issym() or member.islnk():
        refusal = "the entry is a link; legal: a file; pack what it leads to"
    elif not member.isfile():
        refusal = "the entry is a pipe or device; legal: a file; pack it anew"

    def opened() -> IO[bytes]:
        content = tar.extractfile(member)
        assert content is not None  # noqa: S101  it is a file
        return content

    return _Entry(member.name, member.size if member.isfile() else 0, opened, refusal)
