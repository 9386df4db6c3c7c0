"""Where DuckDB and Spark hand tables to each other: Parquet in a folder that both reach, or in an object store."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import duckdb

from connectors.cast import literal, quoted
from connectors.read_table import path_literal
from transforms.spark_sql import view_name

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

GIVEN, MADE = "given", "made"
PIECE = "128MB"  # what one task of Spark's reads of a table that DuckDB gave


class Store(Protocol):
    """A place for tables on their way from one engine to the other."""

    def give(self, con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
        """Writes columns of a table of DuckDB's."""

    def given(self, spark: SparkSession, table: str) -> DataFrame:
        """What DuckDB gave, for Spark."""

    def make(self, rows: DataFrame, table: str) -> DataFrame:
        """Writes a table of Spark's; the same, read back, so that nobody has to work it out again."""

    def made(self, table: str) -> str:
        """What DuckDB selects from, once Spark has made a table."""


@dataclass(frozen=True)
class FolderStore:
    """A folder of this machine, or one that driver and workers mount at the same path."""

    folder: Path

    def give(self, con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
        write_pieces(con, table, columns, self._place(GIVEN, table))

    def given(self, spark: SparkSession, table: str) -> DataFrame:
        return spark.read.parquet(self._place(GIVEN, table).as_uri())

    def make(self, rows: DataFrame, table: str) -> DataFrame:
        place = self._place(MADE, table).as_uri()
        rows.write.mode("overwrite").parquet(place)
        return rows.sparkSession.read.parquet(place)

    def made(self, table: str) -> str:
        return rows_of(self._place(MADE, table))

    def _place(self, what: str, table: str) -> Path:
        return self.folder / what / view_name(table)


def write_pieces(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], folder: Path) -> None:
    """Writes a table as Parquet files, at least one, into a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    chosen = ", ".join(map(quoted, columns))
    con.execute(
        f"copy (select {chosen} from {table}) to {literal(str(folder))}"
        f" (format parquet, compression snappy, file_size_bytes '{PIECE}')"
    )


def rows_of(folder: Path) -> str:
    """What DuckDB selects from to read all Parquet of a folder."""
    return f"read_parquet({path_literal(folder)} || '/*.parquet')"
