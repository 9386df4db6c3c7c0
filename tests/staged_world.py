"""Exports of one program and one source, landed, united under `source.*`, and staged."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from connectors.contract import SourceConfig
from connectors.source_views import build_sources
from tests.landing_world import Landed, landed
from transforms.catalogue import shipped
from transforms.stage import build_staging

NOW = dt.datetime(2026, 7, 1)
CONFIG = (
    "create schema config",
    "create table config.program as select 'harborline' as program_id, 'Harborline' as name, 'UTC' as timezone,"
    " ['harborline.example'] as staff_domains, ['en', 'de'] as locales",
    "create table config.run as select date '2026-06-30' as as_of",
    "create table config.calendar as select 'UTC' as timezone, cast(month as date) as month, month as starts_at,"
    " month + interval 1 month as ends_at"
    " from unnest(generate_series(timestamp '1990-01-01', timestamp '2026-06-01', interval 1 month)) as one (month)",
)


def told(workspace: Path, config: str | SourceConfig, files: dict[str, Any]) -> Landed:
    """The files of one source, landed and united under `source.*`; what is no text already is written as JSON."""
    if isinstance(config, str):
        config = SourceConfig(name="s", connector=config, paths=("exports",))
    written = {name: given if isinstance(given, str | bytes) else json.dumps(given) for name, given in files.items()}
    world = landed(workspace, written, config, is_for_all=True, now=NOW)
    for statement in CONFIG:
        world.con.execute(statement)
    build_sources(world.con)
    return world


def staged(workspace: Path, config: str | SourceConfig, files: dict[str, Any]) -> Landed:
    """The same, and `staging.*` made of it."""
    world = told(workspace, config, files)
    build_staging(world.con, shipped())
    return world


def counts(world: Landed) -> dict[str, tuple[str, int, int]]:
    """File name -> status, rows read, rows rejected."""
    return {
        file.file.rsplit("/", 1)[-1]: (file.status, file.rows_read, file.rows_rejected) for file in world.report.files
    }
