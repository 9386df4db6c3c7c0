"""CSV and Parquet as rows."""

import mmap
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from duckdb.sqltypes import DuckDBPyType

from connectors.cast import literal, quoted
from connectors.nearest import nearest
from connectors.open_export import Export
from connectors.problem import UnusableExport, listing, told_by
from connectors.rows import AIRBYTE_COLUMN, Rows, envelope_of

REJECTS = "ragged"


def csv_rows(export: Export) -> Rows:
    """A CSV as text. DuckDB leaves ragged rows out and lists them in the table `ragged`."""
    return _csv_rows(export, _read_csv([export.path], _columns(export), export))


def csv_rows_of(exports: Mapping[int, Export]) -> Rows:
    """Several CSVs with one header, by the number each row is to tell as `_file_no`."""
    first = next(iter(exports.values()))
    # by its place: DuckDB gives a file's number from 0
    read = _read_csv(
        [export.path for export in exports.values()],
        _columns(first),
        first,
        selected=f"*, {list(exports)}[file_index + 1] as _file_no",
    )
    return _csv_rows(first, read, ("_file_no",))


def joined_rows(export: Export, joined: Path) -> Rows:
    """The rows of several CSVs with the header of `export` that stand in one file, each behind its `_file_no`."""
    columns = ["'_file_no': 'INTEGER'", *_columns(export)]
    return _csv_rows(export, _read_csv([joined], columns, export, has_header=False), ("_file_no",))


def _columns(export: Export) -> list[str]:
    return [f"'c{number}': 'VARCHAR'" for number in range(len(export.headers))]


def _read_csv(
    paths: Sequence[Path],
    columns: Sequence[str],
    export: Export,
    *,
    selected: str = "*",
    has_header: bool = True,
    lists_ragged: bool = True,
) -> str:
    listed = ", ".join(path_literal(path) for path in paths)
    ragged = (
        f"store_rejects = true, rejects_limit = 0, rejects_table = '{REJECTS}', rejects_scan = '{REJECTS}_scan'"
        if lists_ragged
        else "ignore_errors = true"
    )
    return (
        f"select {selected} from read_csv([{listed}], auto_detect = false, header = {has_header},"
        f" skip = {export.lines_above if has_header else 0}, delim = {literal(export.delimiter)},"
        f" quote = '\"', escape = '\"', columns = {{{', '.join(columns)}}}, strict_mode = true, {ragged})"
    )


def _csv_rows(export: Export, relation: str, place: tuple[str, ...] = ()) -> Rows:

    def value(name: str) -> str:
        return f"c{position_of(name, export.headers)}"

    return Rows(
        lambda: relation,
        export.headers,
        value,
        value,
        place=place,
        rejects=REJECTS,
        blank_lines=lambda: blank_lines(export),
        repeated=lambda name: [f"c{number}" for number in _places(name, export.headers)],
        envelope=envelope_of(export.headers, "csv"),
    )


def cell_rows(export: Export, header: str) -> Rows:
    """One row per filled cell under a header of a CSV, in however many columns it stands; `^.` before the others."""
    cells = ", ".join(f"c{number}" for number in _places(header, export.headers))
    numbered = "*, row_number() over () as _row"
    lines = _read_csv([export.path], _columns(export), export, selected=numbered, lists_ragged=False)
    relation = (
        f"select lines.*, cell, false as _is_broken from ({lines}) as lines"
        f" cross join unnest([{cells}]) as cells (cell) where trim(cell) <> ''"
    )

    def value(name: str) -> str:
        return "cell" if name == header else f"c{position_of(name.removeprefix('^.'), export.headers)}"

    return Rows(
        lambda: relation,
        cell_names(header, export.headers),
        value,
        value,
        place=("_row", "_is_broken"),
        envelope=envelope_of(export.headers, "csv"),
    )


def cell_names(header: str, headers: tuple[str, ...]) -> tuple[str, ...]:
    """What the rows of cells have a value for."""
    return (header, *(f"^.{name}" for name in headers))


def _places(name: str, headers: tuple[str, ...]) -> list[int]:
    return [number for number, header in enumerate(headers) if header == name]


def blank_lines(export: Export) -> list[int]:
    """Lines of a CSV without a character, counted from 1; a line goes on where a double quote is open."""
    if len(export.headers) == 1:
        return []  # a row with nothing in its one column
    with export.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if not export.lines_above and all(content.find(pair) < 0 for pair in (b"\n\n", b"\n\r\n", b"\r\r")):
            return []
    found: list[int] = []
    line, is_open = 0, False
    with export.path.open(encoding="utf-8-sig", errors="replace", newline=None) as text:
        for part in text:
            line += not is_open
            if not is_open and part == "\n":
                found.append(line)
            is_open ^= part.count('"') % 2 == 1
    return found


def parquet_rows(con: duckdb.DuckDBPyConnection, export: Export) -> Rows:
    """A Parquet file with its own types."""
    source = parquet_sql(export.path)
    try:
        described = con.sql(f"select * from {source} limit 0")
        types = dict(zip(described.columns, described.types, strict=True))
    except duckdb.Error as error:
        first = told_by(error).split(" '", 1)[0]
        raise UnusableExport(
            f"the Parquet file is damaged ({first})", "a whole Parquet file", "export it again"
        ) from None
    values = {name: (quoted(name), kind) for name, kind in types.items()}
    # one of Airbyte's layouts has the record itself in a column
    values |= _inside(quoted(AIRBYTE_COLUMN), types.get(AIRBYTE_COLUMN))
    names = tuple(values)
    for name, (sql, kind) in list(values.items()):
        values |= {f"{name}.{path}": value for path, value in _inside(sql, kind, is_deep=True).items()}

    def native(name: str) -> str:
        return values[name][0] if name in values else quoted(names[position_of(name, names)])

    def text(name: str) -> str:
        kind = str(values[name][1]) if name in values else ""
        nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "LIST"))
        return f"cast({'to_json(' * nested}{native(name)}{')' * nested} as varchar)"

    inner = tuple(name for name in values if name not in names)
    envelope = envelope_of(types, "parquet")
    return Rows(lambda: f"select * from {source}", names, text, native, envelope=envelope, inner=inner)


def _inside(sql: str, kind: DuckDBPyType | None, *, is_deep: bool = False) -> dict[str, tuple[str, DuckDBPyType]]:
    """What a struct holds, by name, and with `is_deep` what structs inside of it hold, by dotted path."""
    found: dict[str, tuple[str, DuckDBPyType]] = {}
    for name, inner in kind.children if kind is not None and kind.id == "struct" else ():
        if not isinstance(inner, DuckDBPyType):
            continue  # what other nested types tell of themselves
        value = f"{sql}.{quoted(name)}"
        found[name] = value, inner
        if is_deep:
            found |= {f"{name}.{path}": one for path, one in _inside(value, inner, is_deep=True).items()}
    return found


def path_literal(path: Path) -> str:
    """The path for a DuckDB reader, which takes names for globs: what is special to one stands for itself."""
    return literal("".join(f"[{mark}]" if mark in "*?[" else mark for mark in str(path)))


def parquet_sql(path: Path) -> str:
    """The rows of a Parquet file, to select from."""
    return f"read_parquet({path_literal(path)})"


def position_of(name: str, headers: tuple[str, ...]) -> int:
    """Position of a header; raises UnusableExport where it is missing or there twice."""
    found = _places(name, headers)
    if len(found) == 1:
        return found[0]
    names = list(headers)
    if found:
        places = ", ".join(str(number + 1) for number in found)
        raise UnusableExport(
            f"{len(found)} columns have this name (positions {places})",
            "one column per name",
            "rename or remove the others in the export, then map the one that is meant",
            column=name,
        )
    raise UnusableExport(
        "no column has this name",
        f"one of the file's columns: {listing(names)}",
        nearest(name, names) or "correct `columns:`, or export the column",
        column=name,
    )
