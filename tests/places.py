"""Where a word is to be found below a folder: in the bytes of a file or, where these are packed, in a row of it."""

from __future__ import annotations

from pathlib import Path

import duckdb


def holding(folder: Path, word: str, *, without: tuple[str, ...] = ()) -> list[str]:
    """Files that hold the word, in upper or lower case; folders and files of the names `without` are left out."""
    found = []
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        is_read = path.is_file() and not path.is_symlink() and not set(place.parts) & set(without)
        if is_read and word.lower().encode() in (path.read_bytes() + _rows(path)).lower():
            found.append(str(place))
    return found


def _rows(path: Path) -> bytes:
    if path.suffix == ".parquet":
        return str(duckdb.read_parquet(str(path)).fetchall()).encode()
    if path.suffix != ".duckdb":
        return b""
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        said = [con.execute(f'from "{schema}"."{table}"').fetchall() for schema, table in tables]
    return str(said).encode()
