"""Which text of an export feeds which column of a contract."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from connectors.cast import literal
from connectors.contract import Column, ColumnMap, Entity, Source, SourceConfig, Stream, StreamField
from connectors.expression import columns_in, rewritten
from connectors.json_objects import quote_step, split_path
from connectors.nearest import nearest
from connectors.problem import UnusableExport, listing
from connectors.rows import Rows
from connectors.written_dates import DateOrder, iso_text

TODO = "TODO"  # stands in a draft for a name that nobody has said yet


@dataclass(frozen=True)
class Target:
    """What a kind of row lands as."""

    name: str  # <connector>__<stream> or table__<entity>
    columns: Mapping[str, Column]
    namespaces: Mapping[str, str]  # identity column -> namespace of its hash
    one_of: tuple[str, ...]
    unique: tuple[str, ...]  # key of which a file may hold one row; () where versions settle it


@dataclass(frozen=True)
class Input:
    """Where a column's text comes from: its name in the export, and SQL over the export's relation."""

    name: str
    sql: str
    can_fail: bool = False  # an expression of the user's: null means it failed, blank that it gave null


def entity_target(entity: Entity) -> Target:
    """A canonical entity as connector `table` lands it."""
    namespaces = {
        name: "email" if column.identity == "email" else "id"
        for name, column in entity.columns.items()
        if column.identity
    }
    unique = () if entity.key == "all" else entity.key
    return Target(f"table__{entity.name}", entity.columns, namespaces, entity.one_of, unique)


def stream_target(source: Source, name: str, instance: str | None = None, order: DateOrder | None = None) -> Target:
    """A vendor's stream. An id that means nothing outside the vendor is hashed in the vendor's namespace.

    The vendor's, not the connector's: help desk and help center of one vendor number the same people. Of a field's
    formats those of the other `order` of day and month are none.
    """
    stream = source.streams[name]
    vendor = re.sub(r"[^a-z0-9]+", "_", source.vendor.lower()) + (f"@{instance}" if instance else "")
    namespaces = {
        column: "email" if field.identity == "email" else vendor if field.scope == "vendor" else "id"
        for column, field in stream.fields.items()
        if field.identity
    }
    fields = {column: _in_order(field, order) for column, field in stream.fields.items()}
    return Target(f"{source.name}__{name}", fields, namespaces, stream.one_of, ())


def _in_order(field: StreamField, order: DateOrder | None) -> StreamField:
    if order is None or not field.formats:
        return field
    kept = tuple(formats for formats in field.formats if _order_of(formats[0]) in (None, order))
    return field.model_copy(update={"formats": kept})


def _order_of(written: str) -> DateOrder | None:
    """Which of day and month a format of numbers has first; None where it is no such format."""
    day, month = written.find("%d"), written.find("%m")
    return None if day < 0 or month < 0 else "day_first" if day < month else "month_first"


def landed_columns(target: Target) -> dict[str, Column]:
    """Columns of the Parquet in order: the contract's, and the domain beside each e-mail."""
    columns: dict[str, Column] = {}
    for name, column in target.columns.items():
        columns[name] = column
        if column.identity == "email":
            columns[f"{name}_domain"] = Column(description=f"The lower-case text after @ of {name}.")
    return columns


def entity_inputs(entity: Entity, config: SourceConfig, rows: Rows, is_json: bool) -> dict[str, Input]:
    """Inputs of a mapped source. Raises UnusableExport naming the column that is missing, repeated or wrong."""
    columns = config.columns or _same_names(entity, rows)
    for name in columns:
        if name not in entity.columns:
            raise UnusableExport(
                f"`{name}` under `columns:` is not a column of {entity.name}",
                ", ".join(entity.columns),
                nearest(name, list(entity.columns)),
            )
    for name, column in entity.columns.items():
        if column.required and name not in columns:
            raise UnusableExport(
                f"nothing is mapped to `{name}`, which {entity.name} requires",
                f"one of the file's columns: {listing(list(rows.names))}",
                f"add `{name}: ...` under `columns:`",
            )
    if entity.one_of and not set(entity.one_of) & set(columns):
        raise UnusableExport(
            f"nothing is mapped to any of {', '.join(entity.one_of)}; {entity.name} needs one of them",
            f"one of the file's columns: {listing(list(rows.names))}",
            "add one under `columns:`",
        )
    inputs = {name: _mapped(name, columns[name], rows, is_json) for name in entity.columns if name in columns}
    for name, given in inputs.items():
        column = entity.columns[name]
        if columns[name].name is None:
            continue
        if column.type in ("timestamp", "date"):
            inputs[name] = replace(given, sql=iso_text(given.sql, config.date_order, config.observed_through))
        elif _is_id(name, column):
            inputs[name] = replace(given, sql=_whole_id(given.sql))
    return inputs


def _is_id(name: str, column: Column) -> bool:
    """Whether a column holds an id that things are joined by; those of people are made alike before they are hashed."""
    is_local = isinstance(column, StreamField) and column.scope == "vendor"
    return column.type == "text" and column.identity is None and (is_local or name == "id" or name.endswith("_id"))


def _whole_id(text: str) -> str:
    """SQL for an id that a data frame or a spreadsheet may have turned from 123 into 123.0."""
    return f"case when ends_with({text}, '.0') then regexp_replace({text}, '^([0-9]+)[.]0$', '\\1') else {text} end"


def unused_by_entity(entity: Entity, config: SourceConfig, rows: Rows, is_json: bool) -> list[str]:
    """Names of the export that no column is mapped to."""
    used: set[str] = set()
    for column in (config.columns or _same_names(entity, rows)).values():
        if column.sql is not None:
            used |= {name.casefold() for name in columns_in(column.sql)}
        elif column.name is not None:
            used |= {column.name.casefold(), *(step.casefold() for step in split_path(column.name)[:1] if is_json)}
    return [name for name in dict.fromkeys(rows.names) if name.casefold() not in used]


def unused_by_stream(streams: Mapping[str, Stream], name: str, rows: Rows, is_json: bool) -> list[str]:
    """Names of the export that no field of the stream takes, nor in JSON a stream that lives in its nested lists."""
    paths = [path for field in streams[name].fields.values() for path in field.paths]
    if not is_json:
        used = {header_of(path, rows.names) for path in paths}
        return [header for header in dict.fromkeys(rows.names) if header not in used]
    inner = [stream for stream in streams.values() if stream.each]
    paths += [stream.each or "" for stream in inner]
    paths += [
        path[2:]
        for stream in inner
        for field in stream.fields.values()
        for path in field.paths
        if path.startswith("^.")
    ]
    steps = {split_path(path)[0] for path in paths if path}
    return [key for key in rows.names if key not in steps]


def _same_names(entity: Entity, rows: Rows) -> dict[str, ColumnMap]:
    return {name: ColumnMap(name=name) for name in entity.columns if name in rows.names}


def _mapped(canonical: str, column: ColumnMap, rows: Rows, is_json: bool) -> Input:
    if column.sql is not None:
        expression = rewritten(column.sql, rows, is_json)
        return Input(canonical, f"try(coalesce(cast(({expression}) as varchar), ''))", can_fail=True)
    if column.value is not None:
        text = str(column.value).lower() if isinstance(column.value, bool) else str(column.value)
        return Input(canonical, "'" + text.replace("'", "''") + "'")
    name = column.name or ""
    if name == TODO:
        raise _still_to_do(
            canonical, rows, "write the name of the column that holds it, or {value: ...} where all are alike"
        )
    if is_json:
        # a key holding a dot is found as it stands; else the name is a path
        path = quote_step(name) if name in rows.names else name
        if split_path(path)[0] not in rows.names:
            names = list(rows.names)
            raise UnusableExport(
                "no record has this key",
                f"one of the records' keys: {listing(names)}",
                nearest(name, names) or "correct `columns:`",
                column=name,
            )
        return Input(name, rows.text(path))
    return Input(name, rows.text(name))


def stream_inputs(stream: Stream, rows: Rows, is_json: bool) -> dict[str, Input]:
    """Inputs of a vendor's stream: all its fields that the export has."""
    for name, field in stream.fields.items():
        if field.path == TODO:
            raise _still_to_do(name, rows, "write the name of the column that holds it as `path:` in source.yaml")
    if is_json:
        return {
            name: Input(field.path, _first(name, field, (rows.text(path) for path in field.paths)))
            for name, field in stream.fields.items()
        }
    inputs: dict[str, Input] = {}
    for name, field in stream.fields.items():
        headers = [header for path in field.paths if (header := header_of(path, rows.headers)) is not None]
        if headers:
            texts = [text for header in dict.fromkeys(headers) for text in _texts(field, header, rows)]
            inputs[name] = Input(headers[0], _first(name, field, texts))
        elif field.required:
            _refuse_missing(field, rows)
    return inputs


def _texts(field: StreamField, header: str, rows: Rows) -> list[str]:
    """The texts under a header of a table: one, unless the field may find it over several columns."""
    if not field.repeats or rows.names.count(header) < 2:
        return [rows.text(header)]
    texts = rows.repeated(header)
    if field.type != "list":
        return texts
    listed = f"list_filter([{', '.join(texts)}], lambda one: one <> '')"
    return [f"case when len({listed}) > 0 then cast(to_json({listed}) as varchar) end"]


def _first(name: str, field: StreamField, texts: Iterable[str]) -> str:
    found = [_value(field, _whole_id(text) if _is_id(name, field) else text) for text in texts]
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _value(field: StreamField, text: str) -> str:
    """What stands for no value is none before anything is hashed: afterwards nobody could tell it from a person."""
    if field.part:
        text = f"nullif(regexp_extract({text}, {literal(field.part)}, 1), '')"
    if not field.nothing:
        return text
    return f"case when not regexp_full_match(trim({text}), {literal(field.nothing)}, 'i') then {text} end"


def _still_to_do(name: str, rows: Rows, what_to_do: str) -> UnusableExport:
    names = list(rows.names)
    return UnusableExport(
        "nobody has said yet which column of the export this is (TODO)",
        f"one of {listing(names)}",
        what_to_do,
        column=name,
    )


def _refuse_missing(field: StreamField, rows: Rows) -> None:
    names = list(rows.names)
    raise UnusableExport(
        "the column is missing",
        f"a header of this name; the file has {listing(names)}",
        nearest(field.path, names) or "export it with all columns",
        column=field.path,
    )


def header_of(path: str, headers: tuple[str, ...]) -> str | None:
    """The header a dotted path has in a table: itself, or with `_` between its steps; case does not matter."""
    steps = split_path(path)
    spellings = {".".join(steps).casefold(), "_".join(steps).casefold()}
    return next((header for header in headers if header.casefold() in spellings), None)
