"""Spark and DuckDB answer every file of SQL alike: staging tables row by row, signals to 1e-9."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlglot import exp, parse_one

from pipelines import spark_run, spark_session
from pipelines.problem import UserError
from pipelines.spark_session import require, session
from tests import spark_world, tiny_world
from tests.conftest import Waystage
from transforms import labels
from transforms.catalogue import Catalogue, Entity, Signal, read_catalogue, shipped
from transforms.header import HeaderError
from transforms.measure import ask_duckdb
from transforms.portable import unportable
from transforms.spark_engine import SparkEngine, SparkLost
from transforms.spark_sql import spark_sql
from transforms.spark_store import FolderStore
from transforms.stage import TableBuilt, build_in_duckdb, build_staging

# compiling a query for a few rows takes longer than answering it
SMALL = {
    "spark.driver.defaultJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}
ENTITIES, SIGNALS = list(shipped().entities), list(shipped().signals)


@pytest.fixture(scope="module")
def java() -> None:
    """PySpark and a Java; without them the test is skipped, unless nothing may be."""
    try:
        require()
    except UserError as error:
        if os.environ.get("WAYSTAGE_REQUIRE_ALL") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


class _OtherEngine:
    """In the place of Spark, for what is around it: DuckDB, asked as Spark is, or nobody at all."""

    def __init__(self, _spark: object, store: FolderStore, _catalogue: Catalogue) -> None:
        self.store = store

    def build(self, con: duckdb.DuckDBPyConnection, entity: Entity) -> TableBuilt:
        FolderStore(self.store.folder / entity.name).give(con, "config.run", ["as_of"])
        return build_in_duckdb(con, entity)

    def answer(self, con: duckdb.DuckDBPyConnection, signal: Signal) -> pd.DataFrame:
        return ask_duckdb(con, signal)


class _LostEngine(_OtherEngine):
    def answer(self, con: duckdb.DuckDBPyConnection, signal: Signal) -> pd.DataFrame:
        raise SparkLost("a worker was switched off")


def _with(monkeypatch: pytest.MonkeyPatch, engine: type[_OtherEngine]) -> None:
    monkeypatch.setattr(spark_session, "require", lambda: None)
    monkeypatch.setattr(spark_run, "session", lambda _master, _said: nullcontext())
    monkeypatch.setattr(spark_run, "SparkEngine", engine)


def test_a_run_asks_the_engine_it_is_told_to_and_leaves_nothing_with_it(
    waystage: Waystage, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with(monkeypatch, _OtherEngine)
    left = world / ".waystage" / "spark" / "given" / "source__ticket.parquet"  # of a run that was cut off
    left.parent.mkdir(parents=True)
    left.touch()
    said = waystage("run", "-w", world, "--engine", "spark", "--from", "2024-09")
    assert said.code == 0, said.err
    assert not (world / ".waystage" / "spark").exists()


def test_a_cluster_that_gives_out_fails_the_run_and_no_signal(
    waystage: Waystage, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with(monkeypatch, _LostEngine)
    before = tiny_world.in_force(world)
    said = waystage("run", "-w", world, "--engine", "spark", "--from", "2024-09")
    assert said.code == 1
    assert (
        "Spark: a worker was switched off; nothing was published; run it again, or without --engine spark" in said.err
    )
    assert tiny_world.in_force(world) == before
    assert not (world / ".waystage" / "spark").exists()


def test_without_pyspark_or_java_the_line_that_installs_it_is_told(
    waystage: Waystage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_world.write(tmp_path / "ws")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with monkeypatch.context() as without:
        without.setattr(spark_session, "find_spec", lambda _name: None)
        said = waystage("run", "-w", folder, "--engine", "spark")
    assert (said.code, said.out) == (2, "")
    assert f"{sys.executable} -m pip install 'waystage[spark]'" in said.err
    monkeypatch.setattr(spark_session, "find_spec", lambda _name: True)
    said = waystage("run", "-w", folder, "--engine", "spark")
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("apt-get install -y default-jre-headless\n")
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert f"needs Java 17 or newer, and {java} is 8" in waystage("run", "-w", folder, "--engine", "spark").err
    assert not (folder / ".waystage").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("{mastr: local}", "'master'"),
        ("{configuration: {executor.memory: 4g}}", "executor.memory"),
        ("{path: ''}", "path"),
        ("{path: 'ftp://store/x'}", "give a folder, or s3://…, gs://… or az://…"),
        ("{options: {key: k}}", "options are those of an object store"),
    ],
)
def test_a_slip_in_the_settings_of_spark_is_told(waystage: Waystage, tmp_path: Path, given: str, told: str) -> None:
    said = waystage("check", "-w", tiny_world.write(tmp_path / "ws", extra=f"spark: {given}\n"))
    assert said.code == 2
    assert "waystage.yaml" in said.err
    assert told in said.err


def differing(sql: str) -> list[str]:
    return unportable(parse_one(sql, dialect="duckdb"), "x.sql")


@pytest.mark.parametrize(
    ("sql", "construct", "instead"),
    [
        ("select quantile_cont(x, 0.9) from a.b", "quantile_cont(x, 0.9)", "write median(x)"),
        ("select distinct on (x) x, y from a.b", "DISTINCT ON (x)", "write qualify row_number()"),
        ("select x[1] from a.b", "x[1]", "unnest the list in a join"),
        ("select len(x) from a.b", "length(x)", "of a list, write array_length(x)"),
        ("select * exclude (x) from a.b", "* EXCLUDE (x)", "list the columns"),
        ("select date_diff('month', x, y) from a.b", "date_diff('MONTH', x, y)", "count days"),
        ("select x // 2 from a.b", "x // 2", "write floor(a / b)"),
        ("select cast(x as timestamptz) from a.b", "CAST(x AS TIMESTAMPTZ)", "cast to one of bigint"),
        ("select regexp_matches(x, '(?i)a') from a.b", "'(?' means something else to Java", "spell out the letters"),
        ("select regexp_matches(x, y) from a.b", "regexp_matches(x, y)", "write the pattern as text"),
        ("select * from a.b asof join a.c on b.x >= c.x", "ASOF JOIN", "use inner, left, full, cross or anti join"),
        ("select * from a.b join unnest(b.l) as t (x) on x > 1", "UNNEST(b.l)", "conditions under where"),
        (
            "select y from a.b cross join unnest(generate_series(1, x)) as t (y)",
            "generate_series(1, x)",
            "two numbers",
        ),
        ("select count(distinct (x, y)) from a.b", "(x, y)", "one thing at a time"),
        ("select x, sum(y) from a.b group by x qualify row_number() over () = 1", "QUALIFY", "in a CTE of its own"),
        ("select x from a.b union all by name select x from a.c", "BY NAME", "list the columns of both"),
        ("select frobnicate(x) from a.b", "frobnicate(x)", "prove it on both engines"),
    ],
)
def test_what_spark_would_answer_otherwise_is_refused_by_name(sql: str, construct: str, instead: str) -> None:
    (problem,) = differing(sql)
    assert problem.startswith("x.sql:1: ")
    assert construct in problem
    assert instead in problem


def test_a_signal_with_such_a_construct_is_refused_with_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "signals").mkdir()
    shipped_sql = shipped().signals["content_base_size"].path.read_text(encoding="utf-8")
    file = tmp_path / "signals" / "content_base_size.sql"
    file.write_text(shipped_sql.replace("count(*) as value", "mode(content_id) as value"), encoding="utf-8")
    with pytest.raises(HeaderError) as refused:
        read_catalogue(tmp_path)
    line = (
        file.read_text(encoding="utf-8").splitlines().index("select program_id, month, mode(content_id) as value") + 1
    )
    assert refused.value.problems[0].startswith(f"{file.as_posix()}:{line}: mode(content_id) is not the same on Spark")


@pytest.mark.parametrize("unit", [*shipped().entities.values(), *shipped().signals.values()], ids=lambda one: one.name)
def test_nothing_is_lost_on_the_way_to_sparks_words(unit: Entity | Signal) -> None:
    """sqlglot left out a join's condition once: as many conditions, windows and joins come out as go in."""
    ours, theirs = parse_one(unit.sql, dialect="duckdb"), parse_one(spark_sql(unit.sql), dialect="spark")
    for kind in (exp.Join, exp.Where, exp.Window, exp.Having, exp.Qualify, exp.Union, exp.Filter):
        assert len(list(theirs.find_all(kind))) == len(list(ours.find_all(kind))), kind
    assert sum("on" in one.args for one in theirs.find_all(exp.Join)) == sum(
        "on" in one.args for one in ours.find_all(exp.Join)
    )


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """All worlds in one warehouse, staged by DuckDB; of each staging table a copy under `ours`."""
    with duckdb.connect() as con:
        spark_world.add_simulated(con, seed=1, count=2)
        spark_world.add_hostile(con, "hostile", like="sim-1")
        spark_world.add_cases(con, "staging", ("source", "config", "labels"))
        labels.build_labels(con)
        build_staging(con, shipped())
        spark_world.keep_ours(con)
        yield con


@pytest.fixture(scope="module")
def spark(
    java: None, con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SparkEngine, SparkEngine]]:
    """The engine that has built staging, and one for the signals, which has been given nothing yet."""
    folder = tmp_path_factory.mktemp("spark")
    with session("local[2]", SMALL) as spark:
        staging = SparkEngine(spark, FolderStore(folder / "staging"), shipped())
        build_staging(con, shipped(), build=staging.build)
        spark_world.set_beside(con, spark, folder)
        spark_world.add_cases(con, "signals", ("staging", "impact"))
        yield staging, SparkEngine(spark, FolderStore(folder / "signals"), shipped())


@pytest.mark.parametrize("name", ENTITIES)
def test_a_staging_table_has_the_same_rows(
    con: duckdb.DuckDBPyConnection, spark: tuple[SparkEngine, SparkEngine], name: str
) -> None:
    assert spark_world.differing_rows(con, name) == []


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_has_the_same_numbers(
    con: duckdb.DuckDBPyConnection, spark: tuple[SparkEngine, SparkEngine], name: str
) -> None:
    signal = shipped().signals[name]
    ours, theirs = con.execute(signal.sql).df(), spark[1].answer(con, signal)
    assert len(ours)
    spark_world.assert_same_numbers(ours, theirs)
