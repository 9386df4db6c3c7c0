"""The workspace's state folder: one writer at a time, the warehouse file, and the tables of configuration."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from connectors.machine import is_at_fault
from pipelines.problem import RunFailed
from pipelines.workspace import Workspace

HELD, DAMAGED = "Could not set lock on file", "Corrupt database file"  # DuckDB's words; a damaged "block" is no lock
FIRST_YEAR = 1990  # landing refuses anything older, so the calendar need not reach further back


class DamagedWarehouse(RunFailed):
    """A block of the warehouse is not what was written."""


@contextmanager
def writer_lock(state: Path) -> Iterator[None]:
    """Holds the workspace for this process; RunFailed names the holder when another one has it."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise RunFailed(
                f"{state}: another run is at work here ({holder}); wait for it to end, then run again"
            ) from error
        handle.seek(0)
        handle.truncate()
        handle.write(f"process {os.getpid()} since {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC")
        handle.flush()
        try:
            yield
        finally:
            handle.seek(0)
            handle.truncate()


def is_held(state: Path) -> bool:
    """Whether a run is at work on this state folder."""
    try:
        with (state / "lock").open(encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no run has been here yet
        return False
    return False


def open_warehouse(state: Path) -> duckdb.DuckDBPyConnection:
    """A read-write connection to `.waystage/warehouse.duckdb`.

    A warehouse that cannot be opened (killed mid-write, another DuckDB version) is derived data: it is set aside and
    made anew from the landing files.
    """
    path = state / "warehouse.duckdb"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _memory_limit(),
        "temp_directory": str(state / "spill"),
        "preserve_insertion_order": "false",
    }
    try:
        return duckdb.connect(str(path), config=config)
    except duckdb.Error as error:
        if HELD in str(error):  # somebody reads it: that is no damage
            raise RunFailed(f"{path}: another program has it open; close that, then run again ({error})") from error
        if is_at_fault(error):
            raise
        set_aside(state)
        return duckdb.connect(str(path), config=config)


def set_aside(state: Path) -> Path:
    """Takes a warehouse that is damaged out of use; where it is now."""
    path = state / "warehouse.duckdb"
    broken = path.with_suffix(".broken")
    path.replace(broken)
    path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    return broken


def is_damage(error: BaseException) -> bool:
    """Whether DuckDB came upon a block of a file that is not what was written."""
    return isinstance(error, duckdb.IOException | duckdb.FatalException) and DAMAGED in str(error)


def _memory_limit() -> str:
    """WAYSTAGE_MEMORY_LIMIT, else 3 GB: DuckDB's own limit leaves out what Python holds beside it."""
    return os.environ.get("WAYSTAGE_MEMORY_LIMIT", "3GB")


def write_config(con: duckdb.DuckDBPyConnection, workspace: Workspace, as_of: dt.date, run_id: str) -> None:
    """Writes config.program, .source, .calendar, .run, .launch and .review: all that SQL may know of waystage.yaml."""
    con.execute("create schema if not exists config")
    programs = [
        {
            "program_id": p.id,
            "name": p.name,
            "timezone": p.timezone,
            "staff_domains": list(p.staff_domains),
            "locales": list(p.locales),
        }
        for p in workspace.programs
    ]
    _replace(
        con,
        "program",
        "program_id varchar, name varchar, timezone varchar, staff_domains varchar[], locales varchar[]",
        programs,
    )
    sources = [
        {
            "program_id": p.id,
            "source": s.name,
            "connector": s.connector,
            "entity": s.entity,
            "observed_through": s.observed_through,
            "stale_after_days": s.stale_after_days,
            "ended": s.ended,
        }
        for p in workspace.programs
        for s in p.sources
    ]
    _replace(
        con,
        "source",
        "program_id varchar, source varchar, connector varchar, entity varchar, "
        "observed_through date, stale_after_days integer, ended date",
        sources,
    )
    zones = sorted({p.timezone for p in workspace.programs})
    _replace(
        con,
        "calendar",
        "timezone varchar, month date, starts_at timestamp, ends_at timestamp",
        [row for zone in zones for row in calendar(zone, as_of)],
    )
    _replace(con, "run", "run_id varchar, as_of date", [{"run_id": run_id, "as_of": as_of}])
    launches = [
        {
            "program_id": launch.program,
            "month": dt.date.fromisoformat(launch.from_month + "-01"),
            "surface": launch.surface,
        }
        for launch in workspace.model.launches
    ]
    _replace(con, "launch", "program_id varchar, month date, surface varchar", launches)
    chosen = {program.id for program in workspace.programs}
    reviews = [
        {"program_id": review.program, "reviewed_on": review.date}
        for review in workspace.model.reviews
        if review.program in chosen
    ]
    _replace(con, "review", "program_id varchar, reviewed_on date", reviews)


def _replace(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Mapping[str, object]]) -> None:
    con.execute(f"create or replace table config.{table} ({columns})")
    if rows:
        fields = {name.split()[0]: name.split()[1] for name in columns.split(", ")}
        con.register("given", pd.DataFrame({"row": [json.dumps(row, default=str) for row in rows]}))
        con.execute(f"insert into config.{table} select unnest(from_json(row, ?)) from given", [json.dumps(fields)])
        con.unregister("given")


def calendar(zone: str, as_of: dt.date) -> Iterator[dict[str, object]]:
    """Each local month as two UTC instants, from FIRST_YEAR to the as-of month."""
    tz = ZoneInfo(zone)
    month = dt.date(FIRST_YEAR, 1, 1)
    starts = _midnight(month, tz)
    while month <= as_of:
        following = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
        ends = _midnight(following, tz)
        yield {"timezone": zone, "month": month, "starts_at": starts, "ends_at": ends}
        month, starts = following, ends


def _midnight(day: dt.date, tz: ZoneInfo) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(dt.UTC).replace(tzinfo=None)
