"""Opens an export that no connector knows and finds the tables in it, with their columns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from connectors.contract import SourceConfig
from connectors.drafting.kinds import is_kind
from connectors.json_objects import Objects, key_sets, list_names, objects_of, query, quote_step
from connectors.json_streams import Envelope, loader_of
from connectors.nearest import is_showable
from connectors.open_export import Export, open_export, require_utf8
from connectors.problem import NoRows, UnusableExport
from connectors.read_json import named_rows, stream_names
from connectors.read_table import csv_rows, parquet_rows
from connectors.read_workbook import sheet_names
from connectors.rows import AIRBYTE_COLUMN, Rows

SAMPLE = 200  # records walked for their nested names
DEEPEST = 4
FALLBACK = "cp1252"  # of western screens that do not write UTF-8


@dataclass(frozen=True)
class Table:
    """Rows of one kind, and the names of what they hold: headers, or dotted paths. `key`, `stream`: where in JSON."""

    rows: Rows
    names: tuple[str, ...]
    left_out: tuple[str, ...] = ()  # names that cannot be mapped, each with why
    key: str | None = None
    stream: str | None = None
    is_only: bool = True  # connector `table` finds these rows by itself
    inside: str = ""  # what connector `table` must put before each name


@dataclass(frozen=True)
class Unknown:
    """An export opened: what it is, how it had to be opened, and its tables."""

    export: Export
    config: SourceConfig
    tables: tuple[Table, ...]
    sheets: tuple[str, ...] = ()


def open_unknown(con: duckdb.DuckDBPyConnection, path: Path, scratch: Path, sheet: str | None = None) -> Unknown:
    """Raises UnusableExport where the readers could not take the file either. `sheet`: of a workbook."""
    sheets = tuple(sheet_names(path)) if path.suffix.lower() == ".xlsx" else ()
    config = SourceConfig(name="draft", connector="table", paths=(str(path),), sheet=sheet if sheet in sheets else None)
    try:
        export = open_export(path, config, scratch / "copy")
        if export.kind == "csv":
            require_utf8(export.path)
    except UnusableExport as error:
        if "is not utf-8" not in error.seen:
            raise
        config = config.model_copy(update={"encoding": FALLBACK})
        try:
            export = open_export(path, config, scratch / "decoded")
        except UnusableExport:
            raise error from None
    if export.is_mail:
        raise UnusableExport(
            "the file is mail, which needs no draft",
            "an export that no connector knows",
            "name it with `connector: mail`",
        )
    if export.kind == "json":
        return Unknown(export, config, tuple(_json_tables(con, export)))
    rows = csv_rows(export) if export.kind == "csv" else parquet_rows(con, export)
    if export.kind == "csv":
        _require_header(export)
    return Unknown(export, config, (_with_names(rows, rows.names),), sheets)


def _with_names(rows: Rows, names: tuple[str, ...]) -> Table:
    left_out: dict[str, str] = {}
    for name in names:
        if not name:
            left_out[name] = "a column without a name"
        elif names.count(name) > 1:
            left_out[name] = f"{names.count(name)} columns have this name; rename the others in the export"
        elif "${" in name or '"' in name or any(ord(mark) < 32 for mark in name):
            left_out[name] = "a name with ${, a double quote or a control character; rename it in the export"
    kept = tuple(name for name in names if name not in left_out)
    return Table(rows, kept, tuple(f"'{shown_name(name)}': {why}" for name, why in left_out.items()))


def shown_name(name: str) -> str:
    """A name as it may stand in a comment or on a screen: one line, not too long, no address."""
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+", " ", name)
    return plain if is_showable(plain) else "a text with @" if "@" in plain else plain[:40] + "…"


def _require_header(export: Export) -> None:
    """Raises where the first line holds data or a title: what is in it would be taken for names."""
    names = [name for name in export.headers if name]
    data = [name for name in names if is_kind("email", name) or _is_datum(name)]
    if not names:
        raise UnusableExport("the first line holds no names", "a header", "add a first line that names the columns")
    if any(is_kind("email", name) for name in data) or 2 * len(data) > len(names):
        raise UnusableExport(
            "the first line looks like data, not like names",
            "a header",
            "add a first line that names the columns, such as id;created;email",
        )


def _is_datum(name: str) -> bool:
    return bool(re.fullmatch(r"[\d.,:/TZ +-]+%?", name)) or is_kind("uuid", name)


def _json_tables(con: duckdb.DuckDBPyConnection, export: Export) -> Iterator[Table]:
    objects = objects_of(con, export)
    keys = key_sets(con, objects).get(0)
    if keys is None:
        raise NoRows("the JSON holds no records", "an array of objects, pages or NDJSON", "export it again")
    if loader := loader_of(keys):
        streams = stream_names(con, objects, loader)
        for stream in streams:
            envelope = Envelope(loader=loader, streams=(stream,))
            yield _records(con, objects, envelope, stream=stream, is_only=len(streams) == 1)
        return
    if any(AIRBYTE_COLUMN in names for names in keys):
        inner = _records(con, objects.inside(AIRBYTE_COLUMN), Envelope())
        yield replace(inner, inside=f"{AIRBYTE_COLUMN}.")
        return
    if export.json_format != "array" and (lists := _lists(con, objects, export)):
        for key in lists:
            is_top = len(lists) == 1 and export.json_format == "unstructured" and "." not in key
            yield _records(con, objects, Envelope(key), key=key, is_only=is_top)
        return
    yield _records(con, objects, Envelope())


def _lists(con: duckdb.DuckDBPyConnection, objects: Objects, export: Export) -> list[str]:
    """Paths of the lists of objects in pages; none where the objects themselves are the records."""
    found = list(list_names(con, objects).get(0, ()))
    count = int(str(query(con, f"select count(*) from {objects.relation}")[0][0]))
    if found:
        # records may hold lists too: a page is alone, or has little beside its lists
        sizes = [len(names) for names in key_sets(con, objects).get(0, {})]
        is_page = count == 1 or (len(found) == 1 and max(sizes) - len(found) <= 4)
        return found if is_page else []
    if count > 1:
        return []
    text = str(query(con, f"select cast(json as varchar) from {objects.relation} limit 1")[0][0])
    return list(_nested_lists(json.loads(text), "")) if len(text) < 1 << 26 else []


def _nested_lists(value: object, path: str, depth: int = 0) -> Iterator[str]:
    if isinstance(value, dict) and depth < DEEPEST:
        for key, item in value.items():
            here = f"{path}.{quote_step(key)}" if path else quote_step(key)
            if isinstance(item, list) and item and isinstance(item[0], dict):
                yield here
            else:
                yield from _nested_lists(item, here, depth + 1)


def _records(
    con: duckdb.DuckDBPyConnection,
    objects: Objects,
    envelope: Envelope,
    *,
    key: str | None = None,
    stream: str | None = None,
    is_only: bool = True,
) -> Table:
    rows = named_rows(con, objects, envelope, None)
    texts = query(
        con, f"select cast(_record as varchar) from ({rows.records}) where json_type(_record) = 'OBJECT' limit {SAMPLE}"
    )
    paths: dict[str, None] = {}
    left_out: dict[str, None] = {}
    for (text,) in texts:
        for path, is_usable in _paths(json.loads(str(text)), ""):
            (paths if is_usable else left_out)[path] = None
    odd = [path for path in paths if not path or any(mark in path for mark in '${"[\n')]
    listed = [f"'{shown_name(path)}': a list of records, or a name that cannot be mapped" for path in [*left_out, *odd]]
    return Table(rows, tuple(path for path in paths if path not in odd), tuple(listed), key, stream, is_only)


def _paths(value: dict[str, object], path: str, depth: int = 0) -> Iterator[tuple[str, bool]]:
    for key, item in value.items():
        here = f"{path}.{key}" if path else key
        if "." in key:
            yield here, False
        elif isinstance(item, dict) and depth < DEEPEST:
            yield from _paths(item, here, depth + 1)
        elif isinstance(item, list) and item and isinstance(item[0], dict | list):
            yield here, False
        else:
            yield here, True
