"""Every condition of a program: what it is now, how sure, what it needs, since when."""

from __future__ import annotations

from dashboards import sentences
from dashboards.addresses import signal_address
from dashboards.drawings import series_values, sparkline
from dashboards.facts import Ladder, Program
from dashboards.html import Markup, csv_text, join, table, tag
from dashboards.layout import Files, download, section
from dashboards.published import Row
from dashboards.words import OUTCOMES, amount, counted, exact, interval, is_share, month_short, present

SERIES_MONTHS = 13
SETTLED = frozenset({"met", "waived", "not_applicable"})


def trend(program: Program, finding: Row) -> Markup:
    """The last months of the signal a condition reads, as a small line."""
    values = series_values(program.series.get(finding["signal"] or "", []))[-SERIES_MONTHS:]
    known = [value for value in values if value is not None]
    share = is_share(finding["unit"], finding["kind"], finding["threshold"], *known)
    ends = (
        [amount(value, finding["unit"], share=share) for value in (known[0], known[-1])] if known else ["unknown"] * 2
    )
    return sparkline(values, f"from {ends[0]} to {ends[1]} in {counted(len(values), 'month')}")


def conditions(program: Program, ladders: list[Ladder], files: Files, csv_path: str) -> Markup:
    """The section of every condition of every model, and its CSV."""
    if not program.findings:
        return section("Every condition", tag("p", "No condition has been judged yet."), class_="screen")
    blocks: list[Markup] = []
    for ladder in ladders:
        findings = [f for f in program.findings if f["model"] == ladder.model]
        if not findings:
            continue
        met = sum(f["outcome"] in {"met", "waived"} for f in findings)
        settled = [f for f in findings if f["outcome"] in SETTLED]
        left = [f for f in findings if f["outcome"] not in SETTLED]
        apart = sum(f["outcome"] == "not_applicable" for f in findings)
        says = f"{met} of {counted(len(findings) - apart, 'condition')} met"
        says += f"; {apart} {'does' if apart == 1 else 'do'} not apply." if apart else "."
        blocks += [tag("h3", ladder.title), tag("p", says, class_="says")]
        if left:
            blocks.append(_table(program, left, f"{ladder.title}: conditions that are not met or not known"))
        if settled:
            folded = _table(program, settled, f"{ladder.title}: conditions that are met or do not apply")
            said = "met" if met == len(settled) else "met or do not apply"
            blocks.append(
                tag("details", tag("summary", f"The {len(settled)} that are {said}"), folded) if left else folded
            )
    columns = [
        "model",
        "stage",
        "condition",
        "signal",
        "outcome",
        "value",
        "low",
        "high",
        "unit",
        "comparison",
        "threshold",
        "sample_size",
        "probability_met",
        "since",
        "reason",
    ]
    files.write(csv_path, csv_text(columns, [[finding[column] for column in columns] for finding in program.findings]))
    return section("Every condition", *blocks, tag("p", download(csv_path, 1)), class_="screen")


def _table(program: Program, findings: list[Row], caption: str) -> Markup:
    headings = ["Condition", "Now", "Needs", "Sample", "Outcome", "Trend", "Since"]
    rows = [_condition_row(program, finding) for finding in findings]
    return table(headings, rows, caption=caption, class_="stack conditions", numeric=frozenset({3}))


def _condition_row(program: Program, finding: Row) -> list[object]:
    share = is_share(finding["unit"], finding["kind"], finding["value"], finding["threshold"])
    span = interval(finding["low"], finding["high"], finding["unit"], share=share)
    now = sentences.reading(finding)
    percent = amount(finding["value"], finding["unit"], share=share)
    span = ", ".join(part for part in ([percent] if now != percent else []) + [span] if part)
    outcome = OUTCOMES.get(finding["outcome"], finding["outcome"])
    reason = finding["reason"]
    reason = None if reason and reason.lower() == str(outcome).lower() else reason
    return [
        join(
            [
                tag("a", sentences.title(finding), href=signal_address(finding["signal"], depth=1))
                if finding["signal"]
                else sentences.title(finding),
                tag("small", f"Stage {finding['stage']}"),
            ]
        ),
        join([tag("span", now), tag("small", span) if span and present(finding["value"]) else ""]),
        sentences.requirement(finding) or "–",
        exact(round(finding["sample_size"])) if present(finding["sample_size"]) else "–",
        join(
            [
                tag("span", outcome, class_=f"outcome {finding['outcome']}"),
                tag("small", reason) if reason else "",
            ]
        ),
        trend(program, finding),
        month_short(finding["since"]) if present(finding["since"]) else "–",
    ]
