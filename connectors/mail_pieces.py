"""Cuts a file of mail into its messages: an mbox at its `From ` lines, any other file is one message.

The file is looked at through the system's page cache, and one message at a time is copied out of it, so that memory
follows the largest message and not the file.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 1 << 27  # of one message: more than any mail server delivers
FORGET_BYTES = 1 << 26
LOOKED_AT = 1 << 16
FIRST = re.compile(rb"(?:\xef\xbb\xbf)?\s*(From [^\r\n]*)(?:\r\n|\n|\r)")
# a line of a body may begin with From as well: only one with a time, above a header, opens a message
OPENING = re.compile(rb"(From [^\r\n]{0,500}?[0-9]:[0-9]{2}[^\r\n]{0,80})(?:\r\n|\n|\r)(?=>?From |[!-9;-~]{1,200}:)")
QUOTED = re.compile(rb"(?m)^>(>*From )")


@dataclass(frozen=True)
class Piece:
    """One message. `offset`: bytes before it in the file; `envelope`: its `From ` line; `content` None: too large."""

    number: int
    offset: int
    size: int
    content: bytes | None
    envelope: bytes = b""


def pieces(path: Path, *, is_one: bool = False) -> Iterator[Piece]:
    """The messages of a file that is not empty, in its order. `is_one`: one alone, unless a `From ` line begins it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        forgotten = 0
        for number, (offset, start, end, envelope) in enumerate(_places(content, is_one), start=1):
            if end - start > MOST_BYTES:
                yield Piece(number, offset, end - start, None, envelope)
                continue
            message = content[start:end]
            if envelope and b">From " in message:
                message = QUOTED.sub(rb"\1", message)
            yield Piece(number, offset, end - start, message, envelope)
            if end - forgotten > FORGET_BYTES and hasattr(mmap, "MADV_DONTNEED"):
                content.madvise(mmap.MADV_DONTNEED, 0, end - end % mmap.PAGESIZE)
                forgotten = end


def _places(content: mmap.mmap, is_one: bool) -> Iterator[tuple[int, int, int, bytes]]:
    """Of each message where it and its text begin, where it ends, and its `From ` line."""
    head = content[:LOOKED_AT]
    first = FIRST.match(head)
    if first is None and (is_one or not any(_openings(head, 0))):
        yield 0, 0, len(content), b""
        return
    offset, start, envelope = 0, first.end() if first else 0, first[1] if first else b""
    for opening in _openings(content, start):
        yield offset, start, opening.start(), envelope
        offset, start, envelope = opening.start(), opening.end(), opening[1]
    yield offset, start, len(content), envelope


def _openings(content: bytes | mmap.mmap, start: int) -> Iterator[re.Match[bytes]]:
    for opening in OPENING.finditer(content, start):
        # to ask for the line's beginning in the pattern takes five times as long
        if opening.start() and content[opening.start() - 1] in b"\r\n":
            yield opening
