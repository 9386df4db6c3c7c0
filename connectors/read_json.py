"""JSON as rows: API pages, Airbyte messages, NDJSON and bare arrays."""

import json
from dataclasses import dataclass, replace
from fnmatch import fnmatch

import duckdb

from connectors.cast import Fault, literal
from connectors.contract import Stream
from connectors.open_export import Export
from connectors.problem import NoRows, UnusableExport, listing
from connectors.read_table import path_literal
from connectors.rows import Rows

SAMPLE = 200  # records looked at to tell what they are
LARGEST_OBJECT = (1 << 32) - 2  # DuckDB's limit, bytes
NATIVE = {"BIGINT": "bigint", "UBIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean"}
BROKEN = Fault(
    "_is_broken",
    "'is not a JSON object; legal: one whole {...} per record; export it again, the line may be cut off'",
)


@dataclass(frozen=True)
class Envelope:
    """Where the records are: SQL over `objects(json, number)` giving `_record`, `_parent`, `_row`."""

    records: str
    notes: tuple[str, ...] = ()


def objects_sql(export: Export) -> str:
    """Every top-level value of the file, numbered from 1 as `objects(json, number)`."""
    size = min(max(1 << 24, export.path.stat().st_size + 1), LARGEST_OBJECT)
    lenient = ", ignore_errors = true" if export.json_format == "newline_delimited" else ""
    reader = (
        f"read_json_objects({path_literal(export)}, format = '{export.json_format}',"
        f" maximum_object_size = {size}{lenient})"
    )
    return f"(select json, row_number() over () as number from {reader})"


def streams_of(
    con: duckdb.DuckDBPyConnection, export: Export, file: str, streams: dict[str, Stream]
) -> dict[str, Rows]:
    """The rows of every stream found in a file, by stream name. Raises UnusableExport if there is none."""
    objects = objects_sql(export)
    keys = _sample_keys(con, objects)
    found = {
        name: _rows(con, envelope, streams[name].each)
        for name, envelope in _envelopes(con, objects, keys, file, streams).items()
    }
    if not found:
        seen = listing(sorted(set().union(*keys)) if keys else [])
        raise UnusableExport(
            f"the JSON has the shape of none of the connector's exports (keys: {seen})",
            "; ".join(f"{name} with {listing(_wanted(stream))}" for name, stream in streams.items()),
            "check that the file is this connector's; `waystage describe connector` lists the shapes",
        )
    return found


def records_of(con: duckdb.DuckDBPyConnection, export: Export) -> Rows:
    """The rows of a JSON file without a vendor: an array, NDJSON, Airbyte messages, or an object with one array."""
    objects = objects_sql(export)
    keys = _sample_keys(con, objects)
    if any({"type", "record"} <= names for names in keys):
        names = _airbyte_names(con, objects)
        if len(names) > 1:
            raise UnusableExport(
                f"the file holds {len(names)} Airbyte streams: {listing(names)}",
                "one stream per file",
                "write each stream to a file of its own",
            )
        return _rows(con, _airbyte(objects, names), None)
    if export.json_format == "unstructured":
        arrays = _arrays(con, objects)
        if len(arrays) == 1:
            return _rows(con, _page(objects, arrays[0]), None)
        if len(arrays) > 1 and _query(con, f"select count(*) from {objects}")[0][0] == 1:
            raise UnusableExport(
                f"the object holds {len(arrays)} lists: {listing(arrays)}",
                "an array, or an object with one list",
                "export the one list that is meant",
            )
    return _rows(con, Envelope(f"select json as _record, null as _parent, number as _row from {objects}"), None)


def count_records(con: duckdb.DuckDBPyConnection, export: Export) -> int:
    """Records in the file: elements of the lists its pages hold, or its top-level values where they hold none."""
    objects = objects_sql(export)
    lists = _arrays(con, objects) if export.json_format == "unstructured" else []
    counted = [f"coalesce(json_array_length(json, {literal(json_path(name))}), 0)" for name in lists] or ["1"]
    return int(str(_query(con, f"select coalesce(sum({' + '.join(counted)}), 0) from {objects}")[0][0]))


def _query(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    try:
        return con.execute(sql).fetchall()
    except duckdb.InvalidInputException as error:
        raise malformed(error) from None


def malformed(error: duckdb.Error) -> UnusableExport:
    """DuckDB's complaint about broken JSON as an instruction."""
    text = str(error).splitlines()[0].split('", ', 1)[-1].removeprefix("Invalid Input Error: ").strip()
    return UnusableExport(f"the JSON is cut off or broken ({text})", "whole JSON", "export it again")


def _sample_keys(con: duckdb.DuckDBPyConnection, objects: str) -> list[set[str]]:
    rows = _query(con, f"select json_keys(json) from {objects} where json_type(json) = 'OBJECT' limit {SAMPLE}")
    if not rows:
        others = _query(con, f"select count(*) from {objects}")[0][0]
        if others:
            raise UnusableExport(
                f"none of the {others:,} values is a JSON object",
                "an array of objects, pages or NDJSON",
                "export it again",
            )
        raise NoRows("the JSON holds no records", "an array of objects, pages or NDJSON", "export it again")
    return [set(row[0]) for row in rows if isinstance(row[0], list)]


def _wanted(stream: Stream) -> list[str]:
    """Top-level names that tell a record of this stream."""
    if stream.match.fields:
        return list(stream.match.fields)
    if stream.each:
        return [split_path(stream.each)[0]]
    return sorted({split_path(field.path)[0] for field in stream.fields.values() if field.required and not field.also})


def _file_matches(stream: Stream, file: str) -> bool:
    name = file.rsplit("/", 1)[-1].casefold()
    return any(fnmatch(name, pattern.casefold()) for pattern in stream.match.files)


def _candidates(streams: dict[str, Stream], keys: set[str], file: str) -> list[str]:
    """Streams a record with these keys may be: those the file name says, else those that ask for most of the keys."""
    fitting = [name for name, stream in streams.items() if set(_wanted(stream)) <= keys]
    named = [name for name in fitting if _file_matches(streams[name], file)]
    if named or not fitting:
        return named
    most = max(len(_wanted(streams[name])) for name in fitting)
    return [name for name in fitting if len(_wanted(streams[name])) == most]


def _envelopes(
    con: duckdb.DuckDBPyConnection, objects: str, keys: list[set[str]], file: str, streams: dict[str, Stream]
) -> dict[str, Envelope]:
    if any({"type", "record"} <= names for names in keys):
        return _airbyte_streams(con, objects, streams)
    if any("_airbyte_data" in names for names in keys):
        objects = f"(select json_extract(json, '$._airbyte_data') as json, number from {objects})"
        keys = _sample_keys(con, objects)
    counts: dict[str, int] = {}
    for names in keys:
        for name in _candidates(streams, names, file):
            counts[name] = counts.get(name, 0) + 1
    if counts:
        records = f"select json as _record, null as _parent, number as _row from {objects}"
        # records with nested lists may feed several streams: the record itself and one row per element
        best = max(counts, key=lambda name: counts[name])
        chosen = [best, *(n for n in counts if n != best and (streams[n].each or streams[best].each))]
        return {name: Envelope(records) for name in chosen}
    return _pages(con, objects, file, streams)


def _pages(con: duckdb.DuckDBPyConnection, objects: str, file: str, streams: dict[str, Stream]) -> dict[str, Envelope]:
    by_key: dict[str, list[str]] = {}
    for name, stream in streams.items():
        for key in stream.match.key:
            by_key.setdefault(key, []).append(name)
    found: dict[str, Envelope] = {}
    for key, names in by_key.items():
        path = literal(json_path(key))
        first = f"json_extract(json, {literal(json_path(key) + '[0]')})"
        rows = _query(
            con,
            f"select any_value(json_keys({first})) filter (where json_type({first}) = 'OBJECT')"
            f" from {objects} where json_type(json, {path}) = 'ARRAY' having count(*) > 0",
        )
        if not rows:
            continue
        shown = set(rows[0][0]) if isinstance(rows[0][0], list) else None
        fitting = {name: streams[name] for name in names}
        picked = _candidates(fitting, shown, file) if shown is not None else names
        for name in picked if len(names) > 1 else names:
            found.setdefault(name, _page(objects, key))
    if found:
        used = {split_path(key)[0] for name in found for key in streams[name].match.key}
        unused = [name for name in _arrays(con, objects) if name not in used]
        if unused:
            note = f"lists the connector does not use: {listing(unused)}"
            found = {name: replace(envelope, notes=(note,)) for name, envelope in found.items()}
    return found


def _arrays(con: duckdb.DuckDBPyConnection, objects: str) -> list[str]:
    rows = _query(
        con,
        "select distinct name from (select json, unnest(json_keys(json)) as name from"
        f" (select json from {objects} where json_type(json) = 'OBJECT'))"
        " where json_type(json, '/' || replace(replace(name, '~', '~0'), '/', '~1')) = 'ARRAY'"
        " and json_type(json, '/' || replace(replace(name, '~', '~0'), '/', '~1') || '/0') = 'OBJECT' order by name",
    )
    return [quote_step(str(row[0])) for row in rows]


def _page(objects: str, key: str) -> Envelope:
    path = literal(json_path(key) + "[*]")
    unnested = f"select unnest(json_extract(json, {path})) as _record from {objects}"
    return Envelope(f"select _record, null as _parent, row_number() over () as _row from ({unnested})")


def _airbyte_names(con: duckdb.DuckDBPyConnection, objects: str) -> list[str]:
    rows = _query(
        con,
        f"select distinct json ->> '$.record.stream' from {objects} where (json ->> '$.type') = 'RECORD' order by 1",
    )
    return [str(row[0]) for row in rows if row[0] is not None]


def _airbyte(objects: str, names: list[str], note: tuple[str, ...] = ()) -> Envelope:
    chosen = ", ".join(literal(name) for name in names)
    return Envelope(
        f"select json_extract(json, '$.record.data') as _record, null as _parent, number as _row from {objects}"
        f" where (json ->> '$.type') = 'RECORD' and (json ->> '$.record.stream') in ({chosen})",
        note,
    )


def _airbyte_streams(con: duckdb.DuckDBPyConnection, objects: str, streams: dict[str, Stream]) -> dict[str, Envelope]:
    names = _airbyte_names(con, objects)
    taken: dict[str, list[str]] = {}
    for name, stream in streams.items():
        legal = stream.match.airbyte or (name,)
        taken[name] = [seen for seen in names if seen in legal or seen.rsplit("__", 1)[-1] in legal]
    unused = sorted(set(names) - {seen for found in taken.values() for seen in found})
    note = (f"Airbyte streams the connector does not use: {listing(unused)}",) if unused else ()
    return {name: _airbyte(objects, seen, note) for name, seen in taken.items() if seen}


def _rows(con: duckdb.DuckDBPyConnection, envelope: Envelope, each: str | None) -> Rows:
    records = envelope.records
    if each:
        path = literal(json_path(each) + "[*]")
        unnested = f"select unnest(json_extract(_record, {path})) as _record, _record as _parent from ({records})"
        records = f"select _record, _parent, row_number() over () as _row from ({unnested})"
    asked: dict[str, list[str]] = {"_record": [], "_parent": []}

    def text(path: str) -> str:
        side = "_parent" if path.startswith("^.") else "_record"
        wanted = json_path(path.removeprefix("^."))
        if wanted not in asked[side]:
            asked[side].append(wanted)
        return f"{side}_values[{asked[side].index(wanted) + 1}]"

    def native(path: str) -> str:
        kinds = _query(
            con,
            f"select distinct json_type(_record, {literal(json_path(path))}) from ({records} limit 10000)",
        )
        types = {NATIVE.get(str(kind)) for (kind,) in kinds if kind not in (None, "NULL")}
        best = types.pop() if len(types) == 1 else ("double" if types == {"bigint", "double"} else None)
        return f"try_cast({text(path)} as {best})" if best else text(path)

    def relation() -> str:
        # one call with all paths parses each record once
        lists = "".join(
            f", json_extract_string({side}, [{', '.join(literal(path) for path in paths)}]) as {side}_values"
            for side, paths in asked.items()
            if paths
        )
        broken = "_record is null or json_type(_record) <> 'OBJECT' as _is_broken"
        return f"select _row, {broken}{lists} from ({records})"

    names = _names(con, records)
    return Rows(relation, names, text, native, has_row=True, faults=(BROKEN,), notes=envelope.notes)


def _names(con: duckdb.DuckDBPyConnection, records: str) -> tuple[str, ...]:
    rows = _query(
        con,
        "select distinct unnest(json_keys(_record)) from"
        f" (select _record from ({records}) where json_type(_record) = 'OBJECT' limit 10000) order by 1",
    )
    return tuple(str(row[0]) for row in rows)


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
