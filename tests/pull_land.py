"""Pulls a vendor as a night does, lands the pages and gives the connector's entities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from connectors.acquire import acquire
from connectors.attach import attach
from connectors.catalogue import read_catalogue
from connectors.contract import ProgramConfig, SourceConfig
from connectors.identity import IdentityKey
from connectors.land import land
from connectors.source_views import build_shared

CATALOGUE = read_catalogue()
KEY = IdentityKey(bytes(range(32)))


def entities(state: Path, connector: str, pull: dict[str, str]) -> tuple[dict[str, list[tuple[Any, ...]]], list[str]]:
    """Sorted rows of every entity, without the file and row they stood in, and what landing complains of."""
    source = SourceConfig(name="s", connector=connector, paths=(), pull=pull)
    programs = acquire(state, [ProgramConfig(id="acme", name="Acme", sources=(source,))])
    report = land(state, programs, KEY, catalogue=CATALOGUE)
    found: dict[str, list[tuple[Any, ...]]] = {}
    with duckdb.connect() as con:
        attach(con, report, CATALOGUE)
        build_shared(con, CATALOGUE, connector)
        for (owner, entity), query in CATALOGUE.sql.items():
            if owner == connector:
                sql = query.text
                found[entity] = sorted(con.execute(f"select * exclude (_file, _row) from ({sql})").fetchall(), key=repr)
    return found, report.problems
