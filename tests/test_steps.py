"""A step run by itself, as the Dagster UI does: on what the steps before it left, or not at all with a reason."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pipelines import definitions, session
from pipelines.asset_steps import asset_steps
from pipelines.instance import home_of, open_instance
from pipelines.layers import of_workspace
from tests import tiny_world
from tests.conftest import Waystage
from tests.quick_runs import quick_runs
from tests.tiny_world import REPORTED, ask, in_force, rows

pytestmark = pytest.mark.usefixtures("quick")  # no pages of signals; Dagster runs the steps all the same

MATERIALISE = """
import sys
from tests.test_steps import materialise
print(materialise(sys.argv[1], sys.argv[2:]) or "")
"""


def materialise(folder: str, groups: list[str]) -> str | None:
    """Materialises the assets of these groups in this process; what a user is told where that fails."""
    opened = session.validate(Path(folder))
    resources = {"night": definitions.night_resource(Path(folder))}
    selection = dg.AssetSelection.groups(*groups)
    with open_instance(home_of(Path(folder))) as instance:
        done = dg.materialize(
            asset_steps(of_workspace(opened)),
            instance=instance,
            resources=resources,
            selection=selection,
            raise_on_error=False,
        )
        if done.success:
            return None
        [failure] = [event for event in done.all_events if event.is_step_failure]
        error = failure.step_failure_data.error
        assert error is not None
        return error.cause.message if error.cause else error.message


def alone(folder: Path, *groups: str) -> str:
    """The same in a new process; empty where it succeeds."""
    command = [sys.executable, "-c", MATERIALISE, str(folder), *groups]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_each_step_can_be_run_again_by_itself(world: Path) -> None:
    before = {table: found for table, found in rows(world).items() if table not in {"run", REPORTED}}
    versions = [in_force(world)]
    assert alone(world, "published") == ""
    for step in ("verdicts", "signals", "staging"):  # what is written counts, as `published` showed in a new process
        assert materialise(str(world), [step]) is None, step
    assert in_force(world) != versions[0]
    assert {table: found for table, found in rows(world).items() if table not in {"run", REPORTED}} == before
    assert ask(world, "select distinct run_id from stage") == [(in_force(world),)]
    assert ask(world, "select count(*), count(distinct input_fingerprint) from run") == [(2, 1)]


def test_what_was_rejected_is_told_again_by_a_step_run_alone(world: Path) -> None:
    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write("T-bad,yesterday,new@company1.example,New,How do I start,Hello,A,open\n")
    assert materialise(str(world), ["landing", "staging", "signals", "verdicts"]) is None
    before = in_force(world)
    assert materialise(str(world), ["published"]) is None
    assert in_force(world) != before
    assert ask(world, "select status from run order by run_id desc limit 1") == [("published_with_problems",)]
    assert ask(world, "select count(*) from check_result where table_name like 'staging.%'") != [(0,)]


@pytest.mark.parametrize(
    ("made", "step", "told"),
    [
        ([], "published", "nothing has landed yet; run the job from landing on, or: waystage run"),
        (["landing"], "published", "staging is not made of what landed last; run the job again from staging on"),
        (["landing", "staging"], "verdicts", "signals is not made of what landed last; run the job again from signals"),
    ],
)
def test_a_step_whose_beginning_is_missing_says_where_to_begin(
    tmp_path: Path, made: list[str], step: str, told: str
) -> None:
    folder = tiny_world.write(tmp_path / "ws", programs=("alder",))
    if made:
        assert materialise(str(folder), made) is None
    assert told in str(materialise(str(folder), [step]))
    assert not (folder / "published/current").exists()


def test_new_exports_that_only_landed_are_not_published_as_if_judged(world: Path) -> None:
    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write("T-new,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
    assert materialise(str(world), ["landing"]) is None
    before = in_force(world)
    assert "run the job again from staging on" in str(materialise(str(world), ["published"]))
    assert in_force(world) == before


def test_other_rules_or_fewer_programs_than_landed_are_refused(world: Path, waystage: Waystage) -> None:
    pack = world / "mini/model.yaml"
    said = pack.read_text()
    pack.write_text(said.replace("at_most: 0.9", "at_most: 0.01"))
    assert "changed since the exports landed" in str(materialise(str(world), ["verdicts"]))
    pack.write_text(said)
    with quick_runs():
        done = waystage("run", "-w", world, "--program", "alder", "--json")
    assert len(json.loads(done.out)["programs"]) == 2
    assert "or only some programs were run" in str(materialise(str(world), ["published"]))
    assert ask(world, "select count(*) from program") == [(2,)]


def test_a_step_of_another_day_stays_as_of_the_day_of_its_landing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_world.write(tmp_path / "ws", programs=("alder",))
    settings = folder / "waystage.yaml"
    settings.write_text(settings.read_text().replace(f"as_of: {tiny_world.AS_OF}\n", ""))
    assert materialise(str(folder), ["landing", "staging", "signals", "verdicts"]) is None
    today = dt.datetime.now(dt.UTC).date()
    monkeypatch.setattr("pipelines.workspace.Workspace.as_of", lambda *_: today + dt.timedelta(days=1))
    assert materialise(str(folder), ["published"]) is None
    assert ask(folder, "select as_of from run") == [(today,)]
