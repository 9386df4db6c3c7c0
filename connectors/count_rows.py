"""How many rows a refused export holds, as far as they can be counted: they count as read and as rejected."""

import csv
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from connectors.contract import SourceConfig
from connectors.open_export import TEXT_SUFFIXES, open_export
from connectors.problem import UnusableExport
from connectors.read_json import count_records
from connectors.read_table import csv_rows, path_literal

HEAD = 4096
SMALL_BYTES = 1 << 23
ENDLESS_BYTES = 1 << 20  # of a line: it may hold millions of columns, which DuckDB would list for minutes
NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")  # NUL is half of UTF-16, ESC part of some encodings


def count_rows(con: duckdb.DuckDBPyConnection, path: Path, config: SourceConfig, folder: Path) -> int:
    """Rows of the file below its header, or records of its JSON; 0 where they cannot be told. Scratch: `folder`."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="open-") as scratch:
        try:
            export = open_export(path, config, Path(scratch, "copy"))
            if export.kind == "json":
                return count_records(con, export)
            if export.kind == "parquet":
                return _one(con, f"select sum(num_rows) from parquet_file_metadata({path_literal(export.path)})")
            if _has_endless_line(export.path):
                return _lines_below_header(export.path)
            rows = csv_rows(export)
            con.execute(f"drop table if exists {rows.rejects}")
            con.execute(f"drop table if exists {rows.rejects}_scan")
            # asked for fewer columns, DuckDB would not look for ragged rows
            every = ", ".join(f"c{number}" for number in range(len(rows.names)))
            read = _one(con, f"select count(hash({every})) from ({rows.relation()})")
            return read + _one(con, f"select count(distinct line) from {rows.rejects}")
        except (UnusableExport, duckdb.Error):
            return _count_unread(path)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    # fetched to the end: the list of ragged rows is written when a scan ends
    return int(con.execute(sql).fetchall()[0][0] or 0)


def _count_unread(path: Path) -> int:
    """Rows of a table whose text cannot be read as it should be."""
    with path.open("rb") as file:
        if path.suffix.lower() not in TEXT_SUFFIXES or NO_TEXT.search(file.read(HEAD)):
            return 0
    return count_lines(path)


def count_lines(path: Path) -> int:
    """Records of a CSV as Python counts them: its lines but blank ones and the header."""
    content = path.read_bytes() if path.stat().st_size <= SMALL_BYTES else b'"'
    if b'"' not in content:
        return max(0, sum(1 for line in content.splitlines() if line) - 1)
    try:
        return max(0, sum(1 for record in csv.reader(_lines(path)) if record) - 1)
    except csv.Error:  # a field beyond what the reader takes
        return _lines_below_header(path)


def _has_endless_line(path: Path) -> bool:
    """Whether a line is longer than any that is meant: one of twice as much fills a piece whole."""
    with path.open("rb") as file:
        while len(piece := file.read(ENDLESS_BYTES)) == ENDLESS_BYTES:
            if b"\n" not in piece and b"\r" not in piece:
                return True
    return False


def _lines_below_header(path: Path) -> int:
    return max(0, sum(1 for line in _lines(path) if line.strip()) - 1)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="latin-1", newline="") as file:
        for line in file:
            yield line.replace("\0", "")
