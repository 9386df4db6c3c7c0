"""Where those who run a program see it, beside where its exports do."""

from __future__ import annotations

import duckdb

from dashboards.facts import Ladder, Program
from dashboards.html import Markup, join, table, tag
from dashboards.layout import section
from dashboards.published import Row, records
from dashboards.words import counted, day, human

ASSESSMENT = "select * from assessment where program_id = $program_id and model = $model"
ANSWERS = "select * from assessment_answer where program_id = $program_id and model = $model order by position"
GAPS = {"more_said_than_shown": "said, not shown", "more_shown_than_said": "shown, not said"}
ANSWER = {"fully": "fully true", "partly": "partly true", "not_yet": "not yet true", "not_known": "not known"}


def assessment_section(connection: duckdb.DuckDBPyConnection, program: Program, ladders: list[Ladder]) -> Markup:
    """The section, under every model that the program was assessed under; nothing where it never was."""
    blocks: list[Markup] = []
    for ladder in ladders:
        for row in records(connection, ASSESSMENT, program_id=program.program_id, model=ladder.model):
            answers = records(connection, ANSWERS, program_id=program.program_id, model=ladder.model)
            blocks += _of_model(program, ladder, row, answers)
    return section("What you say and what the exports say", *blocks, class_="screen") if blocks else Markup("")


def _of_model(program: Program, ladder: Ladder, row: Row, answers: list[Row]) -> list[Markup]:
    apart = [answer for answer in answers if answer["gap"] in GAPS]
    compared = sum(answer["gap"] != "cannot_be_told" for answer in answers)
    now = program.now(ladder.model)
    differ = "differs" if len(apart) == 1 else "differ"
    seen = f"; the exports say {_span(now)}" if now else ""
    said = tag(
        "p",
        f"{ladder.title}: on {day(row['assessed_on'])} you put the program at stage {_span(row)}{seen}. "
        f"{len(apart)} of {counted(compared, 'statement')} that can be compared {differ}.",
        class_="says",
    )
    if not apart:
        return [said]
    rows = [
        [
            answer["says"],
            str(answer["stage"]),
            ANSWER.get(answer["answer"], answer["answer"]),
            join([tag("strong", GAPS[answer["gap"]]), " ", tag("small", _conditions(answer))]),
        ]
        for answer in apart
    ]
    caption = f"Statements on which the two differ, {ladder.title}"
    return [said, table(["Statement", "Stage", "You say", "Difference"], rows, caption=caption, class_="stack")]


def _conditions(answer: Row) -> str:
    return ", ".join(human(name).lower() for name in answer["conditions"])


def _span(row: Row) -> str:
    low, high = row["stage_low"], row["stage_high"]
    return str(low) if low == high else f"{low}–{high}"
