"""The top-level values of JSON files as rows, what keys they show, and paths into them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from connectors.cast import literal
from connectors.open_export import Export
from connectors.problem import UnusableExport, told_by
from connectors.read_table import path_literal

LARGEST_OBJECT = (1 << 32) - 2  # DuckDB's limit, bytes
READ_AT_ONCE_BYTES = 1 << 26  # several statements look at the values of a file
SAMPLE = 200  # objects of a file looked at to tell what they are
LISTED = 5  # records of a list looked at to tell what they are

Keys = frozenset[str]


@dataclass(frozen=True)
class Objects:
    """A relation of the top-level values of one file or of several, in their order: json, file_no.

    `is_landed`: they were unpacked from the column that a warehouse loader keeps them in. `is_read`: they are in
    memory, so what is taken out of them may be kept there too.
    """

    relation: str
    is_many: bool = False
    is_landed: bool = False
    is_read: bool = False
    unpacked: dict[str, "Objects"] = field(default_factory=dict)  # by the path of their list in these

    def first(self, most: int) -> str:
        """The first objects of each file, as a relation."""
        if not self.is_many:
            return f"(select * from {self.relation} where {is_object('json')} limit {most})"
        begun = f"select file_no, min(rowid) as first_row from {self.relation} group by file_no"
        early = f"{is_object('json')} and rowid < first_row + {most}"
        numbered = f"(select rowid, * from {self.relation})"
        return f"(select json, file_no from {numbered} join ({begun}) using (file_no) where {early})"

    def inside(self, key: str) -> "Objects":
        """The values that the objects hold under one key, in their place."""
        value = f"json_extract(json, {literal(json_path(key))}) as json"
        relation = f"(select {value}, file_no from {self.relation})"
        return Objects(relation, self.is_many, is_landed=True, is_read=self.is_read)

    def of(self, file_nos: Sequence[int]) -> "Objects":
        """Those of some files."""
        listed = ", ".join(map(str, file_nos))
        return Objects(
            f"(select * from {self.relation} where file_no in ({listed}))", self.is_many, is_read=self.is_read
        )


def objects_of(con: duckdb.DuckDBPyConnection, export: Export) -> Objects:
    """The values of one file, its file_no being 0: of a small one read now, of a large one where they are asked for."""
    values = f"select json, 0 as file_no from {_reader([export])}"
    if export.path.stat().st_size > READ_AT_ONCE_BYTES:
        return Objects(f"({values})")
    query(con, f"create or replace temp table objects as {values}")
    return Objects("objects", is_read=True)


def objects_of_many(con: duckdb.DuckDBPyConnection, exports: Sequence[Export]) -> Objects:
    """The values of several small files of one JSON format, read now; file_no is a file's place among the exports."""
    con.execute(f"create or replace temp table objects as select json, file_index as file_no from {_reader(exports)}")
    return Objects("objects", is_many=True, is_read=True)


def _reader(exports: Sequence[Export]) -> str:
    json_format = exports[0].json_format
    size = min(max(1 << 24, *(_largest_object(export) + 1 for export in exports)), LARGEST_OBJECT)
    lenient = ", ignore_errors = true" if json_format == "newline_delimited" else ""
    paths = f"[{', '.join(path_literal(export.path) for export in exports)}]"
    return f"read_json_objects({paths}, format = '{json_format}', maximum_object_size = {size}{lenient})"


def _largest_object(export: Export) -> int:
    """What an object of the file has at most, in bytes: a reader makes room for so many at once, and reads as many."""
    if export.json_format == "newline_delimited" and export.longest_line is not None:
        return export.longest_line
    return export.path.stat().st_size


def is_object(value: str) -> str:
    """SQL for whether a value of JSON is an object, told without parsing it: nothing else begins so."""
    return f"starts_with({value}, '{{')"


def query(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    """Rows of a query over JSON; raises UnusableExport where a file is no JSON after all."""
    try:
        return con.execute(sql).fetchall()
    except duckdb.InvalidInputException as error:
        raise malformed(error) from None


def malformed(error: duckdb.Error) -> UnusableExport:
    """DuckDB's complaint about broken JSON as an instruction."""
    text = told_by(error).split('", ', 1)[-1].strip()
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
    con: duckdb.DuckDBPyConnection, objects: Objects, keys: Sequence[str], paths: Sequence[str] = ()
) -> dict[int, dict[str, Keys | None]]:
    """Of each file the `keys` under which it has a list: the keys that its first objects show, None where it is empty.

    `paths` as for `key_sets`. One object alone may leave out what it does not know.
    """
    if not keys:
        return {}
    # one call with all paths parses a page once; a list that is made beside its unnesting is made more than once
    places = ", ".join(literal(json_path(key)) for key in keys for _ in range(LISTED))
    firsts = ", ".join(literal(f"{json_path(key)}[{number}]") for key in keys for number in range(LISTED))
    rows = query(
        con,
        f"select file_no, number // {LISTED} as place,"
        f" flatten(list({_shown('record', paths)}) filter (where {is_object('record')}))"
        f" from (select file_no, unnest(range({len(keys) * LISTED})) as number,"
        " unnest(kinds) as kind, unnest(firsts) as record from (select file_no,"
        f" json_type(json, [{places}]) as kinds, json_extract(json, [{firsts}]) as firsts from {objects.relation}))"
        " where kind = 'ARRAY' group by file_no, place order by file_no, place",
    )
    found: dict[int, dict[str, Keys | None]] = {}
    for file_no, place, shown in rows:
        found.setdefault(_number(file_no), {})[keys[_number(place)]] = None if shown is None else _names(shown)
    return found


def list_names(con: duckdb.DuckDBPyConnection, objects: Objects) -> dict[int, tuple[str, ...]]:
    """Of each file the keys, as steps of a path, under which an object holds a list of objects."""
    rows = query(
        con,
        f"select distinct file_no, listed.key from (select file_no, json from {objects.relation}"
        f" where {is_object('json')}) as object, json_each(object.json) as listed"
        " where listed.type = 'ARRAY' and json_type(listed.value, '$[0]') = 'OBJECT' order by all",
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
