"""The engine of one run: DuckDB, or Spark as `spark:` in the workspace says, started when the first table needs it."""

from __future__ import annotations

import hashlib
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import duckdb
import pandas as pd

from pipelines.problem import RunFailed, UserError
from pipelines.spark_session import session
from pipelines.workspace import Workspace
from transforms.catalogue import Catalogue, Entity, Signal
from transforms.engine import Engine
from transforms.spark_engine import SparkEngine, SparkLost
from transforms.spark_store import FolderStore, Store
from transforms.stage import TableBuilt

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

P = ParamSpec("P")
T = TypeVar("T")
SCRATCH = "spark"  # in the workspace's state: tables on their way from one engine to the other


@contextmanager
def engine_of(name: str, workspace: Workspace, catalogue: Catalogue) -> Iterator[Engine]:
    """The engine of that name. UserError where what it needs is not installed; RunFailed where Spark is lost.

    What the engines hand to each other lies in a folder of this run's, which is gone when it ends.
    """
    folder = scratch(workspace)
    model = workspace.model.spark
    shutil.rmtree(folder, ignore_errors=True)  # what a run that was cut off left
    if name == "duckdb":
        yield Engine()
        return
    with ExitStack() as held:
        held.callback(shutil.rmtree, folder, ignore_errors=True)
        starting, started = threading.Lock(), list[SparkEngine]()

        def spark() -> SparkEngine:
            with starting:
                if not started:
                    spark = held.enter_context(session(model.master, _written(model.configuration)))
                    started.append(SparkEngine(spark, _store(spark, workspace, held), catalogue))
            return started[0]

        def build(con: duckdb.DuckDBPyConnection, entity: Entity) -> TableBuilt:
            return _or_failed(spark().build)(con, entity)

        def ask(con: duckdb.DuckDBPyConnection, signal: Signal) -> pd.DataFrame:
            return _or_failed(spark().answer)(con, signal)

        yield Engine(build, ask)


def scratch(workspace: Workspace) -> Path:
    """Where tables lie on this machine on their way between the engines, during a run."""
    model = workspace.model.spark
    if model.path is None or model.address:
        return workspace.state / SCRATCH
    return workspace.directory / model.path / _own_name(workspace)


def _store(spark: SparkSession, workspace: Workspace, held: ExitStack) -> Store:
    """The place of the tables. UserError where Spark cannot reach an object store by what is installed."""
    model, folder = workspace.model.spark, scratch(workspace)
    if model.address is None:
        return FolderStore(folder)
    from transforms.spark_objects import ObjectStore  # noqa: PLC0415  only where Spark runs

    store = ObjectStore(spark, f"{model.address.rstrip('/')}/{_own_name(workspace)}", folder, model.options)
    missing = [name for name in store.needs if find_spec(name) is None]
    if missing:
        raise UserError(
            f"spark: path {model.address} needs {', '.join(missing)}, which Python has not here; "
            f"{sys.executable} -m pip install 'waystage[spark-remote]', on the workers too"
        )
    store.clear()  # what a run that was cut off left
    held.callback(store.clear)
    return store


def _own_name(workspace: Workspace) -> str:
    """A folder of this workspace's own, where several share a place."""
    return f"waystage-{hashlib.sha256(str(workspace.state.resolve()).encode()).hexdigest()[:12]}"


def _written(configuration: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in configuration.items()}


def _or_failed(work: Callable[P, T]) -> Callable[P, T]:
    def worked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except SparkLost as error:
            raise RunFailed(
                f"Spark: {error}; nothing was published; run it again, or without --engine spark"
            ) from error

    return worked
