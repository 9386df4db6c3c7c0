"""`waystage explain`: the verdict on one program and every condition behind it, as published."""

from __future__ import annotations

import argparse
import json

import duckdb

from pipelines.asked import Row, asked, rows
from pipelines.cli import DONE, workspace_argument
from pipelines.published_file import lean, open_published
from rules.left_open import is_left_open
from rules.no_step import why_no_step

# Those that are felt, the one published as the top first, as in the table of `waystage run` and on the site.
FRICTIONS = """
    select friction.friction, catalogue.title, friction.level, friction.trend
    from friction
    join friction_catalogue as catalogue using (friction)
    left join top_friction as top using (program_id, month, friction)
    where friction.program_id = ? and strftime(friction.month, '%Y-%m') = ? and friction.level > 0
    order by top.friction is null, friction.level desc, friction.friction
"""

# What is asked about most, first what has no item yet; topics of few people are left out, as on the site.
QUESTIONS = """
    select topic, tickets, requesters, tickets_before, published_items from question
    where program_id = ? and strftime(month, '%Y-%m') = ? and not is_small
    order by published_items > 0, tickets desc, topic limit 10
"""
ASKS_FOR_ANSWERS = frozenset({"topic_coverage_rate", "repeat_question_rate", "how_to_ticket_share"})
# What may make the program look more mature than it is, of the last twelve months.
FLAGS = """
    select event.month, event.kind, event.before, event.after, event.p_value, event.text
    from friction_event as event
    join event_catalogue as catalogue using (kind)
    where catalogue.is_integrity and event.program_id = ? and strftime(event.month, '%Y-%m') <= ?
        and event.month > strptime(? || '-01', '%Y-%m-%d') - interval 12 months
    order by event.month desc, event.kind
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("program", metavar="PROGRAM", help="a program id of waystage.yaml")
    parser.add_argument("--model", metavar="NAME", help="one model only (default: all)")
    parser.add_argument("--month", metavar="MONTH", help="YYYY-MM (default: the last complete month)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    with lean(), open_published(args.workspace) as con:
        verdicts = read(con, args.program, args.model, args.month)
    if args.json:
        print(json.dumps(verdicts, indent=2, ensure_ascii=False, default=str))
    else:
        print("\n\n".join(as_text(verdict) for verdict in verdicts))
    return DONE


def read(con: duckdb.DuckDBPyConnection, program: str, model: str | None, month: str | None) -> list[Row]:
    """One verdict per model: the stage row, its jobs, findings, frictions and flags. UserError for an unknown name."""
    given = asked(con, program, model, month)
    return [_verdict(con, program, name, given.month) for name in given.models]


def _verdict(con: duckdb.DuckDBPyConnection, program: str, model: str, month: str | None) -> Row:
    key = "program_id = ? and model = ? and strftime(month, '%Y-%m') = ?"
    findings = rows(con, f"select * exclude (program_id, model, month) from finding where {key} "
                     "order by stage, condition", program, model, month)  # fmt: skip
    stage = rows(con, f"select stage.*, program.name from stage join program using (program_id) where {key}",
                  program, model, month)  # fmt: skip
    return {
        **(stage[0] if stage else {"program_id": program, "model": model, "month": month}),
        "jobs": rows(con, f"select job, solved, reached_stage, deciding_condition from job where {key}",
                      program, model, month),
        "why_no_next_step": why_no_step(stage[0]["stage_low"], findings)
        if stage and stage[0]["next_step_text"] is None else None,
        "conditions": findings,
        "probabilities": rows(con, f"select stage, probability from stage_probability where {key} order by stage",
                               program, model, month),
        "frictions": rows(con, FRICTIONS, program, month),
        "thresholds": rows(con, "select * exclude (program_id, model, month) from sensitivity "
                           f"where {key} order by condition, direction", program, model, month),
        "questions": rows(con, QUESTIONS, program, month)
        if stage and any(one["condition"] == stage[0]["next_step"] and one["signal"] in ASKS_FOR_ANSWERS
                         for one in findings) else [],
        "flags": rows(con, FLAGS, program, month, month),
    }  # fmt: skip


def as_text(verdict: Row) -> str:
    """The verdict for a person, widest evidence last."""
    if "stage_low" not in verdict:
        return f"{verdict['program_id']}, {verdict['model']}: no month to judge; no export gave a dated fact"
    month = verdict["month"]
    provisional = ", month in progress" if verdict["is_provisional"] else ""
    lines = [f"{verdict['name']} · {verdict['model']} · {month:%B %Y}{provisional} · rules {verdict['rules_version']}"]
    lines += [headline(verdict)]
    lines += [f"holds it back   {verdict['bottleneck_job'] or 'nothing that can be assessed'}"]
    lines += [f"next step       {verdict['next_step_text'] or verdict['why_no_next_step'] or 'none'}"]
    lines += [
        f"  {one['topic']}: {one['tickets']} questions from {one['requesters']} people in 90 days, "
        f"{one['published_items'] or 'no'} published item{'s' if one['published_items'] > 1 else ''}"
        for one in verdict["questions"]
    ]
    for job in verdict["jobs"]:
        solved = {True: "solved", False: "not solved", None: "cannot be told"}[job["solved"]]
        lines.append(f"{job['job']:<15} {solved}; decided by {job['deciding_condition'] or 'no condition'}")
    felt = [f"{one['title']} ({one['level']:.2f}, {one['trend']})" for one in verdict["frictions"][:3]]
    lines.append(f"frictions       {', '.join(felt) or 'none observed'}")
    lines += [f"hangs on        {_hangs_on(verdict['thresholds'])}"] if verdict["thresholds"] else []
    lines += _conditions(verdict["conditions"])
    unknown = [one for one in verdict["conditions"] if is_left_open(one)]
    if unknown:
        lines.append("what we do not know")
        lines += [f"  {one['condition']}: {one['reason']} (stage {one['stage']})" for one in unknown]
    if verdict["flags"]:
        lines.append("worth a look")
        lines += [f"  {one['text']}" for one in verdict["flags"]]
    return "\n".join(lines)


def headline(verdict: Row) -> str:
    """Stage, range and how sure, of a row of `stage`."""
    span = f"{verdict['stage_low']}–{verdict['stage_high']}"
    if verdict["stage"] is None:
        return f"not enough data to name a stage; it could be {span}"
    said = [f"stage {verdict['stage']}, {verdict['stage_name']}"]
    if verdict["stage_low"] != verdict["stage_high"]:
        said.append(f"could be {span}")
    if verdict["confidence"] is not None and verdict["pending_stage"] is None:
        said.append(f"{verdict['confidence']:.0%} sure")
    if verdict["straddles"]:
        said.append(f"straddles {verdict['straddles']}")
    if verdict["pending_stage"] is not None:
        said.append(f"this month reads {verdict['pending_stage']}, to be confirmed")
    return " · ".join(said)


def _hangs_on(thresholds: list[Row]) -> str:
    """How many thresholds the verdict would change with, moved by a fifth."""
    every = {one["condition"] for one in thresholds}
    telling = [one for one in thresholds if one["is_changed"]]
    named: dict[str, list[str]] = {}
    for one in telling:
        then = "no stage" if one["stage_then"] is None else f"stage {one['stage_then']}"
        named.setdefault(one["condition"], []).append(f"{then} at {one['threshold_then']:g}")
    said = [f"{condition} ({', '.join(then)})" for condition, then in named.items()]
    if not named:
        return f"none of {len(every)} thresholds: a fifth more or less of any one changes nothing"
    return f"{len(named)} of {len(every)} thresholds, a fifth more or less: {', '.join(said)}"


def _conditions(findings: list[Row]) -> list[str]:
    lines: list[str] = []
    stage = None
    for one in findings:
        if one["stage"] != stage:
            stage = one["stage"]
            lines.append(f"stage {stage} asks")
        value = "–" if one["value"] is None else f"{one['value']:.3g}"
        interval = "" if one["low"] is None else f" ({one['low']:.3g}–{one['high']:.3g})"
        sample = "" if one["sample_size"] is None else f"n {one['sample_size']:.0f}"
        lines.append(
            f"  {one['outcome']:<14} {one['condition']:<32} {value + interval:<22} "
            f"needs {one['comparison']} {one['threshold']:<6g} {sample:<8} {one['reason'] or ''}".rstrip()
        )
    return lines
