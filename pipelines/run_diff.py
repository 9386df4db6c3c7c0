"""What lies between two runs: what was given otherwise, which verdicts changed, and which of it changed them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.given_otherwise import given_otherwise, rules_by_model
from pipelines.kept_runs import KeptRun
from rules.attribution import Verdicts, attribute, narrowed
from rules.compare import VERDICT, flipped, stage_changes
from rules.evaluate import Judgement, evaluate
from rules.given import Given
from rules.origin import Side, blend, origins, present
from rules.rows import Row
from transforms.header import SignalHeader

RESTATED, COMPLETED, IN_PROGRESS, NEW, GONE = "restated", "completed", "in_progress", "new", "gone"


@dataclass(frozen=True)
class RunDiff:
    """`stages` and `conditions` are the verdicts that changed, each with `kind`, `cause` and `causes`; `given` says in
    words what differs, by cause."""

    stages: list[Row]
    conditions: list[Row]
    given: dict[str, list[str]]

    @property
    def is_empty(self) -> bool:
        return not self.stages and not self.conditions and not any(self.given.values())


def compare(before: KeptRun, after: KeptRun, headers: Mapping[str, SignalHeader]) -> RunDiff:
    """Everything between two kept runs."""
    runs, sides = (before, after), (_side(before), _side(after))
    every = stage_changes(before.rows("stage"), after.rows("stage"), is_all=True)
    kinds = {_key("stage", row)[1:]: _kind(row) for row in every}
    judged_by_both = {key for key, kind in kinds.items() if kind not in {NEW, GONE}}
    stages = [row for row in every if _verdict(row, "before") != _verdict(row, "after")]
    turned = [
        row
        for row in flipped(before.rows("finding"), after.rows("finding"))
        if _key("stage", row)[1:] in judged_by_both
    ]
    moved = [row for row in stages if _key("stage", row)[1:] in judged_by_both]
    causes = _causes(runs, sides, headers, moved, turned)
    return RunDiff(
        [_told(row, causes.get(_key("stage", row)) or _of_presence(row, sides), _kind(row)) for row in stages],
        [_told(row, causes[_key("finding", row)], kinds[_key("stage", row)[1:]]) for row in turned],
        given_otherwise(*sides),
    )


def restated(before: KeptRun, after: KeptRun, headers: Mapping[str, SignalHeader]) -> list[Row]:
    """The months, complete in both runs, of which stage or range differ, with cause. Costs little where none does."""
    stages = stage_changes(before.rows("stage"), after.rows("stage"))
    stages = [row for row in stages if _kind(row) == RESTATED]
    if not stages:
        return []
    causes = _causes((before, after), (_side(before), _side(after)), headers, stages, [])
    return [_told(row, causes[_key("stage", row)], RESTATED) for row in stages]


def _told(row: Row, causes: tuple[str, ...], kind: str) -> Row:
    return row | {"kind": kind, "cause": causes[0], "causes": list(causes)}


def _verdict(row: Row, when: str) -> tuple[object, ...]:
    return tuple(row[f"{name}_{when}"] for name in VERDICT)


def _side(run: KeptRun) -> Side:
    stage = run.rows("stage")
    rules = stage[["program_id", "model", "rules_version"]].drop_duplicates()
    return Side(run.given(), run.rows("setting"), run.rows("source"), run.rows("export"), rules)


def _causes(
    runs: tuple[KeptRun, KeptRun],
    sides: tuple[Side, Side],
    headers: Mapping[str, SignalHeader],
    stages: list[Row],
    turned: list[Row],
) -> dict[tuple[object, ...], tuple[str, ...]]:
    """The causes of every verdict that changed, judged again where more than one thing could be it."""
    before, after = runs
    was: Verdicts = {_key("stage", row): _verdict(row, "before") for row in stages}
    changed = was | {_key("finding", row): (row["outcome_before"],) for row in turned}
    if not changed:
        return {}
    found = origins(*sides, headers)
    programs = sorted({str(key[1]) for key in changed})
    blended = blend(narrowed(sides[0].given, programs), narrowed(sides[1].given, programs), found)
    at_work = present(*sides, blended, found)
    versions = [rules_by_model(side) for side in sides]
    causes: dict[tuple[object, ...], tuple[str, ...]] = {}
    groups: dict[tuple[str, str, str], list[tuple[object, ...]]] = {}
    for key in changed:
        pair = str(key[1]), str(key[2])
        groups.setdefault((pair[1], versions[0][pair], versions[1][pair]), []).append(key)
    for (model, old, new), keys in groups.items():
        chosen = sorted({str(key[1]) for key in keys})

        def judge(is_later: bool, given: Given) -> Judgement:
            pack = after.pack(model, new) if is_later else before.pack(model, old)  # noqa: B023  used in this turn only
            one = narrowed(given, chosen)  # noqa: B023
            return evaluate(pack, one.signals, one.program_months, one.waivers, headers, breaks=one.breaks)

        renewed = {program for program, what in found.settings.items() if "waystage" in what}
        causes |= attribute(judge, blended, at_work, {key: changed[key] for key in keys}, renewed)
    return causes


def _key(table: str, row: Row) -> tuple[object, ...]:
    key = (table, row["program_id"], row["model"], row["month"])
    return (*key, row["condition"]) if table == "finding" else key


def _kind(row: Row) -> str:
    if row["stage_low_before"] is None:
        return NEW
    if row["stage_low_after"] is None:
        return GONE
    if row["is_provisional_after"]:
        return IN_PROGRESS
    return COMPLETED if row["is_provisional_before"] else RESTATED


def _of_presence(row: Row, sides: tuple[Side, Side]) -> tuple[str, ...]:
    """Why a month was judged by one of the runs only: a model that the other did not ask, its days, or its data."""
    program, model = row["program_id"], row["model"]
    asked = [set(zip(side.rules["program_id"], side.rules["model"], strict=True)) for side in sides]
    known = [set(side.rules["program_id"]) for side in sides]
    if program in known[0] and program in known[1] and any((program, model) not in side for side in asked):
        return ("rules",)
    last = [_as_of(side, program) for side in sides]
    if None in last or row["month"] > min(day for day in last if day is not None):
        return ("scope",)
    return ("data",)


def _as_of(side: Side, program: str) -> dt.date | None:
    rows = side.settings[(side.settings["program_id"] == program) & (side.settings["what"] == "as_of")]
    return dt.date.fromisoformat(rows["value"].iloc[0]) if len(rows) else None
