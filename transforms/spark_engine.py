"""Staging and signals on Spark: the same SQL files over the same Parquet, where one machine holds too little.

What no SQL of ours makes (`config.*`, `labels.*`, `source.*`) is handed over as Parquet when the first query reads it;
staged tables come back as Parquet, so that all that comes after reads them as ever, and signals as rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
from sqlglot import exp, parse_one

from connectors.cast import quoted
from transforms.catalogue import Catalogue, Entity, Signal
from transforms.spark_sql import spark_sql, view_name
from transforms.spark_store import Store
from transforms.stage import TableBuilt, drop_built

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class SparkFailed(duckdb.Error):
    """What Spark could not answer: told like an error of DuckDB's, by those who ask either."""


class SparkLost(Exception):
    """The cluster, the session or a disk gave out: no fault of any table or signal."""


class SparkEngine:
    """One Spark session, and what was handed over to it."""

    def __init__(self, spark: SparkSession, store: Store, catalogue: Catalogue) -> None:
        self._spark = spark
        self._store = store
        self._read = columns_read(catalogue)
        self._known: dict[str, threading.Lock] = {}
        self._ready: set[str] = set()
        self._guard = threading.Lock()

    def build(self, con: duckdb.DuckDBPyConnection, entity: Entity) -> TableBuilt:
        """One staging table, made by Spark and taken over by DuckDB in the types that DuckDB gives.

        Raises SparkFailed, naming the table, and SparkLost.
        """
        started = time.perf_counter()
        table = f"staging.{entity.name}"
        with closing(con.cursor()) as own:
            types = [(str(row[0]), str(row[1])) for row in own.execute(f"describe {entity.sql}").fetchall()]
            rows = None
            if entity.header.materialized == "view":
                drop_built(own, entity.name)
                own.execute(f"create view {table} as {entity.sql}")
                self._show(table, self._asked(con, entity))
            else:
                with _telling(f"{table} ({entity.path.as_posix()}) "):
                    self._show(table, self._store.make(self._asked(con, entity), table))
                drop_built(own, entity.name)
                columns = ", ".join(f"cast({quoted(name)} as {kind}) as {quoted(name)}" for name, kind in types)
                made = own.execute(f"create table {table} as select {columns} from {self._store.made(table)}")
                counted = made.fetchone()
                rows = int(counted[0]) if counted else None
        return TableBuilt(entity.name, rows, time.perf_counter() - started)

    def answer(self, con: duckdb.DuckDBPyConnection, signal: Signal) -> pd.DataFrame:
        """The rows of one signal, in the types that DuckDB gives them. Raises SparkFailed, and SparkLost."""
        with _telling():
            asked = self._asked(con, signal)
            numbers = [
                f"cast({name} as double) as {name}" if kind.startswith("decimal") else name
                for name, kind in ((f"`{name}`", kind) for name, kind in asked.dtypes)
            ]
            rows = asked.selectExpr(*numbers).collect()
        frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=asked.columns)
        dates = [name for name, kind in asked.dtypes if kind in ("date", "timestamp_ntz")]
        return frame.assign(**{name: frame[name].astype("datetime64[us]") for name in dates}).infer_objects()

    def _asked(self, con: duckdb.DuckDBPyConnection, unit: Entity | Signal) -> DataFrame:
        for table in sorted(unit.reads):
            self._hand_over(con, table)
        return self._spark.sql(spark_sql(unit.sql))

    def _hand_over(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        """Makes a table that a query reads known to Spark, once, whoever asks first."""
        with self._guard:
            lock = self._known.setdefault(table, threading.Lock())
        with lock:
            if table in self._ready:
                return
            with closing(con.cursor()) as own:
                there = [str(row[0]) for row in own.execute(f"describe {table}").fetchall()]
                # not what people wrote, unless a query needs it
                self._store.give(own, table, [name for name in there if name in self._read[table]])
            self._show(table, self._store.given(self._spark, table))

    def _show(self, table: str, rows: DataFrame) -> None:
        rows.createOrReplaceTempView(view_name(table))
        self._ready.add(table)


def columns_read(catalogue: Catalogue) -> dict[str, set[str]]:
    """For each table that our SQL reads, the names that occur in the queries which read it."""
    found: dict[str, set[str]] = {}
    units: list[Entity | Signal] = [*catalogue.entities.values(), *catalogue.signals.values()]
    for unit in units:
        names = {name.name for name in parse_one(unit.sql, dialect="duckdb").find_all(exp.Identifier)}
        for table in unit.reads:
            found.setdefault(table, set()).update(names)
    return found


@contextmanager
def _telling(whose: str = "") -> Iterator[None]:
    """What Spark refuses of a query as SparkFailed, and what befalls Spark itself as SparkLost."""
    from py4j.protocol import Py4JError  # noqa: PLC0415  only where Spark runs
    from pyspark import errors  # noqa: PLC0415

    of_query = (
        errors.AnalysisException,
        errors.ArithmeticException,
        errors.NumberFormatException,
        errors.DateTimeException,
        errors.ArrayIndexOutOfBoundsException,
        errors.IllegalArgumentException,
        errors.SparkRuntimeException,
    )
    try:
        yield
    except of_query as error:
        raise SparkFailed(f"{whose}on Spark: {_first_line(error)}") from error
    except (errors.PySparkException, Py4JError, ConnectionError) as error:
        raise SparkLost(f"{whose}{_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    """What went wrong in a line; of Java's errors what they say, not where they were met."""
    said = str(getattr(error, "java_exception", error))
    return next((line.strip() for line in said.splitlines() if line.strip()), type(error).__name__)
