"""SQL that turns the text of an export into the type a contract asks for, and says what is wrong where it cannot.

Everything is set-based: one expression per column for the value, and one list of (is it wrong, why) pairs.
"""

import datetime as dt
from dataclasses import dataclass

from connectors.contract import Column
from connectors.outline import outline_sql

EARLIEST = dt.datetime(1990, 1, 1)
SKEW = dt.timedelta(days=1)  # clocks and time zones differ: tomorrow is not yet the future
TRUE = "('true', 't', 'yes', 'y', '1', '1.0')"
FALSE = "('false', 'f', 'no', 'n', '0', '0.0')"
WORD = "[a-z]{1,20}"
NEVER = r"^(0+|0000-00-00.*|0001-01-01.*|1970-01-01.*)$"
# below these, a whole number counts seconds, milliseconds, microseconds; above, nanoseconds
SECONDS, MILLIS, MICROS = "1e11", "1e14", "1e17"


@dataclass(frozen=True)
class Fault:
    """When a row breaks the contract in one column, and the words for it (both SQL)."""

    when: str
    reason: str


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(column: Column, raw: str) -> str:
    """The text to cast: trimmed, nothing and the column's `never` are null."""
    # trim costs four times as much as looking whether it is needed; what begins with a blank, or is empty, sorts first
    text = f"case when {raw} < '!' or ends_with({raw}, ' ') then nullif(trim({raw}), '') else {raw} end"
    if column.sentinel == "never":
        return f"case when regexp_full_match({text}, '{NEVER}') then null else {text} end"
    return text


def _timestamp(text: str, is_utc: bool = False) -> str:
    number = f"try_cast({text} as double)"
    scaled = (
        f"case when abs({number}) < {SECONDS} then {number} * 1e6 when abs({number}) < {MILLIS} then {number} * 1e3"
        f" when abs({number}) < {MICROS} then {number} else {number} / 1e3 end"
    )
    epoch = (
        f"case when regexp_full_match({text}, '-?[0-9]{{1,19}}(\\.[0-9]+)?')"
        f" then make_timestamp(cast(round({scaled}) as bigint)) end"
    )
    # the session's time zone is the source's, so this reads naive times as local and applies offsets
    zoned = f"make_timestamp(epoch_us(try_cast({text} as timestamptz)))"
    # the plain cast ignores offsets but is three times as fast: right where the text has none to apply
    plain = f"ends_with({text}, 'Z')" + (f" or {text} like '____-__-_____:__:__'" if is_utc else "")
    quick = f"case when {plain} then try_cast({text} as timestamp) end"
    return f"coalesce({quick}, {zoned}, {epoch})"


def _date(text: str) -> str:
    month = f"case when regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}') then try_cast({text} || '-01' as date) end"
    compact = f"case when regexp_full_match({text}, '[0-9]{{8}}') then cast(try_strptime({text}, '%Y%m%d') as date) end"
    return f"coalesce(try_cast({text} as date), {month}, {compact}, cast({_timestamp(text)} as date))"


def _integer(text: str) -> str:
    return (
        f"case when regexp_full_match({text}, '[+-]?[0-9]+') then try_cast({text} as bigint)"
        f" when regexp_full_match({text}, '[+-]?[0-9]+\\.0*') then try_cast(split_part({text}, '.', 1) as bigint) end"
    )


def _number(text: str) -> str:
    return (
        f"case when regexp_full_match({text}, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')"
        f" and isfinite(try_cast({text} as double)) then try_cast({text} as double) end"
    )


def _boolean(text: str) -> str:
    return f"case when lower({text}) in {TRUE} then true when lower({text}) in {FALSE} then false end"


def _list(text: str) -> str:
    split = f"list_filter(list_transform(regexp_split_to_array({text}, '[;|]'), lambda x: trim(x)), lambda x: x <> '')"
    return (
        f"case when starts_with({text}, '[') and json_valid({text})"
        f" then try_cast(json_transform({text}, '[\"VARCHAR\"]') as varchar[]) else {split} end"
    )


def value_sql(column: Column, text: str, is_utc: bool = False) -> str:
    """SQL for the typed value of `text` (from `text_sql`); null where it cannot be had.

    `is_utc`: times without an offset are UTC.
    """
    if column.type == "text" and column.accepted:
        legal = ", ".join(literal(value) for value in column.accepted)
        folded = f"regexp_replace(lower({text}), '[ -]+', '_', 'g')"
        return f"case when {text} in ({legal}) then {text} when {folded} in ({legal}) then {folded} end"
    if column.type == "timestamp":
        return _timestamp(text, is_utc)
    makers = {
        "date": _date,
        "integer": _integer,
        "number": _number,
        "boolean": _boolean,
        "list": _list,
    }
    if column.type == "json":
        return f"case when json_valid({text}) then {text} end"
    maker = makers.get(column.type)
    return maker(text) if maker else text


LEGAL = {
    "timestamp": "ISO 8601 such as 2026-01-31T09:30:00Z, or epoch seconds, milliseconds or microseconds",
    "date": "a date such as 2026-01-31",
    "integer": "a whole number such as 12",
    "number": "a number such as 0.75, without thousands separators, currency or percent signs",
    "boolean": "true, false, yes, no, 1, 0, t, f",
    "list": "a JSON array, or text split by ; or |",
    "json": "JSON",
    "text": "text",
}


KINDS = {
    "timestamp": "a time",
    "date": "a date",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "a yes or no",
    "list": "a list",
    "json": "JSON",
}


def _hint(column: Column, name: str) -> str:
    quoted_name = quoted(name)
    if column.type in ("timestamp", "date"):
        return f"map it with {{sql: strptime({quoted_name}, '%d/%m/%Y')}} or export ISO dates"
    if column.type in ("integer", "number"):
        return f"map it with {{sql: replace({quoted_name}, ',', '')}} or export plain numbers"
    return ""


def _seen(column: Column, text: str) -> str:
    """SQL for a value in words. Reasons are published, so they show how it is written and not what it says.

    Only a word in lower case where one of a few is expected is repeated: it is somebody's vocabulary, not their name.
    """
    if column.private or column.identity:
        return "'the value'"
    shown = outline_sql(text)
    if column.accepted:
        shown = f"case when regexp_full_match({text}, '{WORD}') then {text} else {shown} end"
    return f"case when contains({text}, '@') then 'a text with @' else '''' || {shown} || '''' end"


def faults(column: Column, name: str, text: str, value: str, clock: dt.datetime) -> list[Fault]:
    """All that can be wrong in one column. `name` is the column's name in the export, `clock` now in UTC."""
    found = []
    if column.required:
        found.append(Fault(f"{text} is null", "'is empty, but required; fill it in the export'"))
    if column.identity == "email" and column.may_be_other:
        return found
    if column.identity == "email":
        found.append(
            Fault(
                f"{text} is not null and {value} is null",
                "'the value is not an e-mail address; legal: name@domain; map the column that holds addresses'",
            )
        )
        return found
    if column.type != "text" or column.accepted:
        legal = " or ".join([", ".join(column.accepted)] if column.accepted else [LEGAL[column.type]])
        hint = _hint(column, name)
        what = "one of the accepted words" if column.accepted else KINDS[column.type]
        end = literal(f" is not {what}; legal: {legal}" + (f"; {hint}" if hint else ""))
        found.append(Fault(f"{value} is null and {text} is not null", f"{_seen(column, text)} || {end}"))
    if column.type in ("timestamp", "date"):
        found += _time_faults(column, value, clock)
    if column.range:
        low, high = column.range
        bounds = [f"{value} < {low}"] * (low is not None) + [f"{value} > {high}"] * (high is not None)
        legal = f"{low if low is not None else 'any'} to {high if high is not None else 'any'}"
        end = literal(f" is out of range; legal: {legal}; map it with {{sql: ...}} to the right unit")
        # no small number is anybody's, and by it one sees what unit the column has
        seen = f"case when abs({value}) < 1000 then '''' || {value} || '''' else {_seen(column, text)} end"
        found.append(Fault(" or ".join(bounds), f"{seen} || {end}"))
    return found


def _time_faults(column: Column, value: str, clock: dt.datetime) -> list[Fault]:
    kind = "timestamp" if column.type == "timestamp" else "date"
    early = literal(f" is before {EARLIEST:%Y-%m-%d}; legal: 1990 or later; check the unit and format of the column")
    # a number that is no time names a day too, and not itself
    seen = f"'''' || strftime({value}, '%Y-%m-%d') || ''''"
    found = [Fault(f"{value} < {kind} '{EARLIEST:%Y-%m-%d}'", f"{seen} || {early}")]
    if not column.may_be_future:
        latest = clock + SKEW
        late = literal(" is in the future; legal: a time that has passed; check the format and the time zone")
        found.append(Fault(f"{value} > {kind} '{latest:%Y-%m-%d %H:%M:%S}'", f"{seen} || {late}"))
    return found
