"""What the steps of a night leave in the warehouse for one another, so that one can be run again by itself: in another
process, on another day. Schema `night`: what landed last, and of which landing each step's tables are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from connectors.attach import append
from pipelines.checks import CheckResult
from pipelines.problem import RunFailed
from transforms.transaction import transaction

STEPS = ("landing", "staging", "signals", "verdicts", "published")
CHECKED = {"staging": "staging.%", "signals": "signal.%", "verdicts": "judged.%"}  # tables, by the step that checks

TABLES = """
    create schema if not exists night;
    create table if not exists night.landed (fingerprint varchar, as_of date, inputs varchar);
    create table if not exists night.problem (text varchar);
    create table if not exists night.made (step varchar, inputs varchar);
    create schema if not exists judged;
    create table if not exists judged.check_result (check_name varchar, table_name varchar, passed boolean,
        severity varchar, failing_rows bigint, text varchar)
"""


@dataclass(frozen=True)
class Landed:
    """The last landing: the fingerprint of its files, the day it is judged as of, and the fingerprint of all that
    decides what is published of it."""

    fingerprint: str
    as_of: dt.date
    inputs: str


def begin_landing(con: duckdb.DuckDBPyConnection) -> None:
    """Until it is recorded, a landing that is cut short leaves nothing to go on from."""
    con.execute(TABLES)
    con.execute("delete from night.landed")


def record_landing(con: duckdb.DuckDBPyConnection, landed: Landed, problems: Sequence[str]) -> None:
    """Writes down what landed, and what an operator must hear of it."""
    con.execute("delete from night.problem")
    con.execute("insert into night.landed values (?, ?, ?)", [landed.fingerprint, landed.as_of, landed.inputs])
    append(con, "night.problem", [(problem,) for problem in problems])
    finish(con, "landing", landed.inputs)


def last_landing(con: duckdb.DuckDBPyConnection) -> Landed:
    """The last landing. RunFailed where nothing has landed yet."""
    con.execute(TABLES)
    row = con.execute("select fingerprint, as_of, inputs from night.landed").fetchone()
    if row is None:
        raise RunFailed("nothing has landed yet; run the job from landing on, or: waystage run")
    return Landed(*row)


def landing_problems(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What an operator must hear of the last landing, in the order it was said."""
    return [str(text) for (text,) in con.execute("select text from night.problem order by rowid").fetchall()]


def begin(con: duckdb.DuckDBPyConnection, step: str, landed: Landed) -> None:
    """Begins a step: what it makes is unfinished from now on. RunFailed where the tables it reads are not of the
    last landing, naming the first step to run again."""
    made = dict(con.execute("select step, inputs from night.made").fetchall())
    for before in STEPS[: STEPS.index(step)]:
        if made.get(before) != landed.inputs:
            raise RunFailed(f"{before} is not made of what landed last; run the job again from {before} on")
    con.execute("delete from night.made where step = ?", [step])


def is_made(con: duckdb.DuckDBPyConnection, step: str, inputs: str) -> bool:
    """Whether the step has finished on these inputs."""
    return con.execute("select inputs from night.made where step = ?", [step]).fetchone() == (inputs,)


def finish(con: duckdb.DuckDBPyConnection, step: str, inputs: str) -> None:
    """The step's tables are whole, and checked."""
    con.execute("delete from night.made where step = ?", [step])
    con.execute("insert into night.made values (?, ?)", [step, inputs])


def keep_checks(con: duckdb.DuckDBPyConnection, step: str, results: Sequence[CheckResult]) -> None:
    """Keeps the outcome of a step's checks, in place of those of its run before."""
    with transaction(con):
        con.execute("delete from judged.check_result where table_name like ?", [CHECKED[step]])
        for one in results:
            con.execute(
                "insert into judged.check_result values (?, ?, ?, ?, ?, ?)",
                [one.check_name, one.table_name, one.passed, one.severity, sum(one.failing.values()), one.text],
            )
