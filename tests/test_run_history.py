"""What Dagster keeps of runs, of `waystage run` as of its own: what every asset is made of, and how fresh it is."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.freshness_evaluator import TimeWindowFreshnessPolicyEvaluator
from dagster._core.loader import LoadingContextForTest
from sqlalchemy import Column, ForeignKey, MetaData, NullPool, String, Table, create_engine, event, inspect

from pipelines import asset_steps, definitions, layers, session
from pipelines.asset_facts import report_sources
from pipelines.instance import home_of, let_old_runs_go, open_instance
from pipelines.made import Observed
from tests import http_site, tiny_world
from tests.conftest import Waystage
from tests.remote_world import workspace as remote_workspace


@pytest.fixture(scope="module")
def facts(published: Path) -> dict[str, dict[str, Any]]:
    """What the first run of the small workspace, by the command, said of every asset."""
    with open_instance(home_of(published)) as instance:
        records = instance.get_asset_records()
    return {
        record.asset_entry.asset_key.to_user_string(): {
            name: value.records if isinstance(value, dg.TableMetadataValue) else value.value
            for name, value in found.asset_materialization.metadata.items()
        }
        for record in records
        if (found := record.asset_entry.last_materialization) and found.asset_materialization
    }


def test_a_run_of_the_command_is_in_the_history_with_all_its_assets(
    published: Path, facts: dict[str, dict[str, Any]]
) -> None:
    with open_instance(home_of(published)) as instance:
        [run] = [run for run in instance.get_runs() if run.tags.get("waystage/because") == "waystage run"][-1:]
    assert (run.job_name, run.status) == ("nightly", dg.DagsterRunStatus.SUCCESS)
    graph = definitions.workspace_definitions(published).resolve_asset_graph()
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == set(facts)
    assert {name.split("/")[0] for name in facts} == {
        "exports", "landing", "staging", "signals", "verdicts", "published",
    }  # fmt: skip


def test_every_layer_tells_rows_months_intervals_and_files(facts: dict[str, dict[str, Any]]) -> None:
    landing = facts["landing/table"]
    assert (landing["files"], landing["files_new"], landing["rows_rejected"]) == (8, 8, 0)
    [tickets] = [row.data for row in landing["files_shown"] if row.data["file"] == "exports/alder/tickets.csv"]
    assert (tickets["rows"], tickets["status"]) == (302, "loaded")
    assert facts["staging/ticket"]["dagster/row_count"] == 604
    assert facts["staging/ticket"]["months"] == "2024-09 to 2025-06"
    signal = facts["signals/how_to_ticket_share"]
    assert signal["months_changed"] == "2024-09 to 2025-06"  # the first run: all of them
    assert signal["median_interval_width"] > 0
    rows = [row.data for row in signal["last_complete_month"]]
    assert [row["program"] for row in rows] == ["alder", "birch"]
    assert all(0 <= row["low"] <= row["value"] <= row["high"] <= 1 for row in rows)
    assert facts["verdicts/stage"]["months"] == "2024-09 to 2025-06"
    assert Path(facts["published/database"]["database"]).is_file()
    assert facts["exports/alder/table_ticket"]["observed_through"] == "2025-06-29"


def test_a_month_measured_again_is_told_as_touched_only_where_it_changed(world: Path, waystage: Waystage) -> None:
    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write("T-new,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
    assert waystage("run", "-w", world, "--from", "2025-06").code == 0
    with open_instance(home_of(world)) as instance:
        run = instance.get_runs(limit=1)[0]
        record = instance.get_latest_materialization_event(dg.AssetKey(["signals", "how_to_ticket_share"]))
    assert run.tags["waystage/from"] == "2025-06"
    assert record is not None and record.asset_materialization is not None
    said = {name: value.value for name, value in record.asset_materialization.metadata.items()}
    assert (said["months_changed"], said["program_months_changed"]) == ("2025-06 to 2025-06", 1)


def live(folder: Path) -> layers.Layers:
    """The small workspace as one whose day goes on."""
    tiny_world.write(folder, programs=("alder",))
    settings = folder / "waystage.yaml"
    settings.write_text(settings.read_text().replace(f"as_of: {tiny_world.AS_OF}\n", ""))
    return layers.of_workspace(session.validate(folder))


@pytest.mark.parametrize(("days", "state"), [(30, "PASS"), (40, "WARN"), (45, "WARN"), (46, "FAIL")])
def test_a_source_is_fresh_by_its_newest_fact_as_coverage_has_it(tmp_path: Path, days: int, state: str) -> None:
    graph = live(tmp_path / "ws")
    newest = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)
    key = dg.AssetKey(["exports", "alder", "table_ticket"])
    with dg.DagsterInstance.ephemeral() as instance:
        observed = [Observed("alder", "table:ticket", newest, 302, "ticket", "ok")]
        for _night in range(2):
            report_sources(instance, graph, observed)
        assert len(instance.fetch_materializations(key, limit=10).records) == 1  # it has no newer fact
        node = dg.Definitions(assets=[*asset_steps.asset_steps(graph)], resources={"night": dg.ResourceDefinition.none_resource()}).resolve_asset_graph().get(key)  # fmt: skip  # noqa: E501
        evaluated = TimeWindowFreshnessPolicyEvaluator().evaluate_freshness(LoadingContextForTest(instance), node)
        assert asyncio.run(evaluated).value == state


def test_what_cannot_grow_stale_has_no_deadline(tmp_path: Path) -> None:
    graph = live(tmp_path / "ws")
    deadlines = {one.name: one.freshness is not None for one in graph.watched}
    assert deadlines == {"table_ticket": True, "table_account": False, "table_content_item": False,
                         "table_learning_event": True}  # fmt: skip
    frozen = layers.of_workspace(session.validate(tiny_world.write(tmp_path / "frozen")))
    assert not any(one.freshness for one in frozen.watched)


def test_only_what_is_asked_of_others_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.fetch_http.PAUSES_S", ())
    with http_site.serving() as site:
        folder = tmp_path / "ws"
        remote_workspace(folder, f"url: {site.url}/accounts.csv")
        graph = layers.of_workspace(session.validate(folder))
        steps = {
            step.op.name: step.op for step in asset_steps.asset_steps(graph) if isinstance(step, dg.AssetsDefinition)
        }
        assert {name for name, op in steps.items() if op.retry_policy} == {"fetch"}
        assert steps["fetch"].retry_policy.backoff == dg.Backoff.EXPONENTIAL
        monkeypatch.setattr(asset_steps, "PULLS_AGAIN", dg.RetryPolicy(max_retries=3, delay=0.01))
        defs = definitions.workspace_definitions(folder)
        site.failures = [503, 503]
        with dg.DagsterInstance.ephemeral() as instance:
            done = defs.resolve_implicit_global_asset_job_def().execute_in_process(
                instance=instance, asset_selection=[dg.AssetKey(["exports", "fetched"])]
            )
            assert done.success
            [made] = done.get_asset_materialization_events()
            said = made.step_materialization_data.materialization.metadata
            assert (said["tries"].value, said["sources_silent"].value, len(site.asked)) == (3, 0, 3)
            site.asked.clear()
            site.status = 401  # a refusal is not asked again
            done = defs.resolve_implicit_global_asset_job_def().execute_in_process(
                instance=instance, asset_selection=[dg.AssetKey(["exports", "fetched"])]
            )
            assert (done.success, len(site.asked)) == (True, 1)


def test_a_backfill_asks_for_its_month_and_refuses_one_that_has_not_begun(tmp_path: Path) -> None:
    folder = tiny_world.write(tmp_path / "ws", programs=("alder",))
    job = definitions.workspace_definitions(folder).resolve_job_def("backfill")
    with dg.DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(run_config={"from_month": "2025-09"}, instance=instance, raise_on_error=False)
        assert not done.success
        told = done.get_run_failure_event().job_failure_data.error
        assert told is not None and "--from 2025-09: that month has not begun" in told.to_string()


def test_old_runs_leave_the_history_with_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @dg.asset
    def something() -> None: ...

    monkeypatch.setattr("pipelines.instance.KEPT_RUNS", 2)
    with open_instance(home_of(tmp_path)) as instance:
        runs = [dg.materialize([something], instance=instance).run_id for _night in range(4)]
        let_old_runs_go(instance)
        assert [run.run_id for run in instance.get_runs()] == [runs[3], runs[2]]
        assert all(instance.all_logs(run) for run in runs[2:])
        assert instance.get_latest_materialization_event(dg.AssetKey("something")) is not None
    files = {path.name.split(".")[0] for path in (tmp_path / ".waystage/dagster/history/runs").iterdir()}
    assert files.isdisjoint(runs[:2])
    assert files > set(runs[2:])


def test_the_files_of_the_history_are_made_whole_or_not_at_all(tmp_path: Path) -> None:
    """Dagster makes sixty tables and indexes for a workspace: cut short, none is left that passes for all."""
    engine, tables = create_engine(f"sqlite:///{tmp_path / 'runs.db'}", poolclass=NullPool), MetaData()
    Table("runs", tables, Column("run_id", String))
    Table("tags", tables, Column("run_id", String, ForeignKey("runs.run_id")))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    event.listen(tables.tables["tags"], "before_create", killed)
    with pytest.raises(KeyboardInterrupt):
        tables.create_all(engine)
    assert inspect(engine).get_table_names() == []
    event.remove(tables.tables["tags"], "before_create", killed)
    tables.create_all(engine)
    assert inspect(engine).get_table_names() == ["runs", "tags"]
