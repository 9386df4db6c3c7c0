"""`waystage whatif` as a user meets it: signals supposed otherwise, or the whole history under other rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import tiny_world
from tests.conftest import Waystage

REACHED = "account_education_coverage=40%"


def test_a_supposed_signal_gives_the_verdict_it_would_have(waystage: Waystage, published: Path) -> None:
    said = waystage("whatif", "alder", "--set", REACHED, "-w", published)
    assert (said.code, said.err) == (0, "")
    assert "alder · mini · June 2025 · if account_education_coverage = 0.4" in said.out
    assert "now             stage 1, Mid · could be 1–2 · 50% sure" in said.out
    assert "then            stage 2, High · 100% sure" in said.out
    assert "unknown → met            account_education_coverage" in said.out
    assert "needs >= 0.2 (stage 2)" in said.out
    assert "as certain, and as having lasted" in said.out
    told = json.loads(waystage("whatif", "alder", "--set", REACHED, "-w", published, "--json").out)
    assert [(one["now"]["stage"], one["then"]["stage"], one["then"]["stage_low"]) for one in told] == [(1, 2, 2)]
    assert told[0]["supposed"] == {"account_education_coverage": 0.4}
    assert [(flip["condition"], flip["outcome_now"], flip["outcome_then"]) for flip in told[0]["flips"]] == [
        ("account_education_coverage", "unknown", "met")
    ]


def test_several_signals_and_a_month_can_be_named(waystage: Waystage, published: Path) -> None:
    given = ["--set", "how_to_ticket_share=95 %", "--set", REACHED, "--month", "2025-03", "--model", "mini"]
    told = json.loads(waystage("whatif", "alder", *given, "-w", published, "--json").out)[0]
    assert (told["month"], told["then"]["stage"], told["then"]["bottleneck_job"]) == ("2025-03-01", 0, "create")
    assert "95% of tickets now, at most 90% needed" in told["then"]["next_step_text"]


def test_a_signal_that_no_condition_reads_is_said_to_change_nothing(waystage: Waystage, published: Path) -> None:
    said = waystage("whatif", "alder", "--set", "content_author_count=3", "-w", published)
    assert said.code == 0
    assert "no condition of mini reads content_author_count\nno condition turns" in said.out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "say what to suppose: either --set SIGNAL=VALUE, as often as you like, or --rules DIR"),
        (["--set", "x=1", "--rules", "mini"], "say what to suppose: either --set"),
        (["--set", "how_to_ticket_share"], "write it as signal=value, such as --set attachment_send_share=0.4"),
        (["--set", "how_to_tiket_share=0.4"], "did you mean 'how_to_ticket_share'?"),
        (["--set", "how_to_ticket_share=much"], "'much' is not a number; write it as 0.4 or 40%"),
        (["--set", "how_to_ticket_share=nan"], "'nan' is not a number"),
        (["--set", "how_to_ticket_share=inf"], "'inf' is not a number"),
        (
            ["--set", "how_to_ticket_share=40"],
            "is never 40; legal: 0 to 1; for a percentage write how_to_ticket_share=40%",
        ),
        (["--set", "how_to_ticket_share=-0.1"], "is never -0.1; legal: 0 to 1"),
        (["--set", "how_to_ticket_share=140%"], "is never 1.4; legal: 0 to 1"),
        (["--set", "content_author_count=20%"], "is measured in count, not in %; write a plain number"),
        (["--set", "content_author_count=2.5"], "counts whole things; write a whole number"),
        (["--set", REACHED, "--set", REACHED], "account_education_coverage is set twice; give each signal one value"),
        (["--set", REACHED, "--month", "2031-01"], "--month 2031-01: not a month of alder; legal: 2024-09 to 2025-06"),
        (["--set", REACHED, "--model", "mni"], "no model 'mni'; legal: mini; did you mean 'mini'?"),
        (["--rules", "nowhere"], "no rule pack or folder 'nowhere'"),
        (["--rules", "trainn", "--month", "2025-03"], "--rules judges every month; leave --month out"),
    ],
)
def test_what_cannot_be_supposed_is_told_with_what_can(
    waystage: Waystage, published: Path, given: list[str], told: str
) -> None:
    said = waystage("whatif", "alder", *given, "-w", published)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_an_unknown_program_is_told_with_the_nearest(waystage: Waystage, published: Path) -> None:
    said = waystage("whatif", "aldr", "--set", REACHED, "-w", published)
    assert (said.code, said.out) == (2, "")
    assert "no program 'aldr'; legal: alder, birch; did you mean 'alder'?" in said.err


def test_the_history_under_other_rules_stands_beside_the_published_one(
    waystage: Waystage, published: Path, tmp_path: Path
) -> None:
    stricter = tmp_path / "mini"
    stricter.mkdir()
    (stricter / "model.yaml").write_text(tiny_world.PACK.replace("at_most: 0.9", "at_most: 0.3"), encoding="utf-8")
    said = waystage("whatif", "alder", "--rules", stricter, "-w", published)
    assert (said.code, said.err) == (0, "")
    assert "2025-06   1 (1–2)              0 (0–2)  ← differs" in said.out
    assert "how_to_ticket_share: threshold 0.9 → 0.3" in said.out
    assert "met → not_met            how_to_ticket_share              2024-09 to 2025-06" in said.out
    told = json.loads(waystage("whatif", "alder", "--rules", stricter, "-w", published, "--json").out)
    assert {(row["stage_before"], row["stage_after"]) for row in told["months"]} == {(1, 0)}
    assert len(told["months"]) == 10
    assert told["rules"] == [{"condition": "how_to_ticket_share", "what": "threshold", "before": 0.9, "after": 0.3}]


def test_rules_of_another_name_are_held_against_the_model_asked_for(waystage: Waystage, published: Path) -> None:
    told = json.loads(waystage("whatif", "alder", "--rules", "trainn", "-w", published, "--json").out)
    assert (told["model"], told["other"]) == ("mini", "trainn")
    assert told["months"][0]["month"] == "2024-09-01"


def test_broken_rules_are_told_by_file_and_line(waystage: Waystage, published: Path, tmp_path: Path) -> None:
    broken = tmp_path / "mini"
    broken.mkdir()
    text = tiny_world.PACK.replace("how_to_ticket_share", "how_to_tiket_share")
    (broken / "model.yaml").write_text(text, encoding="utf-8")
    said = waystage("whatif", "alder", "--rules", broken, "-w", published)
    assert (said.code, said.out) == (2, "")
    assert (
        f"{broken / 'model.yaml'}:17: no signal 'how_to_tiket_share', did you mean 'how_to_ticket_share'?" in said.err
    )


def test_a_lost_state_folder_says_how_to_have_it_again(waystage: Waystage, world: Path) -> None:
    (world / ".waystage/runs.duckdb").unlink()
    said = waystage("whatif", "alder", "--set", REACHED, "-w", world)
    assert (said.code, said.out) == (2, "")
    assert "publish anew with: waystage run --from 2000-01" in said.err
