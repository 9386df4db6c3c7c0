"""A maturity model of a workspace's own, by its path and without Python: judged, explained, described and shown."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines import cli
from rules.friction_catalogue import load_frictions
from tests import tiny_world
from tests.conftest import Waystage
from tests.quick_runs import quick_runs
from tests.test_broken_packs import SOUND

# jobs, phases and numbers that neither of the shipped models has
JOBS = """\
job_notes:
  serve:
    summary: Nobody waits for us.
    ai_takes_over: [Drafting replies]
    people_decide: [What is worth a reply]
phases:
"""
FIRST = """\
summary: Questions come in., key_benefit: We hear them., primary_challenge: There are many.,
     tooling: [a mailbox], practices: [Write answers down., Send links.]}"""
CHANGES = {
    "at_most: 0.25\n          keep: 0.3": "at_most: 0.9",
    "evidence_floor: 0.5": "evidence_floor: 0.2",
    "phases:\n": JOBS,
    "summary: Questions come in.}": FIRST,
}


def own() -> str:
    """The pack."""
    text = SOUND
    for old, new in CHANGES.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world under a model of its own, which leads, and one that ships."""
    folder = tiny_world.write(tmp_path_factory.mktemp("own") / "ws", programs=("alder",))
    (folder / "rules/our-model").mkdir(parents=True)
    (folder / "rules/our-model/model.yaml").write_text(own(), encoding="utf-8")
    settings = folder / "waystage.yaml"
    text = settings.read_text(encoding="utf-8").replace("models: [mini]", "models: [rules/our-model/, trainn]")
    settings.write_text(text, encoding="utf-8")
    with quick_runs():
        assert cli.main(["run", "-w", str(folder)]) == 0
    return folder


def test_it_is_judged_beside_the_others(judged: Path) -> None:
    rows = "select distinct model, stage_low >= 1 and stage_high <= 3 as on_ladder from stage order by 1"
    assert tiny_world.ask(judged, rows) == [("our_model", True), ("trainn", False)]
    assert tiny_world.ask(judged, "select distinct job from job where model = 'our_model' order by 1") == [
        ("serve",),
        ("teach",),
    ]
    last = "from stage where model = 'our_model' and month = '2025-05-01'"
    assert tiny_world.ask(judged, f"select stage, stage_name {last}") == [(2, "Answering")]


def test_explain_tells_it_by_its_name(judged: Path, waystage: Waystage) -> None:
    said = waystage("explain", "alder", "--model", "our_model", "-w", judged)
    assert said.code == 0
    assert "Alder · our_model · " in said.out
    assert "stage 2, Answering" in said.out
    assert "teach           solved; decided by how_to_ticket_share" in said.out
    assert "trainn" not in said.out
    told = json.loads(waystage("explain", "alder", "--model", "our_model", "-w", judged, "--json").out)
    assert [one["model"] for one in told] == ["our_model"]
    assert {job["job"] for job in told[0]["jobs"]} == {"teach", "serve"}


def test_list_and_describe_know_it_in_its_workspace_and_nowhere_else(
    judged: Path, waystage: Waystage, tmp_path: Path
) -> None:
    assert "our_model           Ours" in waystage("list", "models", "-w", judged).out
    assert "our_model" not in waystage("list", "models", "-w", tmp_path).out
    told = json.loads(waystage("describe", "model", "our_model", "-w", judged, "--json").out)
    assert told["stages"][0]["practices"] == ["Write answers down.", "Send links."]
    assert told["job_notes"]["serve"]["people_decide"] == ["What is worth a reply"]
    assert told["stages"][2]["gate"]["at_least"][0]["count"] == 1
    assert yaml.safe_load(waystage("describe", "model", "our_model", "-w", judged).out) == told
    wrong = waystage("describe", "model", "our_modl", "-w", judged)
    assert (wrong.code, "did you mean 'our_model'?" in wrong.err) == (2, True)


def test_a_model_that_cannot_be_read_is_told_instead_of_listed(waystage: Waystage, tmp_path: Path) -> None:
    folder = tiny_world.write(tmp_path / "ws", programs=("alder",))
    (folder / "mini/model.yaml").write_text("name: mini\n", encoding="utf-8")
    said = waystage("list", "models", "-w", folder)
    assert (said.code, said.out) == (2, "")
    assert "mini/model.yaml:1: missing key 'stages'" in said.err


def test_the_site_shows_it_whole(judged: Path) -> None:
    method = (judged / "published/site/method.html").read_text(encoding="utf-8")
    for told in (
        "Stage 1: Asking",
        "Write answers down.",
        "We hear them.",
        "There are many.",
        "a mailbox",
        "Job: Serve",
        "Drafting replies",
        "What is worth a reply",
        "First",
    ):
        assert told in method, told
    assert "&lt;" not in method
    stage = method[method.index("Stage 3: Serving") :]
    assert stage.index(">each<") < stage.index(">1 of 2<")
    assert "<dt>People decide</dt><dd>What is worth a reply</dd>" in method
    page = (judged / "published/site/programs/alder.html").read_text(encoding="utf-8")
    jobs = page[page.index("job-strip") :]
    assert ">Teach<" in jobs
    assert ">Serve<" in jobs


def test_its_stages_say_themselves_which_frictions_they_clear(judged: Path) -> None:
    """frictions.yaml knows nothing of this model; what the reader hears of first rests on it all the same."""
    assert all("our_model" not in one.cleared_at for one in load_frictions().frictions)
    with duckdb.connect(str(judged / ".waystage/warehouse.duckdb"), read_only=True) as con:
        rows = con.execute("select friction, stage from judged.friction_clearing where model = 'our_model'").fetchall()
    assert rows == [("F01", 2)]
