"""Sentences a leader reads, written from the published rows."""

from __future__ import annotations

import re

from dashboards.facts import Ladder, Program
from dashboards.published import Row
from dashboards.small_groups import TOO_FEW
from dashboards.words import (
    CAUSES,
    DASH,
    OUTCOMES,
    amount,
    counted,
    human,
    is_share,
    job_work,
    level,
    listed,
    month_name,
    needs,
    out_of,
    present,
    sureness,
)
from rules.left_open import is_left_open
from rules.no_step import why_no_step
from rules.source_words import in_text

TOO_SMALL = "too small a sample"
COLUMNS_NAMED = re.compile(r" \([a-z_]+\.[a-z_]+[^()]*\)")  # for who exports, under each condition; not for a leader
ASSESSABLE = frozenset({"met", "not_met", "waived"})


def stage_range(row: Row) -> str:
    """`0–2` when the evidence allows several stages, else empty."""
    low, high = row["stage_low"], row["stage_high"]
    return f"{low}{DASH}{high}" if present(low) and present(high) and low != high else ""


def headline(row: Row | None, ladder: Ladder) -> str:
    """`Stage 1 of 5: A reusable content base`."""
    if row is None:
        return "Nothing to judge yet"
    if not present(row["stage"]):
        return "Not enough data to name a stage"
    return f"Stage {row['stage']} of {ladder.top}: {row['stage_name'] or ladder.name(row['stage'])}"


def standing(program: Program, ladder: Ladder) -> list[str]:
    """The clauses under the headline: since when, how sure, how much could be assessed, the range, what is pending."""
    row = program.now(ladder.model)
    if row is None:
        return ["No month of this program has been judged. Connect an LMS, knowledge-base or ticket export to begin."]
    clauses = []
    since = program.since(ladder.model)
    if present(row["stage"]):
        if since:
            first = program.stages[ladder.model][0]["month"] == since
            clauses.append(f"held since {'at least ' if first else ''}{month_name(since)}")
        if not present(row["pending_stage"]):
            clauses.append(sureness(row["confidence"]))
    findings = [f for f in program.findings if f["model"] == ladder.model and f["outcome"] != "not_applicable"]
    if findings:
        seen = sum(f["outcome"] in ASSESSABLE for f in findings)
        clauses.append(f"{seen} of {len(findings)} conditions assessable")
    span = stage_range(row)
    if span and not present(row["stage"]):
        clauses.insert(0, f"the evidence allows stages {span}")
    elif span:
        clauses.append(f"could be {span}")
    if row["straddles"]:
        clauses.append(f"straddles {row['straddles']}")
    if present(row["pending_stage"]):
        clauses.append(f"stage {row['pending_stage']} waits to be confirmed")
    return clauses


def how_sure(row: Row) -> str:
    """How sure the named stage is. While the latest reading shows another one, that is said instead: the confidence
    of a stage that the evidence no longer shows would mislead."""
    if present(row["pending_stage"]):
        return f"this month reads {row['pending_stage']}, to be confirmed"
    return sureness(row["confidence"])


def in_progress(program: Program, ladder: Ladder) -> str:
    """What the month in progress reads so far; empty when there is none or it agrees."""
    row, now = program.provisional(ladder.model), program.now(ladder.model)
    if row is None or now is None or row["stage"] == now["stage"]:
        return ""
    what = f"stage {row['stage']}" if present(row["stage"]) else "not enough to name a stage"
    return f"{month_name(row['month'])} so far: {what}."


def other_model(program: Program, ladder: Ladder) -> str:
    """A second model's verdict in one line."""
    row = program.now(ladder.model)
    if row is None:
        return f"{ladder.title}: not judged."
    if not present(row["stage"]):
        span = stage_range(row)
        return f"{ladder.title}: not enough data{f', stages {span} are possible' if span else ''}."
    text = f"{ladder.title}: {_named(row)}, {row['stage_name'] or ladder.name(row['stage'])}"
    text += f"; {how_sure(row)}"
    straddle = f"; straddles {row['straddles']}" if row["straddles"] else ""
    return f"{text}{straddle}."


def reading(finding: Row) -> str:
    """A condition's value as read: `11 of 14`, `78%`, `79 per 100`."""
    if finding["is_small"]:
        return TOO_FEW
    share = is_share(finding["unit"], finding["kind"], finding["value"], finding["threshold"])
    things = out_of(finding["value"], finding["sample_size"]) if share else None
    return things or amount(finding["value"], finding["unit"], share=share)


def requirement(finding: Row) -> str:
    """A condition's threshold as read: `at most 20 per 100`."""
    share = is_share(finding["unit"], finding["kind"], finding["value"], finding["threshold"])
    return needs(finding["comparison"], finding["threshold"], finding["unit"], share=share)


def allowance(finding: Row) -> str:
    """Why a condition is met though its value falls short of what it needs; empty where it does not."""
    return f"; {finding['reason']}" if finding["outcome"] == "met" and finding["reason"] else ""


def title(finding: Row) -> str:
    """What a condition is about."""
    return human(finding["signal"] or finding["condition"])


def holding_back(program: Program, ladder: Ladder) -> tuple[str, str]:
    """The bottleneck job and the evidence for it, as (name, sentence)."""
    row = program.now(ladder.model)
    job = row["bottleneck_job"] if row else None
    if not job:
        return (
            ("nothing that can be seen", "No unmet condition stands in the way.")
            if row and present(row["stage"])
            else ("", "")
        )
    deciding = next((j for j in program.jobs if j["model"] == ladder.model and j["job"] == job), None)
    finding = program.finding(ladder.model, deciding["deciding_condition"]) if deciding else None
    parts = []
    if finding is not None and present(finding["value"]):
        parts.append(f"{title(finding)} is {reading(finding)}; stage {finding['stage']} needs {requirement(finding)}.")
    worst = felt(program, job)
    if worst is not None and level(worst["level"]) != "low":
        trend = f" and {worst['trend']}" if worst["trend"] in {"rising", "falling", "steady"} else ""
        parts.append(f"{worst['description'] or ''} {human(worst['title'])} is {level(worst['level'])}{trend}.".strip())
    return job_work(job), " ".join(parts)


def felt(program: Program, job: object) -> Row | None:
    """The friction published as felt most; else the strongest in `job`, or of all where no job holds it back."""
    seen = [friction for friction in program.frictions if present(friction["level"])]
    published = next((friction for friction in seen if friction["is_top"]), None)
    if published is not None:
        return published
    return next((friction for friction in seen if friction["job"] == job), None if job else next(iter(seen), None))


def next_step(program: Program, ladder: Ladder) -> tuple[str, str]:
    """The one next step and its distance, as (what, `8 destinations now, at most 1 needed. It opens stage 4.`)."""
    row = program.now(ladder.model)
    if row is None:
        return "", ""
    if not (row["next_step"] or row["next_step_text"]):
        findings = [f for f in program.findings if f["model"] == ladder.model]
        return (why_no_step(row["stage_low"], findings) or "" if present(row["stage_low"]) else ""), ""
    finding = program.finding(ladder.model, row["next_step"])
    advice = (finding or {}).get("next_step_text") or ""
    text = row["next_step_text"] or advice or human(row["next_step"])
    distance = ""
    if advice and text.startswith(advice):
        text, distance = advice, text[len(advice) :].strip()
    elif finding is not None and present(finding["value"]):
        distance = f"{title(finding)}: now {reading(finding)}, needs {requirement(finding)}."
    if finding is None or finding["outcome"] == "met":
        return text, distance
    return text, f"{distance} It counts towards stage {finding['stage']}, {ladder.name(finding['stage'])}.".strip()


def job_state(job: Row | None, ladder: Ladder) -> str:
    """`solved`, `at stage 1`, `not solved yet`, `cannot be told`."""
    if job is None:
        return "not judged"
    if job["solved"]:
        return "solved"
    reached = job["reached_stage"]
    if present(reached) and reached > ladder.bottom:
        return f"at stage {reached}"
    return "not solved yet" if job["solved"] is not None else "cannot be told"


def source_words(sources: object) -> str:
    """The entities a signal needs, as words."""
    return in_text(str(sources or ""))


def unknowns(program: Program) -> list[tuple[str, list[Row]]]:
    """Why conditions cannot be judged, or not beyond chance, with the conditions, most first."""
    groups: dict[str, list[Row]] = {}
    for finding in filter(is_left_open, program.findings):
        reason = finding["reason"] or f"needs {source_words(finding['sources']) or 'a source'}"
        groups.setdefault(TOO_SMALL if _shortage(finding) else COLUMNS_NAMED.sub("", reason), []).append(finding)
    return sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def left_open(findings: list[Row], limit: int = 6) -> str:
    """The conditions a missing source or sample leaves open, and where they count."""
    titles = list(dict.fromkeys(f"{title(f)}{_shortage(f)}" for f in findings))
    stages = list(dict.fromkeys(f"{human(f['model']).title()} stage {f['stage']}" for f in findings))
    return f"Leaves open: {listed(titles, limit)} ({listed(stages, 4)})."


def _shortage(finding: Row) -> str:
    """` (12 of 30)` where the sample was too small."""
    short = re.fullmatch(r"(\d+ of \d+) needed", finding["reason"] or "")
    return f" ({short[1]})" if short else ""


def changes(program: Program, ladders: list[Ladder]) -> list[str]:
    """What changed since the month before, and why."""
    lines = []
    for ladder in ladders:
        now, before = program.now(ladder.model), program.before(ladder.model)
        if now is None or before is None:
            continue
        if now["stage"] != before["stage"]:
            agreed = present(now["stage"]) and before["pending_stage"] == now["stage"]
            second = f"; {month_name(before['month'])} already read so, and a second month agrees" if agreed else ""
            moved = f"from {_named(before)} to {_named(now)}{_because(now['change_cause'])}{second}"
            lines.append(f"{ladder.title}: {moved}.")
        else:
            lines.append(f"{ladder.title}: {_named(now)}, as in {month_name(before['month'])}.")
        flipped = [
            f
            for f in program.findings
            if f["model"] == ladder.model and f["previous_outcome"] not in {None, f["outcome"]}
        ]
        for finding in flipped[:6]:
            value = f", now {reading(finding)}" if present(finding["value"]) else ""
            was, now_is = OUTCOMES.get(finding["previous_outcome"], ""), OUTCOMES.get(finding["outcome"], "")
            lines.append(f"{title(finding)}: from {was} to {now_is}{value}.")
        if len(flipped) > 6:
            lines.append(f"{counted(len(flipped) - 6, 'more condition')} changed; see the table of conditions.")
    for event in program.events:
        if program.month and event["month"] >= program.month:
            lines.append(f"{human(event['title'])}: {event['text']}")
    lines += [
        f"{human(row['entity'])}: given by {row['to_source']} instead of {row['from_source']} since "
        f"{month_name(row['month'])}; what changes there may be the tool."
        for row in program.breaks
    ]
    for row in program.restated[:3]:
        title_of = next((ladder.title for ladder in ladders if ladder.model == row["model"]), row["model"])
        lines.append(
            f"{title_of}, {month_name(row['month'])}: now read as {_named(row)}, "
            f"first reported as {_named({**row, 'stage': row['reported_stage']})}{_because(row['cause'])}."
        )
    return lines


def _because(cause: str | None) -> str:
    return f" because {CAUSES[cause]}" if cause in CAUSES else ""


def _named(row: Row) -> str:
    return f"stage {row['stage']}" if present(row["stage"]) else "no named stage"


def attention(program: Program, ladder: Ladder) -> list[str]:
    """Why somebody should look at this program now."""
    now, before = program.now(ladder.model), program.before(ladder.model)
    reasons = []
    if now and before and present(now["stage"]) and present(before["stage"]) and now["stage"] < before["stage"]:
        reasons.append(f"fell from stage {before['stage']}")
    if now and present(now["pending_stage"]) and present(now["stage"]) and now["pending_stage"] < now["stage"]:
        reasons.append(f"stage {now['pending_stage']} is waiting to be confirmed")
    late = sorted({row["source"] for row in program.coverage if row["status"] in {"stale", "rejected"}})
    if late:
        reasons.append(f"{listed(late)} {'is' if len(late) == 1 else 'are'} behind")
    return reasons
