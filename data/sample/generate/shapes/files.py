"""Writing files so that the same facts always give the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

PAGE = 500


def write(path: Path, text: str) -> None:
    """The text in UTF-8; a path ending in .gz is gzipped, without a clock or a name in its header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".gz":
        path.write_bytes(text.encode())
        return
    with path.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as out:
        out.write(text.encode())


def as_json(value: object) -> str:
    """Compact JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> None:
    """A table; None becomes an empty field."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if v is None else v for v in row] for row in rows)
    write(path, buffer.getvalue())


def pages(records: Sequence[dict[str, object]], size: int = PAGE) -> list[list[dict[str, object]]]:
    """The records in pages; always at least one."""
    return [list(records[n : n + size]) for n in range(0, len(records), size)] or [[]]
