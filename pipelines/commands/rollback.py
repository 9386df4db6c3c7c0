"""`waystage rollback`: an earlier version in force again, database, Parquet and site as one."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import DATABASE, publish_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument(
        "run_id", nargs="?", metavar="RUN", help="a run id, or how it begins (default: the version before this one)"
    )


def run(args: argparse.Namespace) -> int:
    from pipelines import publish, warehouse  # noqa: PLC0415  pandas: not for --help

    folder = publish_folder(args.workspace)
    with warehouse.writer_lock(args.workspace / ".waystage"):
        current = publish.in_force(folder)
        if current is None:
            raise UserError(
                f"nothing is published yet in {folder}; run first: waystage run --workspace {args.workspace}"
            )
        kept = publish.kept_versions(folder)
        chosen = _chosen(args.run_id, kept, current)
        publish.bring_back(folder, chosen)
    print(f"{folder} is at run {chosen} again, judged as of {_as_of(folder)}; it was at {current}")
    print("The next waystage run publishes anew.")
    return DONE


def _chosen(given: str | None, kept: list[str], current: str) -> str:
    legal = f"versions kept: {', '.join(one + (' (in force)' if one == current else '') for one in reversed(kept))}"
    if given is None:
        before = [one for one in kept if one < current]
        if not before:
            raise UserError(f"no version before the one in force is kept; {legal}")
        return before[-1]
    found = [one for one in kept if one.startswith(given)]
    if len(found) != 1:
        raise UserError(f"{given!r} begins {'more than one' if found else 'no'} kept run id; {legal}")
    if found == [current]:
        raise UserError(f"run {current} is in force already; {legal}")
    return found[0]


def _as_of(folder: Path) -> str:
    with duckdb.connect(str(folder / DATABASE), read_only=True) as con:
        row = con.execute("select max(as_of) from run where run_id = (select max(run_id) from run)").fetchone()
    return str(row[0]) if row else "an unknown day"
