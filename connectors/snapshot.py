"""Sources each of whose exports is a whole: of their lists the newest dated export alone says what there is.

A list that no longer has a row says so by leaving it out. What is dated, such as tickets or votes, is history: all
exports tell of it. The day of an export is the last one in the name of its file or folder.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress

import duckdb

from connectors.cast import literal, quoted
from connectors.catalogue import TABLE, Catalogue
from connectors.report import FileLoad, LandingReport

DAY = re.compile(r"(?<!\d)(\d{4})(-?)(\d{2})\2(\d{2})(?!\d)")
READ = re.compile(r"\blanding\.(\w+)")  # of a connector's query
LEAST_SHARE = 0.5  # of the rows of the export before: one with fewer is taken for a part of one
LATEST = "latest"  # schema of the landed tables without the rows of older exports
UNDATED = (
    "has no day in its name, and others of the source do; with `snapshot: true` every export is dated, such as"
    " 2026-02-28.csv; until then it counts beside the newest"
)
TOO_SMALL = (
    ", too few for a whole one, so older exports still count; export it again, or remove `snapshot: true` if exports"
    " bring what is new only; if so much really was deleted, remove the older exports"
)
Group = tuple[str, str, str]  # program, source, target


def day_of(file: str) -> dt.date | None:
    """The last day in the name of a file or its folders, 2026-02-28 or 20260228."""
    for year, _, month, day in reversed(DAY.findall(file)):
        with suppress(ValueError):
            return dt.date(int(year), int(month), int(day))
    return None


def build_superseded(con: duckdb.DuckDBPyConnection, report: LandingReport, catalogue: Catalogue) -> list[str]:
    """Table `landing.superseded` (target, program_id, source, file): files of which no list counts any more.

    Returns what a user must hear: exports that cannot be told apart by day, or are too small to be whole; those count.
    """
    con.execute(
        "create or replace table landing.superseded (target varchar, program_id varchar, source varchar, file varchar)"
    )
    problems: list[str] = []
    lists = _read_by_lists(catalogue)
    for (program, source, target), files in _grouped(report.files).items():
        if target not in lists:
            continue
        rows = dict(
            con.execute(
                f"select _file, count(*) from landing.{quoted(target)}"
                " where _program_id = ? and _source = ? group by _file",
                [program, source],
            ).fetchall()
        )
        by_day: dict[dt.date, int] = {}
        for file, day in files.items():
            if day is not None:
                by_day[day] = by_day.get(day, 0) + rows.get(file, 0)
        if not by_day:
            continue  # one export, put in the place of the one before
        *before, newest = sorted(by_day)
        undated = [file for file, day in files.items() if day is None]
        if undated:
            problems.append(f"{program}/{source}: {undated[0]} {UNDATED}")
        if before and by_day[newest] < LEAST_SHARE * by_day[before[-1]]:
            counted = (
                f"the export of {newest} has {by_day[newest]:,} rows of {target} and that of {before[-1]} had"
                f" {by_day[before[-1]]:,}"
            )
            problems.append(f"{program}/{source}: {counted}{TOO_SMALL}")
            continue
        for file, day in files.items():
            if day is not None and day < newest:
                con.execute("insert into landing.superseded values (?, ?, ?, ?)", [target, program, source, file])
    return problems


def _read_by_lists(catalogue: Catalogue) -> set[str]:
    """Landed tables from which entities without a time are made."""
    lists = {name for name, entity in catalogue.entities.items() if entity.kind == "state"}
    texts = [query.text for (_, entity), query in catalogue.sql.items() if entity in lists]
    found: set[str] = set()
    while texts:
        named = set(READ.findall(texts.pop())) - found
        found |= named
        texts += [query.text for (owner, name), query in catalogue.shared.items() if f"_{owner}__{name}" in named]
    return found | {f"{TABLE}__{name}" for name in lists}


def _grouped(files: Iterable[FileLoad]) -> dict[Group, dict[str, dt.date | None]]:
    """Files of whole exports by what they hold, with their day; of equal ones the day of the newest."""
    every = [file for file in files if file.is_snapshot]
    days = {(file.program_id, file.source, file.file): day_of(file.file) for file in every}
    for file in every:
        day, first = days[file.program_id, file.source, file.file], (file.program_id, file.source, file.same_as or "")
        known = days.get(first)
        if day is not None and first in days and (known is None or day > known):
            days[first] = day
    groups: dict[Group, dict[str, dt.date | None]] = {}
    for file in every:
        for part in file.parts:
            group = groups.setdefault((file.program_id, file.source, part.target), {})
            group[file.file] = days[file.program_id, file.source, file.file]
    return groups


def build_latest(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Views `latest.<target>`: the landed tables of all connectors of which a file is superseded, without its rows.

    Returns those connectors; lists of theirs are made from `latest` instead of `landing`.
    """
    con.execute(f"drop schema if exists {LATEST} cascade")
    con.execute(f"create schema {LATEST}")
    found = con.execute("select distinct target from landing.superseded").fetchall()
    connectors = {str(target).split("__")[0] for (target,) in found}
    tables = con.execute("select view_name from duckdb_views() where schema_name = 'landing'").fetchall()
    for (table,) in tables:
        if str(table).split("__")[0] in connectors:
            con.execute(
                f"create or replace view {LATEST}.{quoted(table)} as select * from landing.{quoted(table)} as landed"
                f" anti join (select * from landing.superseded where target = {literal(str(table))}) as old"
                " on old.file = landed._file and old.program_id = landed._program_id and old.source = landed._source"
            )
    return connectors


def latest_sql(query: str) -> str:
    """A connector's query reading `latest` instead of `landing`."""
    return READ.sub(rf"{LATEST}.\1", query)
