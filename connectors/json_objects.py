"""The top-level values of JSON files as rows, what keys they show, and paths into them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from connectors.cast import literal
from connectors.open_export import Export
from connectors.problem import UnusableExport
from connectors.read_table import path_literal

LARGEST_OBJECT = (1 << 32) - 2  # DuckDB's limit, bytes
READ_AT_ONCE_BYTES = 1 << 23  # several statements look at the values of a file
SAMPLE = 200  # objects of a file looked at to tell what they are

Keys = frozenset[str]


@dataclass(frozen=True)
class Objects:
    """A relation of the top-level values of one file or of several: json, number in its file from 1, file_no.

    `is_landed`: they were unpacked from the column that a warehouse loader keeps them in.
    """

    relation: str
    is_many: bool = False
    is_landed: bool = False

    def first(self, most: int) -> str:
        """The first objects of each file, as a relation."""
        objects = f"select * from {self.relation} where json_type(json) = 'OBJECT'"
        return f"({objects} and number <= {most})" if self.is_many else f"({objects} limit {most})"

    def inside(self, key: str) -> "Objects":
        """The values that the objects hold under one key, in their place."""
        value = f"json_extract(json, {literal(json_path(key))}) as json"
        return Objects(f"(select {value}, number, file_no from {self.relation})", self.is_many, is_landed=True)

    def of(self, file_nos: Sequence[int]) -> "Objects":
        """Those of some files."""
        listed = ", ".join(map(str, file_nos))
        return Objects(f"(select * from {self.relation} where file_no in ({listed}))", self.is_many)

    def numbered(self, records: str) -> str:
        """`records` (_record, _parent, file_no) with `_row`, their number in their file from 1."""
        if not self.is_many:
            return f"select _record, _parent, file_no as _file_no, row_number() over () as _row from ({records})"
        counted = f"select *, row_number() over () as counted from ({records})"
        return (
            "select _record, _parent, file_no as _file_no,"
            f" counted - min(counted) over (partition by file_no) + 1 as _row from ({counted})"
        )


def objects_of(con: duckdb.DuckDBPyConnection, export: Export) -> Objects:
    """The values of one file, its file_no being 0: of a small one read now, of a large one where they are asked for."""
    values = f"select json, row_number() over () as number, 0 as file_no from {_reader([export])}"
    if export.path.stat().st_size > READ_AT_ONCE_BYTES:
        return Objects(f"({values})")
    query(con, f"create or replace temp table objects as {values}")
    return Objects("objects")


def objects_of_many(con: duckdb.DuckDBPyConnection, exports: Sequence[Export]) -> Objects:
    """The values of several small files of one JSON format, read now; table `file` has their numbers."""
    con.execute(
        "create or replace temp table file as select unnest(?::varchar[]) as filename, unnest(range(?)) as file_no",
        [[str(export.path) for export in exports], len(exports)],
    )
    con.execute(
        "create or replace temp table objects as select json, file_no,"
        " counted - min(counted) over (partition by file_no) + 1 as number"
        f" from (select json, filename, row_number() over () as counted from {_reader(exports)})"
        " join file using (filename) order by counted"
    )
    return Objects("objects", is_many=True)


def _reader(exports: Sequence[Export]) -> str:
    largest = max(export.path.stat().st_size for export in exports)
    size = min(max(1 << 24, largest + 1), LARGEST_OBJECT)
    json_format = exports[0].json_format
    lenient = ", ignore_errors = true" if json_format == "newline_delimited" else ""
    named = ", filename = true" if len(exports) > 1 else ""
    paths = f"[{', '.join(path_literal(export) for export in exports)}]" if named else path_literal(exports[0])
    return f"read_json_objects({paths}, format = '{json_format}', maximum_object_size = {size}{lenient}{named})"


def query(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    """Rows of a query over JSON; raises UnusableExport where a file is no JSON after all."""
    try:
        return con.execute(sql).fetchall()
    except duckdb.InvalidInputException as error:
        raise malformed(error) from None


def malformed(error: duckdb.Error) -> UnusableExport:
    """DuckDB's complaint about broken JSON as an instruction."""
    text = str(error).splitlines()[0].split('", ', 1)[-1].removeprefix("Invalid Input Error: ").strip()
    return UnusableExport(f"the JSON is cut off or broken ({text})", "whole JSON", "export it again")


def _shown(record: str, paths: Sequence[str]) -> str:
    """SQL for the names a record shows: its keys, and of `paths` those that lead somewhere."""
    if not paths:
        return f"json_keys({record})"
    whether = ", ".join(f"case when {_leads(record, path)} then {literal(path)} end" for path in paths)
    return f"list_concat(json_keys({record}), list_filter([{whether}], lambda path: path is not null))"


def _leads(record: str, path: str) -> str:
    path, is_told, value = path.partition("=")
    if is_told:
        return f"json_extract_string({record}, {literal(json_path(path))}) = {literal(value)}"
    return f"json_type({record}, {literal(json_path(path))}) is not null"


def key_sets(con: duckdb.DuckDBPyConnection, objects: Objects, paths: Sequence[str] = ()) -> dict[int, dict[Keys, int]]:
    """The sets of keys the first objects of each file show, with how many objects show them.

    Of `paths`, which are dotted or `path=value`, those that an object has count as its keys.
    """
    shown = _shown("json", paths)
    rows = query(con, f"select file_no, {shown}, count(*) from {objects.first(SAMPLE)} group by all")
    found: dict[int, dict[Keys, int]] = {}
    for file_no, keys, count in rows:
        sets = found.setdefault(_number(file_no), {})
        names = _names(keys)
        sets[names] = sets.get(names, 0) + _number(count)
    return found


def listed_keys(
    con: duckdb.DuckDBPyConnection, objects: Objects, key: str, paths: Sequence[str] = ()
) -> dict[int, Keys | None]:
    """Of each file with a list under `key`: the keys of the first object in one, None where all are empty.

    `paths` as for `key_sets`.
    """
    first = f"json_extract(json, {literal(json_path(key) + '[0]')})"
    rows = query(
        con,
        f"select file_no, any_value({_shown(first, paths)}) filter (where json_type({first}) = 'OBJECT')"
        f" from {objects.relation} where json_type(json, {literal(json_path(key))}) = 'ARRAY' group by file_no",
    )
    return {_number(file_no): None if keys is None else _names(keys) for file_no, keys in rows}


def list_names(con: duckdb.DuckDBPyConnection, objects: Objects) -> dict[int, tuple[str, ...]]:
    """Of each file the keys, as steps of a path, under which an object holds a list of objects."""
    name = "'/' || replace(replace(name, '~', '~0'), '/', '~1')"
    rows = query(
        con,
        "select distinct file_no, name from (select file_no, json, unnest(json_keys(json)) as name from"
        f" (select file_no, json from {objects.relation} where json_type(json) = 'OBJECT'))"
        f" where json_type(json, {name}) = 'ARRAY' and json_type(json, {name} || '/0') = 'OBJECT' order by all",
    )
    found: dict[int, tuple[str, ...]] = {}
    for file_no, listed in rows:
        found[_number(file_no)] = (*found.get(_number(file_no), ()), quote_step(str(listed)))
    return found


def _number(value: object) -> int:
    return int(str(value))


def _names(keys: object) -> Keys:
    return frozenset(str(key) for key in keys) if isinstance(keys, list) else frozenset()


def split_path(path: str) -> list[str]:
    """The steps of a dotted path; a quoted step may hold dots, `[n]` is a step of its own."""
    steps: list[str] = []
    step, in_quotes = "", False
    for mark in path:
        if mark == '"':
            in_quotes = not in_quotes
        elif mark == "." and not in_quotes:
            steps.append(step)
            step = ""
        elif mark == "[" and not in_quotes:
            steps.append(step)
            step = mark
        else:
            step += mark
    return [part for part in [*steps, step] if part]


def quote_step(name: str) -> str:
    """A key as one step of a dotted path."""
    return f'"{name}"' if any(mark in name for mark in '.["') else name


def json_path(path: str) -> str:
    """A dotted path as DuckDB wants it: every name quoted."""
    out = "$"
    for step in split_path(path):
        is_index = step.startswith("[") and step.endswith("]")
        out += step if is_index else "." + json.dumps(step, ensure_ascii=False)
    return out
