"""Rows of one export to typed, pseudonymous Parquet: read once, written once where nothing is wrong.

Every row is written with its values and whether it keeps the contract. Only if there is one that does not are the
good rows written again without it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.cast import literal, quoted
from connectors.footer import name_footers
from connectors.judge_rows import FORMAT, Place, columns_of, read_texts, write_judged
from connectors.local_dates import chosen_formats, dates_read
from connectors.mapping import Input, Target
from connectors.read_table import parquet_sql
from connectors.repeated import reject_repeated
from connectors.rows import Rows


@dataclass(frozen=True)
class Converted:
    """What one target of one file came to. Rejected rows are in the temp table `rejected`."""

    columns: tuple[str, ...]
    rows_read: int
    rows_loaded: int
    has_distinct_keys: bool  # every row loaded has a key, and no two the same
    envelope: str  # of the rows it was made from
    notes: tuple[str, ...] = ()  # how times in no ISO spelling were read


def start_rejected(con: duckdb.DuckDBPyConnection) -> None:
    """An empty list of rejected rows for the next file."""
    con.execute(
        "create or replace temp table rejected (row_number bigint, column_name varchar, reason varchar, raw varchar)"
    )


def convert(
    con: duckdb.DuckDBPyConnection,
    rows: Rows,
    target: Target,
    inputs: Mapping[str, Input],
    *,
    parquet: Path,
    clock: dt.datetime,
) -> Converted:
    """Write `parquet` and fill `rejected`. The session's time zone must be the source's."""
    read_texts(con, rows, inputs)
    ragged = _list_ragged(con, rows) if rows.rejects else 0
    beside = parquet.with_suffix(".new")
    # several files land together only where every time is ISO: each may be written for another country
    formats = chosen_formats(con, target, inputs)
    place = _place(rows, has_gaps=ragged > 0)
    told = write_judged(con, rows, target, inputs, place=place, parquet=beside, clock=clock, formats=formats)
    columns = columns_of(target, inputs)
    con.execute(f"create or replace temp view numbered as select * from {parquet_sql(beside)}")
    kept, refused = con.execute("select count(*), count(_bad) from numbered").fetchall()[0]
    if refused:
        con.execute(f"insert into rejected {told}")
    if (refused or ragged) and not rows.has_row:
        name_footers(con, has_ragged=ragged > 0)
    con.execute("drop table raw")
    repeated, has_distinct_keys = reject_repeated(con, target, inputs, columns)
    if refused or repeated:
        listed = ", ".join(quoted(name) for name in columns)
        good = "where _bad is null and _row not in (select _row from repeated)"
        con.execute(f"copy (select _row, {listed} from numbered {good}) to {literal(str(parquet))} {FORMAT}")
        beside.unlink()
    else:
        beside.replace(parquet)
    loaded = kept - refused - repeated
    dates = dates_read(target, inputs, formats)
    return Converted(columns, kept + ragged, loaded, has_distinct_keys, rows.envelope, dates)


RAGGED = {
    "MISSING COLUMNS": "has fewer values than the header; legal: one value per column; check for a cut-off line",
    "TOO MANY COLUMNS": "has more values than the header; legal: one value per column; put values that hold the"
    " delimiter in double quotes",
    "UNQUOTED VALUE": 'has a double quote that is not closed or not doubled; legal: "a ""b"" c"; check the quotes from'
    " this row on: every line up to the next quote was taken for part of it",
    "LINE SIZE OVER MAXIMUM": "is longer than 2,000,000 bytes; legal: shorter lines; check for a double quote that is"
    " not closed",
}
UNREADABLE = "cannot be read as CSV; legal: one value per column; check the quotes and the delimiter"


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _place(rows: Rows, *, has_gaps: bool) -> Place:
    told = [f"raw.{name}" for name in rows.asides]
    if rows.is_json:
        told.append("raw._is_broken")
    if rows.has_row:
        return Place(("raw._row as _row", *told))
    if has_gaps:
        return Place(("place._row as _row",), (" join place on place.kept_before = raw.rowid",))
    return Place(("raw.rowid + 1 as _row", *told))


def _list_ragged(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Rejects the rows DuckDB left out of a CSV; table `place` says which row each kept one is."""
    if not _scalar(con, f"select count(*) from {rows.rejects}"):
        return 0
    con.execute("create or replace temp table blank_line as select unnest(?::bigint[]) as blank", [rows.blank_lines()])
    con.execute(
        "create or replace temp table left_out as select line - 1 - count(blank) as row_number, error_type, csv_line"
        " from (select line, min(error_type) as error_type, any_value(csv_line) as csv_line"
        f" from {rows.rejects} group by line)"
        " left join blank_line on blank < line group by line, error_type, csv_line"
    )
    reasons = " ".join(f"when {literal(kind)} then {literal(reason)}" for kind, reason in RAGGED.items())
    con.execute(
        f"insert into rejected select row_number, null, case error_type {reasons} else {literal(UNREADABLE)} end, null"
        " from left_out"
    )
    con.execute(
        "create or replace temp table place as select row_number as _row,"
        " row_number() over (order by row_number) - 1 as kept_before"
        " from range(1, (select count(*) from raw) + (select count(*) from left_out) + 1) as rows (row_number)"
        " where row_number not in (select row_number from left_out)"
    )
    return _scalar(con, "select count(*) from left_out")
