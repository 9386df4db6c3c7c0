"""JSON as rows: API pages, Airbyte messages, NDJSON and bare arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import duckdb

from connectors.cast import Fault, literal
from connectors.contract import Stream
from connectors.json_objects import (
    Keys,
    Objects,
    is_object,
    json_path,
    key_sets,
    list_names,
    listed_keys,
    objects_of,
    query,
)
from connectors.json_streams import (
    Envelope,
    Loader,
    inner_paths,
    list_paths,
    loader_of,
    page_keys,
    page_streams,
    record_streams,
    shown_as,
    shown_signs,
    unused_lists,
    wanted,
)
from connectors.json_values import Values
from connectors.nearest_shape import nearest_shapes
from connectors.open_export import Export
from connectors.problem import NoRows, UnusableExport, listing
from connectors.read_mail import told_of
from connectors.rows import AIRBYTE_COLUMN, Rows

MOST_STREAMS = 20  # of a file of another vendor, to say what it is like
LOOKED_AT = 10_000  # records of one file looked at for their names and types
NATIVE = {"BIGINT": "bigint", "UBIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean"}
BROKEN = Fault(
    "_is_broken",
    "'is not a JSON object; legal: one whole {...} per record; export it again, the line may be cut off'",
)


@dataclass
class Look:
    """What the objects of a file show of some streams, be they of one connector or of all."""

    con: duckdb.DuckDBPyConnection
    objects: Objects
    keys: dict[Keys, int]
    paths: Sequence[str]  # that lead below an object's own keys
    list_paths: Sequence[str]

    @property
    def loader(self) -> Loader | None:
        """Whose messages the objects are, if they are any."""
        return loader_of(self.keys)

    @cached_property
    def listed(self) -> dict[str, Keys | None]:
        """The paths of lists, with the keys of a record in each."""
        return listed_keys(self.con, self.objects, self.list_paths, self.paths).get(0, {})

    def streams(self, file: str, streams: dict[str, Stream]) -> dict[str, Envelope]:
        """The streams of a connector that the file holds; its name may tell which."""
        if self.loader:
            return _message_streams(self.con, self.objects, self.loader, streams)
        records = record_streams(self.keys, file, streams)
        if records:
            return dict.fromkeys(records, Envelope())
        found = page_streams(self.listed, file, streams)
        notes = unused_lists(self.listed, found)
        return {name: Envelope(key, notes=notes) for name, key in found.items()}


def look_at(con: duckdb.DuckDBPyConnection, export: Export, streams: Mapping[str, Stream]) -> Look:
    """Looks at a file for what tells these streams. Raises UnusableExport where it holds no objects."""
    objects = objects_of(con, export)
    paths = inner_paths(streams)
    keys = _required_keys(con, objects, paths)
    if any(AIRBYTE_COLUMN in names for names in keys) and loader_of(keys) is None:
        objects = objects.inside(AIRBYTE_COLUMN)
        keys = _required_keys(con, objects, paths)
    return Look(con, objects, keys, paths, list_paths(keys, streams))


def streams_of(
    con: duckdb.DuckDBPyConnection, export: Export, file: str, streams: dict[str, Stream]
) -> dict[str, Rows]:
    """The rows of every stream found in a file, by stream name. Raises UnusableExport if there is none."""
    look = look_at(con, export, streams)
    objects, found = look.objects, look.streams(file, streams)
    if not found:
        if look.loader:
            raise _no_stream_of(con, objects, look.loader, streams)
        listed = [look.listed.get(key) for key in page_keys(streams)]
        shown = frozenset().union(*(names for names in listed if names)) or frozenset().union(*look.keys)
        names = sorted(shown - set(look.paths))
        legal, differs = nearest_shapes(names, streams, wanted, lambda sign: shown_as(sign, shown))
        raise UnusableExport(
            f"the JSON has the shape of none of the connector's exports (keys: {listing(names)})",
            legal,
            f"{differs}; check that the file is this connector's; `waystage describe connector` lists the shapes",
        )
    rows = {name: named_rows(con, objects, envelope, streams[name].each) for name, envelope in found.items()}
    return {name: told_of(rows[name], streams[name].each) for name in rows} if export.is_mail else rows


def records_of(con: duckdb.DuckDBPyConnection, export: Export) -> Rows:
    """The rows of a JSON file without a vendor: an array, NDJSON, a loader's messages, or an object with one array."""
    objects = objects_of(con, export)
    if loader := loader_of(_required_keys(con, objects)):
        names = stream_names(con, objects, loader)
        if len(names) > 1:
            raise UnusableExport(
                f"the file holds {len(names)} {loader.title} streams: {listing(names)}",
                "one stream per file",
                "write each stream to a file of its own",
            )
        return named_rows(con, objects, Envelope(loader=loader, streams=tuple(names)), None)
    page: str | None = None
    if export.json_format == "unstructured":
        arrays = list(list_names(con, objects).get(0, ()))
        if len(arrays) == 1:
            page = arrays[0]
        elif arrays and query(con, f"select count(*) from {objects.relation}")[0][0] == 1:
            raise UnusableExport(
                f"the object holds {len(arrays)} lists: {listing(arrays)}",
                "an array, or an object with one list",
                "export the one list that is meant",
            )
    return named_rows(con, objects, Envelope(page), None)


def count_records(con: duckdb.DuckDBPyConnection, export: Export) -> int:
    """Records in the file: elements of the lists its pages hold, or its top-level values where they hold none."""
    objects = objects_of(con, export)
    lists = list_names(con, objects).get(0, ()) if export.json_format == "unstructured" else ()
    counted = [f"coalesce(json_array_length(json, {literal(json_path(name))}), 0)" for name in lists] or ["1"]
    return int(str(query(con, f"select coalesce(sum({' + '.join(counted)}), 0) from {objects.relation}")[0][0]))


def _required_keys(con: duckdb.DuckDBPyConnection, objects: Objects, paths: Sequence[str] = ()) -> dict[Keys, int]:
    """The key sets of one file's objects; raises UnusableExport where it has none."""
    found = key_sets(con, objects, paths).get(0)
    if found is not None:
        return found
    legal = "an array of objects, pages or NDJSON"
    others = query(con, f"select count(*) from {objects.relation}")[0][0]
    if others:
        raise UnusableExport(f"none of the {others:,} values is a JSON object", legal, "export it again")
    raise NoRows("the JSON holds no records", legal, "export it again")


def stream_names(con: duckdb.DuckDBPyConnection, objects: Objects, loader: Loader) -> list[str]:
    """Streams of a file of a loader's messages, by name."""
    rows = query(
        con,
        f"select distinct json ->> '{loader.stream}' from {objects.relation} where (json ->> '$.type') = 'RECORD'"
        " order by 1",
    )
    return [str(row[0]) for row in rows if row[0] is not None]


def _message_streams(
    con: duckdb.DuckDBPyConnection, objects: Objects, loader: Loader, streams: dict[str, Stream]
) -> dict[str, Envelope]:
    """Streams by name and by what their records show: other vendors have `tickets` and `users` too."""
    names = stream_names(con, objects, loader)
    by_name = {
        name: [seen for seen in names if {seen, seen.rsplit("__", 1)[-1]} & set(stream.match.airbyte or (name,))]
        for name, stream in streams.items()
    }
    paths = inner_paths(streams)
    wanted_names = {one for found in by_name.values() for one in found}
    shown = {
        seen: _message_keys(con, objects, Envelope(loader=loader, streams=(seen,)), paths) for seen in wanted_names
    }
    taken = {
        name: [seen for seen in found if all(shown_signs(streams[name], shown[seen]))]
        for name, found in by_name.items()
    }
    unused = sorted(set(names) - {seen for found in taken.values() for seen in found})
    notes = (f"{loader.title} streams the connector does not use: {listing(unused)}",) if unused else ()
    return {name: Envelope(loader=loader, streams=tuple(seen), notes=notes) for name, seen in taken.items() if seen}


def _no_stream_of(
    con: duckdb.DuckDBPyConnection, objects: Objects, loader: Loader, streams: dict[str, Stream]
) -> UnusableExport:
    names = stream_names(con, objects, loader)
    envelopes = [Envelope(loader=loader, streams=(name,)) for name in names[:MOST_STREAMS]]
    keys = frozenset().union(*(_message_keys(con, objects, one, inner_paths(streams)) for one in envelopes))
    legal, differs = nearest_shapes(
        sorted(keys - set(inner_paths(streams))), streams, wanted, lambda sign: shown_as(sign, keys)
    )
    return UnusableExport(
        f"the records of the {loader.title} streams {listing(names)} have the shape of none of the connector's exports",
        legal,
        f"{differs}; check that the file is this connector's; `waystage describe connector` lists the shapes",
    )


def _message_keys(con: duckdb.DuckDBPyConnection, objects: Objects, envelope: Envelope, paths: Sequence[str]) -> Keys:
    """What the first records of a stream show together: one alone may leave out what it does not know."""
    records = envelope.records(objects)
    found = key_sets(con, Objects(f"(select _record as json, 0 as file_no from ({records}))"), paths)
    return frozenset().union(*found.get(0, {}))


def named_rows(con: duckdb.DuckDBPyConnection, objects: Objects, envelope: Envelope, each: str | None) -> Rows:
    """The rows of one stream, with the names they show."""
    envelope, objects = envelope.unpacked(con, objects)
    rows = rows_of(con, objects, envelope, each)
    return replace(rows, names=names_by_file(con, rows, LOOKED_AT).get(0, ()))


def names_by_file(con: duckdb.DuckDBPyConnection, rows: Rows, most: int | None = None) -> dict[int, tuple[str, ...]]:
    """The names that the records of each file show; of one large file in the first `most` records."""
    some = f" limit {most}" if most else ""
    found = query(
        con,
        "select distinct _file_no, unnest(json_keys(_record)) as name from"
        f" (select _file_no, _record from ({rows.records}) where {is_object('_record')}{some}) order by all",
    )
    names: dict[int, list[str]] = {}
    for file_no, name in found:
        names.setdefault(int(str(file_no)), []).append(str(name))
    return {file_no: tuple(listed) for file_no, listed in names.items()}


def rows_of(con: duckdb.DuckDBPyConnection, objects: Objects, envelope: Envelope, each: str | None) -> Rows:
    """The rows of one stream, or with `each` of the lists in its records; `names` is left empty."""
    records = envelope.records(objects)
    if each:
        path = literal(json_path(each) + "[*]")
        listed = f"select json_extract(_record, {path}) as listed, _record, _file_no from ({records})"
        records = f"select unnest(listed) as _record, _record as _parent, _file_no from ({listed})"
    # messages of other streams stand between the rows of one; all others are numbered by their order
    told = (*(("_row",) if envelope.loader and not each else ()), *(("_file_no",) if objects.is_many else ()))
    sides = {side: Values(side) for side in ("_record", "_parent")}

    def text(path: str) -> str:
        return sides["_parent" if path.startswith("^.") else "_record"].text(path.removeprefix("^."))

    def native(path: str) -> str:
        kinds = query(
            con,
            f"select distinct json_type(_record, {literal(json_path(path))}) from ({records} limit {LOOKED_AT})",
        )
        types = {NATIVE.get(str(kind)) for (kind,) in kinds if kind not in (None, "NULL")}
        best = types.pop() if len(types) == 1 else ("double" if types == {"bigint", "double"} else None)
        return f"try_cast({text(path)} as {best})" if best else text(path)

    def relation() -> str:
        broken = f"coalesce(not {is_object('_record')}, true) as _is_broken"
        made = [part for side in sides.values() for part in side.made()]
        columns = [part for side in sides.values() for part in side.columns()]
        held = f"select {', '.join([*told, '_record', '_parent', *made])} from ({records})"
        return f"select {', '.join([*told, broken, *columns])} from ({held})"

    return Rows(
        relation,
        (),
        text,
        native,
        place=(*told, "_is_broken"),
        records=records,
        faults=(BROKEN,),
        notes=envelope.notes,
        envelope=envelope.loader.name if envelope.loader else "airbyte" if objects.is_landed else "json",
    )
