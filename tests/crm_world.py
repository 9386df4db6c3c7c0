"""Exports of a CRM, landed, and what its connector makes of them: one table per entity."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from connectors.attach import attach
from connectors.catalogue import read_catalogue
from connectors.contract import ProgramConfig, SourceConfig
from connectors.identity import IdentityKey
from connectors.land import land
from connectors.report import LandingReport
from connectors.source_views import build_shared

REAL = Path(__file__).parent / "real"
CATALOGUE = read_catalogue()
KEY = IdentityKey(bytes(range(32)))
NOW = dt.datetime(2026, 7, 1)
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Crm:
    """What landing says of the files, and the entities."""

    report: LandingReport
    con: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[Row]:
        return self.con.execute(sql).fetchall()

    def loads(self) -> dict[str, tuple[str, list[str], int, int]]:
        """File name -> status, streams, rows read, rows rejected."""
        return {
            file.file.rsplit("/", 1)[-1]: (
                file.status, [part.target.split("__", 1)[1] for part in file.parts], file.rows_read, file.rows_rejected,
            )
            for file in self.report.files
        }  # fmt: skip


def crm(workspace: Path, connector: str, path: Path, timezone: str = "UTC") -> Crm:
    """Land a file or folder as the one source of a program."""
    source = SourceConfig(name="crm", connector=connector, paths=(str(path),), timezone=timezone)
    program = ProgramConfig(id="p", name="P", sources=(source,))
    report = land(workspace / ".waystage", [program], KEY, now=NOW, catalogue=CATALOGUE)
    con = duckdb.connect()
    attach(con, report, CATALOGUE)
    build_shared(con, CATALOGUE, connector)
    for (owner, entity), query in CATALOGUE.sql.items():
        if owner == connector:
            con.execute(f"create table {entity} as {query.text}")
    return Crm(report, con)


def written(workspace: Path, connector: str, files: dict[str, Any], timezone: str = "UTC") -> Crm:
    """Write files, JSON unless they are text already, and land them."""
    for name, content in files.items():
        path = workspace / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return crm(workspace, connector, workspace / "exports", timezone)
