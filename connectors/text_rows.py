"""Rows of a database as text, and from there as Parquet. All is quoted but nulls, so that none is taken for a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import duckdb

from connectors.cast import literal, quoted
from connectors.problem import UnusableExport, listing

NULL = "\\N"
LONGEST_LINE = 1 << 25  # bytes


class RowWriter:
    """Writes rows of plain values, one after the other."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")

    def __enter__(self) -> RowWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, row: Iterable[object]) -> None:
        """One row; bytes become hexadecimal digits."""
        self._file.write(",".join(map(_cell, row)) + "\n")


def _cell(value: object) -> str:
    if value is None:
        return NULL
    text = value.hex() if isinstance(value, bytes) else repr(value) if isinstance(value, float) else str(value)
    return '"' + text.replace('"', '""') + '"'


def require_own_names(names: Sequence[str]) -> None:
    """Raises UnusableExport where columns of a query have the same name, upper and lower case being alike."""
    folded = [name.casefold() for name in names]
    twice = sorted({name for name in names if folded.count(name.casefold()) > 1})
    if twice:
        raise UnusableExport(
            f"columns of the query have the same name: {listing(twice)}",
            "a name of its own for each",
            "name them with `as` in `query:`",
        )


def write_parquet(text: Path, types: Mapping[str, str], target: Path) -> None:
    """The rows in `text` as Parquet. `types`: each column's DuckDB type, or SQL over `{}` where its text needs more.

    Where a value does not fit its type, all columns stay text: landing then says which row is wrong, and why.
    """
    columns = ", ".join(f"{literal(f'c{n}')}: 'VARCHAR'" for n in range(len(types)))
    rows = (
        f"read_csv({literal(str(text))}, header = false, auto_detect = false, columns = {{{columns}}}, delim = ',',"
        f" quote = '\"', escape = '\"', new_line = '\\n', nullstr = {literal(NULL)}, allow_quoted_nulls = false,"
        f" max_line_size = {LONGEST_LINE}, buffer_size = {LONGEST_LINE}, strict_mode = false)"
    )
    with duckdb.connect(":memory:") as con:
        con.execute("set memory_limit = '1GB'")
        con.execute("set timezone = 'UTC'")
        typed = [f"{_cast(kind, f'c{n}')} as {quoted(name)}" for n, (name, kind) in enumerate(types.items())]
        plain = [f"c{n} as {quoted(name)}" for n, name in enumerate(types)]
        write = f"to {literal(str(target))} (format parquet, compression zstd)"
        try:
            con.execute(f"copy (select {', '.join(typed)} from {rows}) {write}")
        except duckdb.ConversionException:
            con.execute(f"copy (select {', '.join(plain)} from {rows}) {write}")


def _cast(kind: str, column: str) -> str:
    return kind.replace("{}", column) if "{}" in kind else f"cast({column} as {kind})"
