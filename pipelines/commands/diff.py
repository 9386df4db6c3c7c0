"""`waystage diff`: which stage moved and which condition turned between two runs, and what caused it."""

from __future__ import annotations

import argparse
import json
from itertools import groupby
from typing import TYPE_CHECKING

from connectors.nearest import legal_and_nearest
from pipelines.asked import Row, rows
from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import open_published
from pipelines.words import NOTHING, number, spans, stage_text

if TYPE_CHECKING:
    from pipelines.run_diff import RunDiff

LIST = 'waystage sql "select run_id, as_of, finished_at from run order by run_id"'
RUNS = "select run_id, as_of, finished_at, waystage_version, rules_version from run order by run_id"
SHOWN = 40  # lines of each list; --json has all
KINDS = {
    "restated": "restated",
    "completed": "the month is complete now",
    "in_progress": "month in progress",
    "new": "judged for the first time",
    "gone": "no longer judged",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("runs", nargs="*", metavar="RUN", help="one run, to compare the last with; or two, in order")
    parser.add_argument(
        "--from", dest="before", metavar="RUN", help="a run id or its beginning (default: the one before)"
    )
    parser.add_argument("--to", dest="after", metavar="RUN", help="a run id or its beginning (default: the last)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    before_given, after_given = _given(args)
    with open_published(args.workspace) as con:
        known = {row["run_id"]: row for row in rows(con, RUNS)}
    from pipelines.kept_runs import open_kept  # noqa: PLC0415  pandas and the rules: not for --help
    from pipelines.run_diff import compare  # noqa: PLC0415
    from transforms.signal_headers import signal_headers  # noqa: PLC0415

    with open_kept(args.workspace) as kept:
        there = [run_id for run_id in kept.run_ids if run_id in known]
        after = _find(after_given, known, there) if after_given else there[-1]
        if before_given is None and there.index(after) == 0:
            _say_nothing(args, known[after])
            return DONE
        before = _find(before_given, known, there) if before_given else there[there.index(after) - 1]
        found = compare(kept.run(before), kept.run(after), signal_headers())
    if args.json:
        print(json.dumps(_as_json(known[before], known[after], found), indent=2, ensure_ascii=False, default=str))
    else:
        print(_as_text(known[before], known[after], found))
    return DONE


def _given(args: argparse.Namespace) -> tuple[str | None, str | None]:
    if args.runs and (args.before or args.after):
        raise UserError("name the runs in one way: RUN RUN, or --from RUN --to RUN")
    if len(args.runs) > 2:
        raise UserError(f"{len(args.runs)} runs given; a comparison is of two")
    first, second = [*args.runs, None, None][:2]
    return args.before or first, args.after or second


def _find(given: str, known: dict[str, Row], kept: list[str]) -> str:
    """The one kept run whose id begins so. UserError where none or several do, or it is too old."""
    from pipelines.run_store import KEPT_RUNS  # noqa: PLC0415

    found = [run_id for run_id in known if run_id.startswith(given)]
    if not found:
        raise UserError(f"no run {given!r}; {legal_and_nearest(given, list(known)[-5:])}; all runs: {LIST}")
    if len(found) > 1:
        raise UserError(f"{given!r} begins the ids of {len(found)} runs: {', '.join(found[:5])}; give more of it")
    if found[0] not in kept:
        raise UserError(
            f"run {found[0]} is too old to compare: of the latest {KEPT_RUNS} runs since this state folder began it is "
            f"kept what they judged, the first of which is {kept[0]}"
        )
    return found[0]


def _say_nothing(args: argparse.Namespace, only: Row) -> None:
    if args.json:
        empty: Row = {"from": None, "to": only, "given": {}, "stages": [], "conditions": []}
        print(json.dumps(empty, indent=2, ensure_ascii=False, default=str))
    else:
        print(f"{_run(only)} is the first run that is kept; there is nothing before it to compare with")


def _as_json(before: Row, after: Row, found: RunDiff) -> Row:
    return {
        "from": before,
        "to": after,
        "given": found.given,
        "stages": found.stages,
        "conditions": found.conditions,
    }


def _as_text(before: Row, after: Row, found: RunDiff) -> str:
    if found.is_empty:
        return f"nothing differs between {_run(before)} and {_run(after)}"
    lines = [f"from {_run(before)} to {_run(after)}"]
    if any(found.given.values()):
        lines.append("what was given otherwise")
        lines += [f"  {cause:<8} {text}" for cause, texts in found.given.items() for text in texts[:SHOWN]]
    lines += ["stages that moved", *_shown(_stage_lines(found.stages))] if found.stages else ["no stage moved"]
    lines += (
        ["conditions that turned", *_shown(_condition_lines(found.conditions))]
        if found.conditions
        else ["no condition turned"]
    )
    return "\n".join(lines)


def _run(row: Row) -> str:
    return f"{row['run_id']} (as of {row['as_of']})"


def _shown(lines: list[str]) -> list[str]:
    left = len(lines) - SHOWN
    return [*lines[:SHOWN], f"  … and {left} more: --json"] if left > 0 else lines


def _stage_lines(stages: list[Row]) -> list[str]:
    """Months that moved alike on one line, those of a program together."""

    def alike(row: Row) -> tuple[str, ...]:
        moved = f"{stage_text(row, 'before')} → {stage_text(row, 'after')}"
        return row["program_id"], row["model"], moved, row["kind"], " and ".join(row["causes"])

    lines = []
    for (program, model, moved, kind, causes), group in groupby(sorted(stages, key=alike), key=alike):
        months = spans([row["month"] for row in group])
        lines.append(f"  {f'{program} · {model}':<32} {moved:<28} {months}; {KINDS[kind]}; because of {causes}")
    return lines


def _condition_lines(conditions: list[Row]) -> list[str]:
    def alike(row: Row) -> tuple[str, ...]:
        turned = f"{row['outcome_before'] or NOTHING} → {row['outcome_after'] or NOTHING}"
        return row["program_id"], row["model"], row["condition"], turned, " and ".join(row["causes"])

    lines = []
    for (program, model, condition, turned, causes), group in groupby(sorted(conditions, key=alike), key=alike):
        months = list(group)
        last = months[-1]
        values = f"{number(last['value_before'])} → {number(last['value_after'])}"
        lines.append(
            f"  {f'{program} · {model}':<32} {condition:<32} {turned:<22} {values:<16} {_asks(last):<24} "
            f"{spans([row['month'] for row in months])}; because of {causes}"
        )
    return lines


def _asks(row: Row) -> str:
    old, new = (_bound(row, when) for when in ("before", "after"))
    return f"needs {new or NOTHING}" if old == new else f"needs {new or NOTHING}, was {old or NOTHING}"


def _bound(row: Row, when: str) -> str | None:
    threshold = row[f"threshold_{when}"]
    return None if threshold is None else f"{row[f'comparison_{when}']} {threshold:g}"
