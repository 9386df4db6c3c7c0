"""`waystage diff` as a user meets it: two nights, what moved between them, and why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines import cli
from tests.conftest import Waystage
from tests.quick_runs import quick_runs
from tests.tiny_world import ask

TICKET = "T0-{},2025-03-2{}T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n"


@pytest.fixture(scope="module")
def nights(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first night, one under stricter rules, and one of birch alone with a ticket more and stricter rules again."""
    folder = tmp_path_factory.mktemp("nights") / "ws"
    shutil.copytree(published, folder, symlinks=True)
    pack = folder / "mini/model.yaml"
    for change, options in ((("0.9", "0.3"), []), (("at_most: 0.3", "at_most: 0.05"), ["--program", "birch"])):
        pack.write_text(pack.read_text().replace(*change))
        if options:
            with (folder / "exports/birch/tickets.csv").open("a") as export:
                export.write(TICKET.format("new", 9))
        with quick_runs():
            assert cli.main(["run", "--workspace", str(folder), *options]) == 0
    return folder


def runs(folder: Path) -> list[str]:
    return [str(run_id) for (run_id,) in ask(folder, "select run_id from run order by run_id")]


def test_the_first_run_has_nothing_before_it(waystage: Waystage, published: Path) -> None:
    said = waystage("diff", "-w", published)
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("is the first run that is kept; there is nothing before it to compare with\n")
    told = json.loads(waystage("diff", "-w", published, "--json").out)
    assert (told["from"], told["stages"], told["conditions"]) == (None, [], [])


def test_rules_that_ask_for_more_are_told_with_old_and_new_value(waystage: Waystage, nights: Path) -> None:
    first, second, _ = runs(nights)
    said = waystage("diff", first, second, "-w", nights)
    assert (said.code, said.err) == (0, "")
    assert (
        "alder · mini                     1 (1–2) → 0 (0–2)            2024-09 to 2025-06; restated; because of rules"
        in said.out
    )
    assert "met → not_met" in said.out
    assert "needs <= 0.3, was <= 0.9" in said.out
    told = json.loads(waystage("diff", "--from", first, "--to", second, "-w", nights, "--json").out)
    assert {(row["program_id"], row["kind"], row["cause"]) for row in told["stages"]} == {
        ("alder", "restated", "rules")
    }
    assert {row["condition"] for row in told["conditions"]} == {"how_to_ticket_share"}
    assert (told["from"]["run_id"], told["to"]["run_id"]) == (first, second)


def test_a_run_of_one_program_moves_that_one_and_rules_are_told_from_data(waystage: Waystage, nights: Path) -> None:
    told = json.loads(waystage("diff", "-w", nights, "--json").out)
    assert {(row["program_id"], row["cause"]) for row in told["stages"]} == {("birch", "rules")}
    assert told["given"]["data"] == ["birch: the exports of table:ticket"]
    assert len(told["given"]["rules"]) == 1
    assert told["given"]["rules"][0].startswith("birch: mini 1.0.0+")


def test_a_run_does_not_differ_from_itself(waystage: Waystage, nights: Path) -> None:
    last = runs(nights)[-1]
    said = waystage("diff", last, last, "-w", nights)
    assert (said.code, len(said.out.splitlines())) == (0, 1)
    assert said.out.startswith("nothing differs between ")


def test_a_run_may_be_named_by_its_beginning(waystage: Waystage, nights: Path) -> None:
    first, _, last = runs(nights)
    whole = waystage("diff", first, "-w", nights, "--json").out
    assert json.loads(whole)["to"]["run_id"] == last
    assert waystage("diff", first[:-2], "-w", nights, "--json").out == whole


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["1999"], "no run '1999'; legal: "),
        (["2"], "'2' begins the ids of 3 runs: "),
        (["a", "b", "c"], "3 runs given; a comparison is of two"),
        (["a", "--to", "b"], "name the runs in one way"),
    ],
)
def test_a_run_that_is_not_there_is_told(waystage: Waystage, nights: Path, given: list[str], told: str) -> None:
    said = waystage("diff", *given, "-w", nights)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_reports_stay_as_they_were_and_restatements_say_why(nights: Path) -> None:
    said = ask(
        nights,
        "select program_id, stage, change_cause, dense_rank() over (order by run_id) as night from stage_reported "
        "where month = '2025-04-01' order by run_id, program_id",
    )
    assert said == [
        ("alder", 1, None, 1),
        ("birch", 1, None, 1),
        ("alder", 0, "rules", 2),
        ("birch", 1, None, 2),
        ("birch", 0, "rules", 3),
    ]
    assert ask(nights, "select distinct program_id, stage, change_cause from stage order by 1") == [
        ("alder", 0, "rules"),
        ("birch", 0, "rules"),
    ]


def test_the_page_says_what_was_first_reported_and_why_it_is_not_so_now(nights: Path) -> None:
    page = (nights / "published/site/programs/birch.html").read_text(encoding="utf-8")
    assert "June 2025: now read as stage 0, first reported as stage 1 because the rules changed." in page


@pytest.mark.usefixtures("quick")
def test_a_run_beyond_what_is_kept_is_too_old(waystage: Waystage, nights: Path, tmp_path: Path) -> None:
    copy = tmp_path / "ws"
    shutil.copytree(nights, copy, symlinks=True)
    first = runs(copy)[0]
    reported = ask(copy, "select * from stage_reported order by all")
    (copy / ".waystage/runs.duckdb").unlink()
    with (copy / "exports/alder/tickets.csv").open("a") as export:
        export.write(TICKET.format("newer", 8))
    assert waystage("run", "-w", copy, "--from", "2025-01").code == 0
    assert ask(copy, "select * from stage_reported order by all")[: len(reported)] == reported
    said = waystage("diff", first, "-w", copy)
    assert (said.code, said.out) == (2, "")
    assert f"run {first} is too old to compare" in said.err
    # what was restated stays told by the runs since
    assert ask(copy, "select distinct change_cause from stage where program_id = 'alder'") == [("rules",)]
