"""`python -m tests.measure_spark`: whether a real cluster over an object store answers as DuckDB does, file by file.

Two workers of a standalone cluster on loopback, and an S3-compatible store on loopback through which all tables go.
`--local` leaves both out. Needs PyArrow beside PySpark where Spark has no connector of its own for the store.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import duckdb

from pipelines.spark_session import session
from tests import spark_world
from tests.spark_cluster import bucket, cluster
from transforms import labels
from transforms.catalogue import shipped
from transforms.spark_engine import SparkEngine
from transforms.spark_store import FolderStore, Store
from transforms.stage import build_staging

CONFIGURATION = {"spark.sql.shuffle.partitions": "4", "spark.executor.memory": "600m"}


def _world(asked: argparse.Namespace, folder: Path) -> duckdb.DuckDBPyConnection:
    """What is staged: the sources of a workspace that has been run, or the worlds of the tests."""
    if asked.workspace:
        return duckdb.connect(shutil.copy(asked.workspace / ".waystage" / "warehouse.duckdb", folder))
    con = duckdb.connect()
    spark_world.add_simulated(con, asked.seed, asked.programs)
    spark_world.add_hostile(con, "hostile", like="sim-0", every=4)
    spark_world.add_cases(con, "staging", ("source", "config", "labels"))
    labels.build_labels(con)
    return con


def main() -> None:
    """Prints how many files agree, and each that does not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--local", action="store_true", help="local Spark over a folder")
    parser.add_argument("--workspace", type=Path, help="one that has been run, in place of the worlds of the tests")
    parser.add_argument("--programs", type=int, default=4, help="simulated programs")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    started, catalogue = time.monotonic(), shipped()
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        con = held.enter_context(_world(asked, folder))
        build_staging(con, catalogue)
        spark_world.keep_ours(con)
        master = "local[2]" if asked.local else held.enter_context(cluster(folder / "cluster"))
        address, reached = held.enter_context(bucket()) if not asked.local else ("", {})
        spark = held.enter_context(session(master, CONFIGURATION))

        def store(name: str) -> Store:
            if asked.local:
                return FolderStore(folder / name)
            from transforms.spark_objects import ObjectStore  # noqa: PLC0415

            return ObjectStore(spark, f"{address}/{name}", folder / name, reached)

        build_staging(con, catalogue, build=SparkEngine(spark, store("staging"), catalogue).build)
        workers = spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
        spark_world.set_beside(con, spark, folder / "views")
        apart = [name for name in catalogue.entities if spark_world.differing_rows(con, name)]
        if not asked.workspace:
            spark_world.add_cases(con, "signals", ("staging", "impact"))
        engine = SparkEngine(spark, store("signals"), catalogue)
        for name, signal in catalogue.signals.items():
            try:
                spark_world.assert_same_numbers(con.execute(signal.sql).df(), engine.answer(con, signal))
            except AssertionError as error:
                apart.append(name)
                print(f"{name}: {error}", file=sys.stderr)
        rows = sum(
            int(con.execute(f"select count(*) from ours.{name}").fetchall()[0][0]) for name in catalogue.entities
        )
        files = len(catalogue.entities) + len(catalogue.signals)
        print(
            f"{master}, {len(list(workers)) - 1} executors: {files - len(apart)} of {files} files agree on"
            f" {rows:,} staged rows in {time.monotonic() - started:,.0f} s"
        )
    sys.exit(1 if apart else 0)


if __name__ == "__main__":
    main()
