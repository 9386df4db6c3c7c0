"""Worlds in which Spark and DuckDB must agree: what cases give, simulated programs, values chosen to part them.

All of them live in one warehouse, each under program ids of its own, so that every file of SQL is asked once an engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from connectors.cast import literal, quoted
from pipelines.warehouse import calendar
from tests.case_runner import Case, Unit, fill_given, load_cases, transform_unit, warehouse_columns
from tests.simulator.canonical import fill
from tests.simulator.program import AS_OF, draw_program
from tests.simulator.story import tell
from transforms.catalogue import shipped
from transforms.inputs import entity_names
from transforms.spark_sql import view_name
from transforms.spark_store import FolderStore
from transforms.stage import drop_built

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TRANSFORMS = Path(__file__).parents[1] / "transforms"
KEYS = ["program_id", "month"]
PLACES = {"program_id", "source", "file", "row_number", "month", "version"}
# of every kind some that engines are known to read in different ways; the rest of the values stay as they are
HOSTILE = {
    "VARCHAR": [
        "null", "''", "' '", "chr(160) || 'Ada' || chr(8195)", "chr(9) || 'tab' || chr(10)", "'İstanbul ΟΔΟΣ ẞ ǅ'",
        "'straße'", "'STRASSE'", "'e' || chr(769)", "'é'", "'👩‍🎓'", "'a''b\"c\\d$1'", "'%'", "'_'", "'null'", "'NaN'",
        "'https://WWW.help.example/hc/en-us/articles/12-a/?x#y'", "'Guide (copy 2)'", "'guide (1).PDF' || chr(10)",
        "'drive.google.com/file/d/1'", "'en_US'", "'EN-us'", "'audience: All'", "'team=Admins'", "'" + "x" * 300 + "'",
    ],
    "TIMESTAMP": [
        "null", "timestamp '2026-03-08 07:00:00'", "timestamp '2026-03-08 06:59:59.999999'",
        "timestamp '2025-11-02 05:30:00'", "timestamp '2025-11-02 06:30:00'", "timestamp '2026-03-01 04:59:59.999999'",
        "timestamp '2026-03-01 05:00:00'", "timestamp '2026-02-28 23:59:59'", "timestamp '2025-12-31 23:59:59.5'",
    ],
    "DATE": ["null", "date '2026-02-28'", "date '2026-01-31'"],
    "DOUBLE": ["null", "0", "-1.5", "1e-300", "1e15", "0.1 + 0.2", "'nan'::double"],
    "BIGINT": ["null", "0", "-1", "4611686018427387904 // 4096"],
    "BOOLEAN": ["null"],
    "VARCHAR[]": ["null", "[]", "[null]", "['a, b', null, 'a']", "['b', 'A ', '[x]']", "['all', 'Ünïcode']"],
}  # fmt: skip
KINDS = {"INTEGER": "BIGINT"}


def cases(folder: str) -> Iterator[tuple[str, Unit, Case]]:
    """Every case of one folder of SQL, with a name for its programs."""
    for path in sorted((TRANSFORMS / folder).glob("*.cases.yaml")):
        unit = transform_unit(path.with_name(path.name.replace(".cases.yaml", ".sql")))
        for number, case in enumerate(load_cases(path)):
            yield f"{folder}-{unit.path.stem}-{number}", unit, case


def add_cases(con: duckdb.DuckDBPyConnection, folder: str, schemas: tuple[str, ...]) -> None:
    """Adds the rows that cases give to the tables of these schemas, each program under the name of its case."""
    columns = warehouse_columns()
    for name, unit, case in cases(folder):
        con.execute("attach ':memory:' as one_case; use one_case")
        fill_given(con, unit, case)
        given = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where database_name = 'one_case' and estimated_size > 0"
        ).fetchall()
        for (table,) in given:
            if table.split(".")[0] in schemas and "program_id" in columns[table]:
                _add(con, table, columns[table], name)
        con.execute("use memory; detach one_case")


def _add(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], prefix: str) -> None:
    chosen = ", ".join(quoted(name) for name in columns if name != "program_id")
    con.execute(
        f"insert into memory.{table} (program_id, {chosen})"
        f" select '{prefix}/' || program_id, {chosen} from one_case.{table}"
    )


def keep_ours(con: duckdb.DuckDBPyConnection) -> None:
    """A copy of each staging table as DuckDB has made it, under `ours`."""
    con.execute("create schema ours")
    for name in shipped().entities:
        con.execute(f"create table ours.{name} as from staging.{name}")


def set_beside(con: duckdb.DuckDBPyConnection, spark: SparkSession, folder: Path) -> None:
    """Puts what Spark has made under `theirs`, also of what DuckDB has views of its own for; staging is ours again."""
    con.execute("create schema theirs")
    for name, entity in shipped().entities.items():
        if entity.header.materialized == "view":
            store = FolderStore(folder)
            store.make(spark.table(view_name(f"staging.{name}")), name)
            con.execute(f"create table theirs.{name} as from {store.made(name)}")
        else:
            con.execute(f"create table theirs.{name} as from staging.{name}")
        drop_built(con, name)
        con.execute(f"create table staging.{name} as from ours.{name}")


def differing_rows(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[object, ...]]:
    """Rows of a staging table that only one engine has, numbers to nine places; and columns that differ in type."""
    columns = con.execute(f"describe ours.{name}").fetchall()
    types = set(con.execute(f"describe theirs.{name}").fetchall()) ^ set(columns)
    chosen = ", ".join(f'round("{one[0]}", 9)' if one[1] == "DOUBLE" else f'"{one[0]}"' for one in columns)
    ours, theirs = (f"select {chosen} from {schema}.{name}" for schema in ("ours", "theirs"))
    both = (f"{ours} except all {theirs}", f"{theirs} except all {ours}")
    return [*types, *(row for query in both for row in con.execute(query).fetchall())]


def assert_same_numbers(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """The rows of one signal are the same to 1e-9."""
    pd.testing.assert_frame_equal(_sorted(ours), _sorted(theirs), rtol=1e-9, atol=1e-9)


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = [name for name in rows if name not in (*KEYS, "is_applicable")]
    return rows.astype(dict.fromkeys(numbers, "float64")).sort_values(KEYS, ignore_index=True)


def add_simulated(con: duckdb.DuckDBPyConnection, seed: int, count: int) -> None:
    """Fills `config.*` and `source.*` with drawn programs, `sim-0` and so on."""
    fill(con, {f"sim-{number}": tell(draw_program(seed, number)) for number in range(count)})


def add_hostile(con: duckdb.DuckDBPyConnection, program: str, like: str, every: int = 5) -> None:
    """Adds a program in New York like another, of whose values one of `every` is such as parts engines; ties too."""
    columns = warehouse_columns()
    con.execute(
        "insert into config.program select ?, ?, 'America/New_York', staff_domains, ['en', 'de-DE']"
        " from config.program where program_id = ?",
        [program, program, like],
    )
    rows = [tuple(row.values()) for row in calendar("America/New_York", AS_OF)]
    con.executemany("insert into config.calendar values (?, ?, ?, ?)", rows)
    for entity in entity_names():
        table = f"source.{entity}"
        names = ", ".join(quoted(name) for name in columns[table])
        values = ", ".join(_spoilt(name, kind, every) for name, kind in columns[table].items())
        con.execute(
            f"insert into {table} ({names})"
            f" select {values.replace('PROGRAM', literal(program))} from {table} where program_id = ?",
            [like],
        )


def _spoilt(name: str, kind: str, every: int) -> str:
    """A value as it is or, of one in `every`, one chosen to part engines; the same again for the same row."""
    if name == "program_id":
        return "PROGRAM"
    if name == "version":  # ties, and none
        return "case hash(row_number, 'v') % 3 when 0 then timestamp '2026-01-01' when 1 then version end"
    if name in PLACES or name.endswith("_domain"):
        return quoted(name)
    chosen = HOSTILE[KINDS.get(kind, kind)]
    words = " ".join(f"when {number} then {value}" for number, value in enumerate(chosen))
    draw = f"hash(row_number, {literal(name)})"
    return (
        f"case when {draw} % {every} = 0 then"
        f" case ({draw} // {every}) % {len(chosen)} {words} end else {quoted(name)} end"
    )
