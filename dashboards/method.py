"""The page of how it is judged: the models and thresholds in force, the signals, the frictions, the words."""

from __future__ import annotations

import duckdb

from dashboards.addresses import signal_address
from dashboards.facts import Site
from dashboards.html import Markup, join, tag
from dashboards.layout import Files, document, section
from dashboards.model_section import model_section
from dashboards.published import Row, records
from dashboards.sentences import source_words
from dashboards.signal_page import formula, signals
from dashboards.words import DIRECTIONS, human, present

CONDITIONS = """
with latest as (
    select distinct model, stage, condition, signal, comparison, threshold from finding
    where month = (select max(month) from finding)
),
rule as (
    select * from condition_catalogue
    union all by name
    select * from latest where model not in (select distinct model from condition_catalogue)
)
select rule.*, s.kind, coalesce(s.unit, m.unit) as unit
from rule left join signal_catalogue as s using (signal)
left join (select signal, min(unit) as unit from signal group by signal) as m using (signal)
order by rule.model, rule.stage, rule.asked <> 'each', rule.asked, rule.condition
"""
FRICTIONS = "select * from friction_catalogue order by friction"


def method_page(connection: duckdb.DuckDBPyConnection, site: Site, files: Files) -> None:
    """Add method.html to `files`."""
    conditions = records(connection, CONDITIONS)
    parts: list[Markup] = [
        tag("div", tag("h1", "Method"), class_="heading"),
        tag(
            "p",
            "A stage is held when its conditions and those of every lower stage are met. It says which jobs are "
            "solved, not how much content there is, and it grades no person.",
            class_="lede",
        ),
        _words(),
        *(
            model_section(connection, ladder, [c for c in conditions if c["model"] == ladder.model])
            for ladder in site.ladders.values()
        ),
        _signals(signals(connection)),
        _frictions(records(connection, FRICTIONS)),
    ]
    files.write(
        "method.html",
        document(title="Method · Waystage", body=join(parts), run=site.run, current="method.html", with_figures=False),
    )


def _words() -> Markup:
    terms = (
        ("Met, not met", "The signal reaches the threshold over so many months as the condition says, or does not."),
        (
            "Unknown",
            "A source is missing or the sample is too small. Unknown never raises and never lowers a stage.",
        ),
        (
            "Could not be measured",
            "The signal failed, or gave a number that cannot be. It counts as unknown; the reason says what was seen.",
        ),
        (
            "Does not apply",
            "The condition has no meaning for this program, such as translations where everyone shares a language.",
        ),
        (
            "Range",
            "The lowest and highest stage the evidence allows: unknowns read as not met, and as met; what is missed by "
            "so little that the sample may have missed it by chance is read as met, too, for the highest. "
            "It narrows once two months in a row agree.",
        ),
        (
            "Sureness",
            "Probability of the stage: very sure from 90%, fairly sure from 70%, leaning from 50%, unsure below.",
        ),
        (
            "Waiting",
            "A new stage is announced once two months in a row agree; none the other way for four months after.",
        ),
        ("Month in progress", "Hatched in figures; verdicts speak of the last complete month."),
        (
            "Interval",
            "The second figure under a value: where the true value lies with 95% confidence, given the sample.",
        ),
    )
    return section("Words", tag("dl", *(join([tag("dt", term), tag("dd", meaning)]) for term, meaning in terms)))


def _signals(rows: list[Row]) -> Markup:
    items = []
    for row in rows:
        facts = [row["unit"] or "", DIRECTIONS.get(row["direction"] or "", "")]
        if present(row["minimum_sample"]):
            facts.append(f"judged from a sample of {row['minimum_sample']:g}")
        if row["sources"]:
            facts.append(f"from {source_words(row['sources'])}")
        text = "; ".join(fact for fact in facts if fact)
        items.append(
            join(
                [
                    tag("dt", tag("a", human(row["signal"]), href=signal_address(row["signal"]))),
                    tag("dd", formula(row["description"]), tag("small", text) if text else ""),
                ]
            )
        )
    return section("Signals", tag("dl", *items) if items else tag("p", "No signal has been measured yet."))


def _frictions(rows: list[Row]) -> Markup:
    if not rows:
        return Markup("")
    items = (join([tag("dt", r["title"] or r["friction"]), tag("dd", r["description"] or "")]) for r in rows)
    return section("Frictions", tag("dl", *items))
