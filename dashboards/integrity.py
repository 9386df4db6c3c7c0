"""What was left out of the numbers, and what looks odd in them: said of records, never of people."""

from __future__ import annotations

import duckdb

from dashboards.facts import Program
from dashboards.html import Markup, join, name, table, tag
from dashboards.layout import section
from dashboards.published import records
from dashboards.words import amount, exact, month_name, present

FLAGS = """
select e.month, e.text from friction_event as e join event_catalogue as c using (kind)
where c.is_integrity and e.program_id = $program_id
    and e.month <= $month and e.month > cast($month as date) - interval 12 month
order by e.month desc, e.kind
"""
LEFT_OUT = """
select numerator, denominator, value from signal
where signal = 'excluded_activity_share' and program_id = $program_id and month = $month
"""
LEFT_OUT_OF_ALL = """
with last_month as (
    select program_id, max(month) as month from stage where not coalesce(is_provisional, false) group by program_id
)
select coalesce(p.name, l.program_id) as name, l.month, s.numerator, s.denominator, s.value, bot.value as bots
from last_month as l
join signal as s on s.program_id = l.program_id and s.month = l.month and s.signal = 'excluded_activity_share'
left join signal as bot on bot.program_id = l.program_id and bot.month = l.month and bot.signal = 'bot_view_share'
left join program as p on p.program_id = l.program_id
order by name, l.program_id
"""


def worth_a_look(connection: duckdb.DuckDBPyConnection, program: Program) -> Markup:
    """The flags of the last twelve months; nothing where there are none."""
    rows = records(connection, FLAGS, program_id=program.program_id, month=program.month)
    if not rows:
        return join([])
    says = "This may make the program look more mature than it is. It need not: each says what would settle it."
    return section("Worth a look", tag("p", says, class_="says"), tag("ul", *(tag("li", row["text"]) for row in rows)))


def left_out(connection: duckdb.DuckDBPyConnection, program: Program) -> tuple[str, str] | None:
    """How much of the month's activity counts for nobody; None where that is not known."""
    for row in records(connection, LEFT_OUT, program_id=program.program_id, month=program.month):
        if program.month and present(row["value"]):
            share = amount(row["value"], None, share=True)
            return (
                f"{share} of activity is left out. ",
                f"In {month_name(program.month)} {exact(row['numerator'])} of {exact(row['denominator'])} records were "
                "by staff, test users or bots, as far as they are known.",
            )
    return None


def left_out_section(connection: duckdb.DuckDBPyConnection) -> Markup:
    """How much of each program's last complete month is left out; nothing where nobody knows."""
    rows = [row for row in records(connection, LEFT_OUT_OF_ALL) if present(row["value"])]
    if not rows:
        return join([])
    cells = [
        [
            name(row["name"]),
            month_name(row["month"]),
            exact(row["denominator"]),
            exact(row["numerator"]),
            amount(row["value"], None, share=True),
            amount(row["bots"], None, share=True) if present(row["bots"]) else "–",
        ]
        for row in rows
    ]
    says = (
        "Views, searches, votes, enrolments, learning, guides, live sessions and tickets of staff, test users and bots "
        "count for nobody. A bot is known by what it does: a hundred items within ten minutes, or views in twenty "
        "hours of a day."
    )
    headings = ["Program", "Month", "Records", "Left out", "Share", "Views by bots"]
    return section(
        "Left out",
        tag("p", says, class_="says"),
        table(headings, cells, caption="Left out", class_="stack", numeric=frozenset({2, 3, 4, 5})),
    )
