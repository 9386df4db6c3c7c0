"""The page of all programs: one sentence, one table to sort and search, one map of stages by month."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dashboards import sentences
from dashboards.addresses import program_address
from dashboards.charts import charts
from dashboards.drawings import stage_sparkline
from dashboards.facts import Ladder, Program, Site
from dashboards.html import Markup, csv_text, join, name, table, tag
from dashboards.layout import Files, chart_section, document, download, section
from dashboards.words import JOBS, counted, day, human, job_work, level, present

MONTHS = 13


def portfolio_page(connection: duckdb.DuckDBPyConnection, site: Site, programs: list[Program], files: Files) -> None:
    """Add index.html and its downloads to `files`."""
    lead = site.lead
    parts: list[Markup] = [tag("div", tag("h1", "Programs"), class_="heading")]
    if lead is None or not programs:
        parts.append(
            tag(
                "p",
                "Nothing has been judged yet. Run the nightly job with at least one program.",
                class_="lede",
            )
        )
    else:
        placed = [p for p in programs if (row := p.now(lead.model)) and present(row["stage"])]
        unplaced = [p for p in programs if p not in placed]
        parts.append(tag("p", sentences.portfolio(programs, lead), class_="lede"))
        if placed:
            parts += [_tools(placed, lead), _placed(placed, list(site.ladders.values()), files)]
        if unplaced:
            parts.append(_unplaced(unplaced, lead))
        for chart in charts("portfolio"):
            parts.append(chart_section(connection, chart, files, folder="data", model=lead.model))
    files.write(
        "index.html", document(title="Programs · Waystage", body=join(parts), run=site.run, current="index.html")
    )


def _tools(programs: list[Program], lead: Ladder) -> Markup:
    stages = sorted({row["stage"] for p in programs if (row := p.now(lead.model)) is not None})
    held_back = {row["bottleneck_job"] for p in programs if (row := p.now(lead.model)) and row["bottleneck_job"]}
    jobs = sorted(held_back, key=lambda job: (job not in JOBS, list(JOBS).index(job) if job in JOBS else 0, job))
    return tag(
        "div",
        _field("Search", "search", tag("input", type="search", id="search", autocomplete="off")),
        _field("Stage", "stage-filter", _choice("stage-filter", [(stage, stage) for stage in stages])),
        _field("Held back by", "job-filter", _choice("job-filter", [(job, job_work(job)) for job in jobs])),
        tag("p", counted(len(programs), "program"), id="shown", role="status", class_="muted"),
        class_="tools screen needs-script",
    )


def _field(label: str, key: str, control: Markup) -> Markup:
    return tag("span", tag("label", label, for_=key), " ", control, class_="field")


def _choice(key: str, options: Sequence[tuple[object, object]]) -> Markup:
    every = tag("option", "all", value="")
    return tag("select", every, *(tag("option", text, value=value) for value, text in options), id=key)


def _placed(programs: list[Program], ladders: list[Ladder], files: Files) -> Markup:
    lead = ladders[0]
    headings = [
        "Program",
        "Stage",
        "Last 13 months",
        "Held back by",
        "Its top friction",
        "How sure",
        "Data through",
    ]
    rows: list[list[object]] = []
    exported: list[list[object]] = []
    for program in programs:
        now = program.now(lead.model)
        assert now is not None  # noqa: S101 - placed programs have a row
        through = program.observed_through()
        look = sentences.attention(program, lead)
        top = sentences.felt(program, now["bottleneck_job"])
        friction = f"{human(top['title'])}, {level(top['level'])}, {top['trend']}" if top else "none seen"
        span = sentences.stage_range(now)
        history = [
            row["stage"] for row in program.stages[lead.model] if program.month and row["month"] <= program.month
        ]
        job = now["bottleneck_job"]
        others = [
            f"{ladder.title}: {other['stage'] if present(other['stage']) else 'unknown'}"
            for ladder in ladders[1:]
            if (other := program.now(ladder.model)) is not None
        ]
        rows.append(
            [
                join(
                    [
                        tag("a", name(program.name), href=program_address(program.program_id)),
                        tag("small", f"{'; '.join(look)}", class_="attention") if look else "",
                    ]
                ),
                _sortable(
                    now["stage"],
                    tag("strong", now["stage"]),
                    f" {now['stage_name'] or lead.name(now['stage'])}",
                    tag("small", "; ".join([*([f"could be {span}"] if span else []), *others]))
                    if span or others
                    else "",
                ),
                stage_sparkline(history[-MONTHS:], lead),
                _sortable(job or "~", job_work(job) if job else "nothing seen"),
                _sortable(-(top["level"] if top else -1), friction),
                _sortable(0 if present(now["pending_stage"]) else now["confidence"] or 0, sentences.how_sure(now)),
                _sortable(
                    f"{through:%Y%m%d}" if present(through) else "", day(through) if present(through) else "unknown"
                ),
            ]
        )
        exported.append(
            [
                program.program_id,
                program.name,
                now["month"],
                now["stage"],
                now["stage_low"],
                now["stage_high"],
                now["confidence"],
                job,
                top["friction"] if top else None,
                top["trend"] if top else None,
            ]
        )
    files.write(
        "data/programs.csv",
        csv_text(
            [
                "program_id",
                "name",
                "month",
                "stage",
                "stage_low",
                "stage_high",
                "confidence",
                "bottleneck_job",
                "top_friction",
                "trend",
            ],
            exported,
        ),
    )
    return tag(
        "div",
        table(headings, rows, caption=f"Programs by {lead.title} stage", class_="stack sortable programs"),
        tag("p", download("data/programs.csv", 0), class_="screen"),
    )


def _sortable(key: object, *content: object) -> Markup:
    return tag("span", *content, data_sort=key)


def _unplaced(programs: list[Program], lead: Ladder) -> Markup:
    rows: list[list[object]] = []
    for program in programs:
        now = program.now(lead.model)
        span = sentences.stage_range(now) if now else ""
        reasons = [reason for reason, _ in sentences.unknowns(program)][:3]
        rows.append(
            [
                tag("a", name(program.name), href=program_address(program.program_id)),
                f"stages {span}" if span else "any stage",
                "; ".join(reasons) or "an LMS, knowledge-base or ticket export",
            ]
        )
    return section(
        "Not enough data to place",
        tag("p", "These programs are not low: the evidence does not name a stage.", class_="says"),
        table(
            ["Program", "Possible", "What would settle it"],
            rows,
            caption="Programs without a named stage",
            class_="stack",
        ),
    )
