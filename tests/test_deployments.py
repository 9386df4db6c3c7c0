"""Several workspaces in one Dagster deployment: their assets, keys, locks and states are apart; the history is one."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.workspace.load import location_origins_from_yaml_paths

from pipelines import definitions
from pipelines.deployments import load_deployment
from pipelines.instance import Home, home_of, open_instance
from pipelines.problem import InvalidWorkspace
from tests import tiny_world
from tests.conftest import Waystage


def served(folder: Path, **workspaces: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "deployment.yaml").write_text(yaml.safe_dump({"workspaces": workspaces}))
    return folder


def test_workspaces_whose_folders_are_called_alike_have_no_asset_in_common(tmp_path: Path) -> None:
    keys = []
    for name in ("north", "south"):
        folder = tiny_world.write(tmp_path / name / "academy", programs=("alder",))
        keys.append(set(definitions.workspace_definitions(folder, name).resolve_asset_graph().get_all_asset_keys()))
    assert keys[0].isdisjoint(keys[1])
    assert {key.path[0] for key in keys[0]} == {"north"}


@pytest.mark.parametrize(
    ("workspaces", "told"),
    [
        ({"a": "ws", "b": "./ws"}, "workspaces.b: the same folder as workspaces.a"),
        ({"a": "nowhere"}, "no workspace in "),
        ({"A-B": "ws"}, "the name 'A-B'; legal: small letters"),
        ({}, "at least"),
    ],
)
def test_a_deployment_that_cannot_be_served_says_why(
    tmp_path: Path, waystage: Waystage, workspaces: dict[str, str], told: str
) -> None:
    tiny_world.write(tmp_path / "ws", programs=("alder",))
    served(tmp_path, **workspaces)
    with pytest.raises(InvalidWorkspace, match=told.replace("(", r"\(")):
        load_deployment(tmp_path)
    said = waystage("ui", "--prepare", "-w", tmp_path)
    assert (said.code, told in said.err) == (2, True)


def test_prepare_writes_what_dagster_loads_and_says_how_it_is_started(tmp_path: Path, waystage: Waystage) -> None:
    for name in ("north", "south"):
        tiny_world.write(tmp_path / name / "academy", programs=("alder",))
    home = served(tmp_path / "home", north="../north/academy", south="../south/academy")
    said = waystage("ui", "--prepare", "-w", home)
    assert said.code == 0
    assert said.out.splitlines()[0] == f"export DAGSTER_HOME={home}"
    assert all("127.0.0.1" in line for line in said.out.splitlines() if "webserver" in line)
    origins = location_origins_from_yaml_paths([str(home / "workspace.yaml")])
    assert {origin.location_name for origin in origins} == {"north", "south"}
    loaded: dict[str, dg.Definitions] = {}
    exec((home / "locations/north.py").read_text(), loaded)  # noqa: S102  as Dagster's code server does
    schedule = loaded["defs"].resolve_schedule_def("nightly_schedule")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert (tmp_path / "north/academy/.waystage").exists() is False  # nothing of a workspace is touched


def test_a_run_of_the_command_is_recorded_in_the_deployment_that_serves_the_workspace(
    world: Path, tmp_path: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = served(tmp_path / "home", alpha=str(world))
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    assert home_of(world) == Home(home, "alpha")
    assert waystage("run", "-w", world).code == 0
    with open_instance(Home(home, "alpha")) as instance:
        [run] = instance.get_runs()
        [check] = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(dg.AssetKey(["alpha", "landing", "table"]), "reads_every_row"), limit=5
        )
    assert (run.job_name, check.run_id) == ("nightly", run.run_id)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))  # of something else
    assert home_of(world).folder == world / ".waystage/dagster"


def test_settings_that_somebody_else_wrote_stay(tmp_path: Path, waystage: Waystage) -> None:
    tiny_world.write(tmp_path / "ws", programs=("alder",))
    home = served(tmp_path / "home", alpha="../ws")
    (home / "dagster.yaml").write_text("storage: {sqlite: {base_dir: /srv/history}}\n")
    assert waystage("ui", "--prepare", "-w", home).code == 0
    assert (home / "dagster.yaml").read_text() == "storage: {sqlite: {base_dir: /srv/history}}\n"
