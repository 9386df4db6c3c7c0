"""`waystage assess`: what leaders say of their program, kept, compared with its exports, and shown on its page."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assessment import ANSWERS, Answer, perceived, statements_of
from rules.load import available, load
from tests.conftest import Waystage
from tests.tiny_world import ask, in_force

pytestmark = pytest.mark.usefixtures("quick")

STATEMENTS = """\
statements:
  - {id: seldom_asked, stage: 1, says: Customers seldom ask how to., evidence: [how_to_ticket_share]}
  - {id: accounts_learn, stage: 2, says: Most accounts learn., evidence: [account_education_coverage]}
"""
ANSWERED = "- model: mini\n  date: 2025-07-01\n  answers: {seldom_asked: fully, accounts_learn: partly}\n"


@pytest.fixture
def asked(world: Path) -> Path:
    """The small workspace, whose model has statements."""
    (world / "mini" / "assessment.yaml").write_text(STATEMENTS, encoding="utf-8")
    return world


def test_what_is_said_is_kept_compared_and_shown(asked: Path, tmp_path: Path, waystage: Waystage) -> None:
    template = waystage("assess", "alder", "-w", asked, "--template").out
    assert "# stage 2: Most accounts learn.\naccounts_learn: not_known" in template
    answers = tmp_path / "answers.yaml"
    answers.write_text(template.replace("seldom_asked: not_known", "seldom_asked: partly"), encoding="utf-8")
    said = waystage("assess", "alder", "-w", asked, "--answers", answers)
    assert (said.code, said.err) == (0, "")
    assert "You see the program at stage 0; the exports say 1 to 2 for 2025-06." in said.out
    assert "The exports show more than you say:\n  stage 1  Customers seldom ask how to.\n" in said.out
    before = in_force(asked)
    assert waystage("run", "-w", asked).code == 0
    assert in_force(asked) != before
    assert ask(asked, "select program_id, model, stage_low, stage_high from assessment") == [("alder", "mini", 0, 0)]
    gaps = "select statement, answer, evidence, gap from assessment_answer order by position"
    assert ask(asked, gaps) == [
        ("seldom_asked", "partly", "met", "more_shown_than_said"),
        ("accounts_learn", "not_known", "unknown", "cannot_be_told"),
    ]
    page = (asked / "published/site/programs/alder.html").read_text(encoding="utf-8")
    assert "What you say and what the exports say" in page
    assert "you put the program at stage 0; the exports say 1–2. 1 of 1 statement" in page
    assert "What you say" not in (asked / "published/site/programs/birch.html").read_text(encoding="utf-8")
    assert "nothing new" in waystage("run", "-w", asked).out


def test_the_newest_of_several_counts_and_the_others_stay(asked: Path, tmp_path: Path, waystage: Waystage) -> None:
    (asked / "assessments").mkdir()
    file = asked / "assessments" / "alder.yaml"
    file.write_text(ANSWERED + "- model: gone\n  date: 2026-01-01\n  answers: {a: fully}\n", encoding="utf-8")
    answers = tmp_path / "answers.yaml"
    answers.write_text("accounts_learn: fully\nseldom_asked: fully\n", encoding="utf-8")
    for _again in range(2):  # a second one of the same day takes the place of the first
        said = json.loads(waystage("assess", "alder", "-w", asked, "--answers", answers, "--json").out)
    assert said["perceived"] == {"stage_low": 2, "stage_high": 2}
    assert [one["gap"] for one in said["statements"]] == ["agrees", "cannot_be_told"]
    kept = file.read_text(encoding="utf-8")
    assert [kept.count(f"model: {name}") for name in ("mini", "gone")] == [2, 1]
    assert "2025-07-01" in kept


def test_questions_are_asked_one_by_one_and_whoever_leaves_has_said_nothing(
    asked: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed: list[str] = []

    def answer(prompt: str) -> str:
        typed.append(prompt)
        if len(typed) > 3:
            raise EOFError
        return ["f", "huh", "?"][len(typed) - 1]

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    said = waystage("assess", "alder", "-w", asked)
    assert said.code == 0
    assert "You see the program at stage 1 to 2" in said.out
    assert [prompt.split()[0] for prompt in typed] == ["1", "2", "2"]
    (asked / "assessments" / "alder.yaml").unlink()
    said = waystage("assess", "alder", "-w", asked)
    assert (said.code, list((asked / "assessments").iterdir())) == (2, [])
    assert "ended early; nothing was kept" in said.err


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("seldom_aske: fully\n", ":1: no statement 'seldom_aske', did you mean 'seldom_asked'?"),
        ("seldom_asked: yes\n", ":1: seldom_asked: seen True; legal: fully, partly, not_yet, not_known"),
        ("- fully\n", ":1: seen list; legal: `statement: answer` lines"),
        ("", ":1: nothing is declared here"),
    ],
)
def test_answers_that_cannot_be_read_are_told_by_line_and_not_kept(
    asked: Path, tmp_path: Path, waystage: Waystage, *, answers: str, told: str
) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(answers, encoding="utf-8")
    said = waystage("assess", "alder", "-w", asked, "--answers", file)
    assert (said.code, said.out) == (2, "")
    assert f"{file}{told}" in said.err
    assert not (asked / "assessments").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["aldr"], "no program 'aldr'; legal: alder, birch; did you mean 'alder'?"),
        (["alder", "--model", "mni"], "no model 'mni'; legal: mini; did you mean 'mini'?"),
        (["alder"], "no terminal to ask on; write the answers to a file (--template prints one) and give --answers"),
    ],
)
def test_wrong_usage_says_what_is_legal(asked: Path, waystage: Waystage, *, arguments: list[str], told: str) -> None:
    said = waystage("assess", *arguments, "-w", asked)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("aldr.yaml", ANSWERED, "aldr.yaml:1: no program 'aldr', did you mean 'alder'?"),
        ("alder.yaml", ANSWERED.replace("seldom_asked", "seldom"), "alder.yaml:3: no statement 'seldom', did you"),
        ("alder.yaml", ANSWERED.replace("partly", "often"), "alder.yaml:3: 0.answers.accounts_learn: "),
        ("alder.yaml", "- {model: mini", "alder.yaml:1: not valid YAML"),
    ],
)
def test_a_kept_file_that_is_wrong_stops_a_run_before_anything_is_read(
    asked: Path, waystage: Waystage, *, name: str, text: str, told: str
) -> None:
    (asked / "assessments").mkdir()
    (asked / "assessments" / name).write_text(text, encoding="utf-8")
    for command in ("check", "run"):
        said = waystage(command, "-w", asked)
        assert said.code == 2
        assert told in said.out + said.err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "[how_to_ticket_share]",
            "[how_to_ticket]",
            ":2: no condition 'how_to_ticket', did you mean 'how_to_ticket_share'?",
        ),
        ("stage: 2", "stage: 7", ":3: 7 is no stage with a gate; legal: 1, 2"),
        ("stage: 2", "stage: 7", ":1: stage 2 has no statement; it would always be held"),
        ("accounts_learn", "seldom_asked", ":3: 'seldom_asked' is there twice"),
        ("says: Most", "say: Most", ":3: unknown key 'say', did you mean 'says'?"),
    ],
)
def test_statements_of_a_pack_are_linted(asked: Path, waystage: Waystage, *, old: str, new: str, told: str) -> None:
    file = asked / "mini" / "assessment.yaml"
    file.write_text(STATEMENTS.replace(old, new), encoding="utf-8")
    said = waystage("run", "-w", asked)
    assert said.code == 2
    assert f"{file}{told}" in said.err


@pytest.mark.parametrize("name", available())
@given(data=st.data())
def test_a_truer_answer_never_lowers_the_stage_and_an_unknown_one_only_widens_it(
    name: str, data: st.DataObject
) -> None:
    pack = load(name)
    statements = statements_of(pack)
    words = st.sampled_from(ANSWERS)
    answers: dict[str, Answer] = {one.id: data.draw(words) for one in statements}
    low, high = perceived(pack, statements, answers)
    assert low <= high
    chosen = data.draw(st.sampled_from([one.id for one in statements]))
    truer = perceived(pack, statements, answers | {chosen: "fully"})
    assert truer[0] >= low
    assert truer[1] >= high
    vaguer = perceived(pack, statements, answers | {chosen: "not_known"})
    assert vaguer[0] <= low
    assert vaguer[1] >= high
    numbers = [stage.number for stage in pack.pack.stages]
    assert perceived(pack, statements, {}) == (numbers[0], numbers[-1])
    assert perceived(pack, statements, {one.id: "fully" for one in statements}) == (numbers[-1], numbers[-1])
