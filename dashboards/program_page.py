"""The page of one program, in the order a leader reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from dashboards import sentences
from dashboards.addresses import file_name
from dashboards.assessment_section import assessment_section
from dashboards.charts import charts
from dashboards.compared import compared, peers
from dashboards.conditions import conditions, trend
from dashboards.drawings import cells, path
from dashboards.facts import Ladder, Program, Site, program, site
from dashboards.html import Markup, join, name, table, tag
from dashboards.integrity import left_out, worth_a_look
from dashboards.layout import Files, chart_section, document, section, sentences_row
from dashboards.leader_questions import NEED, SURE, questions_nav
from dashboards.published import Row
from dashboards.review import review_line
from dashboards.standing import Standing, standing
from dashboards.words import day, human, job_title, present

PRINTED_REASONS = 3  # as many as fit on one sheet with the rest


def program_pages(connection: duckdb.DuckDBPyConnection, files: Files, rows: Sequence[Row]) -> list[Standing]:
    """Write the pages of the programs whose rows in `program` are given; where each stands, in their order."""
    shared, others = site(connection), peers(connection)
    standings = []
    for row in rows:
        one = program(connection, row)
        program_page(connection, shared, one, others, files)
        standings.append(standing(shared, one))
    return standings


def program_page(
    connection: duckdb.DuckDBPyConnection,
    shared: Site,
    one: Program,
    others: Mapping[str, Mapping[int, int]],
    files: Files,
) -> None:
    """Add the page of `one` and its downloads to `files`."""
    lead, key = shared.lead, file_name(one.program_id)
    ladders = list(shared.ladders.values())
    parts: list[Markup] = [_heading(shared, one, lead)]
    if lead is not None:
        parts += [_verdict(one, ladders), questions_nav(), _jobs(one, lead)]
    for chart in charts("program"):
        parts.append(
            chart_section(
                connection,
                chart,
                files,
                folder=f"data/{key}",
                depth=1,
                program_id=one.program_id,
                model=lead.model if lead else None,
                month=one.month,
            )
        )
    parts.append(assessment_section(connection, one, ladders))
    review = review_line(connection, one, lead, shared.run.get("as_of"))
    parts += [
        conditions(one, ladders, files, f"data/{key}/conditions.csv"),
        compared(one, ladders, others),
        worth_a_look(connection, one),
        tag("div", _unknown(one, left_out(connection, one)), _changed(one, ladders, review), class_="pair"),
        _through(one),
    ]
    files.write(
        f"programs/{key}.html",
        document(title=f"{one.name} · Waystage", body=join(parts), run=shared.run, depth=1, current=""),
    )


def _heading(site: Site, program: Program, lead: Ladder | None) -> Markup:
    row = program.now(lead.model) if lead else None
    facts = []
    through = program.observed_through()
    if present(through):
        facts.append(f"data through {day(through)}")
    if present(site.run.get("as_of")):
        facts.append(f"judged as of {day(site.run['as_of'])}")
    if row and lead and row["rules_version"]:
        facts.append(f"rules {lead.model} {row['rules_version'].split('+')[0]}")
    return tag(
        "div",
        tag("h1", name(program.name), class_="long" if len(program.name) > 60 else None),
        tag("p", sentences_row(facts), class_="muted"),
        class_="heading",
    )


def _verdict(program: Program, ladders: list[Ladder]) -> Markup:
    lead, others = ladders[0], ladders[1:]
    row = program.now(lead.model)
    standing = sentences.standing(program, lead)
    standing[0] = standing[0][:1].upper() + standing[0][1:]
    notes = [sentences.other_model(program, ladder) for ladder in others]
    soon = sentences.in_progress(program, lead)
    job, evidence = sentences.holding_back(program, lead)
    step, distance = sentences.next_step(program, lead)
    asks = []
    if job:
        asks.append(
            tag(
                "div",
                tag("h2", "What holds it back"),
                tag("p", tag("strong", f"{job[:1].upper()}{job[1:]}. "), evidence),
            )
        )
    if step:
        asks.append(
            tag(
                "div",
                tag("h2", "The next step", id=NEED),
                tag("p", tag("strong", step)),
                tag("p", distance) if distance else "",
            )
        )
    return tag(
        "div",
        tag(
            "div",
            tag("p", sentences.headline(row, lead), class_="headline"),
            tag("p", sentences_row(standing), id=SURE),
            path(lead, row),
            tag("p", " ".join([*notes, *([soon] if soon else [])]), class_="muted") if notes or soon else "",
            class_="standing",
        ),
        tag("div", *asks, class_="asks") if asks else "",
        class_="verdict",
    )


def _jobs(program: Program, lead: Ladder) -> Markup:
    mine = {job["job"]: job for job in program.jobs if job["model"] == lead.model}
    if not mine:
        return Markup("")
    rows = []
    for key, job in mine.items():
        findings = [
            f
            for f in program.findings
            if f["model"] == lead.model and f["job"] == key and f["outcome"] != "not_applicable"
        ]
        met = sum(f["outcome"] in {"met", "waived"} for f in findings)
        unknown = sum(f["outcome"] in {"unknown", "error"} for f in findings)
        tally = (
            f"{met} of {len(findings)} conditions met" + (f", {unknown} unknown" if unknown else "") if findings else ""
        )
        finding = program.finding(lead.model, job["deciding_condition"])
        deciding: Markup | str = "–"
        line: Markup | str = "–"
        if finding is not None:
            deciding = join(
                [
                    sentences.title(finding),
                    " ",
                    tag("strong", sentences.reading(finding)),
                    f" (needs {sentences.requirement(finding)}{sentences.allowance(finding)})",
                ]
            )
            line = trend(program, finding)
        state = sentences.job_state(job, lead)
        rows.append(
            [
                job_title(key),
                join([tag("strong", state[:1].upper() + state[1:]), cells(findings), tag("small", tally)]),
                deciding,
                line,
            ]
        )
    return section(
        "Three jobs" if len(rows) == 3 else "Jobs",
        table(
            ["Job", "State", "Decided by", "Last 13 months"],
            rows,
            caption="Each job with the condition that decides it",
            class_="stack jobs",
        ),
        class_="job-strip",
    )


def _unknown(program: Program, left_out: tuple[str, str] | None) -> Markup:
    reasons = [
        (f"{reason[:1].upper()}{reason[1:]}. ", sentences.left_open(findings))
        for reason, findings in sentences.unknowns(program)
    ]
    for row in program.coverage:
        if row["status"] in {"stale", "rejected", "missing"}:
            through = f", seen through {day(row['observed_through'])}" if present(row["observed_through"]) else ""
            reasons.append((f"{row['source']} ({human(row['entity']).lower()}) is {row['status']}", f"{through}."))
    if left_out:
        reasons.append(left_out)
    if not reasons:
        known = "Every condition could be assessed and every source is current."
        return section("What we do not know", tag("p", known if program.findings else "Nothing is known yet."))
    items = (
        tag("li", tag("strong", reason), rest, class_="screen" if index >= PRINTED_REASONS else None)
        for index, (reason, rest) in enumerate(reasons)
    )
    more = len(reasons) - PRINTED_REASONS
    note = tag("p", f"And {more} more on the web page.", class_="paper") if more > 0 else ""
    return section("What we do not know", tag("ul", *items), note)


def _through(program: Program) -> Markup:
    """How far each source reaches, the one behind the others first."""
    reach = sorted(
        (row["observed_through"], row["source"]) for row in program.coverage if present(row["observed_through"])
    )
    if not reach:
        return Markup("")
    told = (join([tag("strong", name(source)), f" {day(through)}"]) for through, source in reach)
    items = (tag("span", one, class_="clause") for one in told)
    more = tag("a", "More under data quality", href="../data-quality.html")
    return section("Data through", tag("p", join(items, " · ")), tag("p", more), class_="screen")


def _changed(program: Program, ladders: list[Ladder], review: Markup) -> Markup:
    lines = sentences.changes(program, ladders)
    return section(
        "What changed",
        tag("ul", *(tag("li", line) for line in lines))
        if lines
        else tag("p", "There is no earlier month to compare with."),
        review,
    )
