"""Landed Parquet as the schema `landing` of a warehouse: views over the files present now, and what became of them."""

from collections.abc import Sequence

import duckdb

from connectors.cast import literal, quoted
from connectors.catalogue import TABLE, Catalogue, read_catalogue
from connectors.contract import SQL_TYPE, Column, StreamField
from connectors.mapping import Target, entity_target, landed_columns, stream_target
from connectors.read_table import parquet_sql, path_literal
from connectors.report import FileLoad, LandingReport, Part
from connectors.snapshot import build_superseded

LOAD = (
    "create or replace table landing.load (file varchar, sha256 varchar, connector varchar, program_id varchar,"
    " source varchar, entity varchar, rows_read bigint, rows_loaded bigint, rows_rejected bigint,"
    " landed_at timestamp, status varchar, reason varchar, is_new boolean,"
    " envelope varchar)"
)


def attach(con: duckdb.DuckDBPyConnection, report: LandingReport, catalogue: Catalogue | None = None) -> list[str]:
    """Create or replace `landing.<connector>__<stream>`, `landing.table__<entity>`, `.part`, `.load`, `.rejected` and
    `.superseded`. A stream without a file present is an empty view with the right columns: connector SQL always runs.

    Returns what a user must hear of exports that were declared whole and are not.
    """
    catalogue = catalogue or read_catalogue()
    con.execute("create schema if not exists landing")
    present: dict[str, list[tuple[FileLoad, Part]]] = {}
    for file in report.files:
        for part in file.parts:
            present.setdefault(part.target, []).append((file, part))
    _attach_shared(con, report)
    for target in all_targets(catalogue):
        # of the files that share a Parquet any one stands for all: source and columns are the same
        parquets = {part.parquet: (file, part) for file, part in present.get(target.name, [])}
        selects = [_select(target, file, part) for file, part in parquets.values()]
        query = " union all ".join(selects or [_nothing(target)])
        con.execute(f"create or replace view landing.{quoted(target.name)} as {query}")
    _attach_parts(con, report)
    _attach_loads(con, report)
    _attach_rejected(con, report)
    return build_superseded(con, report, catalogue)


def all_targets(catalogue: Catalogue) -> list[Target]:
    """Every stream of every connector, and every entity as connector `table` lands it."""
    streams = [
        stream_target(source, name)
        for connector, source in catalogue.connectors.items()
        if connector != TABLE
        for name in source.streams
    ]
    return streams + [entity_target(entity) for entity in catalogue.entities.values()]


def targets_by_name(catalogue: Catalogue) -> dict[str, Target]:
    """The same, each under its name."""
    return {target.name: target for target in all_targets(catalogue)}


def _attach_shared(con: duckdb.DuckDBPyConnection, report: LandingReport) -> None:
    """Table `landing.shared`: which rows of a Parquet with several files' rows are of which file present now."""
    shared = [
        (part.parquet.name, part.file_no, file.file)
        for file in report.files
        for part in file.parts
        if part.file_no is not None
    ]
    con.execute("create or replace table landing.shared (parquet varchar, file_no bigint, file varchar)")
    append(con, "landing.shared", shared)


def _select(target: Target, file: FileLoad, part: Part) -> str:
    prefix = f"{file.instance}/" if file.instance else ""
    columns = ", ".join(
        _kept_apart(name, column, prefix)
        if name in part.columns
        else f"cast(null as {SQL_TYPE[column.type]}) as {quoted(name)}"
        for name, column in landed_columns(target).items()
    )
    seen = f"cast({literal(file.seen_through) if file.seen_through else 'null'} as date)"
    name, rows = literal(file.file), parquet_sql(part.parquet.resolve())
    if part.file_no is not None:
        name = "shared.file"
        rows += f" as landed join landing.shared on shared.parquet = {literal(part.parquet.name)}"
        rows += " and shared.file_no = landed._file_no"
    return (
        f"select {literal(file.program_id)} as _program_id, {literal(file.source)} as _source,"
        f" {literal(prefix)} as _instance, {seen} as _seen_through, {name} as _file, _row, {columns} from {rows}"
    )


def append(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows in one statement: one a row would take longer than landing them."""
    if not rows:
        return
    first, *others = zip(*rows, strict=True)
    given: list[object] = [list(first)]
    places = ["unnest(?)"]
    for column in others:
        # most columns say the same of every row, and to hand a value over takes longer than to repeat it there
        is_one = len(set(column)) == 1
        given.append(column[0] if is_one else list(column))
        places.append("?" if is_one else "unnest(?)")
    con.execute(f"insert into {table} select {', '.join(places)}", given)


def _kept_apart(name: str, column: Column, prefix: str) -> str:
    """A landed column; an id that means nothing outside its instance says which one. People's ids are keys already."""
    if not prefix or not isinstance(column, StreamField) or column.scope != "vendor" or column.identity:
        return quoted(name)
    value = f"{literal(prefix)} || {quoted(name)}"
    if column.type == "list":
        value = f"list_transform({quoted(name)}, lambda id: {literal(prefix)} || id)"
    return f"{value} as {quoted(name)}"


def _nothing(target: Target) -> str:
    columns = ", ".join(
        f"cast(null as {SQL_TYPE[column.type]}) as {quoted(name)}" for name, column in landed_columns(target).items()
    )
    return (
        "select cast(null as varchar) as _program_id, cast(null as varchar) as _source,"
        " cast(null as varchar) as _instance, cast(null as date) as _seen_through, cast(null as varchar) as _file,"
        f" cast(null as bigint) as _row, {columns} where false"
    )


def _attach_parts(con: duckdb.DuckDBPyConnection, report: LandingReport) -> None:
    con.execute(
        "create or replace table landing.part"
        " (target varchar, program_id varchar, source varchar, file varchar, has_distinct_keys boolean)"
    )
    rows = [
        (part.target, file.program_id, file.source, file.file, part.has_distinct_keys)
        for file in report.files
        for part in file.parts
    ]
    append(con, "landing.part", rows)


def _attach_loads(con: duckdb.DuckDBPyConnection, report: LandingReport) -> None:
    con.execute(LOAD)
    rows = [
        (
            file.file, file.sha256, file.connector, file.program_id, file.source, file.entity, file.rows_read,
            file.rows_loaded, file.rows_rejected, file.landed_at, file.status, file.reason, file.is_new, file.envelope,
        )
        for file in report.files
    ]  # fmt: skip
    append(con, "landing.load", rows)


def _attach_rejected(con: duckdb.DuckDBPyConnection, report: LandingReport) -> None:
    """Every row that was kept aside, in one statement: one a file would take longer than landing them."""
    con.execute(
        "create or replace table landing.rejected"
        " (file varchar, row_number bigint, column_name varchar, reason varchar, program_id varchar, source varchar)"
    )
    refused = [
        (file.file, None, None, file.reason, file.program_id, file.source)
        for file in report.files
        if file.rejected is None and file.status == "rejected"
    ]
    append(con, "landing.rejected", refused)
    kept = [(file, file.rejected) for file in report.files if file.rejected]
    if not kept:
        return
    con.execute("create or replace temp table kept (parquet varchar, file varchar, program_id varchar, source varchar)")
    append(con, "kept", [(path.name, file.file, file.program_id, file.source) for file, path in kept])
    paths = ", ".join(dict.fromkeys(path_literal(path) for _, path in kept))  # two sources may read one file
    con.execute(
        "insert into landing.rejected"
        " select kept.file, row_number, column_name, reason, kept.program_id, kept.source"
        f" from read_parquet([{paths}], filename = true) as aside join kept on kept.parquet = parse_filename(filename)"
    )
    con.execute("drop table kept")
