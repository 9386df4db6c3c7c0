"""What kinds of row an opened export holds, for the source it belongs to."""

from dataclasses import replace
from fnmatch import fnmatch

import duckdb

from connectors.catalogue import TABLE, Catalogue
from connectors.contract import SourceConfig, Stream
from connectors.json_objects import split_path
from connectors.json_streams import file_matches
from connectors.mapping import (
    Input,
    Target,
    entity_inputs,
    entity_target,
    header_of,
    stream_inputs,
    stream_target,
    unused_by_entity,
    unused_by_stream,
)
from connectors.nearest_shape import nearest_shapes
from connectors.open_export import Export
from connectors.problem import UnusableExport, listing
from connectors.read_json import look_at, records_of, streams_of
from connectors.read_table import cell_names, cell_rows, csv_rows, parquet_rows
from connectors.rows import Rows

Recognised = list[tuple[Target, dict[str, Input], Rows]]


def recognise(
    con: duckdb.DuckDBPyConnection, export: Export, file: str, source: SourceConfig, catalogue: Catalogue
) -> Recognised:
    """Every kind of row of the file with its inputs. Raises UnusableExport if there is none or a column is wrong."""
    is_json = export.kind == "json"
    if source.connector == TABLE:
        entity = catalogue.entities[source.entity or ""]
        rows = records_of(con, export) if is_json else _table_rows(con, export)
        inputs = entity_inputs(entity, source, rows, is_json)
        return [(entity_target(entity), inputs, _noted(rows, unused_by_entity(entity, source, rows, is_json)))]
    streams = catalogue.connectors[source.connector].streams
    try:
        found = _found(con, export, dated_name(file, source, streams), streams)
    except UnusableExport as error:
        other = _other_vendor(con, export, file, source.connector, catalogue)
        if not other:
            raise
        raise UnusableExport(
            f"the file is not an export of {source.connector}; it looks like {other}",
            error.legal,
            "correct `connector:` or `path:` of the source",
        ) from None
    return [
        (
            stream_target(catalogue.connectors[source.connector], name, source.instance, source.date_order),
            stream_inputs(streams[name], rows, is_json),
            _noted(rows, unused_by_stream(streams, name, rows, is_json)),
        )
        for name, rows in found.items()
    ]


def dated_name(file: str, source: SourceConfig, streams: dict[str, Stream]) -> str:
    """The name by which a file tells its stream: with the day through which it was observed, if a stream asks for a day
    and only the source knows it."""
    stem, dot, suffix = file.rpartition(".")
    dated = f"{stem}-{(source.observed_through or '').replace('-', '')}{dot}{suffix}"
    told = [any(file_matches(stream, name) for stream in streams.values()) for name in (file, dated)]
    return dated if source.observed_through and told == [False, True] else file


def _noted(rows: Rows, unused: list[str]) -> Rows:
    return replace(rows, notes=(*rows.notes, *not_used(unused)))


def not_used(names: list[str]) -> tuple[str, ...]:
    """A note on names of the export that feed nothing: that is normal, but told."""
    return (f"not used: {listing(names)}",) if names else ()


def _found(con: duckdb.DuckDBPyConnection, export: Export, file: str, streams: dict[str, Stream]) -> dict[str, Rows]:
    if export.kind == "json":
        return streams_of(con, export, file, streams)
    rows = _table_rows(con, export)
    return {table_stream(rows.headers, file, streams): rows, **_cells(export, streams)}


def _cells(export: Export, streams: dict[str, Stream]) -> dict[str, Rows]:
    """Streams that have a row for every filled cell under one header of a CSV."""
    headers = {name: each_header(stream, export.headers) for name, stream in streams.items() if export.kind == "csv"}
    return {name: cell_rows(export, header) for name, header in headers.items() if header is not None}


def each_header(stream: Stream, headers: tuple[str, ...]) -> str | None:
    """The header whose cells are the stream's rows, if these headers have it and what the stream must show beside."""
    header = header_of(stream.each, headers) if stream.each else None
    wanted = _signs(stream)
    shown = cell_names(header or "", headers)
    return header if wanted and all(_is_shown(sign, shown) for sign in wanted) else None


def _table_rows(con: duckdb.DuckDBPyConnection, export: Export) -> Rows:
    return csv_rows(export) if export.kind == "csv" else parquet_rows(con, export)


def table_stream(headers: tuple[str, ...], file: str, streams: dict[str, Stream]) -> str:
    """The stream a table holds: the one whose file pattern fits, else the one whose required headers are there."""
    tables = {name: stream for name, stream in streams.items() if not stream.each}
    fitting = {
        name: len(wanted)
        for name, stream in tables.items()
        if (wanted := _signs(stream)) and all(_is_shown(sign, headers) for sign in wanted)
    }
    name = file.rsplit("/", 1)[-1].casefold()
    named = [
        stream
        for stream, shape in tables.items()
        if any(fnmatch(name, pattern.casefold()) for pattern in shape.match.files)
    ]
    both = [stream for stream in named if stream in fitting]
    if both or fitting:
        return max(both or fitting, key=lambda stream: fitting[stream])
    wanted = _signs(tables[named[0]]) if len(named) == 1 else ()
    if 2 * sum(_is_shown(sign, headers) for sign in wanted) > len(wanted):
        return named[0]  # the name says what it is; the missing column is told by its mapping
    legal, differs = nearest_shapes(headers, tables, _signs, lambda sign: _shown_as(sign, headers))
    raise UnusableExport(
        f"the headers fit none of the connector's exports: {listing(list(headers))}",
        legal,
        f"{differs}; check that the file is this connector's; map any other table with `connector: table`",
    )


def _signs(stream: Stream) -> tuple[tuple[str, ...], ...]:
    """What a table of this stream must show: of each header the spellings that will do."""
    if stream.match.fields:
        return stream.signs
    return tuple((field.path,) for field in stream.fields.values() if field.required and not field.also)


def _is_shown(sign: tuple[str, ...], headers: tuple[str, ...]) -> bool:
    return _shown_as(sign, headers) is not None


def _shown_as(sign: tuple[str, ...], headers: tuple[str, ...]) -> str | None:
    return next((header for path in sign if (header := header_of(path, headers)) is not None), None)


def _other_vendor(
    con: duckdb.DuckDBPyConnection, export: Export, file: str, connector: str, catalogue: Catalogue
) -> str | None:
    """The connector that knows most of the file's kinds of row by most of their names."""
    others = {name: it for name, it in sorted(catalogue.connectors.items()) if name not in (connector, TABLE)}
    # all at once: of every look at a file the engine takes most time to begin
    every = {f"{name}.{stream}": it for name, other in others.items() for stream, it in other.streams.items()}
    headers: tuple[str, ...] = ()
    try:
        if export.kind == "json":
            look = look_at(con, export, every)
        else:
            headers = _table_rows(con, export).headers
    except UnusableExport:
        return None
    told: dict[str, tuple[int, str]] = {}
    for name, other in others.items():
        if export.kind == "json":
            found = list(look.streams(file, other.streams))
        else:
            found = _fitting(headers, file, other.streams)
        specific = [stream for stream in found if len(_told_by(other.streams[stream])) > 1]
        if specific:
            shown = sum(len(_told_by(other.streams[stream])) for stream in specific)
            told[name] = shown, f"{name} ({', '.join(specific)})"
    return max(told.values(), key=lambda one: one[0])[1] if told else None


def _fitting(headers: tuple[str, ...], file: str, streams: dict[str, Stream]) -> list[str]:
    """The stream whose table it is if the headers themselves say so: a file's name alone says nothing of its vendor."""
    try:
        stream = table_stream(headers, file, streams)
    except UnusableExport:
        return []
    signs = _signs(streams[stream])
    return [stream] if len(signs) > 1 and all(_is_shown(sign, headers) for sign in signs) else []


def _told_by(stream: Stream) -> set[str]:
    return {split_path(sign[0])[0] for sign in _signs(stream)} | set(stream.match.key)
