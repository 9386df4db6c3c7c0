"""What leaders said of their programs: `assessments/<program>.yaml` in the workspace, one entry per model and day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml
from pydantic import RootModel

from connectors.declaration import DeclarationError, Problem, read, validate
from connectors.nearest import nearest_or_legal
from rules.assessment import Answer, Statement, compare, perceived, statements_of
from rules.load import LoadedPack
from rules.model import Closed

FOLDER = "assessments"
HEAD = "# Written by `waystage assess`. Of each model the entry with the latest date counts.\n"


class Entry(Closed):
    """One assessment under one model."""

    model: str
    date: dt.date
    answers: dict[str, Answer]


class Entries(RootModel[list[Entry]]):
    """The file of one program."""


@dataclass(frozen=True)
class Assessed:
    """The newest assessment of a program under a model in force."""

    program_id: str
    pack: LoadedPack
    statements: list[Statement]
    entry: Entry


def file_of(workspace: Path, program_id: str) -> Path:
    """Where the assessments of a program are kept."""
    return workspace / FOLDER / f"{program_id}.yaml"


def add(workspace: Path, program_id: str, entry: Entry) -> Path:
    """Adds an entry to the program's file; one of the same model and day is replaced."""
    file = file_of(workspace, program_id)
    entries = validate(Entries, read(file)).root if file.is_file() else []
    kept = [one for one in entries if (one.model, one.date) != (entry.model, entry.date)]
    said = [one.model_dump() for one in sorted([*kept, entry], key=lambda one: (one.date, one.model))]
    file.parent.mkdir(exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(HEAD + yaml.safe_dump(said, sort_keys=False, allow_unicode=True), encoding="utf-8")
    beside.replace(file)
    return file


def newest(workspace: Path, programs: Iterable[str], packs: Sequence[LoadedPack]) -> list[Assessed]:
    """The newest assessment per program and model. Raises DeclarationError with every problem of every file.

    Entries of models that are not in force stay and are not read. A file of no program is a problem: it was renamed, or
    its name is mistyped.
    """
    ids = sorted(programs)
    statements = {pack.pack.name: statements_of(pack) for pack in packs}
    found: list[Assessed] = []
    problems: list[Problem] = []
    for file in sorted((workspace / FOLDER).glob("*.yaml")):
        if file.stem not in ids:
            problems.append(Problem(file, 1, f"no program {file.stem!r}, {nearest_or_legal(file.stem, ids)}"))
            continue
        latest, wrong = _latest(file, statements)
        problems += wrong
        found += [
            Assessed(file.stem, pack, statements[pack.pack.name], latest[pack.pack.name])
            for pack in packs
            if pack.pack.name in latest
        ]
    if problems:
        raise DeclarationError(problems)
    return found


def _latest(file: Path, statements: Mapping[str, list[Statement]]) -> tuple[dict[str, Entry], list[Problem]]:
    """The newest entry of each model in force, and what is wrong with the file."""
    try:
        document = read(file)
        entries = validate(Entries, document).root
    except DeclarationError as error:
        return {}, list(error.problems)
    latest: dict[str, Entry] = {}
    problems: list[Problem] = []
    for place, entry in enumerate(entries):
        names = [one.id for one in statements.get(entry.model, [])]
        if not names:
            continue
        problems += [
            Problem(
                file, document.line((place, "answers", name)), f"no statement {name!r}, {nearest_or_legal(name, names)}"
            )
            for name in entry.answers
            if name not in names
        ]
        if entry.model not in latest or entry.date >= latest[entry.model].date:
            latest[entry.model] = entry
    return latest, problems


def fingerprint(workspace: Path) -> str:
    """Hash of all that is kept: another answer publishes anew."""
    digest = hashlib.sha256()
    for file in sorted((workspace / FOLDER).glob("*.yaml")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def tables(assessed: Sequence[Assessed], stage: pd.DataFrame, finding: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`judged.assessment` and `judged.assessment_answer`: each statement beside its last complete month."""
    programs, answers = [], []
    for one in assessed:
        key = {"program_id": one.program_id, "model": one.pack.pack.name}
        month = _of(stage, key).query("not is_provisional")["month"].max()
        rows = _of(finding, key)
        outcomes: dict[str, str] = dict(
            rows.loc[rows["month"].eq(month), ["condition", "outcome"]].itertuples(index=False)
        )
        low, high = perceived(one.pack, one.statements, one.entry.answers)
        programs.append(key | {"assessed_on": one.entry.date, "month": month, "stage_low": low, "stage_high": high})
        answers += [
            key
            | {
                "position": position,
                "statement": told.statement.id,
                "stage": told.statement.stage,
                "says": told.statement.says,
                "conditions": told.statement.evidence,
                "answer": told.answer,
                "evidence": told.evidence,
                "gap": told.gap,
            }
            for position, told in enumerate(compare(one.statements, one.entry.answers, outcomes), 1)
        ]
    return {"assessment": pd.DataFrame(programs), "assessment_answer": pd.DataFrame(answers)}


def _of(frame: pd.DataFrame, key: Mapping[str, str]) -> pd.DataFrame:
    return frame[(frame["program_id"] == key["program_id"]) & (frame["model"] == key["model"])]
