"""The page of all programs: one sentence, how many stand where, who needs a look, one table to sort and search."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dashboards import sentences
from dashboards.addresses import program_address
from dashboards.charts import charts
from dashboards.drawings import stage_sparkline
from dashboards.facts import Ladder, Site
from dashboards.html import Markup, csv_text, join, name, table, tag
from dashboards.layout import Files, chart_section, document, download, section
from dashboards.standing import Standing
from dashboards.words import CAUSES, JOBS, counted, day, exact, human, job_work, level, month_name, present, trend

MOST_NAMED = 10
CSV = "data/programs.csv"
TOLD = ("program_id", "name", "month")
COLUMNS = ("stage", "stage_low", "stage_high", "confidence", "bottleneck_job", "change_cause")


def portfolio_page(connection: duckdb.DuckDBPyConnection, site: Site, programs: list[Standing], files: Files) -> None:
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
        ladders = list(site.ladders.values())
        placed = [one for one in programs if one.stage(lead.model) is not None]
        unplaced = [one for one in programs if one.stage(lead.model) is None]
        parts += [
            tag("p", summary(programs, lead), class_="lede"),
            _counts(programs, ladders),
            _look_first(programs),
        ]
        if placed:
            parts += [section("Every program", _tools(placed, lead), _placed(placed, ladders))]
        if unplaced:
            parts.append(_unplaced(unplaced, lead))
        _csv(programs, ladders, files)
        for chart in charts("portfolio"):
            for ladder in ladders if "$model" in chart.query else ladders[:1]:
                key = chart.name if ladder is lead else f"{chart.name}-{ladder.model}"
                parts.append(
                    chart_section(
                        connection,
                        chart,
                        files,
                        folder="data",
                        key=key,
                        title=chart.title if len(ladders) == 1 else f"{chart.title}, {ladder.title}",
                        model=ladder.model,
                    )
                )
    files.write(
        "index.html", document(title="Programs · Waystage", body=join(parts), run=site.run, current="index.html")
    )


def summary(programs: Sequence[Standing], ladder: Ladder) -> str:
    """`3 of 42 programs moved in October 2026; 2 need attention.`"""
    moved = sum(
        ladder.model in p.now and ladder.model in p.before and p.stage(ladder.model) != p.before[ladder.model]["stage"]
        for p in programs
    )
    months = [p.month for p in programs if p.month]
    when = f" in {month_name(max(months))}" if months else ""
    unplaced = sum(p.stage(ladder.model) is None for p in programs)
    look = sum(bool(p.attention) for p in programs)
    of_all = counted(len(programs), "program")
    text = f"{exact(moved)} of {of_all} moved{when}" if moved else f"None of {of_all} moved{when}"
    text += f"; {exact(look)} {'needs' if look == 1 else 'need'} attention." if look else "; none needs attention."
    return text + (f" {counted(unplaced, 'program')} cannot be placed yet for want of data." if unplaced else "")


def _counts(programs: list[Standing], ladders: list[Ladder]) -> Markup:
    """How many programs stand at which stage of each model; those without enough data in a column of their own."""
    stages = sorted({step.stage for ladder in ladders for step in ladder.steps})
    rows: list[list[object]] = []
    for ladder in ladders:
        standing = [program.stage(ladder.model) for program in programs]
        cells: list[object] = [ladder.title]
        for stage in stages:
            known = any(step.stage == stage for step in ladder.steps)
            what = join([tag("strong", exact(standing.count(stage))), tag("small", ladder.name(stage))])
            cells.append(what if known else "")
        rows.append([*cells, join([tag("strong", exact(standing.count(None))), tag("small", "cannot be placed")])])
    return table(
        ["Model", *(f"Stage {stage}" for stage in stages), "Not enough data"],
        rows,
        caption="How many programs stand at which stage",
        class_="stack counts",
    )


def _look_first(programs: list[Standing]) -> Markup:
    """The programs that need somebody's attention, those that fell first; nothing where none does."""
    look = sorted((one for one in programs if one.attention), key=lambda one: (not one.has_fallen, one.name))
    if not look:
        return Markup("")
    items = (
        tag(
            "li",
            tag("a", name(one.name), href=program_address(one.program_id)),
            f": {'; '.join(one.attention)}.",
        )
        for one in look[:MOST_NAMED]
    )
    more = len(look) - MOST_NAMED
    rest = tag("p", f"{counted(more, 'more', 'more')} below, marked by a line.", class_="muted") if more > 0 else ""
    return section("Look at these first", tag("ul", *items), rest)


def _tools(programs: list[Standing], lead: Ladder) -> Markup:
    stages = sorted({one.now[lead.model]["stage"] for one in programs})
    held_back = {one.now[lead.model]["bottleneck_job"] for one in programs} - {None, ""}
    jobs = sorted(held_back, key=lambda job: (job not in JOBS, list(JOBS).index(job) if job in JOBS else 0, job))
    shows = [("rose", "rose"), ("fell", "fell"), ("look", "need attention")]
    return tag(
        "div",
        _field("Search", "search", tag("input", type="search", id="search", autocomplete="off")),
        _field("Stage", "stage-filter", _choice("stage-filter", [(stage, stage) for stage in stages])),
        _field("Held back by", "job-filter", _choice("job-filter", [(job, job_work(job)) for job in jobs])),
        _field("Only those that", "change-filter", _choice("change-filter", shows)),
        tag("p", counted(len(programs), "program"), id="shown", role="status", class_="muted"),
        class_="tools screen needs-script",
    )


def _field(label: str, key: str, control: Markup) -> Markup:
    return tag("span", tag("label", label, for_=key), " ", control, class_="field")


def _choice(key: str, options: Sequence[tuple[object, object]]) -> Markup:
    every = tag("option", "all", value="")
    return tag("select", every, *(tag("option", text, value=value) for value, text in options), id=key)


def _placed(programs: list[Standing], ladders: list[Ladder]) -> Markup:
    headings = ["Program", "Stage", "13 months", "Held back by", "Top friction", "How sure", "Data through"]
    return tag(
        "div",
        table(
            headings,
            [_row(program, ladders) for program in programs],
            caption=f"Programs by {ladders[0].title} stage",
            class_="stack sortable programs",
        ),
        tag("p", download(CSV, 0), class_="screen"),
    )


def _row(program: Standing, ladders: list[Ladder]) -> list[object]:
    lead = ladders[0]
    now, top, job = program.now[lead.model], program.friction, program.now[lead.model]["bottleneck_job"]
    friction = f"{human(top['title'])}, {level(top['level'])}, {trend(top['trend'])}" if top else "none seen"
    others = []
    for ladder in ladders[1:]:
        if ladder.model in program.now:
            stage = program.stage(ladder.model)
            others.append(f"{ladder.title}: {'unknown' if stage is None else stage}")
    span = sentences.stage_range(now)
    beside = "; ".join([*([f"could be {span}"] if span else []), *others])
    through = program.through
    return [
        join(
            [
                tag("a", name(program.name), href=program_address(program.program_id)),
                tag("small", "; ".join(program.attention), class_="attention") if program.attention else "",
            ]
        ),
        _sortable(
            now["stage"],
            tag("strong", now["stage"]),
            f" {now['stage_name'] or lead.name(now['stage'])}",
            tag("small", beside) if beside else "",
        ),
        _sortable(
            program.rise(lead.model), stage_sparkline(program.history, lead), tag("small", _change(program, lead))
        ),
        _sortable(job or "~", job_work(job) if job else "nothing seen"),
        _sortable(-(top["level"] if top else -1), friction),
        _sortable(0 if present(now["pending_stage"]) else now["confidence"] or 0, sentences.how_sure(now)),
        _sortable(f"{through:%Y%m%d}" if present(through) else "", day(through) if present(through) else "unknown"),
    ]


def _change(program: Standing, lead: Ladder) -> str:
    """`up from 3: the evidence changed`, `as in May`; said of the month before."""
    before, now = program.before.get(lead.model), program.now[lead.model]
    if before is None:
        return "first month"
    if before["stage"] == now["stage"]:
        return f"as in {before['month']:%B}"
    cause = f": {CAUSES[now['change_cause']]}" if now["change_cause"] in CAUSES else ""
    if not present(before["stage"]):
        return f"newly placed{cause}"
    return f"{'up' if now['stage'] > before['stage'] else 'down'} from {before['stage']}{cause}"


def _csv(programs: list[Standing], ladders: list[Ladder], files: Files) -> None:
    """Every program under every model, placed or not."""
    rows = [
        [
            program.program_id,
            program.name,
            program.month,
            ladder.model,
            *(now[column] for column in COLUMNS),
            (program.before.get(ladder.model) or {}).get("stage"),
            program.friction["friction"] if program.friction else None,
            program.friction["trend"] if program.friction else None,
            "; ".join(program.attention),
        ]
        for program in programs
        for ladder in ladders
        if (now := program.now.get(ladder.model)) is not None
    ]
    headings = [*TOLD, "model", *COLUMNS, "stage_before", "top_friction", "trend", "attention"]
    files.write(CSV, csv_text(headings, rows))


def _sortable(key: object, *content: object) -> Markup:
    return tag("span", *content, data_sort=key)


def _unplaced(programs: list[Standing], lead: Ladder) -> Markup:
    rows: list[list[object]] = []
    for program in programs:
        now = program.now.get(lead.model)
        span = sentences.stage_range(now) if now else ""
        rows.append(
            [
                tag("a", name(program.name), href=program_address(program.program_id)),
                f"stages {span}" if span else "any stage",
                "; ".join(program.missing) or "an LMS, knowledge-base or ticket export",
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
