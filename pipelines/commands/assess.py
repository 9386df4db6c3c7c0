"""`waystage assess`: the statements of a model put to those who run a program, beside what its exports say."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from connectors.nearest import legal_and_nearest, nearest_or_legal
from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import open_published

if TYPE_CHECKING:
    from rules.assessment import Answer, Compared, Statement
    from rules.load import LoadedPack

KEYS: dict[str, Answer] = {"f": "fully", "p": "partly", "n": "not_yet", "?": "not_known", "": "not_known"}
WORDS = {"fully": "fully", "partly": "partly", "not_yet": "not yet", "not_known": "not known"}
SHOWN = {"met": "shown", "not_met": "not shown", "unknown": "unknown", "not_applicable": "does not apply"}
HEADINGS = {
    "more_said_than_shown": "You say more than the exports show",
    "more_shown_than_said": "The exports show more than you say",
    "cannot_be_told": "Cannot be compared",
}
OUTCOMES = """
    select condition, outcome from finding
    where program_id = $1 and model = $2 and month = (
        select max(month) from stage where program_id = $1 and model = $2 and not is_provisional)
"""
STAGE = """
    select stage_low, stage_high, strftime(month, '%Y-%m') from stage
    where program_id = $1 and model = $2 and not is_provisional order by month desc limit 1
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("program", metavar="PROGRAM", help="a program id of waystage.yaml")
    parser.add_argument("--model", metavar="NAME", help="the model to assess under (default: the workspace's first)")
    parser.add_argument(
        "--answers", type=Path, metavar="FILE", help="take the answers from this YAML file instead of asking"
    )
    parser.add_argument("--template", action="store_true", help="print such a file to fill in, and end")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from pipelines import assessments, session  # noqa: PLC0415  pandas, DuckDB: not for --help
    from rules.assessment import compare, perceived, statements_of  # noqa: PLC0415

    opened = session.validate(args.workspace)
    programs = [program.id for program in opened.workspace.programs]
    if args.program not in programs:
        raise UserError(f"no program {args.program!r}; {legal_and_nearest(args.program, programs)}")
    pack = _chosen(args.model, opened.packs)
    statements = statements_of(pack)
    if not statements:
        raise UserError(f"{pack.pack.name} has no statements; write {pack.document.file.parent / 'assessment.yaml'}")
    if args.template:
        print(_template(pack, statements))
        return DONE
    with open_published(args.workspace) as con:
        outcomes = dict(con.execute(OUTCOMES, [args.program, pack.pack.name]).fetchall())
        inferred = con.execute(STAGE, [args.program, pack.pack.name]).fetchone()
    answers = _given(args.answers, statements) if args.answers else _asked(pack, statements)
    entry = assessments.Entry(model=pack.pack.name, date=dt.datetime.now(dt.UTC).date(), answers=dict(answers))
    file = assessments.add(opened.workspace.directory, args.program, entry)
    said = perceived(pack, statements, answers)
    compared = compare(statements, answers, outcomes)
    if args.json:
        print(_as_json(said, inferred, compared))
        return DONE
    print(_as_text(pack, said, inferred, compared))
    print(f"\nkept in {file}; the next waystage run shows it on the page of {args.program}")
    return DONE


def _chosen(name: str | None, packs: Sequence[LoadedPack]) -> LoadedPack:
    of_name = {pack.pack.name: pack for pack in packs}
    if name is not None and name not in of_name:
        raise UserError(f"no model {name!r}; {legal_and_nearest(name, of_name)}")
    return of_name[name] if name else packs[0]


def _asked(pack: LoadedPack, statements: Sequence[Statement]) -> dict[str, Answer]:
    """Answers from the terminal; whoever leaves early has answered nothing."""
    if not sys.stdin.isatty():
        raise UserError("no terminal to ask on; write the answers to a file (--template prints one) and give --answers")
    print("How true is each of these? f fully, p partly, n not yet, ? not known. Ctrl-C leaves without keeping any.")
    answers: dict[str, Answer] = {}
    names = {stage.number: stage.name for stage in pack.pack.stages}
    for place, one in enumerate(statements):
        if place == 0 or statements[place - 1].stage != one.stage:
            print(f"\nStage {one.stage}, {names[one.stage]}")
        while one.id not in answers:
            try:
                key = input(f"  {place + 1:2} of {len(statements)}  {one.says} [f/p/n/?] ").strip().lower()
            except EOFError:
                raise UserError("the answers ended early; nothing was kept") from None
            if key in KEYS:
                answers[one.id] = KEYS[key]
            else:
                print("     f, p, n or ?")
    return answers


def _given(file: Path, statements: Sequence[Statement]) -> dict[str, Answer]:
    """Answers from a file, all that is wrong with them told at once."""
    from connectors.declaration import DeclarationError, read  # noqa: PLC0415
    from pipelines.problem import InvalidWorkspace  # noqa: PLC0415

    try:
        document = read(file)
    except DeclarationError as error:
        raise InvalidWorkspace(error.problems) from error
    names, legal = [one.id for one in statements], list(WORDS)
    if not isinstance(document.data, dict):
        raise InvalidWorkspace([f"{file}:1: seen {type(document.data).__name__}; legal: `statement: answer` lines"])
    problems = []
    for name, answer in document.data.items():
        place = f"{file}:{document.line((str(name),))}"
        if name not in names:
            problems.append(f"{place}: no statement {name!r}, {nearest_or_legal(str(name), names)}")
        elif answer not in legal:
            problems.append(f"{place}: {name}: seen {answer!r}; legal: {', '.join(legal)}")
    if problems:
        raise InvalidWorkspace(problems)
    return {name: document.data.get(name, "not_known") for name in names}


def _template(pack: LoadedPack, statements: Sequence[Statement]) -> str:
    lines = [f"# {pack.pack.title}: how true is each statement? {', '.join(WORDS)}"]
    for one in statements:
        lines += [f"# stage {one.stage}: {one.says}", yaml.safe_dump({one.id: "not_known"}).strip()]
    return "\n".join(lines)


def _as_text(
    pack: LoadedPack, said: tuple[int, int], inferred: tuple[int, int, str] | None, compared: Sequence[Compared]
) -> str:
    seen = (
        f"the exports say {_span(inferred[:2])} for {inferred[2]}"
        if inferred
        else "no complete month is published to compare with"
    )
    lines = [f"{pack.pack.title}\nYou see the program at stage {_span(said)}; {seen}."]
    for gap, heading in HEADINGS.items():
        mine = [one for one in compared if one.gap == gap]
        if mine:
            lines.append(f"\n{heading}:")
            lines += [
                f"  stage {one.statement.stage}  {one.statement.says}\n"
                f"           you: {WORDS[one.answer]} · exports: {SHOWN[one.evidence]} "
                f"({', '.join(one.statement.evidence)})"
                for one in mine
            ]
    agreed = sum(one.gap == "agrees" for one in compared)
    lines.append(f"\n{agreed} of {len(compared)} statements agree.")
    return "\n".join(lines)


def _span(stages: Sequence[int]) -> str:
    return str(stages[0]) if stages[0] == stages[1] else f"{stages[0]} to {stages[1]}"


def _as_json(said: tuple[int, int], inferred: tuple[int, int, str] | None, compared: Sequence[Compared]) -> str:
    ends = ("stage_low", "stage_high")
    result: Mapping[str, object] = {
        "perceived": dict(zip(ends, said, strict=True)),
        "inferred": dict(zip((*ends, "month"), inferred, strict=True)) if inferred else None,
        "statements": [
            {
                "statement": one.statement.id,
                "stage": one.statement.stage,
                "says": one.statement.says,
                "conditions": one.statement.evidence,
                "answer": one.answer,
                "evidence": one.evidence,
                "gap": one.gap,
            }
            for one in compared
        ],
    }
    return json.dumps(result, indent=2, ensure_ascii=False)
