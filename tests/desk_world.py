"""Real exports of a help desk, landed, and what its connector makes of them: one table per entity."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True)
class Desk:
    """What landing says of the files, and the entities."""

    report: LandingReport
    con: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def loads(self) -> dict[str, tuple[str, int, int]]:
        """File name -> status, rows read, rows rejected."""
        return {
            file.file.rsplit("/", 1)[-1]: (file.status, file.rows_read, file.rows_rejected)
            for file in self.report.files
        }


def desk(workspace: Path, connector: str, paths: Iterable[Path], timezone: str = "UTC") -> Desk:
    """Land the paths as one program; each path is a source, and all sources are one instance."""
    sources = tuple(
        SourceConfig(name=path.name, connector=connector, paths=(str(path),), timezone=timezone) for path in paths
    )
    report = land(workspace, [ProgramConfig(id="p", name="P", sources=sources)], KEY, catalogue=CATALOGUE)
    con = duckdb.connect()
    attach(con, report, CATALOGUE)
    build_shared(con, CATALOGUE, connector)
    for (owner, entity), query in CATALOGUE.sql.items():
        if owner == connector:
            con.execute(f"create table {entity} as {query.text}")
    return Desk(report, con)
