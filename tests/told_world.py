"""Programs of the sample told otherwise: the same generator, a change to its facts, and a judgement of what comes out.

Several tellings of one program are programs of one workspace, so that one run judges them all.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

from pipelines import judgement, night, session
from pipelines.published_file import DATABASE
from transforms import measure, told

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"
World = Any  # data/sample/generate/world/facts.py, which is no package of ours
Change = Callable[[World], None]


def generator(name: str) -> Any:
    """A module of the sample's generator."""
    if str(SAMPLE / "generate") not in sys.path:
        sys.path.append(str(SAMPLE / "generate"))
    return importlib.import_module(name)


@dataclass(frozen=True)
class Telling:
    """One program of the sample with a change to its facts; `sources` rewrites what waystage.yaml says of it."""

    program: str
    change: Change | None = None
    sources: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = field(default=lambda given: given)
    files: Callable[[Path], None] = field(default=lambda _folder: None)


def write(folder: Path, tellings: Mapping[str, Telling]) -> Path:
    """A workspace with a program per telling, named by its key."""
    sample = yaml.safe_load((SAMPLE / "waystage.yaml").read_text(encoding="utf-8"))
    known = {program["id"]: program for program in sample["programs"]}
    programs = []
    for name, telling in tellings.items():
        _export(telling, folder / "exports" / name)
        telling.files(folder / "exports" / name / telling.program)
        given = yaml.safe_load(
            yaml.safe_dump(known[telling.program]["sources"]).replace("exports/", f"exports/{name}/")
        )
        programs.append(known[telling.program] | {"id": name, "name": name, "sources": telling.sources(given)})
    text = yaml.safe_dump(sample | {"programs": programs}, sort_keys=False, allow_unicode=True)
    (folder / "waystage.yaml").write_text(text, encoding="utf-8")
    return folder


def _export(telling: Telling, exports: Path) -> None:
    module = generator(f"programs.{telling.program.replace('-', '_')}")
    world = module.tell()
    if telling.change is not None:
        telling.change(world)
    tell, module.tell = module.tell, lambda: world
    try:
        module.build(exports)
    finally:
        module.tell = tell


def judged(folder: Path) -> dict[str, pd.DataFrame]:
    """Stages, findings, frictions and events of the workspace, by the same steps as a night, without publishing."""
    opened = session.validate(folder)
    with session.open_night(opened, session.Options(), lambda _text: None) as tonight:
        night.land(tonight)
        night.build_staging(tonight)
        measure.measure(tonight.con, tonight.catalogue)
        told.build_told(tonight.con, [signal.header for signal in tonight.catalogue.signals.values()])
        judgement.judge(tonight.con, tonight.workspace, tonight.packs, tonight.catalogue)
        rejected = tonight.con.execute("select * from landing.rejected").fetchall()
        assert rejected == [], rejected[:3]
        tables = {
            name: tonight.con.execute(f"select * from judged.{name}").df()
            for name in ("stage", "finding", "job", "friction", "friction_event")
        }
        return tables | {"signal": tonight.con.execute("select * from signal.signal").df()}


def published(folder: Path) -> duckdb.DuckDBPyConnection:
    """What the workspace has published."""
    return duckdb.connect(str(folder / "published" / DATABASE), read_only=True)
