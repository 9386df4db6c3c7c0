"""Lands one export file: opens it, recognises what it holds, converts each kind of row, keeps what was refused."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from connectors.cast import literal
from connectors.catalogue import TABLE, Catalogue
from connectors.contract import SourceConfig
from connectors.convert import Converted, convert, start_rejected
from connectors.count_rows import count_rows
from connectors.json_objects import malformed
from connectors.json_streams import asks_for_days
from connectors.machine import is_at_fault
from connectors.manifest import VERSION, Landed
from connectors.mapping import Target
from connectors.open_export import Export, open_export, require_utf8, with_one_line_end
from connectors.problem import NoRows, Problem, UnusableExport, told_by
from connectors.recognise import recognise
from connectors.report import Status


@dataclass(frozen=True)
class Job:
    """One content to land under one contract."""

    path: Path
    file: str
    program_id: str
    source: SourceConfig
    identity: str  # <sha16>-<fp8>
    folder: Path
    scratch: Path  # a folder for copies, which this thread has to itself
    clock: dt.datetime
    content: bytes | None = field(default=None, repr=False)  # of a small file that was read to hash it


def contract_fingerprint(program_id: str, source: SourceConfig, catalogue: Catalogue, key_id: str) -> str:
    """Eight hex digits of all that decides the Parquet besides the file's bytes."""
    if source.connector == TABLE:
        contract = catalogue.entities[source.entity or ""].model_dump(exclude={"description": True})
    else:
        contract = catalogue.connectors[source.connector].model_dump(include={"name", "vendor", "streams"})
    # how old a source may be, and which exports count, change no row; until when it was observed tells years left out
    without = {"paths", "stale_after_days", "ended", "snapshot"}
    if source.connector != TABLE and not asks_for_days(catalogue.connectors[source.connector].streams.values()):
        without.add("observed_through")
    how = source.model_dump(exclude=without)
    decides = json.dumps([VERSION, program_id, how, contract, key_id], sort_keys=True, default=str)
    return hashlib.sha256(decides.encode()).hexdigest()[:8]


def land_file(con: duckdb.DuckDBPyConnection, job: Job, catalogue: Catalogue) -> Landed:
    """Land one file; whatever is wrong with it is told in the result, never raised."""
    landed_at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat()
    start_rejected(con)
    con.execute(f"set timezone = {literal(job.source.timezone)}")
    parts: list[dict[str, object]] = []
    notes: list[str] = []
    read = loaded = 0
    envelope = None
    try:
        for target, done in _converted(con, job, catalogue, notes):
            read += done.rows_read
            loaded += done.rows_loaded
            envelope = done.envelope
            name = _parquet_name(job, target)
            distinct = done.has_distinct_keys
            parts.append(
                {"target": target.name, "parquet": name, "columns": done.columns, "has_distinct_keys": distinct}
            )
    except NoRows as error:
        return Landed(job.file, [], None, 0, 0, 0, "empty", error.at(job.file).reason, landed_at)
    except UnusableExport as error:
        return _refused(con, job, error.at(job.file), landed_at)
    finally:
        remove_copies(job.scratch)
    rejected = read - loaded
    status: Status = "loaded" if not rejected else "partial" if loaded else "rejected"
    if rejected:
        notes.insert(0, _summary(con, rejected))
    elif not read:
        status = "empty"
        notes.insert(0, "the file has no rows; legal: at least one; export it again if there should be some")
    quarantine = _keep_rejected(con, job) if rejected else None
    future = _future_until(con, job.clock) if rejected else None
    reason = "; ".join(notes) or None
    return Landed(job.file, parts, quarantine, read, loaded, rejected, status, reason, landed_at, envelope, future)


def remove_copies(scratch: Path) -> None:
    """Empty the folder of unpacked and decoded copies."""
    for left in scratch.iterdir():
        left.unlink()


def _converted(
    con: duckdb.DuckDBPyConnection, job: Job, catalogue: Catalogue, notes: list[str]
) -> list[tuple[Target, Converted]]:
    copy = job.scratch / job.identity
    export = open_export(job.path, job.source, copy)
    try:
        try:
            return _convert_all(con, job, catalogue, export, notes)
        except duckdb.InvalidInputException:
            if export.kind != "csv":
                raise
            # DuckDB refuses a CSV with several kinds of line end
            return _convert_all(con, job, catalogue, with_one_line_end(export, copy), notes)
    except duckdb.Error as error:
        if is_at_fault(error):
            raise
        if export.kind == "json":
            raise malformed(error) from None
        raise UnusableExport(
            f"the file cannot be read ({told_by(error)})",
            "CSV, TSV, JSON, NDJSON, Parquet or XLSX as its name says",
            "export it again",
        ) from None


def _convert_all(
    con: duckdb.DuckDBPyConnection, job: Job, catalogue: Catalogue, export: Export, notes: list[str]
) -> list[tuple[Target, Converted]]:
    done = []
    for target, inputs, rows in recognise(con, export, job.file, job.source, catalogue):
        notes += [note for note in rows.notes if note not in notes]
        parquet = job.folder / _parquet_name(job, target)
        converted = convert(con, rows, target, inputs, parquet=parquet, clock=job.clock)
        notes += [note for note in converted.notes if note not in notes]
        done.append((target, converted))
        if export.kind == "csv" and _has_bad_bytes(con):
            require_utf8(export.path)
    return done


def _has_bad_bytes(con: duckdb.DuckDBPyConnection) -> bool:
    row = con.execute("select count(*) from ragged where error_type = 'INVALID ENCODING'").fetchone()
    return bool(row and row[0])


def _parquet_name(job: Job, target: Target) -> str:
    return f"{job.identity}.{target.name}.parquet"


def _summary(con: duckdb.DuckDBPyConnection, rejected: int) -> str:
    first = con.execute(
        "select row_number, column_name, reason from rejected order by row_number, column_name limit 1"
    ).fetchone()
    rows = f"{rejected:,} row{'s' if rejected > 1 else ''}"
    if first is None:
        return f"{rows} rejected"
    column = f", column '{first[1]}'" if first[1] else ""
    return f"{rows} rejected, the first: row {first[0]}{column}: {first[2]}"


def _future_until(con: duckdb.DuckDBPyConnection, clock: dt.datetime) -> str | None:
    """When to try again, if rows were refused as future: what is future today need not be tomorrow."""
    row = con.execute("select count(*) from rejected where contains(reason, 'is in the future')").fetchone()
    return (clock + dt.timedelta(days=1)).isoformat() if row and row[0] else None


def _keep_rejected(con: duckdb.DuckDBPyConnection, job: Job) -> str:
    name = f"{job.identity}.rejected.parquet"
    path = str(job.folder / name)
    con.execute(
        f"copy (select {literal(job.file)} as file, row_number, nullif(column_name, '') as column_name, reason, raw"
        f" from rejected order by row_number, column_name) to {literal(path)} (format parquet, compression zstd)"
    )
    return name


def _refused(con: duckdb.DuckDBPyConnection, job: Job, problem: Problem, landed_at: str) -> Landed:
    """The whole file is refused: nothing of it lands, and its rows, as far as they could be counted, are rejected."""
    for left in job.folder.glob(f"{job.identity}.*"):
        left.unlink()
    start_rejected(con)
    con.execute("insert into rejected values (null, ?, ?, null)", [problem.column or None, problem.reason])
    name = _keep_rejected(con, job)
    count = count_rows(con, job.path, job.source, job.folder)
    return Landed(job.file, [], name, count, 0, count, "rejected", problem.reason, landed_at)
