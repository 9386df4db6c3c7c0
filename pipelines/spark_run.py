"""The engine of one run: DuckDB, or Spark as `spark:` in the workspace says, started when the first table needs it."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import duckdb
import pandas as pd

from pipelines.problem import RunFailed
from pipelines.spark_session import require, session
from pipelines.workspace import Workspace
from transforms.catalogue import Catalogue, Entity, Signal
from transforms.engine import Engine
from transforms.spark_engine import SparkEngine, SparkLost
from transforms.spark_store import Store
from transforms.stage import TableBuilt

P = ParamSpec("P")
T = TypeVar("T")
SCRATCH = "spark"  # in the workspace's state: tables on their way from one engine to the other


@contextmanager
def engine_of(name: str, workspace: Workspace, catalogue: Catalogue) -> Iterator[Engine]:
    """The engine of that name. UserError where what it needs is not installed; RunFailed where Spark is lost.

    What the engines hand to each other lies in a folder of this run's, which is gone when it ends.
    """
    folder = scratch(workspace)
    shutil.rmtree(folder, ignore_errors=True)  # what a run that was cut off left
    if name == "duckdb":
        yield Engine()
        return
    require()
    with ExitStack() as held:
        held.callback(shutil.rmtree, folder, ignore_errors=True)
        starting, started = threading.Lock(), list[SparkEngine]()
        model = workspace.model.spark

        def spark() -> SparkEngine:
            with starting:
                if not started:
                    said = {
                        key: str(value).lower() if value in (True, False) else str(value)
                        for key, value in model.configuration.items()
                    }
                    started.append(
                        SparkEngine(held.enter_context(session(model.master, said)), Store(folder), catalogue)
                    )
            return started[0]

        def build(con: duckdb.DuckDBPyConnection, entity: Entity) -> TableBuilt:
            return _or_failed(spark().build)(con, entity)

        def ask(con: duckdb.DuckDBPyConnection, signal: Signal) -> pd.DataFrame:
            return _or_failed(spark().answer)(con, signal)

        yield Engine(build, ask)


def scratch(workspace: Workspace) -> Path:
    """Where tables lie on their way between the engines, during a run."""
    place = workspace.model.spark.path
    if place is None:
        return workspace.state / SCRATCH
    mine = hashlib.sha256(str(workspace.state.resolve()).encode()).hexdigest()[:12]
    return workspace.directory / place / f"waystage-{mine}"


def _or_failed(work: Callable[P, T]) -> Callable[P, T]:
    def worked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except SparkLost as error:
            raise RunFailed(
                f"Spark: {error}; nothing was published; run it again, or without --engine spark"
            ) from error

    return worked
