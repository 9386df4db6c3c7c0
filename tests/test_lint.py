"""What rule packs are told about themselves: every message with file, line, what was seen and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.declaration import DeclarationError, read
from rules.friction_catalogue import FRICTIONS_FILE, load_frictions
from rules.lint import lint
from rules.load import available, load, load_file
from tests.lint_frictions import lint_frictions
from tests.rule_world import header
from transforms.catalogue import shipped

HEADERS = {
    "base_share": header("base_share", range=(0, 1)),
    "lost_share": header("lost_share", direction="down", range=(0, 1)),
    "item_count": header("item_count", kind="count", direction="context"),
    "year_share": header("year_share", pooled="sql"),
    "old_share": header("old_share", lifecycle="deprecated"),
    "short_share": header("short_share", window="T1"),
}

SOUND = """\
name: small
title: Small
version: 1.0.0
lifecycle: experimental
source: none
evidence_floor: 0.5
unknown_prior: 0.5
jobs: [create, deliver]
stages:
  - {number: 0, name: Nothing, job: create, summary: none}
  - number: 1
    name: Base
    job: create
    summary: a base
    fixes: [F01]
    gate:
      all:
        - signal: base_share
          at_least: 0.5
          keep: 0.4
          why: because
          next_step: Do it.
          measured_as: of all
  - number: 2
    name: Order
    job: deliver
    summary: in order
    gate:
      all:
        - {signal: lost_share, at_most: 0.3, why: because, next_step: Do it., measured_as: of all}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "small").mkdir(exist_ok=True)
    file = folder / "small" / "model.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def complaints(folder: Path, old: str, new: str) -> list[str]:
    """What lint says of the sound pack with one change, as `line: message`."""
    assert old in SOUND
    file = write(folder, SOUND.replace(old, new))
    try:
        problems = lint(load_file(file), HEADERS, ["F01"])
    except DeclarationError as error:
        problems = list(error.problems)
    assert all(problem.file == file for problem in problems)
    return [f"{problem.line}: {problem.message}" for problem in problems]


def test_a_sound_pack_has_nothing_to_hear(tmp_path: Path) -> None:
    assert complaints(tmp_path, "because", "because") == []


def test_the_packs_that_ship_are_sound() -> None:
    headers = {name: signal.header for name, signal in shipped().signals.items()}
    packs, frictions = [load(name) for name in available()], load_frictions()
    ids = [friction.id for friction in frictions.frictions]
    stages = {pack.pack.name: [stage.number for stage in pack.pack.stages] for pack in packs}
    problems = [problem for pack in packs for problem in lint(pack, headers, ids)]
    problems += lint_frictions(frictions, read(FRICTIONS_FILE), headers, stages)
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("signal: base_share", "signal: base_shore", "18: no signal 'base_shore', did you mean 'base_share'?"),
        ("keep: 0.4", "keep: 0.6", "20: keep 0.6 is stricter than the threshold 0.5; make it looser"),
        ("at_most: 0.3", "at_least: 0.3", "30: for lost_share lower is better; use at_most, not at_least"),
        ("at_least: 0.5", "at_least: 1.5", "19: base_share never passes 1, so this can never be met"),
        (
            "at_least: 0.5\n          keep: 0.4",
            "at_least: 0",
            "19: base_share is never on the wrong side of 0: always met",
        ),
        ("number: 2", "number: 3", "24: stage 3 leaves a gap: 2 comes next"),
        ("number: 2", "number: 1", "24: stage 1 leaves an overlap: 2 comes next"),
        ("job: deliver\n", "job: delivr\n", "26: job 'delivr' is not among the pack's jobs, did you mean 'deliver'?"),
        ("fixes: [F01]", "fixes: [F02]", "15: no friction 'F02', did you mean 'F01'?"),
        (
            "evidence_floor: 0.5",
            "evidence_floor: 0",
            "6: an evidence floor of 0 names a stage without any evidence; raise it",
        ),
        (
            "signal: lost_share, at_most: 0.3",
            "signal: base_share, id: again, at_least: 0.4",
            "30: base_share >= 0.4 is implied by stage 1; ask for more or remove it",
        ),
        (
            "signal: lost_share, at_most: 0.3",
            "signal: base_share, at_least: 0.6",
            "30: condition 'base_share' is also in stage 1; give this one an id of its own",
        ),
        (
            "signal: lost_share",
            "signal: old_share, at_least: 0.2, keep: 0.1, hold: 2",
            "30: stages.2.gate.all.0: give exactly one of at_least and at_most",
        ),
        (
            "signal: lost_share, at_most: 0.3",
            "signal: old_share, at_least: 0.3",
            "30: old_share is deprecated; see its notes for what replaces it",
        ),
        (
            "signal: lost_share, at_most: 0.3",
            "signal: item_count, at_least: 30",
            "30: item_count is context: it grows with age and size, and no stage may rest on it; remove it",
        ),
        (
            "signal: lost_share, at_most: 0.3",
            "signal: year_share, at_least: 0.3",
            "30: year_share is already measured over T12; write window: T12",
        ),
        (
            "signal: lost_share, at_most: 0.3",
            "signal: short_share, at_least: 0.3",
            "30: window T3 is longer than T1, the most short_share may pool",
        ),
        ("    fixes: [F01]", "    fixs: [F01]", "15: unknown key 'fixs', did you mean 'fixes'?"),
        ("          next_step: Do it.\n", "", "18: missing key 'next_step' in stages.1.gate.all.0"),
        (
            "version: 1.0.0",
            "version: '1'",
            "3: version: seen '1'; legal: three numbers such as 1.0.0",
        ),
        ("title: Small", "title: Small\ntitle: Large", "3: key 'title' is given twice, first on line 2; keep one"),
        ("name: small", "name: tiny", "1: name 'tiny' differs from its folder 'small'; make them the same"),
        ("title: Small", "title: [Small", "3: not valid YAML: expected ',' or ']', but got ':'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_remedy(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert complaints(tmp_path, old, new) == [told]


def test_a_group_that_a_lower_stage_has_met_already_is_told(tmp_path: Path) -> None:
    def group(count: int, *conditions: str) -> str:
        rest = "why: because, next_step: Do it., measured_as: of all"
        of = "".join(f"          - {{{one}, {rest}}}\n" for one in conditions)
        return f"    gate:\n      at_least:\n        count: {count}\n        of:\n{of}"

    lower = SOUND[SOUND.index("    gate:\n") : SOUND.index("  - number: 2")]
    upper = SOUND[SOUND.rindex("    gate:\n") :]
    asked = group(
        2, "signal: base_share, at_least: 0.5", "signal: lost_share, at_most: 0.3", "signal: old_share, at_least: 1"
    )
    again = group(1, "id: a, signal: base_share, at_least: 0.4", "id: b, signal: lost_share, at_most: 0.4")
    file = write(tmp_path, SOUND.replace(lower, asked).replace(upper, again))
    told = [problem.message for problem in lint(load_file(file), HEADERS, ["F01"])]
    # of two that were met below, one at least is among those asked for again
    assert "at least 1 of 2 is implied by stage 1; ask for more or remove it" in told
    harder = again.replace("lost_share, at_most: 0.4", "lost_share, at_most: 0.2")
    file = write(tmp_path, SOUND.replace(lower, asked).replace(upper, harder))
    assert not any("implied" in problem.message for problem in lint(load_file(file), HEADERS, ["F01"]))


def test_a_group_that_cannot_be_met_or_is_all_is_told(tmp_path: Path) -> None:
    only = "{signal: lost_share, at_most: 0.3, why: because, next_step: Do it., measured_as: of all}"
    group = f"      at_least:\n        count: 2\n        of:\n          - {only}\n"
    assert complaints(tmp_path, f"      all:\n        - {only}\n", group) == [
        "30: at least 2 of 1 can never be met; lower the count"
    ]


def test_stages_that_cost_nothing_are_told(tmp_path: Path) -> None:
    gate = SOUND[SOUND.index("    gate:\n      all:\n        - {signal: lost_share") :]
    assert complaints(tmp_path, gate, "") == [
        "24: stage 2 requires nothing, so it is reached with the one below; give it a gate"
    ]


def test_a_friction_that_rests_on_nothing_is_told() -> None:
    told = [str(one) for one in lint_frictions(load_frictions(), read(FRICTIONS_FILE), HEADERS, {"trainn": [0]})]
    assert any("frictions.yaml" in line and "no signal 'repeat_question_rate'" in line for line in told)
    assert any("trainn has no stage 1; it has 0" in line for line in told)


def test_frictions_with_a_worst_value_on_the_fine_side_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "frictions.yaml"
    shipped_text = (Path(__file__).parents[1] / "rules" / "frictions.yaml").read_text(encoding="utf-8")
    file.write_text(shipped_text.replace("at_most: 0.4, worst: 0.9", "at_most: 0.4, worst: 0.3"), encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"frictions\.yaml:\d+: .*worst 0\.3 must lie on the wrong side of 0\.4"):
        load_frictions(file)
