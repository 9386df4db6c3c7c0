"""What kinds of row several small exports hold, told for all at once; each as `recognise` would tell it alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from connectors.catalogue import TABLE, Catalogue
from connectors.contract import Entity, SourceConfig, Stream
from connectors.count_rows import count_lines
from connectors.join_tables import join_tables
from connectors.json_objects import Keys, key_sets, list_names, listed_keys, objects_of_many
from connectors.json_streams import (
    Envelope,
    inner_paths,
    list_paths,
    loader_of,
    page_streams,
    record_streams,
    unused_lists,
)
from connectors.mapping import (
    entity_inputs,
    entity_target,
    stream_inputs,
    stream_target,
    unused_by_entity,
    unused_by_stream,
)
from connectors.open_export import Export
from connectors.problem import UnusableExport
from connectors.read_json import names_by_file, rows_of
from connectors.read_table import csv_rows_of, joined_rows
from connectors.recognise import Recognised, dated_name, each_header, not_used, table_stream
from connectors.rows import AIRBYTE_COLUMN, Rows

Notes = Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Alike:
    """Files, by their places among the exports, that hold the same kinds of row; what is to be noted of each.

    `row_counts`: rows of each CSV counted without DuckDB, which may forget a ragged row where it reads several files.
    """

    file_nos: tuple[int, ...]
    kinds: Recognised
    notes: Notes
    row_counts: Mapping[int, int] = field(default_factory=dict)


def recognise_many(
    con: duckdb.DuckDBPyConnection,
    exports: Sequence[Export],
    files: Sequence[str],
    source: SourceConfig,
    catalogue: Catalogue,
    *,
    scratch: Path,
) -> Iterator[Alike]:
    """Groups of two or more of the files, which are of one kind and format. A file in no group is to be told alone.

    What is written for that is put in the folder `scratch`.
    """
    con.execute(
        "create or replace temp table file as select unnest(?::varchar[]) as filename, unnest(range(?)) as file_no",
        [[str(export.path) for export in exports], len(exports)],
    )
    if source.connector != TABLE:
        streams = catalogue.connectors[source.connector].streams
        files = [dated_name(file, source, streams) for file in files]
    if exports[0].kind == "csv":
        groups = _tables(exports, files, source, catalogue, scratch)
    elif source.connector == TABLE:
        groups = _mapped_json(con, exports, source, catalogue.entities[source.entity or ""])
    else:
        groups = _pages(con, exports, files, source, catalogue)
    return (group for group in groups if len(group.file_nos) > 1)


def _tables(
    exports: Sequence[Export], files: Sequence[str], source: SourceConfig, catalogue: Catalogue, scratch: Path
) -> Iterator[Alike]:
    places: dict[str, list[int]] = {"": list(range(len(exports)))}
    if source.connector != TABLE:
        streams = catalogue.connectors[source.connector].streams
        if any(each_header(stream, exports[0].headers) for stream in streams.values()):
            return  # a row per cell is numbered within its own file
        places = {}
        for number, file in enumerate(files):
            places.setdefault(table_stream(exports[0].headers, file, streams), []).append(number)
    for stream, file_nos in places.items():
        for rows, counts in _joined({number: exports[number] for number in file_nos}, scratch):
            if stream:
                vendor = catalogue.connectors[source.connector]
                notes = not_used(unused_by_stream(vendor.streams, stream, rows, False))
                target = stream_target(vendor, stream, source.instance, source.date_order)
                inputs = stream_inputs(vendor.streams[stream], rows, False)
            else:
                entity = catalogue.entities[source.entity or ""]
                notes = not_used(unused_by_entity(entity, source, rows, False))
                target, inputs = entity_target(entity), entity_inputs(entity, source, rows, False)
            yield Alike(tuple(counts), [(target, inputs, rows)], dict.fromkeys(counts, notes), counts)


def _joined(exports: Mapping[int, Export], scratch: Path) -> Iterator[tuple[Rows, dict[int, int]]]:
    """Rows of those files that can be read as one, and of the others; with how many rows each file has."""
    target = scratch / "joined"
    counts = join_tables(exports, target)
    if counts:
        yield joined_rows(exports[next(iter(counts))], target), counts
    others = {number: export for number, export in exports.items() if number not in counts}
    if others:
        yield csv_rows_of(others), {number: count_lines(export.path) for number, export in others.items()}


def _mapped_json(
    con: duckdb.DuckDBPyConnection, exports: Sequence[Export], source: SourceConfig, entity: Entity
) -> Iterator[Alike]:
    if any(column.sql is not None for column in source.columns.values()):
        return  # an expression sees the types of its own file
    objects = objects_of_many(con, exports)
    lists = list_names(con, objects) if exports[0].json_format == "unstructured" else {}
    places: dict[str | None, list[int]] = {}
    for file_no, keys in key_sets(con, objects).items():
        listed = lists.get(file_no, ())
        if loader_of(keys) is None and len(listed) <= 1:
            places.setdefault(listed[0] if listed else None, []).append(file_no)
    for page, file_nos in places.items():
        names = names_by_file(con, rows_of(con, objects.of(file_nos), Envelope(page), None))
        same: dict[tuple[str, ...], list[int]] = {}
        for file_no in file_nos:
            same.setdefault(names.get(file_no, ()), []).append(file_no)
        for listed, numbers in same.items():
            rows = replace(rows_of(con, objects.of(numbers), Envelope(page), None), names=listed)
            notes = not_used(unused_by_entity(entity, source, rows, True))
            try:
                kinds = [(entity_target(entity), entity_inputs(entity, source, rows, True), rows)]
            except UnusableExport:
                continue
            yield Alike(tuple(numbers), kinds, dict.fromkeys(numbers, notes))


def _pages(
    con: duckdb.DuckDBPyConnection,
    exports: Sequence[Export],
    files: Sequence[str],
    source: SourceConfig,
    catalogue: Catalogue,
) -> Iterator[Alike]:
    vendor = catalogue.connectors[source.connector]
    streams = vendor.streams
    objects = objects_of_many(con, exports)
    keys = key_sets(con, objects, inner_paths(streams))
    paths = list_paths([names for sets in keys.values() for names in sets], streams)
    listed = listed_keys(con, objects, paths, inner_paths(streams))
    for found, file_nos in _by_streams(keys, listed, files, streams).items():
        kinds: Recognised = []
        mine = objects.of(file_nos)
        noted: dict[int, list[str]] = {number: [] for number in file_nos}
        for name, page in found:
            envelope, records = Envelope(page).unpacked(con, mine)
            rows = rows_of(con, records, envelope, streams[name].each)
            target = stream_target(vendor, name, source.instance, source.date_order)
            kinds.append((target, stream_inputs(streams[name], rows, True), rows))
            names = names_by_file(con, rows)
            for number, notes in noted.items():
                unused = unused_by_stream(streams, name, replace(rows, names=names.get(number, ())), True)
                lost = unused_lists(listed.get(number, {}), {each: key for each, key in found if key is not None})
                notes += [note for note in (*(lost if page else ()), *not_used(unused)) if note not in notes]
        yield Alike(tuple(file_nos), kinds, noted)


def _by_streams(
    keys: Mapping[int, Mapping[Keys, int]],
    listed: Mapping[int, Mapping[str, Keys | None]],
    files: Sequence[str],
    streams: dict[str, Stream],
) -> dict[tuple[tuple[str, str | None], ...], list[int]]:
    """Files by the streams they hold and the path of the list each is in; none for records that stand alone."""
    places: dict[tuple[tuple[str, str | None], ...], list[int]] = {}
    for file_no, sets in keys.items():
        if loader_of(sets) or any(AIRBYTE_COLUMN in names for names in sets):
            continue
        found: dict[str, str | None] = dict.fromkeys(record_streams(sets, files[file_no], streams))
        if not found:
            found = dict(page_streams(listed.get(file_no, {}), files[file_no], streams))
        if found:
            places.setdefault(tuple(found.items()), []).append(file_no)
    return places
