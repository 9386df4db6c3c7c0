"""`waystage explain`: the verdict on one program and every condition behind it, as published."""

from __future__ import annotations

import argparse
import json
from typing import Any

import duckdb

from connectors.nearest import legal_and_nearest
from pipelines.cli import DONE, workspace_argument
from pipelines.problem import UserError
from pipelines.published_file import open_published
from rules.no_step import why_no_step

Row = dict[str, Any]

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


def arguments(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    parser.add_argument("program", metavar="PROGRAM", help="a program id of waystage.yaml")
    parser.add_argument("--model", metavar="NAME", help="one model only (default: all)")
    parser.add_argument("--month", metavar="MONTH", help="YYYY-MM (default: the last complete month)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    with open_published(args.workspace) as con:
        verdicts = read(con, args.program, args.model, args.month)
    if args.json:
        print(json.dumps(verdicts, indent=2, ensure_ascii=False, default=str))
    else:
        print("\n\n".join(as_text(verdict) for verdict in verdicts))
    return DONE


def read(con: duckdb.DuckDBPyConnection, program: str, model: str | None, month: str | None) -> list[Row]:
    """One verdict per model: the stage row, its jobs, its findings, its frictions. UserError for an unknown name."""
    programs = [row["program_id"] for row in _rows(con, "select program_id from program")]
    if program not in programs:
        raise UserError(f"no program {program!r}; {legal_and_nearest(program, programs)}")
    models = [row["model"] for row in _rows(con, "select distinct model, position from stage "
              "left join model_catalogue using (model) order by position, model")]  # fmt: skip
    if model is not None and model not in models:
        raise UserError(f"no model {model!r}; {legal_and_nearest(model, models)}")
    months = _rows(con, "select strftime(month, '%Y-%m') as month, bool_and(is_provisional) as is_provisional "
                   "from stage where program_id = ? group by month order by month", program)  # fmt: skip
    complete = [row["month"] for row in months if not row["is_provisional"]]
    known = [row["month"] for row in months]
    if month is not None and month not in known:
        legal = f"{known[0]} to {known[-1]}" if known else "none: nothing was exported for it"
        raise UserError(f"--month {month}: not a month of {program}; legal: {legal}")
    chosen = month or (complete or known or [None])[-1]
    return [_verdict(con, program, name, chosen) for name in models if model in (None, name)]


def _verdict(con: duckdb.DuckDBPyConnection, program: str, model: str, month: str | None) -> Row:
    key = "program_id = ? and model = ? and strftime(month, '%Y-%m') = ?"
    findings = _rows(con, f"select * exclude (program_id, model, month) from finding where {key} "
                     "order by stage, condition", program, model, month)  # fmt: skip
    stage = _rows(con, f"select stage.*, program.name from stage join program using (program_id) where {key}",
                  program, model, month)  # fmt: skip
    return {
        **(stage[0] if stage else {"program_id": program, "model": model, "month": month}),
        "jobs": _rows(con, f"select job, solved, reached_stage, deciding_condition from job where {key}",
                      program, model, month),
        "why_no_next_step": why_no_step(stage[0]["stage_low"], findings)
        if stage and stage[0]["next_step_text"] is None else None,
        "conditions": findings,
        "probabilities": _rows(con, f"select stage, probability from stage_probability where {key} order by stage",
                               program, model, month),
        "frictions": _rows(con, FRICTIONS, program, month),
        "questions": _rows(con, QUESTIONS, program, month)
        if stage and any(one["condition"] == stage[0]["next_step"] and one["signal"] in ASKS_FOR_ANSWERS
                         for one in findings) else [],
    }  # fmt: skip


def as_text(verdict: Row) -> str:
    """The verdict for a person, widest evidence last."""
    if "stage_low" not in verdict:
        return f"{verdict['program_id']}, {verdict['model']}: no month to judge; no export gave a dated fact"
    month = verdict["month"]
    provisional = ", month in progress" if verdict["is_provisional"] else ""
    lines = [f"{verdict['name']} · {verdict['model']} · {month:%B %Y}{provisional} · rules {verdict['rules_version']}"]
    lines += [_headline(verdict)]
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
    lines += _conditions(verdict["conditions"])
    unknown = [one for one in verdict["conditions"] if one["outcome"] == "unknown"]
    if unknown:
        lines.append("what we do not know")
        lines += [f"  {one['condition']}: {one['reason']} (stage {one['stage']})" for one in unknown]
    return "\n".join(lines)


def _headline(verdict: Row) -> str:
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
        said.append(f"this month reads {verdict['pending_stage']}, to be confirmed by the next")
    return " · ".join(said)


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


def _rows(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[Row]:
    cursor = con.execute(sql, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
