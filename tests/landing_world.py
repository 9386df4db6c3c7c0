"""A workspace of one program and one source, landed and attached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from connectors.catalogue import TABLE, Catalogue, read_catalogue
from connectors.contract import ColumnMap, ProgramConfig, SourceConfig
from connectors.identity import IdentityKey
from connectors.land import LandingReport, attach, land

KEY = IdentityKey(bytes(range(32)))


@dataclass(frozen=True)
class Landed:
    """What a user can see after landing."""

    report: LandingReport
    con: duckdb.DuckDBPyConnection
    not_whole: tuple[str, ...] = ()  # what is told of exports that are declared whole

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    @property
    def messages(self) -> list[str]:
        return self.report.problems

    @property
    def rejected(self) -> list[tuple[Any, ...]]:
        return self.rows("select row_number, column_name, reason from landing.rejected order by all")


def source(entity: str, path: str = "exports", columns: dict[str, Any] | None = None, **more: Any) -> SourceConfig:
    mapped = {name: ColumnMap.model_validate(given) for name, given in (columns or {}).items()}
    return SourceConfig(name="s", connector="table", entity=entity, paths=(path,), columns=mapped, **more)


def put(workspace: Path, files: dict[str, bytes | str]) -> None:
    for name, content in files.items():
        path = workspace / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def landed(
    workspace: Path,
    files: dict[str, bytes | str],
    config: SourceConfig,
    staff_domains: tuple[str, ...] = (),
    *,
    is_for_all: bool = False,
    **more: Any,
) -> Landed:
    """Write the files under exports/, land them as `config` says, attach the result.

    Of connectors that brought nothing there is no view, unless what reads it reads those of all: to make an empty one
    for each of their streams takes twice as long as to land.
    """
    put(workspace, files)
    program = ProgramConfig(id="harborline", name="Harborline", staff_domains=staff_domains, sources=(config,))
    report = land(workspace / ".waystage", [program], KEY, None, **more)
    con = duckdb.connect()
    catalogue = more.get("catalogue") or read_catalogue()
    return Landed(report, con, tuple(attach(con, report, catalogue if is_for_all else _of(catalogue, config))))


def _of(catalogue: Catalogue, config: SourceConfig) -> Catalogue:
    chosen = {name: one for name, one in catalogue.connectors.items() if name in (TABLE, config.connector)}
    return replace(catalogue, connectors=chosen)
