"""Publishing: database, Parquet and site are built beside the ones in force and come into force by one rename.

    published/versions/<run_id>/waystage.duckdb, parquet/, site/ (site/run.txt says the run id, as table `run` does)
    published/current        -> versions/<run_id>       the one link that moves
    published/waystage.duckdb, parquet, site -> current/…   never move

A reader therefore sees the old version or the new one, whole, and one that holds the old file keeps it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.cast import literal
from connectors.durable import sync, sync_tree
from pipelines.problem import RunFailed
from pipelines.published_file import DATABASE
from transforms.header import EntityHeader, HeaderError, read_header
from transforms.transaction import transaction

PUBLISHED_SQL = Path(__file__).parent.parent / "transforms" / "published"
PARQUET, SITE = "parquet", "site"
VERSION = "run.txt"  # in the site: of which run it is
BUILDING, GOING = ".building-", ".going-"
KEPT_VERSIONS = 3  # the one in force and two to fall back on


@dataclass(frozen=True)
class PublishedTable:
    """One table of the contract: transforms/published/<name>.sql."""

    name: str
    header: EntityHeader
    sql: str


def published_tables() -> list[PublishedTable]:
    """Every published table, by name. Raises HeaderError for a header that cannot be read or gives no types."""
    tables = [
        PublishedTable(path.stem, read_header(path, EntityHeader), path.read_text(encoding="utf-8"))
        for path in sorted(PUBLISHED_SQL.glob("*.sql"))
    ]
    untyped = [table.name for table in tables if not table.header.types]
    if untyped:
        raise HeaderError([f"{PUBLISHED_SQL / name}.sql:1: no `types`; give every column its type" for name in untyped])
    return tables


def version_folder(publish: Path, run_id: str) -> Path:
    """An empty folder for this run's version, beside the one in force; what an earlier run left half built or half
    removed goes.

    RunFailed when the publish folder cannot be written or holds something of that name that is not ours.
    """
    for name in ("current", DATABASE, PARQUET, SITE):
        if (publish / name).exists() and not (publish / name).is_symlink():
            raise RunFailed(f"{publish / name} is in the way of publishing; move it elsewhere and run again")
    for beginning in (BUILDING, GOING):
        for left in publish.glob(f"versions/{beginning}*"):
            discard(left)
    folder = publish / "versions" / f"{BUILDING}{run_id}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise RunFailed(
            f"{publish}: cannot be written ({error.strerror}); free or unlock it, or set `publish:` in waystage.yaml"
        ) from error
    return folder


def build_database(
    con: duckdb.DuckDBPyConnection, folder: Path, carried_from: Path | None = None, carried: Sequence[str] = ()
) -> dict[str, int]:
    """Writes waystage.duckdb and parquet/ into `folder`, with a comment on every table and column; rows per table.

    The rows of the programs `carried`, which this run leaves alone, stay as the publish folder `carried_from` has them.
    """
    path, parquet = folder / DATABASE, folder / PARQUET
    parquet.mkdir()
    rows: dict[str, int] = {}
    earlier = carried_from / DATABASE if carried_from and in_force(carried_from) else None
    con.execute(f"attach {literal(str(path))} as published")
    if earlier:
        con.execute(f"attach {literal(str(earlier.resolve()))} as earlier (read_only)")
    try:
        with transaction(con):
            for table in published_tables():
                columns = ", ".join(f'"{name}" {kind}' for name, kind in table.header.types.items())
                con.execute(f"create table published.{table.name} ({columns})")
                con.execute(f"insert into published.{table.name} by name {table.sql}")
                if earlier:
                    _carry_over(con, table, carried)
                con.execute(f"comment on table published.{table.name} is {literal(table.header.description)}")
                for column, text in table.header.columns.items():
                    con.execute(f'comment on column published.{table.name}."{column}" is {literal(text)}')
                target = literal(str(parquet / f"{table.name}.parquet"))
                con.execute(f"copy published.{table.name} to {target} (format parquet, compression zstd)")
                rows[table.name] = _scalar(con, f"select count(*) from published.{table.name}")
        con.execute("checkpoint published")
    finally:
        con.execute("detach published")
        if earlier:
            con.execute("detach earlier")
    return rows


def _carry_over(con: duckdb.DuckDBPyConnection, table: PublishedTable, programs: Sequence[str]) -> None:
    """Adds the rows that the version in force holds for programs which this run leaves alone."""
    rows = f"select * from earlier.{table.name}"
    condition = "program_id in (select unnest($1))"
    if table.name == "rejected":
        rows = 'select file, row_number, column_name as "column", reason from history.rejected'
    elif "program_id" not in table.header.columns or table.name == "stage_reported":
        return
    try:
        con.execute(
            f"insert into published.{table.name} by name {rows} where {condition}",
            [list(programs)],
        )
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise RunFailed(
            "the published version is of another Waystage and cannot be kept in part; run once without --program"
        ) from error


def bring_into_force(publish: Path, folder: Path) -> None:
    """Puts `folder` on disk, all of it, and renames `current` over to it; older versions beyond KEPT_VERSIONS go."""
    sync_tree(folder)
    version = folder.with_name(folder.name.removeprefix(BUILDING))
    folder.rename(version)
    sync(version.parent)
    for name in (DATABASE, PARQUET, SITE):  # before there is a first version they lead nowhere
        _relink(publish / name, Path("current") / name)
    sync(publish)
    _point_to(publish, version.name)
    for old in [run_id for run_id in kept_versions(publish) if run_id != version.name][: -(KEPT_VERSIONS - 1)]:
        going = publish / "versions" / f"{GOING}{old}"
        (publish / "versions" / old).rename(going)  # half of it must not pass for a version that is kept
        discard(going)


def kept_versions(publish: Path) -> list[str]:
    """Run ids of the whole versions that are kept, oldest first."""
    return sorted(path.parent.name for path in publish.glob(f"versions/[!.]*/{DATABASE}"))


def bring_back(publish: Path, run_id: str) -> None:
    """Brings a kept version into force again, all of it at once. RunFailed where the folder cannot be written."""
    try:
        _point_to(publish, run_id)
    except OSError as error:
        raise RunFailed(
            f"{publish}: cannot be written ({error.strerror}); free or unlock it, then try again"
        ) from error


def _point_to(publish: Path, run_id: str) -> None:
    _relink(publish / "current", Path("versions") / run_id)
    sync(publish)


def discard(folder: Path) -> None:
    """Removes a version, one that did not come into force or is kept no longer."""
    shutil.rmtree(folder, ignore_errors=True)


def in_force(publish: Path) -> str | None:
    """The run id of the published version, if any."""
    link = publish / "current"
    return link.readlink().name if link.is_symlink() and (link / DATABASE).is_file() else None


def _relink(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    beside = link.with_name(f".{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(link)


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
