"""Hashes exports ahead of their landing, on a thread of its own; of a small one the content is handed on.

Files are taken some at a time: to hand a small one from thread to thread takes longer than to hash it.
"""

import hashlib
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from connectors.manifest import Manifest
from connectors.open_export import CHUNK

AHEAD = 4  # times some files
SOME_FILES = 100
SOME_BYTES = 8 * CHUNK
SETTLED_NS = 2_000_000_000  # a file changed this shortly before it was hashed may change again within one clock tick


@dataclass(frozen=True)
class Hashed:
    """What a file held when it was read; `content` is all of a small one that was read now."""

    sha256: str
    size: int  # bytes
    content: bytes | None = field(default=None, repr=False)


def hashed_ahead(paths: Sequence[Path], manifest: Manifest, thread: ThreadPoolExecutor) -> Iterator[Hashed | OSError]:
    """What each file holds, in their order, or why it cannot be read; some files are read before they are asked for.

    Hashes are remembered in the manifest, each while size, times and inode of its file stay.
    """
    left = iter(paths)

    def some() -> list[Hashed | OSError]:
        taken: list[Hashed | OSError] = []
        size = 0
        for path in left:
            try:
                one = _hashed(path, manifest)
                size += one.size
                taken.append(one)
            except OSError as error:
                taken.append(error)
            if len(taken) >= SOME_FILES or size >= SOME_BYTES:
                break
        return taken

    ahead = deque(thread.submit(some) for _ in range(AHEAD))
    while taken := ahead.popleft().result():
        ahead.append(thread.submit(some))
        yield from taken


def _hashed(path: Path, manifest: Manifest) -> Hashed:
    name = str(path)
    stat = os.stat(name)  # noqa: PTH116 - many times faster, of many thousand files
    mark = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    known = manifest.hashes.get(name)
    if known and known[:-1] == mark:
        return Hashed(str(known[-1]), stat.st_size)
    if stat.st_size < CHUNK:
        content = _read(name, stat.st_size)
        digest = hashlib.sha256(content).hexdigest()
    else:
        content = None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest.hashes.pop(name, None)
    if time.time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns) > SETTLED_NS:
        manifest.hashes[name] = [*mark, digest]
    return Hashed(digest, stat.st_size, content)


def _read(name: str, size: int) -> bytes:
    """All of a small file: what a buffered one would cost on top is more than reading it."""
    descriptor = os.open(name, os.O_RDONLY)
    try:
        content = os.read(descriptor, size + 1)
    finally:
        os.close(descriptor)
    return content if len(content) == size else Path(name).read_bytes()
