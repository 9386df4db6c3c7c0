"""What was built, looked at as a reader would before it comes into force: whole, of one version, and as promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from connectors.read_table import parquet_sql
from pipelines.problem import RunFailed
from pipelines.publish import PARQUET, SITE, VERSION, PublishedTable, published_tables
from pipelines.published_file import DATABASE
from rules.condition import OUTCOMES

# What is promised of every row, whatever the exports hold: by table, the rows that break it.
BROKEN = {
    "load": {"rows read are not those loaded and rejected": "rows_read <> rows_loaded + rows_rejected"},
    "stage": {
        "the stage leaves its range": "stage < stage_low or stage > stage_high or stage_low > stage_high",
        "the confidence is no probability": "not confidence between 0 and 1 or isnan(confidence)",
        "the month is not its first day": "extract(day from month) <> 1",
    },
    "stage_probability": {"it is no probability": "not probability between 0 and 1 or isnan(probability)"},
    "finding": {
        "the outcome is no word of the contract": f"outcome not in {OUTCOMES}",
        "it is no probability": "not probability_met between 0 and 1 or isnan(probability_met)",
    },
    "signal": {
        "the status is no word of the contract": "status not in ('observed', 'unknown', 'not_applicable')",
        "the value is not its numerator over its denominator": "value <> numerator / denominator",
    },
}


def verify(folder: Path, rows: Mapping[str, int], run_id: str) -> None:
    """Opens what was built. RunFailed, with all that is wrong, unless database, Parquet and site are each whole, hold
    the `rows` that were counted as they were written, and are of this run."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as con:
        tables = published_tables()
        problems = [problem for table in tables for problem in _table(con, folder, table, rows)]
        problems = problems or [*_laws(con, tables), *_site(con, folder), *_version(con, folder, run_id)]
    if problems:
        raise RunFailed("what was built is not what is promised, so nothing was published:\n" + "\n".join(problems))


def _table(
    con: duckdb.DuckDBPyConnection, folder: Path, table: PublishedTable, rows: Mapping[str, int]
) -> Iterator[str]:
    """Its columns, its grain, and the count of its rows wherever they are."""
    described = {row[0]: row[1] for row in con.execute(f"describe {table.name}").fetchall()}
    if list(described.items()) != list(table.header.types.items()):
        yield f"{table.name}: columns {described} are not those of its header"
        return
    grain = ", ".join(f'"{column}"' for column in table.header.grain)
    distinct = f"count(distinct row({grain}))" if grain else "count(*)"
    held, different = con.execute(f"select count(*), {distinct} from {table.name}").fetchall()[0]
    if held != different:
        yield f"{table.name}: {held - different} rows repeat their grain ({grain})"
    twin = folder / PARQUET / f"{table.name}.parquet"
    try:
        beside = con.execute(f"select count(*) from {parquet_sql(twin)}").fetchall()[0][0]
    except duckdb.Error as error:
        yield f"{table.name}: its Parquet cannot be read ({str(error).splitlines()[0]})"
        return
    if not held == beside == rows[table.name]:
        yield f"{table.name}: {rows[table.name]} rows were written, {held} are held, and {beside} in its Parquet"


def _laws(con: duckdb.DuckDBPyConnection, tables: Sequence[PublishedTable]) -> Iterator[str]:
    for table in tables:
        for law, broken in BROKEN.get(table.name, {}).items():
            [(count,)] = con.execute(f"select count(*) from {table.name} where {broken}").fetchall()
            if count:
                yield f"{table.name}: {law} in {count} rows"


def _site(con: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[str]:
    pages = [folder / SITE / "index.html", *(folder / SITE / "programs").glob("*.html")]
    yield from (f"site: {page.name} is missing or empty" for page in pages if not _has_content(page))
    [(programs,)] = con.execute("select count(*) from program").fetchall()
    if len(pages) != programs + 1:
        yield f"site: it has pages of {len(pages) - 1} programs, not of {programs}"


def _has_content(page: Path) -> bool:
    return page.is_file() and page.stat().st_size > 0


def _version(con: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> Iterator[str]:
    twin = parquet_sql(folder / PARQUET / "run.parquet")
    [(held,)] = con.execute("select max(run_id) from run").fetchall()
    [(beside,)] = con.execute(f"select max(run_id) from {twin}").fetchall()
    found = {
        "database": held,
        PARQUET: beside,
        SITE: (folder / SITE / VERSION).read_text(encoding="utf-8").strip(),
    }
    for what, version in found.items():
        if version != run_id:
            yield f"{what}: it is of run {version}, not of {run_id}"
