"""What a leader says of a program, stage by stage, and how it compares with what the evidence says.

The statements are data beside the model, `assessment.yaml`: each belongs to a stage and names the conditions that its
evidence is. A stage is perceived as held when every statement of it and of all below is fully true; an answer that is
not known leaves it open, as an unknown condition does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import Field

from connectors.declaration import DeclarationError, Problem, read, validate
from connectors.nearest import nearest_or_legal
from rules.load import LoadedPack
from rules.model import Closed, Name, Sentence

STATEMENTS_FILE = "assessment.yaml"
Answer = Literal["fully", "partly", "not_yet", "not_known"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
Gap = Literal["more_said_than_shown", "more_shown_than_said", "cannot_be_told", "agrees"]
SHOWN = ("met", "waived")


class Statement(Closed):
    """What is true of a program that holds a stage."""

    id: Name = Field(description="Its name in answers.")
    stage: int = Field(description="The stage it belongs to.")
    says: Sentence = Field(description="The statement, in the words of those who run the program.")
    evidence: list[Name] = Field(min_length=1, description="Conditions of the model that say the same from exports.")


class Statements(Closed):
    """The file `assessment.yaml`."""

    statements: list[Statement] = Field(min_length=1, description="By stage, lowest first.")


@dataclass(frozen=True)
class Compared:
    """A statement, what was answered, and what the evidence says: met, not_met, unknown or not_applicable."""

    statement: Statement
    answer: Answer
    evidence: str
    gap: Gap


def statements_of(pack: LoadedPack) -> list[Statement]:
    """The statements of a pack, none where it has no file of them. Raises DeclarationError with every problem."""
    file = pack.document.file.parent / STATEMENTS_FILE
    if not file.is_file():
        return []
    document = read(file)
    statements = validate(Statements, document).statements
    conditions = {condition.id for condition in pack.pack.conditions}
    gated = [stage.number for stage in pack.pack.stages if stage.gate]
    seen: set[str] = set()
    problems = []
    for place, one in enumerate(statements):
        found = []
        if one.id in seen:
            found.append(("id", f"{one.id!r} is there twice; give each statement a name of its own"))
        if one.stage not in gated:
            found.append(("stage", f"{one.stage} is no stage with a gate; legal: {', '.join(map(str, gated))}"))
        found += [
            ("evidence", f"no condition {name!r}, {nearest_or_legal(name, sorted(conditions))}")
            for name in one.evidence
            if name not in conditions
        ]
        seen.add(one.id)
        problems += [Problem(file, document.line(("statements", place, key)), said) for key, said in found]
    without = [number for number in gated if number not in {one.stage for one in statements}]
    problems += [Problem(file, 1, f"stage {number} has no statement; it would always be held") for number in without]
    if problems:
        raise DeclarationError(problems)
    return statements


def perceived(pack: LoadedPack, statements: Sequence[Statement], answers: Mapping[str, Answer]) -> tuple[int, int]:
    """The lowest and the highest stage that the answers allow; a statement without an answer is not known."""
    low = high = pack.pack.stages[0].number
    for stage in pack.pack.stages[1:]:
        given = [answers.get(one.id, "not_known") for one in statements if one.stage == stage.number]
        if low == stage.number - 1 and all(answer == "fully" for answer in given):
            low = stage.number
        if high == stage.number - 1 and all(answer in ("fully", "not_known") for answer in given):
            high = stage.number
    return low, high


def compare(
    statements: Sequence[Statement], answers: Mapping[str, Answer], outcomes: Mapping[str, str]
) -> list[Compared]:
    """Each statement beside its evidence; `outcomes` has the outcome of each condition in the month compared."""
    found = []
    for one in statements:
        answer = answers.get(one.id, "not_known")
        evidence = _evidence([outcomes.get(name, "unknown") for name in one.evidence])
        found.append(Compared(one, answer, evidence, _gap(answer, evidence)))
    return found


def _evidence(outcomes: Sequence[str]) -> str:
    applicable = [outcome for outcome in outcomes if outcome != "not_applicable"]
    if not applicable:
        return "not_applicable"
    if "not_met" in applicable:
        return "not_met"
    return "met" if all(outcome in SHOWN for outcome in applicable) else "unknown"


def _gap(answer: Answer, evidence: str) -> Gap:
    if evidence in ("unknown", "not_applicable") or answer == "not_known":
        return "cannot_be_told"
    if answer == "fully":
        return "agrees" if evidence == "met" else "more_said_than_shown"
    return "more_shown_than_said" if evidence == "met" else "agrees"
