"""What kinds of row several small exports hold, told for all at once; each as `recognise` would tell it alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from connectors.catalogue import TABLE, Catalogue
from connectors.contract import Entity, SourceConfig, Stream
from connectors.count_rows import count_lines
from connectors.json_objects import Objects, key_sets, list_names, listed_keys, objects_of_many
from connectors.json_streams import (
    Envelope,
    inner_paths,
    is_airbyte,
    page_keys,
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
from connectors.read_json import AIRBYTE_COLUMN, names_by_file, rows_of
from connectors.read_table import csv_rows
from connectors.recognise import Recognised, not_used, table_stream

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
) -> Iterator[Alike]:
    """Groups of two or more of the files, which are of one kind and format. A file in no group is to be told alone."""
    con.execute(
        "create or replace temp table file as select unnest(?::varchar[]) as filename, unnest(range(?)) as file_no",
        [[str(export.path) for export in exports], len(exports)],
    )
    if exports[0].kind == "csv":
        groups = _tables(exports, files, source, catalogue)
    elif source.connector == TABLE:
        groups = _mapped_json(con, exports, source, catalogue.entities[source.entity or ""])
    else:
        groups = _pages(con, exports, files, source, catalogue)
    return (group for group in groups if len(group.file_nos) > 1)


def _tables(
    exports: Sequence[Export], files: Sequence[str], source: SourceConfig, catalogue: Catalogue
) -> Iterator[Alike]:
    headers = exports[0].headers
    counts = {number: count_lines(export.path) for number, export in enumerate(exports)}
    if source.connector == TABLE:
        entity = catalogue.entities[source.entity or ""]
        rows = csv_rows(*exports)
        notes = not_used(unused_by_entity(entity, source, rows, False))
        kinds = [(entity_target(entity), entity_inputs(entity, source, rows, False), rows)]
        yield Alike(tuple(counts), kinds, dict.fromkeys(counts, notes), counts)
        return
    vendor = catalogue.connectors[source.connector]
    places: dict[str, list[int]] = {}
    for number, file in enumerate(files):
        places.setdefault(table_stream(headers, file, vendor.streams), []).append(number)
    for name, file_nos in places.items():
        rows = csv_rows(*(exports[number] for number in file_nos))
        notes = not_used(unused_by_stream(vendor.streams, name, rows, False))
        target = stream_target(vendor, name, source.instance)
        kinds = [(target, stream_inputs(vendor.streams[name], rows, False), rows)]
        yield Alike(tuple(file_nos), kinds, dict.fromkeys(file_nos, notes), counts)


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
        if not is_airbyte(keys) and len(listed) <= 1:
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
    lists = list_names(con, objects)
    for found, file_nos in _by_streams(con, objects, files, streams).items():
        kinds: Recognised = []
        noted: dict[int, list[str]] = {number: [] for number in file_nos}
        for name, page in found:
            rows = rows_of(con, objects.of(file_nos), Envelope(page), streams[name].each)
            kinds.append((stream_target(vendor, name, source.instance), stream_inputs(streams[name], rows, True), rows))
            names = names_by_file(con, rows)
            for number, notes in noted.items():
                unused = unused_by_stream(streams, name, replace(rows, names=names.get(number, ())), True)
                lost = unused_lists(lists.get(number, ()), {each: key for each, key in found if key is not None})
                notes += [note for note in (*(lost if page else ()), *not_used(unused)) if note not in notes]
        yield Alike(tuple(file_nos), kinds, noted)


def _by_streams(
    con: duckdb.DuckDBPyConnection, objects: Objects, files: Sequence[str], streams: dict[str, Stream]
) -> dict[tuple[tuple[str, str | None], ...], list[int]]:
    """Files by the streams they hold and the path of the list each is in; none for records that stand alone."""
    paths = inner_paths(streams)
    listed = {key: listed_keys(con, objects, key, paths) for key in page_keys(streams)}
    places: dict[tuple[tuple[str, str | None], ...], list[int]] = {}
    for file_no, keys in key_sets(con, objects, paths).items():
        if is_airbyte(keys) or any(AIRBYTE_COLUMN in names for names in keys):
            continue
        found: dict[str, str | None] = dict.fromkeys(record_streams(keys, files[file_no], streams))
        if not found:
            shown = {key: by_file[file_no] for key, by_file in listed.items() if file_no in by_file}
            found = dict(page_streams(shown, files[file_no], streams))
        if found:
            places.setdefault(tuple(found.items()), []).append(file_no)
    return places
