"""`waystage whatif`: the verdict if signals were otherwise, or a program's history under other rules."""

from __future__ import annotations

import argparse
import json
from itertools import groupby

from pipelines.asked import Row, asked
from pipelines.cli import DONE, workspace_argument
from pipelines.commands.explain import headline
from pipelines.problem import RunFailed, UserError
from pipelines.publish import in_force
from pipelines.published_file import open_published, publish_folder
from pipelines.words import NOTHING, number, spans, stage_text

HOW = "What is supposed is taken as certain, and as having lasted; all else is as measured."


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("program", metavar="PROGRAM", help="a program id of waystage.yaml")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SIGNAL=VALUE",
        help="suppose this value of a signal, as 0.4 or 40%%: certain, and in every month that counts; may be repeated",
    )
    parser.add_argument(
        "--rules", metavar="DIR", help="judge the whole history by the rule pack in this folder, or of this name"
    )
    parser.add_argument("--model", metavar="NAME", help="one model only; with --rules the one to compare with")
    parser.add_argument("--month", metavar="MONTH", help="YYYY-MM (default: the last complete month)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    if bool(args.set) == bool(args.rules):
        raise UserError("say what to suppose: either --set SIGNAL=VALUE, as often as you like, or --rules DIR")
    if args.rules and args.month:
        raise UserError("--rules judges every month; leave --month out")
    with open_published(args.workspace) as con:
        given = asked(con, args.program, args.model, args.month)
    from pipelines import other_rules, supposition  # noqa: PLC0415  the rules and what they rest on: not for --help
    from pipelines.kept_runs import AGAIN, open_kept  # noqa: PLC0415
    from transforms.signal_headers import signal_headers  # noqa: PLC0415

    headers = signal_headers()
    values = supposition.read_settings(args.set, headers)
    other = other_rules.read_pack(args.rules, headers) if args.rules else None
    with open_kept(args.workspace) as kept:
        run_id = in_force(publish_folder(args.workspace))
        if run_id is None or run_id not in kept.run_ids:
            raise RunFailed(f"what the published version was judged by is not kept here; {AGAIN}")
        current = kept.run(run_id, [args.program])
        if other is None:
            answers = supposition.suppose(current, given, values, headers)
            said = "\n\n".join([*map(_as_text, answers), HOW])
        else:
            against = other_rules.beside(given, other, args.model)
            answers = [other_rules.judge_history(current, given, against, other, headers)]
            said = _history_text(answers[0])
    if args.json:
        print(json.dumps(answers if other is None else answers[0], indent=2, ensure_ascii=False, default=str))
    else:
        print(said)
    return DONE


def _as_text(answer: Row) -> str:
    supposed = ", ".join(f"{name} = {number(value)}" for name, value in answer["supposed"].items())
    lines = [f"{answer['program_id']} · {answer['model']} · {answer['month']:%B %Y} · if {supposed}"]
    now, then = answer["now"], answer["then"]
    lines += [f"now             {headline(now)}", f"then            {headline(then)}"]
    lines += [f"holds it back   {_change(now['bottleneck_job'], then['bottleneck_job'])}"]
    lines += [f"next step       {then['next_step_text'] or 'none'}"]
    lines += [f"no condition of {answer['model']} reads {name}" for name in answer["read_by_no_condition"]]
    lines += ["conditions that turn" if answer["flips"] else "no condition turns"]
    lines += [_flip_text(flip, "now", "then") for flip in answer["flips"]]
    return "\n".join(lines)


def _change(now: str | None, then: str | None) -> str:
    before, after = now or "nothing that can be assessed", then or "nothing that can be assessed"
    return after if before == after else f"{after} (now: {before})"


def _flip_text(flip: Row, before: str, after: str) -> str:
    turned = f"{flip[f'outcome_{before}']} → {flip[f'outcome_{after}']}"
    values = f"{number(flip[f'value_{before}'])} → {number(flip[f'value_{after}'])}"
    asks = f"needs {flip['comparison']} {flip['threshold']:g} (stage {flip['stage']})"
    return f"  {turned:<24} {flip['condition']:<32} {values:<20} {asks}"


def _history_text(answer: Row) -> str:
    lines = [
        f"{answer['program_id']} · {answer['model']} as published (rules {answer['rules_version']}) and under "
        f"{answer['other']} {answer['other_rules_version']}"
    ]
    lines += ["month     published            under these rules"]
    for row in answer["months"]:
        mark = " (month in progress)" if row["is_provisional_after"] else ""
        differs = "" if stage_text(row, "before") == stage_text(row, "after") else "  ← differs"
        lines.append(
            f"{row['month']:%Y-%m}   {stage_text(row, 'before'):<20} {stage_text(row, 'after')}{differs}{mark}"
        )
    lines += ["what these rules ask otherwise" if answer["rules"] else "these rules ask the same"]
    lines += [f"  {_rule_text(rule)}" for rule in answer["rules"]]
    lines += ["conditions that turn by it" if answer["flips"] else "no condition turns"]
    order = sorted(answer["flips"], key=lambda one: (one["condition"], one["month"]))
    for (condition, was, becomes), group in groupby(
        order, key=lambda one: (one["condition"], one["outcome_before"], one["outcome_after"])
    ):
        months = [one["month"] for one in group]
        lines.append(f"  {f'{was or NOTHING} → {becomes or NOTHING}':<24} {condition:<32} {spans(months)}")
    return "\n".join(lines)


def _rule_text(rule: Row) -> str:
    values = f"{_said(rule['before'])} → {_said(rule['after'])}"
    return f"{rule['condition'] or 'the pack'}: {rule['what']} {values}"


def _said(value: object) -> str:
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
