"""`whatif --rules`: a program's whole history under another rule pack, beside what is published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.asked import Asked, Row
from pipelines.kept_runs import KeptRun
from pipelines.problem import InvalidWorkspace
from rules.compare import flipped, rule_differences, stage_changes
from rules.evaluate import conclude, weigh
from rules.friction_catalogue import load_frictions
from rules.lint import examine
from rules.load import LoadedPack
from transforms.header import SignalHeader


def read_pack(folder: str, headers: Mapping[str, SignalHeader]) -> LoadedPack:
    """The pack in a folder, or that ships under a name, linted. InvalidWorkspace with file and line of each problem."""
    frictions = [friction.id for friction in load_frictions().frictions]
    pack, problems = examine(folder, Path.cwd(), headers, frictions)
    if problems or pack is None:
        raise InvalidWorkspace(problems)
    return pack


def beside(asked: Asked, other: LoadedPack, model: str | None) -> str:
    """The published model to hold the other rules against: the one asked for, else its namesake, else the first."""
    return model or (other.pack.name if other.pack.name in asked.models else asked.models[0])


def judge_history(
    run: KeptRun, asked: Asked, model: str, other: LoadedPack, headers: Mapping[str, SignalHeader]
) -> Row:
    """Every month as published and as the other rules judge it; how the rules differ, and what turns by that."""
    published, findings = run.rows("stage"), run.rows("finding")
    published, findings = (frame[frame["model"] == model] for frame in (published, findings))
    version = str(published["rules_version"].iloc[0])
    judged = conclude(weigh(other, run.given(), headers))
    return {
        "program_id": asked.program,
        "model": model,
        "rules_version": version,
        "other": other.pack.name,
        "other_rules_version": other.rules_version,
        "months": stage_changes(published, judged.stage.assign(model=model), is_all=True),
        "rules": rule_differences(run.pack(model, version).pack, other.pack),
        "flips": flipped(findings, judged.finding.assign(model=model)),
    }
