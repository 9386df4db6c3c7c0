"""The graph Dagster sees: its shape is committed, so that a change of it is read like code."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import dagster as dg
import pytest

from pipelines import definitions, session
from pipelines.asset_steps import asset_steps, checked_entities
from pipelines.instance import home_of, open_instance
from pipelines.layers import of_everything
from tests import tiny_world
from tests.tiny_world import ask, in_force

SNAPSHOT = Path(__file__).parent / "graph.txt"
EVERYTHING = of_everything(*session.declarations())
NEW = "python -m tests.test_graph"
PLANNED_AND_DONE = [
    dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
]


def drawn() -> str:
    """Layers, how many assets each has, how the layers hang together, and what every signal is measured from."""
    resources = {"night": dg.ResourceDefinition.none_resource()}
    graph = dg.Definitions(assets=asset_steps(EVERYTHING), resources=resources).resolve_asset_graph()
    keys = sorted(graph.get_all_asset_keys(), key=lambda key: key.path)
    layers = Counter(key.path[0] for key in keys)
    edges = [(parent, key) for key in keys for parent in graph.get(key).parent_keys]
    between = {(parent.path[0], key.path[0]) for parent, key in edges}
    lines = ["layers"]
    lines += [f"  {layer}: {count}" for layer, count in layers.items() if layer not in {"staging", "signals"}]
    lines += ["edges between layers"]
    lines += sorted(f"  {one} -> {other}" for one, other in between)
    for layer in ("staging", "signals"):
        lines += [f"{layer} reads"]
        for key in (key for key in keys if key.path[0] == layer):
            parents = sorted("/".join(parent.path) for parent in graph.get(key).parent_keys)
            lines.append(f"  {key.path[1]}: {', '.join(parents)}")
    return "\n".join(lines) + "\n"


def test_the_graph_is_the_one_reviewed() -> None:
    assert drawn() == SNAPSHOT.read_text(encoding="utf-8"), f"if the change is meant, write it down: {NEW}"


def test_every_asset_is_in_the_group_of_its_layer() -> None:
    for step in asset_steps(EVERYTHING):
        for spec in step.specs if isinstance(step, dg.AssetsDefinition) else [step]:
            assert spec.group_name == spec.key.path[0]


def test_every_table_with_a_grain_has_its_checks() -> None:
    graph = definitions.workspace_definitions().resolve_asset_graph()
    checked = {(check.asset_key.path[0], check.asset_key.path[1]) for check in graph.asset_check_keys}
    assert {("staging", name) for name in checked_entities(EVERYTHING)} <= checked
    assert {("signals", name) for name in EVERYTHING.catalogue.signals} <= checked
    assert {("verdicts", "stage"), ("verdicts", "finding")} <= checked


def test_the_schedule_is_the_workspaces_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYSTAGE_WORKSPACE", str(tiny_world.write(tmp_path / "ws")))
    schedule = definitions.workspace_definitions().resolve_schedule_def("nightly_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 3 * * *", "Europe/Berlin")
    monkeypatch.setenv("WAYSTAGE_WORKSPACE", str(tmp_path / "nowhere"))
    schedule = definitions.workspace_definitions().resolve_schedule_def("nightly_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "UTC")


def test_dagster_runs_the_job_by_itself_and_skips_it_when_nothing_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_world.write(tmp_path / "ws", programs=("alder",))
    monkeypatch.setenv("WAYSTAGE_WORKSPACE", str(folder))
    job = definitions.workspace_definitions().resolve_job_def("nightly")
    with open_instance(home_of(folder)) as instance:
        first = job.execute_in_process(instance=instance)
        version = in_force(folder)
        made = {event.asset_key.path[0] for event in first.get_asset_materialization_events() if event.asset_key}
        assert made == {"landing", "staging", "signals", "verdicts", "published"}
        assert all(check.passed for check in first.get_asset_check_evaluations())
        assert ask(folder, "select count(*) from program") == [(1,)]
        second = job.execute_in_process(instance=instance)
        assert second.success
        assert second.get_asset_materialization_events() == []
        assert in_force(folder) == version
        assert instance.get_runs_count() == 2
    with dg.DagsterInstance.from_config(str(home_of(folder).folder)) as as_the_ui_reads:
        told = [as_the_ui_reads.all_logs(first.run_id, of_type=kind) for kind in PLANNED_AND_DONE]
        assert len(told[0]) == len(told[1]) == len(first.get_asset_materialization_events())
        assert len(told[2]) == len(told[3]) == len(first.get_asset_check_evaluations())


if __name__ == "__main__":
    SNAPSHOT.write_text(drawn(), encoding="utf-8")
