"""Times as people and screens write them, as ISO text: months by name in seven languages, and what only a source tells.

`5. März 2026, 14:05` says all by itself. `03/04/2026` needs its source's `date_order:`, and `5 Mar, 14:05`, which
leaves out the year, the day through which its source was observed: it is the last such time before that day ends.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from connectors.drafting.words import words

DateOrder = Literal["day_first", "month_first"]
YEARS = 9  # among which every day is found, the 29th of February too
CLOCK = (
    "(?:,? (?:(?:at|um|a las|as|om|a) )?([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,][0-9]+)?)?"
    " ?(?:([ap])[.]? ?m[.]?|uhr|h)?)?"
)
WEEKDAY = "(?:[a-z]+[.]?,? )?"
DAY_FIRST = (
    f"^{WEEKDAY}([0-9]{{1,2}})(?:st|nd|rd|th|er|[.])?[ /.-]{{1,2}}(?:de )?([a-z]{{3,}})[.]?"
    f"(?:,? (?:de )?([0-9]{{4}})|[/.-]([0-9]{{4}}|[0-9]{{2}}))?{CLOCK}$"
)
MONTH_FIRST = f"^{WEEKDAY}([a-z]{{3,}})[.]? ([0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? ([0-9]{{4}}))?(){CLOCK}$"
NUMBERS = f"^([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-](?:([0-9]{{4}})|([0-9]{{2}})){CLOCK}$"
REST = ["y", "yy", "h", "i", "s", "half"]  # year with four and with two digits, hour, minute, second, a or p


def iso_text(text: str, order: DateOrder | None, newest: str | None) -> str:
    """SQL for the ISO spelling of the time that `text` writes; for `text` itself where it is ISO, or writes none.

    `newest` is the day, as ISO text, that no time without a year is later than.
    """
    plain = f"lower(strip_accents(trim({text})))"
    ways = [_written(plain, DAY_FIRST, ["d", "m"], newest), _written(plain, MONTH_FIRST, ["m", "d"], newest)]
    if order is not None:
        ways.append(_written(plain, NUMBERS, ["d", "m"] if order == "day_first" else ["m", "d"], None))
    # what is ISO, a number or empty is most of what there is
    is_other = f"substr({text}, 5, 1) <> '-' and not regexp_full_match({text}, '[0-9.]*')"
    return f"case when {is_other} then coalesce({', '.join(ways)}, {text}) else {text} end"


def _written(plain: str, pattern: str, places: list[str], newest: str | None) -> str:
    """SQL for the ISO text of what has this pattern, null elsewhere. Lists of one bind a name to a value."""
    month = "'-' || lpad(f.m, 2, '0') || '-'" if pattern == NUMBERS else f"case {_months()} end"
    hour = (
        "cast(f.h as integer) + case when f.half = 'p' and f.h <> '12' then 12"
        " when f.half = 'a' and f.h = '12' then -12 else 0 end"
    )
    clock = f"case when f.h = '' then '' else printf(' %02d:%s:%s', {hour}, f.i, coalesce(nullif(f.s, ''), '00')) end"
    year = "case when f.y <> '' then f.y when f.yy <> '' then right('20' || f.yy, 4) end"
    day = f"{month} || lpad(f.d, 2, '0')"
    date = f"try_cast({year} || {day} as date)"
    if newest is not None:
        last = int(newest[:4])
        days = ", ".join(f"try_cast('{last - back}' || day as date)" for back in range(YEARS))
        observed = f"list_filter([{days}], lambda one: one <= date '{newest}')[1]"
        latest = f"list_transform([{day}], lambda day: {observed})[1]"
        date = f"case when f.y = '' and f.yy = '' then {latest} else {date} end"
    named = ", ".join(f"'{name}'" for name in [*places, *REST])
    found = f"regexp_extract({plain}, '{pattern}', [{named}])"
    return f"list_transform([{found}], lambda f: case when f.d <> '' then cast({date} as varchar) || {clock} end)[1]"


@cache
def _months() -> str:
    return " ".join(f"when f.m = '{word}' then '-{number:02d}-'" for word, number in words().months.items())
