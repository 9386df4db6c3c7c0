"""A few spoiled exports of `tests.measure_fuzz`, and a few nights of `tests.measure_nights` as far as landing."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import duckdb

from connectors.attach import attach
from connectors.land import land
from connectors.source_views import build_sources
from pipelines import session
from tests.fuzz_world import CATALOGUE, FuzzWorld
from tests.fuzzed_exports import COSTLY, fuzzed, wholes
from tests.landing_world import KEY
from tests.nightly_world import NightlyWorld
from tests.staged_world import CONFIG

SEED, EXPORTS = 60, 20
NIGHTS = 2


def test_spoiled_exports_land_or_are_refused_with_a_reason_and_harm_nobody(tmp_path: Path) -> None:
    every = wholes()
    world = FuzzWorld(tmp_path)
    outcomes = [
        world.add(export, number)
        for number in range(EXPORTS)
        for export in [fuzzed(every, SEED, number)]
        if export.how not in COSTLY
    ]
    assert [wrong for outcome in outcomes for wrong in outcome.wrong] == []
    assert len({outcome.how for outcome in outcomes}) > 8
    assert sum(outcome.rows_loaded for outcome in outcomes) > 0
    assert sum(outcome.rows_rejected for outcome in outcomes) > 0
    assert world.together() == []


def read_as_entities(folder: Path) -> dict[str, list[str]]:
    """The rows of every entity that the exports give, landed into the folder's state."""
    workspace = session.validate(folder).workspace
    report = land(workspace.state, workspace.programs, KEY, catalogue=CATALOGUE)
    with closing(duckdb.connect()) as con:
        for statement in CONFIG:
            con.execute(statement)
        names = [[one.id, one.name] for one in workspace.programs]
        con.executemany("insert into config.program values (?, ?, 'UTC', [], [])", names)
        attach(con, report, CATALOGUE)
        build_sources(con, CATALOGUE)
        return {
            entity: sorted(map(repr, con.execute(f"select * from source.{entity}").fetchall()))
            for entity in CATALOGUE.entities
        }


def test_exports_that_come_night_by_night_land_as_if_all_came_at_once(tmp_path: Path) -> None:
    world = NightlyWorld(tmp_path / "kept", SEED)
    for _ in range(NIGHTS):
        world.next_night()
        kept = read_as_entities(world.folder)
        anew = tmp_path / "anew"
        shutil.rmtree(anew, ignore_errors=True)
        shutil.copytree(world.folder, anew, ignore=shutil.ignore_patterns(".waystage"))
        assert kept == read_as_entities(anew)
    assert {entity for entity, rows in kept.items() if rows} >= {"ticket", "learning_event", "learner", "account"}
