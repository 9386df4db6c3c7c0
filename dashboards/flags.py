"""The events of a program as numbered flags: the same number in every figure and in the list of them."""

from __future__ import annotations

import pandas as pd

from dashboards.small_multiples import Flag
from dashboards.theme import points_of
from dashboards.words import month_name

# a text that several frictions give of one month is said once
MONTHS_EVENTS = """month_event as (
    select month, string_agg(text, '; ' order by friction, text) as events
    from (
        select month, rtrim(text, '.') as text, min(friction) as friction
        from friction_event where program_id = $program_id and month <= $month group by all
    )
    group by month
)"""
MOST_FLAGS = 9  # the latest; their numbers have one digit, so that neighbours stay apart


def flags(rows: pd.DataFrame, column: str = "events") -> list[Flag]:
    """The latest months in which something happened, numbered from the oldest of them. `rows` has `month` and the
    month's events as one text in `column`; a month may be in several rows."""
    told = rows[rows[column].notna()].drop_duplicates("month").sort_values("month").tail(MOST_FLAGS)
    return [Flag(number, point["month"], str(point[column])) for number, point in enumerate(points_of(told), 1)]


def flag_notes(rows: pd.DataFrame, column: str = "events") -> list[str]:
    """`3 in March 2026: what happened.`, the latest first."""
    return [
        f"{flag.number} in {month_name(flag.month)}: {flag.text.rstrip('.')}." for flag in reversed(flags(rows, column))
    ]
