"""The page of one signal: what it is, how it is measured, what is asked of it, and where each program stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from dashboards import sentences
from dashboards.addresses import file_name, program_address, signal_address
from dashboards.charts import charts
from dashboards.drawings import sparkline
from dashboards.facts import Site, site
from dashboards.html import Markup, join, name, table, tag
from dashboards.layout import Files, chart_section, document, section
from dashboards.published import Row, records
from dashboards.small_groups import TOO_FEW
from dashboards.words import (
    DIRECTIONS,
    UNITS,
    amount,
    counted,
    exact,
    human,
    interval,
    is_share,
    job_title,
    month_short,
    needs,
    present,
)

SIGNALS = """
with seen as (
    select signal, min(unit) as unit from signal group by signal
)
select c.* replace (coalesce(c.signal, seen.signal) as signal, coalesce(c.unit, seen.unit) as unit)
from signal_catalogue as c full join seen on seen.signal = c.signal
order by coalesce(c.signal, seen.signal)
"""
FRICTIONS = "select friction, title from friction_catalogue order by friction"
ASKED = """
select * from condition_catalogue where signal is not null order by signal, model, stage, condition
"""
NOW = """
with judged as (
    select program_id, max(month) filter (not coalesce(is_provisional, false)) as last_month
    from stage group by program_id
),
recent as (
    select s.*, row_number() over (partition by s.program_id order by s.month desc) as age,
        list(s.value) over (partition by s.program_id order by s.month) as series
    from signal as s join judged using (program_id)
    where s.signal = $signal and s.month <= coalesce(judged.last_month, s.month)
        and s.month > coalesce(judged.last_month, s.month) - interval 13 month
)
select coalesce(p.name, p.program_id) as name, recent.*
from recent join program as p using (program_id)
where age = 1
order by name, program_id
"""
METHODS = {
    "share": "Wilson score interval of a share, from how many were counted.",
    "state_share": "Wilson score interval of a share of what there is at the month's end.",
    "rate": "Exact interval of a Poisson rate: so many events in so much exposure.",
    "ratio": "Exact interval of a quotient of two counts, from the share that the first has of both.",
    "count": "Exact interval of a Poisson count.",
    "median": "Interval of a median by the order of the values.",
    "difference": "Interval of a difference between two groups, as the query gives it.",
}
CENSUS = "None: everything there is was seen, so that chance has no part in the value."
WITHOUT_HEAD = "One row per program and month: "


def signals(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """What is published of each signal, by name; those that were measured and are described nowhere, too."""
    return records(connection, SIGNALS)


def signal_pages(connection: duckdb.DuckDBPyConnection, files: Files, rows: Sequence[Row]) -> list[None]:
    """Write the pages of the given signals and their downloads."""
    shared = site(connection)
    asked: dict[str, list[Row]] = {}
    for condition in records(connection, ASKED):
        asked.setdefault(condition["signal"], []).append(condition)
    titles = {row["friction"]: row["title"] for row in records(connection, FRICTIONS)}
    for signal in rows:
        key = signal["signal"]
        drawn = [
            chart_section(
                connection,
                chart,
                files,
                folder=f"data/signals/{file_name(key, 'signal')}",
                depth=1,
                signal=key,
            )
            for chart in charts("signal")
        ]
        parts = [
            *_heading(signal),
            *drawn,
            _programs(records(connection, NOW, signal=key), signal),
            _measured(signal, titles),
            _asked(asked.get(key, []), signal, shared),
            _query(signal),
        ]
        page = document(
            title=f"{human(key)} · Waystage", body=join(parts), run=shared.run, depth=1, current="method.html"
        )
        files.write(signal_address(key), page)
    return []


def formula(description: str | None) -> str:
    """The formula without the grain it opens with, which is the same for all."""
    text = (description or "").removeprefix(WITHOUT_HEAD)
    return text[:1].upper() + text[1:]


def _heading(signal: Row) -> list[Markup]:
    key = signal["signal"]
    return [
        tag("div", tag("h1", human(key)), tag("p", tag("code", key), class_="muted"), class_="heading"),
        tag("p", formula(signal["description"]) or "No definition of this signal is published.", class_="lede"),
    ]


def _measured(signal: Row, titles: dict[str, str]) -> Markup:
    unit, direction = signal["unit"] or "", signal["direction"] or ""
    facts: list[tuple[str, Any]] = [
        ("Unit", UNITS.get(unit, unit)),
        ("Read as", DIRECTIONS.get(direction, direction)),
        ("Job", job_title(signal["job"]) if signal["job"] else None),
        ("Sources", sentences.source_words(signal["sources"])),
        ("Columns needed", signal["fields"]),
        ("Months", _months(signal)),
        (
            "Smallest sample",
            f"{signal['minimum_sample']:g}; below it is unknown" if present(signal["minimum_sample"]) else None,
        ),
        ("95% interval", CENSUS if signal["census"] else METHODS.get(signal["kind"] or "", signal["kind"])),
        ("Speaks for", ", ".join(human(titles.get(one, one)) for one in (signal["friction"] or "").split(", ") if one)),
        ("Standing", signal["lifecycle"]),
        ("Mind", signal["notes"]),
    ]
    said = [join([tag("dt", term), tag("dd", text)]) for term, text in facts if text]
    return section("How it is measured", tag("dl", *said) if said else tag("p", "Nothing more is published."))


def _months(signal: Row) -> str | None:
    window = signal["window"]
    if not window:
        return None
    months = int(str(window).removeprefix("T"))
    if months == 1:
        return "each month by itself"
    if signal["pooled"] == "sql":
        return f"each value looks back over {counted(months, 'month')}"
    return f"judged over the fewest latest months that reach the smallest sample, {months} at most"


def _asked(conditions: list[Row], signal: Row, shared: Site) -> Markup:
    if not conditions:
        return section("What is asked of it", tag("p", "No condition reads it: it is told, not judged."))
    rows = []
    for condition in conditions:
        ladder = shared.ladders.get(condition["model"])
        where = f"{ladder.title if ladder else condition['model']}, stage {condition['stage']}"
        share = is_share(signal["unit"], signal["kind"], condition["threshold"])
        rows.append(
            [
                join([where, tag("small", condition["stage_name"] or "")]),
                needs(condition["comparison"], condition["threshold"], signal["unit"], share=share) or "–",
                condition["asked"] or "–",
                condition["why"] or "–",
                condition["next_step_text"] or "–",
            ]
        )
    return section(
        "What is asked of it",
        table(
            ["Condition of", "Needs", "Asked", "Why", "What helps"],
            rows,
            caption="Conditions that read this signal",
            class_="stack asked",
        ),
    )


def _programs(rows: list[Row], signal: Row) -> Markup:
    if not rows:
        return section("Programs", tag("p", "It has not been measured yet."))
    known = [row for row in rows if present(row["value"]) or row["is_small"]]
    silent = len(rows) - len(known)
    says = f"{counted(silent, 'program')} without a value." if silent else "Every program has a value."
    if not known:
        return section("Programs", tag("p", says, class_="says"))
    cells = [_program_row(row, signal) for row in known]
    return section(
        "Programs",
        tag("p", says, class_="says"),
        table(
            ["Program", "Value", "Sample", "Month", "Last 13 months"],
            cells,
            caption=f"{human(signal['signal'])} by program",
            class_="stack",
            numeric=frozenset({2}),
        ),
    )


def _program_row(row: Row, signal: Row) -> list[object]:
    values = [float(value) if present(value) else None for value in row["series"]]
    share = is_share(signal["unit"], signal["kind"], *(value for value in values if value is not None))
    span = interval(row["low"], row["high"], signal["unit"], share=share)
    value = TOO_FEW if row["is_small"] else amount(row["value"], signal["unit"], share=share)
    ends = [amount(value, signal["unit"], share=share) for value in (values[0], values[-1])]
    return [
        tag("a", name(row["name"]), href=program_address(row["program_id"], depth=1)),
        join([tag("span", value), tag("small", span) if span else ""]),
        "–" if row["is_small"] or not present(row["sample_size"]) else exact(round(row["sample_size"])),
        month_short(row["month"]),
        sparkline(values, f"from {ends[0]} to {ends[1]} in {counted(len(values), 'month')}"),
    ]


def _query(signal: Row) -> Markup:
    if not signal["query"]:
        return Markup("")
    key = signal["signal"]
    return section(
        "Its query",
        tag(
            "p",
            "On the staging tables, one row per program and month. The same, in words: ",
            tag("code", f"waystage describe signal {key}"),
            " or ",
            tag("code", f"docs/reference/signals.md#{key}"),
            ".",
            class_="says",
        ),
        tag(
            "pre",
            tag("code", signal["query"].strip()),
            class_="scroll sql",
            tabindex="0",
            role="region",
            aria_label=f"SQL of {human(key)}",
        ),
    )
