"""Small CSVs with one header as one file: DuckDB takes as long to open a file as to read some thousand rows of it."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from connectors.open_export import Export


def join_tables(exports: Mapping[int, Export], target: Path) -> dict[int, int]:
    """Write the rows of CSVs to `target`, each behind its file's number, without a header.

    Returns how many rows each file has, without those files that are not in it, being of more than plain lines.
    """
    counts: dict[int, int] = {}
    joined: list[bytes] = []
    for number, export in exports.items():
        content = export.path.read_bytes() if export.content is None else export.content
        if b"\r" in content:
            content = content.replace(b"\r\n", b"\n")
        content = content.removesuffix(b"\n")
        if not _is_of_plain_lines(content, export.delimiter):
            continue
        counts[number] = content.count(b"\n")
        if counts[number]:
            begin = b"\n%d%s" % (number, export.delimiter.encode())
            joined += [content[content.index(b"\n") :].replace(b"\n", begin)[1:], b"\n"]
    # written at once: of many small writes each lets another thread in
    target.write_bytes(b"".join(joined))
    return counts


def _is_of_plain_lines(content: bytes, delimiter: str) -> bool:
    """True where every line is one record, none blank, and every quote is closed: the next file would close it."""
    if b"\r" in content or b"\n\n" in content or content.startswith(b"\n"):
        return False
    if b'"' not in content:
        return True
    text = io.StringIO(content.decode("latin-1"), newline="")
    try:
        records = sum(1 for _ in csv.reader(text, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return records == content.count(b"\n") + 1
