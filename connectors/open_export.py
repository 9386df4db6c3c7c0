"""Opens an export file: unpacks, decodes, and finds out what kind of file it is, from its bytes first.

DuckDB then reads a plain UTF-8 file. It would read gzip by itself, but takes a truncated one for a short one.
"""

import codecs
import csv
import gzip
import io
import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Literal

from connectors.contract import SourceConfig
from connectors.problem import UnusableExport
from connectors.read_mail import SUFFIXES as MAIL_SUFFIXES
from connectors.read_mail import looks_like_mail, messages_as_json
from connectors.read_workbook import sheet_as_csv

CHUNK = 1 << 20  # bytes; the first such must hold the header
DELIMITERS = (",", ";", "\t", "|")
LONGEST_NAME = 1000
MOST_COLUMNS = 16_384
NAMED = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
JSON_SUFFIXES = {".json", ".ndjson", ".jsonl"}
TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}
OUTLOOK_SUFFIXES = {".msg", ".pst", ".ost"}
LIKE_JSON = re.compile(rb'(\[\s*)?\{\s*"')  # no header of a CSV begins so
SUFFIXES = JSON_SUFFIXES | MAIL_SUFFIXES | {".csv", ".tsv", ".parquet", ".xlsx"}

Kind = Literal["csv", "json", "parquet"]
JsonFormat = Literal["array", "newline_delimited", "unstructured"]


@dataclass(frozen=True)
class Export:
    """A file DuckDB can read, and what had to be found out for that."""

    kind: Kind
    path: Path
    headers: tuple[str, ...] = ()  # csv
    delimiter: str = ","  # csv
    lines_above: int = 0  # csv: blank lines above the header
    content: bytes | None = field(default=None, repr=False)  # csv: all of a small one
    json_format: JsonFormat = "array"
    longest_line: int | None = None  # json: no line has more bytes, where that is known
    is_mail: bool = False  # json: a record per message


def open_export(
    path: Path, config: SourceConfig, copy: Path, head_only: bool = False, content: bytes | None = None
) -> Export:
    """Open `path`; where an unpacked or decoded copy is needed, it is written beside `copy`, whose name begins its.

    With `head_only` a copy of a table may hold just its beginning. `content`: all of a file of less than CHUNK bytes,
    where it is known. Raises UnusableExport.
    """
    head = _head(path) if content is None else content
    if not head:
        raise UnusableExport("the file is empty (0 bytes)", "at least a header", "export it again")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if head.startswith(b"\x1f\x8b"):
        wanted = CHUNK if head_only and not JSON_SUFFIXES & set(suffixes) else None
        path = _unpacked(path, copy, wanted)
        suffixes = [suffix for suffix in suffixes if suffix != ".gz"]
        head = _head(path)
        if not head:
            raise UnusableExport("the file is empty once unpacked", "at least a header", "export it again")
    elif suffixes[-1:] == [".gz"]:
        # a browser may have unpacked it and kept the name, which DuckDB would go by
        plain = _named(copy, "plain")
        plain.symlink_to(path.resolve())
        path, suffixes = plain, suffixes[:-1]
    suffix = suffixes[-1] if suffixes else ""
    if head.startswith(b"PAR1"):
        return Export("parquet", path)
    if suffix in OUTLOOK_SUFFIXES:
        raise UnusableExport(
            f"{suffix} is a format of Outlook's own, which is not opened",
            "mail as mbox or EML",
            "export the folder as EML or mbox; Thunderbird, Purview and Google Vault can",
        )
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        sheet = sheet_as_csv(path, config.sheet, _named(copy, "sheet.csv"))
        return _read_header(sheet, _head(sheet), ",")
    if suffix in (".parquet", ".xlsx"):
        raise UnusableExport(
            f"the name ends in {suffix}, the content is something else",
            "a file whose content is what its name says",
            "download it again; it may be cut off or an error page",
        )
    if suffix not in TEXT_SUFFIXES | JSON_SUFFIXES and looks_like_mail(head, suffix):
        target = _named(copy, "messages.json")
        messages = messages_as_json(path, target, is_one=suffix == ".eml", head_only=head_only)
        return Export("json", messages, json_format="newline_delimited", is_mail=True)
    if suffix in MAIL_SUFFIXES:
        raise UnusableExport(
            f"the name ends in {suffix}, but the file does not begin like mail",
            "an mbox whose first line begins with `From `, or a message that begins with its headers",
            "export it again as mbox or EML",
        )
    decoded = _decoded(path, head, config, copy, head_only)
    return _text_export(decoded, head if decoded == path else _head(decoded), suffix, config)


def _head(path: Path) -> bytes:
    """The beginning of a file, which of most files is all of it: read once, looked at by many."""
    with path.open("rb") as file:
        # asked for more than there is, Python would make room for it first
        return file.read(min(CHUNK, os.fstat(file.fileno()).st_size))


def _named(copy: Path, what: str) -> Path:
    return copy.with_name(f"{copy.name}-{what}")


def _text_export(path: Path, whole_head: bytes, suffix: str, config: SourceConfig) -> Export:
    head = whole_head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not head:
        raise UnusableExport("the file holds nothing but blanks", "at least a header", "export it again")
    if head[:1] == b"<":
        raise UnusableExport(
            "the file is an HTML or XML page",
            "CSV, TSV, JSON, NDJSON, Parquet or XLSX",
            "it may be a saved login or error page; export it again",
        )
    if LIKE_JSON.match(head) or (suffix not in TEXT_SUFFIXES and head[:1] in b"[{"):
        longest_line = require_utf8(path, whole_head)
        return Export("json", path, json_format=_json_format(path, whole_head, suffix), longest_line=longest_line)
    if suffix in JSON_SUFFIXES:
        require_utf8(path)
        raise UnusableExport(
            f"the name ends in {suffix}, but the file does not begin like JSON",
            "a file that begins with { or [",
            "export it again; rename it if it is a CSV or TSV",
        )
    return _read_header(path, whole_head, config.delimiter)


def _unpacked(path: Path, copy: Path, wanted: int | None) -> Path:
    target = _named(copy, "unpacked")
    written = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as plain:
            while chunk := packed.read(CHUNK):
                written += plain.write(chunk)
                if wanted is not None and written >= wanted:
                    break
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnusableExport(
            f"the gzip file is cut off or damaged after {written:,} unpacked bytes ({error})",
            "a whole gzip file",
            "download it again",
        ) from None
    return target


def _decoded(path: Path, head: bytes, config: SourceConfig, copy: Path, head_only: bool) -> Path:
    """`path` as UTF-8: itself, or a copy. Refuses binary files."""
    encoding = config.encoding or "utf-8"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        is_utf8 = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    except LookupError:
        raise UnusableExport(
            f"encoding: {encoding} is not known",
            "utf-8, utf-16, cp1252, latin-1, shift_jis, ...",
            "correct `encoding:` of the source, or leave it out for UTF-8",
        ) from None
    if is_utf8:
        offset = _first_nul(path, head, CHUNK if head_only else None)
        if offset is not None:
            raise UnusableExport(
                f"the file is binary (NUL at byte {offset:,})",
                "CSV, TSV, JSON, NDJSON, Parquet or XLSX",
                "export it as text, or give `encoding: utf-16` if it is UTF-16 without a byte order mark",
            )
        return path
    target = _named(copy, "decoded")
    with path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as plain:
        for text in _texts(file, encoding):
            plain.write(text)
    return target


def _first_nul(path: Path, head: bytes, most: int | None) -> int | None:
    if len(head) < CHUNK or most == CHUNK:
        at = head.find(b"\0")
        return at if at >= 0 else None
    offset = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if (at := chunk.find(b"\0")) >= 0:
                return offset + at
            offset += len(chunk)
            if most is not None and offset >= most:
                break
    return None


def _texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The file's text in pieces; raises UnusableExport naming the first byte that cannot be read."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    while True:
        chunk = file.read(CHUNK)
        pending = len(decoder.getstate()[0])
        try:
            yield decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = offset - pending + error.start
            bad = error.object[error.start]
            other = "cp1252" if codecs.lookup(encoding).name == "utf-8" else "utf-8"
            raise UnusableExport(
                f"byte {at:,} (0x{bad:02X}) is not {encoding}",
                f"{encoding} text throughout",
                f"save the file as UTF-8, or give the source its encoding, such as `encoding: {other}`",
            ) from None
        if not chunk:
            return
        offset += len(chunk)


def require_utf8(path: Path, head: bytes = b"") -> int:
    """Raise UnusableExport at the first byte that is not UTF-8. `head`: the file's beginning, where it is known.

    Returns how many bytes the file's longest line has at most.
    """
    if 0 < len(head) < CHUNK:
        with suppress(UnicodeDecodeError):
            head.decode()
            return len(head)
    longest = line = 0
    with path.open("rb") as file:
        for text in _texts(file, "utf-8"):
            line += CHUNK
            longest = max(longest, line)
            if "\n" in text:
                line = CHUNK
    return longest


def with_one_line_end(export: Export, copy: Path) -> Export:
    """A copy of a CSV whose lines all end in LF; named as by `open_export`."""
    target = _named(copy, "line-ends.csv")
    kept = "surrogateescape"  # bytes that are not UTF-8 are told about later
    with (
        export.path.open("r", encoding="utf-8", errors=kept, newline=None) as mixed,
        target.open("w", encoding="utf-8", errors=kept, newline="\n") as even,
    ):
        while text := mixed.read(CHUNK):
            even.write(text)
    return replace(export, path=target, content=None)


def _json_format(path: Path, whole_head: bytes, suffix: str) -> JsonFormat:
    head = whole_head.removeprefix(codecs.BOM_UTF8).lstrip()
    last = (whole_head if len(whole_head) < CHUNK else _tail(path)).rstrip()[-1:]
    if head[:1] == b"[":
        if last != b"]":
            raise UnusableExport("the JSON array is cut off: its last `]` is missing", "whole JSON", "export it again")
        return "array"
    first, newline, rest = head.partition(b"\n")
    # a printer that spreads an object over lines leaves its brace alone; any other first line may just be broken
    if newline and rest.strip() and (_is_object(first) or (suffix != ".json" and first.strip() != b"{")):
        return "newline_delimited"
    if last != b"}":
        raise UnusableExport("the JSON is cut off: its last `}` is missing", "whole JSON", "export it again")
    return "unstructured"


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - CHUNK))
        return file.read()


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _read_header(path: Path, whole_head: bytes, delimiter: str | None) -> Export:
    head = whole_head.removeprefix(codecs.BOM_UTF8)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError:
        require_utf8(path)
        raise
    below = text.lstrip("\r\n")
    above = len(text[: len(text) - len(below)].replace("\r\n", "\n"))
    line = next(iter(io.StringIO(below, newline="")), "")
    counts = {mark: _outside_quotes(line, mark) for mark in DELIMITERS}
    likely = max(counts, key=lambda mark: counts[mark])
    if delimiter and delimiter not in line and counts[likely]:
        raise UnusableExport(
            f"the header has no {NAMED.get(delimiter, repr(delimiter))}, but {counts[likely]} {NAMED[likely]}s",
            "the delimiter the header uses",
            f"give `delimiter: {likely!r}`, or leave it out to have it found",
        )
    chosen = delimiter or likely
    try:
        header = next(csv.reader(io.StringIO(below, newline=""), delimiter=chosen), [])
    except csv.Error:
        header = [below]
    longest = max(map(len, header), default=0)
    if longest > LONGEST_NAME:
        raise UnusableExport(
            f"the header has a name of {longest:,} characters or more",
            f"names of up to {LONGEST_NAME:,} characters",
            "check the first line for a double quote that is not closed, or for a missing line end",
        )
    if len(header) > MOST_COLUMNS:
        raise UnusableExport(
            f"the header has {len(header):,} columns{' or more' if len(whole_head) == CHUNK else ''}",
            f"up to {MOST_COLUMNS:,} columns, as many as a spreadsheet has",
            "export fewer columns; check that lines end where rows do",
        )
    content = whole_head if len(whole_head) < CHUNK else None
    return Export("csv", path, tuple(name.strip() for name in header), chosen, above, content)


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2]) if '"' in line else line.count(mark)
