"""What was published when: the tables `run` and `stage_reported`, which are only ever added to; and whose the rejected
rows of the version in force are, which its table `rejected` does not say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from pipelines import publish
from pipelines.published_file import DATABASE


@dataclass(frozen=True)
class Run:
    """One run that published: the columns of table `run`, in order. Times in UTC."""

    run_id: str
    as_of: dt.date
    started_at: dt.datetime
    finished_at: dt.datetime
    status: str
    waystage_version: str
    rules_version: str
    input_fingerprint: str


RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
STAMP = len("20260101T000000Z")
RUN = """create table if not exists history.run (
    run_id varchar, as_of date, started_at timestamp, finished_at timestamp, status varchar,
    waystage_version varchar, rules_version varchar, input_fingerprint varchar)"""
STAGE_REPORTED = """create table if not exists history.stage_reported (
    run_id varchar, program_id varchar, model varchar, month date, stage integer, stage_low integer,
    stage_high integer, confidence double, rules_version varchar, input_fingerprint varchar, change_cause varchar)"""

REJECTED_EXISTS = "schema_name = 'history' and table_name = 'rejected'"
REJECTED = """create table if not exists history.rejected (
    program_id varchar, file varchar, row_number bigint, column_name varchar, reason varchar)"""
RUNS = """
    insert into history.run by name select * from earlier.run;
    insert into history.stage_reported by name select * from earlier.stage_reported
"""
# Of a file that programs share, each is taken to have rejected the same rows; the next run of each knows better.
OWN_REJECTED = """
    insert into history.rejected by name
    select distinct load.program_id, rejected.file, rejected.row_number, rejected."column" as column_name,
        rejected.reason
    from earlier.rejected as rejected
    inner join earlier.load as load on load.file = rejected.file and load.rows_rejected > 0
"""


def open_history(con: duckdb.DuckDBPyConnection, published: Path) -> None:
    """Makes the history ready: takes it over from the published file where the warehouse is new, and drops a run
    that was written down but never came into force (the machine went down in between)."""
    con.execute("create schema if not exists history")
    con.execute(RUN)
    con.execute(STAGE_REPORTED)
    con.execute("alter table history.stage_reported add column if not exists change_cause varchar")
    con.execute("create table if not exists history.unfinished (run_id varchar)")
    knows_rejected = con.execute(f"select 1 from duckdb_tables() where {REJECTED_EXISTS}").fetchone()
    con.execute(REJECTED)
    current = publish.in_force(published)
    for (run_id,) in con.execute("select run_id from history.unfinished").fetchall():
        if run_id != current:
            forget(con, run_id)
        else:
            settle(con, run_id)
    known = con.execute("select count(*) from history.run").fetchone()
    if current and known == (0,):
        _take_over(con, published / DATABASE, RUNS)
    if current and not knows_rejected:
        _take_over(con, published / DATABASE, OWN_REJECTED)


def run_id_after_all(con: duckdb.DuckDBPyConnection, run_id: str, kept: Sequence[str]) -> str:
    """`run_id`, or one a second after the last where the clock has been set back: ids are in the order of the runs.
    `kept` are the ids of the versions that are there."""
    rows = con.execute("select run_id from history.run").fetchall()
    last = max((known for known in [*kept, *(row[0] for row in rows)] if RUN_ID.fullmatch(known)), default="")
    if run_id > last:
        return run_id
    following = dt.datetime.strptime(last[:STAMP], "%Y%m%dT%H%M%SZ") + dt.timedelta(seconds=1)
    return f"{following:%Y%m%dT%H%M%SZ}{run_id[STAMP:]}"


def record(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Writes this run and its verdicts down, to be settled once they are in force, each with why it is not what the run
    before reported (`judged.restated`). What an earlier run said is never touched."""
    con.execute("insert into history.unfinished values (?)", [run.run_id])
    con.execute("insert into history.run values (?, ?, ?, ?, ?, ?, ?, ?)", list(astuple(run)))
    con.execute(
        "insert into history.stage_reported by name "
        "select $1 as run_id, program_id, model, month, stage, stage_low, stage_high, confidence, rules_version, "
        "$2 as input_fingerprint, restated.cause as change_cause "
        "from judged.stage left join judged.restated using (program_id, model, month)",
        [run.run_id, run.input_fingerprint],
    )


def settle(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """The run is in force: its rows stay, and the rejected ones of its programs take the place of those before."""
    con.execute("delete from history.rejected where program_id in (select program_id from config.program)")
    con.execute(
        "insert into history.rejected by name "
        "select program_id, file, row_number, column_name, reason from landing.rejected"
    )
    con.execute("delete from history.unfinished where run_id = ?", [run_id])


def forget(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """The run never came into force: its rows go."""
    for table in ("run", "stage_reported", "unfinished"):
        con.execute(f"delete from history.{table} where run_id = ?", [run_id])


def last_run(con: duckdb.DuckDBPyConnection) -> Run | None:
    """The newest run in force, if any."""
    row = con.execute("select * from history.run order by run_id desc limit 1").fetchone()
    return Run(*row) if row else None


def _take_over(con: duckdb.DuckDBPyConnection, database: Path, inserts: str) -> None:
    quoted = str(database).replace("'", "''")
    con.execute(f"attach '{quoted}' as earlier (read_only)")
    try:
        con.execute(inserts)
    finally:
        con.execute("detach earlier")
