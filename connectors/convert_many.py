"""Rows of several small exports of one shape to one Parquet: as `convert`, to which whatever is wrong is left."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.cast import quoted
from connectors.judge_rows import Place, columns_of, read_texts, write_judged
from connectors.mapping import Input, Target
from connectors.read_table import parquet_sql
from connectors.rows import Rows

# `raw` holds file after file, each in its order
NUMBERS = ("raw.rowid - span.first_row + 1 as _row", "raw._file_no as _file_no")
SPAN = (" join span on span._file_no = raw._file_no",)


@dataclass(frozen=True)
class ConvertedFile:
    """What one file gave to a target. `is_spoiled`: a row of it breaks the contract or was left out."""

    rows_read: int
    is_spoiled: bool
    has_distinct_keys: bool


def convert_many(
    con: duckdb.DuckDBPyConnection,
    rows: Rows,
    target: Target,
    inputs: Mapping[str, Input],
    *,
    parquet: Path,
    clock: dt.datetime,
) -> tuple[tuple[str, ...], dict[int, ConvertedFile]]:
    """Write the rows of all files to `parquet`, `_file_no` saying whose they are; the columns, and what each file gave.

    A file without a row is not told of. The rows of spoiled files are in the Parquet too: nobody may read them.
    """
    read_texts(con, rows, inputs)
    con.execute(
        "create or replace temp table span as select _file_no, min(rowid) as first_row from raw group by _file_no"
    )
    left_out: set[int] = set()
    if rows.rejects:
        left_out = {
            int(file_no)
            for (file_no,) in con.execute(
                f"select distinct file.file_no from {rows.rejects} as refused join {rows.rejects}_scan as scan"
                " on scan.scan_id = refused.scan_id and scan.file_id = refused.file_id"
                " join file on file.filename = scan.file_path"
            ).fetchall()
        }
    broken = ("raw._is_broken as _is_broken",) if rows.is_json else ()
    place = Place((*NUMBERS, *broken), SPAN, ("_row", "_file_no"))
    write_judged(con, rows, target, inputs, place=place, parquet=parquet, clock=clock)
    con.execute("drop table raw")
    con.execute(f"create or replace temp view numbered as select * from {parquet_sql(parquet)}")
    counted = con.execute("select _file_no, count(*), count(_bad) from numbered group by _file_no").fetchall()
    repeating, distinct = _keys(con, target, inputs)
    found = {
        int(file_no): ConvertedFile(
            int(count), refused > 0 or file_no in left_out or file_no in repeating, file_no in distinct
        )
        for file_no, count, refused in counted
    }
    found |= {file_no: ConvertedFile(0, True, False) for file_no in left_out - set(found)}
    return columns_of(target, inputs), found


def _keys(con: duckdb.DuckDBPyConnection, target: Target, inputs: Mapping[str, Input]) -> tuple[set[int], set[int]]:
    """Files in which a key may repeat, and files whose every row has a whole key of its own."""
    key = [name for name in target.unique if name in inputs]
    if not key:
        return set(), set()
    listed = ", ".join(quoted(name) for name in key)
    known = " or ".join(f"{quoted(name)} is not null" for name in key)
    whole = " and ".join(f"{quoted(name)} is not null" for name in key)
    rows = con.execute(
        "select _file_no, max(n) filter (where is_known), sum(whole) = sum(n)"
        f" from (select _file_no, hash({listed}) as h, bool_or({known}) as is_known, count(*) as n,"
        f" count(*) filter (where {whole}) as whole"
        " from numbered group by _file_no, h) group by _file_no"
    ).fetchall()
    repeating = {int(file_no) for file_no, most, _ in rows if most is not None and most > 1}
    is_whole = len(key) == len(target.unique)
    return repeating, {int(file_no) for file_no, _, all_whole in rows if all_whole and is_whole} - repeating
