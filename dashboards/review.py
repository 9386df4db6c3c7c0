"""When a program was last reviewed, and when it is due again: every six to twelve months, the weakest job first."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pandas as pd

from dashboards.facts import Ladder, Program
from dashboards.html import Markup, tag
from dashboards.published import records
from dashboards.words import day, job_work, month_name, present

SOONEST_MONTHS, LATEST_MONTHS = 6, 12
LAST = "select max(reviewed_on) as reviewed_on from review where program_id = $program_id"


def review_line(connection: duckdb.DuckDBPyConnection, program: Program, lead: Ladder | None, as_of: Any) -> Markup:
    """The paragraph about reviews; nothing before the first run."""
    if not present(as_of):
        return Markup("")
    last = records(connection, LAST, program_id=program.program_id)[0]["reviewed_on"]
    row = program.now(lead.model) if lead else None
    job = row["bottleneck_job"] if row else None
    first = f", {job_work(job)} first" if job else ""
    return tag("p", sentence(last if present(last) else None, as_of, first), class_="muted")


def sentence(last: date | None, as_of: date, first: str = "") -> str:
    """`Last review on 12 May 2026; the next is due from November 2026 to May 2027, delivery first.`"""
    if last is None:
        return f"No formal review is on record; one is due every six to twelve months{first}."
    due, late = (pd.Timestamp(last) + pd.DateOffset(months=months) for months in (SOONEST_MONTHS, LATEST_MONTHS))
    now = pd.Timestamp(as_of)
    if now > late:
        when = f"the next has been overdue since {month_name(late)}"
    elif now >= due:
        when = f"the next is due now, by {month_name(late)} at the latest"
    else:
        when = f"the next is due from {month_name(due)} to {month_name(late)}"
    return f"Last formal review on {day(last)}; {when}{first}."
