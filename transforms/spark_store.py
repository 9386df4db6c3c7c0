"""Where DuckDB and Spark hand tables to each other: Parquet in a folder that both reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.cast import literal, quoted
from connectors.read_table import path_literal
from transforms.spark_sql import view_name


@dataclass(frozen=True)
class Store:
    """A folder of the machine, or one that driver and workers mount at the same path."""

    folder: Path

    def keep(self, con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> str:
        """Writes columns of a table of DuckDB's; where Spark finds them."""
        place = self.folder / "given" / f"{view_name(table)}.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        chosen = ", ".join(map(quoted, columns))
        con.execute(
            f"copy (select {chosen} from {table}) to {literal(str(place))} (format parquet, compression snappy)"
        )
        return place.as_uri()

    def spark_place(self, table: str) -> str:
        """Where Spark is to write a table."""
        return (self.folder / "made" / view_name(table)).as_uri()

    def duckdb_rows(self, table: str) -> str:
        """What DuckDB selects from, once Spark has written a table."""
        folder = path_literal(self.folder / "made" / view_name(table))
        return f"read_parquet({folder} || '/*.parquet')"
