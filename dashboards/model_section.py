"""One maturity model as the method page tells it: its jobs, its phases, and what each stage asks for and brings."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from dashboards.addresses import signal_address
from dashboards.facts import Ladder
from dashboards.html import Markup, join, table, tag
from dashboards.layout import section
from dashboards.published import Row, records
from dashboards.words import human, is_share, job_title, needs

JOBS = "select * from job_catalogue where model = $model and summary is not null order by position"
PHASES = "select * from phase_catalogue where model = $model order by position"
STAGES = "select * from model_catalogue where model = $model order by stage"
FRICTIONS = "select friction, title from friction_catalogue"
Facts = Iterable[tuple[str, str | list[str] | None]]


def model_section(connection: duckdb.DuckDBPyConnection, ladder: Ladder, conditions: list[Row]) -> Markup:
    """The section of `ladder`; `conditions` are those of its gates."""
    titles = {row["friction"]: row["title"] for row in records(connection, FRICTIONS)}
    told = {row["stage"]: row for row in records(connection, STAGES, model=ladder.model)}
    blocks: list[Markup] = [
        *_jobs(records(connection, JOBS, model=ladder.model)),
        *_phases(records(connection, PHASES, model=ladder.model)),
    ]
    for step in ladder.steps:
        blocks.append(tag("h3", f"Stage {step.stage}: {step.name}"))
        if step.summary:
            blocks.append(tag("p", step.summary))
        blocks += _stage(told.get(step.stage, {}), titles)
        mine = [condition for condition in conditions if condition["stage"] == step.stage]
        if mine:
            blocks.append(_conditions(step.stage, mine))
        else:
            blocks.append(tag("p", "No conditions: where a program starts.", class_="muted"))
    return section(ladder.title, tag("p", ladder.about, class_="says"), *blocks)


def _jobs(rows: list[Row]) -> list[Markup]:
    blocks: list[Markup] = []
    for row in rows:
        blocks += [tag("h3", f"Job: {job_title(row['job'])}"), tag("p", row["summary"])]
        blocks += _facts([("AI takes over", row["ai_takes_over"]), ("People decide", row["people_decide"])])
    return blocks


def _phases(rows: list[Row]) -> list[Markup]:
    blocks: list[Markup] = []
    for row in rows:
        blocks += [tag("h3", row["phase"]), tag("p", row["summary"])]
        blocks += _facts(
            [
                ("Felt until it is done", row["friction"]),
                ("Brings", row["key_benefit"]),
                ("Hard about it", row["primary_challenge"]),
            ]
        )
    return blocks


def _stage(row: Row, titles: dict[str, str]) -> list[Markup]:
    return _facts(
        [
            ("Clears", [titles.get(friction, friction) for friction in row.get("fixes") or []]),
            ("Brings", row.get("key_benefit")),
            ("Hard from here", row.get("primary_challenge")),
            ("Tools", row.get("tooling")),
            ("Leads on", row.get("practices")),
        ]
    )


def _facts(facts: Facts) -> list[Markup]:
    """What is said, as terms and their meanings; nothing where nothing is."""
    said = [(term, [value] if isinstance(value, str) else value) for term, value in facts if value]
    items = (join([tag("dt", term), tag("dd", _listed(values))]) for term, values in said)
    return [tag("dl", *items)] if said else []


def _listed(values: list[str]) -> Markup:
    return join(values, " ") if len(values) < 2 else tag("ul", *(tag("li", value) for value in values))


def _conditions(stage: int, mine: list[Row]) -> Markup:
    rows = [
        [
            tag("a", human(c["signal"]), href=signal_address(c["signal"])) if c["signal"] else human(c["condition"]),
            needs(c["comparison"], c["threshold"], c["unit"], share=is_share(c["unit"], c["kind"], c["threshold"])),
            str(c["window"] or "–").removeprefix("T"),
            c["asked"] or "–",
            c["why"] or "–",
        ]
        for c in mine
    ]
    return table(
        ["Condition", "Needs", "Months", "Asked", "Why"],
        rows,
        caption=f"Conditions of stage {stage}",
        class_="stack rules",
    )
