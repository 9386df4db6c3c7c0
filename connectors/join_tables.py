"""Small CSVs with one header as one file: DuckDB takes as long to open a file as to read some thousand rows of it."""

from collections.abc import Mapping
from pathlib import Path

from connectors.count_rows import count_records_in
from connectors.open_export import Export


def join_tables(exports: Mapping[int, Export], target: Path) -> dict[int, int]:
    """Write the rows of CSVs to `target`, each behind its file's number, without a header.

    Returns how many rows each file has, without those files that are not in it: of blank lines, of line breaks
    inside of quotes and of line ends of an older kind `read_csv` has to make sense where they are.
    """
    counts: dict[int, int] = {}
    with target.open("wb") as joined:
        for number, export in exports.items():
            content = export.path.read_bytes() if export.content is None else export.content
            content = content.replace(b"\r\n", b"\n").removesuffix(b"\n")
            lines = content.count(b"\n")
            if b"\r" in content or count_records_in(content) != lines:
                continue
            counts[number] = lines
            if lines:
                begin = b"\n%d%s" % (number, export.delimiter.encode())
                joined.write(content[content.index(b"\n") :].replace(b"\n", begin)[1:] + b"\n")
    return counts
