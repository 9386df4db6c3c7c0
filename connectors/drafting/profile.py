"""What the columns of an unknown export hold: the kind of value, how much is empty, how many differ, their shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import duckdb

from connectors.cast import FALSE, TRUE, literal, text_sql, value_sql
from connectors.contract import Column
from connectors.drafting.kinds import LANGUAGES, PATTERNS, Kind, is_kind, shape_of
from connectors.drafting.times import Local, local_times, time_sql
from connectors.drafting.words import fold, words
from connectors.rows import Rows

LOOKED_AT_ROWS = 100_000
LOOKED_AT_VALUES = 3_000  # distinct ones, the most frequent first
LONGEST_LOOKED_AT = 500  # characters of a value
MOST_COLUMNS = 400
FEW = 12  # values of a category
SURE = 0.9  # share of the values that must be of a kind
ENOUGH_DISTINCT = 0.98


@dataclass(frozen=True)
class Profile:
    """One column. Shares are of the rows looked at; `values` are the most frequent texts and stay in memory."""

    name: str  # header, or dotted path of JSON
    rows: int
    filled: int
    distinct: int
    kind: Kind
    fitting: float  # share of the filled rows that are of the kind
    values: Mapping[str, int] = field(repr=False)
    nothings: tuple[str, ...] = ()  # words that stand for no value
    local: Local | None = None
    low: float = 0.0
    high: float = 0.0
    has_offsets: bool = True  # of times: false where some come without an offset
    is_epoch: bool = False  # a time as a whole number; ids of ten digits look alike
    is_padded: bool = False  # some values begin or end with a blank

    @property
    def empty_share(self) -> float:
        return 1 - self.filled / self.rows if self.rows else 1.0

    @property
    def is_unique(self) -> bool:
        return self.filled > 0 and self.distinct >= ENOUGH_DISTINCT * self.filled

    @property
    def is_time(self) -> bool:
        return self.kind in ("time", "local_time")

    @property
    def is_number(self) -> bool:
        return self.kind in ("integer", "number", "percent", "comma_number")

    @property
    def shapes(self) -> tuple[str, ...]:
        """How values look, letters as a or A and digits as 9: nothing of what they say."""
        counted: dict[str, int] = {}
        for text, count in islice(self.values.items(), 200):
            counted[shape_of(text)] = counted.get(shape_of(text), 0) + count
        return tuple(sorted(counted, key=lambda shape: (-counted[shape], shape))[:3])


def profiles_of(con: duckdb.DuckDBPyConnection, rows: Rows, names: Sequence[str]) -> list[Profile]:
    """The profile of each of the names, from the first rows of the export."""
    names = names[:MOST_COLUMNS]
    texts = ", ".join(f"{rows.text(name)} as c{number}" for number, name in enumerate(names))
    if rows.rejects:
        con.execute(f"drop table if exists {rows.rejects}")
        con.execute(f"drop table if exists {rows.rejects}_scan")
    con.execute(
        f"create or replace temp table drafted as select {texts} from ({rows.relation()}) limit {LOOKED_AT_ROWS}"
    )
    counted = con.execute("select count(*) from drafted").fetchall()[0][0]
    is_english = _is_english(names)
    return _agreed([_profile(con, f"c{number}", name, counted, is_english) for number, name in enumerate(names)])


def _agreed(profiles: Sequence[Profile]) -> list[Profile]:
    """One file is written for one country: where a column does not say whether the day comes first, the others do."""
    told = {
        one.local.is_day_first for one in profiles if one.local and one.local.is_told and "/" in one.local.formats[0]
    }
    if len(told) != 1:
        return list(profiles)
    first = told.pop()
    return [
        replace(one, local=local_times(one.values, is_english=not first, is_day_first=first))
        if one.local and not one.local.is_told and not one.local.is_mixed
        else one
        for one in profiles
    ]


def _is_english(names: Sequence[str]) -> bool:
    """Whether the names are English: then a month may come before the day."""
    plain = {"created", "date", "name", "time", "status", "id", "email", "subject", "updated", "start", "completed"}
    other = "datum fecha data erstellt estado nom nombre nome betreff asunto kunde titel am le el de"
    foreign = set(other.split())
    found = {word for name in names for word in fold(name).split()}
    return len(found & plain) >= len(found & foreign)


def _profile(con: duckdb.DuckDBPyConnection, column: str, name: str, rows: int, is_english: bool) -> Profile:
    filled, distinct = con.execute(
        f"select count(*), count(distinct {column}) from drafted where trim({column}) <> ''"
    ).fetchall()[0]
    found = con.execute(
        f"select left({column}, {LONGEST_LOOKED_AT}), count(*) from drafted where trim({column}) <> ''"
        f" group by all order by 2 desc, 1 limit {LOOKED_AT_VALUES}"
    ).fetchall()
    listed = words().lists["nothing"]
    nothings = tuple(text for text, _ in found if text.strip().casefold() in listed)
    values = {text.strip(): count for text, count in found if text not in nothings}
    padded = any(text != text.strip() for text, _ in found)
    total = sum(values.values())
    missing = sum(count for text, count in found if text in nothings)
    told: dict[str, object] = {"nothings": nothings, "is_padded": padded}
    if not total:
        return Profile(name, rows, filled - missing, 0, "empty", 1.0, {}, nothings)

    def share(test: Callable[[str], bool]) -> float:
        return float(sum(count for text, count in values.items() if test(text)) / total)

    kind, fitting, more = _kind(con, column, values, share, is_english)
    if kind in ("integer", "number"):
        numbers = [float(text) for text in values if PATTERNS["number"].fullmatch(text)]
        more |= {"low": min(numbers), "high": max(numbers)}
    elif kind == "percent":
        percents = [
            float(re.sub(r"[^\d.,-]", "", text).replace(",", "."))
            for text in values
            if PATTERNS["percent"].fullmatch(text)
        ]
        more |= {"low": min(percents), "high": max(percents)}
    distinct -= len(nothings)
    return Profile(name, rows, filled - missing, distinct, kind, fitting, values, **(told | more))  # type: ignore[arg-type]


PLAIN_KINDS: tuple[Kind, ...] = ("integer", "number", "percent")
OTHER_KINDS: tuple[Kind, ...] = ("duration", "comma_number", "uuid", "url", "json")


def _kind(
    con: duckdb.DuckDBPyConnection,
    column: str,
    values: Mapping[str, int],
    share: Callable[[Callable[[str], bool]], float],
    is_english: bool,
) -> tuple[Kind, float, dict[str, object]]:
    answers = words().lists["yes"] | words().lists["no"]
    if (part := share(lambda text: is_kind("email", text))) >= SURE / 2:
        return "email", part, {}
    if len(values) <= 4 and share(lambda text: text.casefold() in answers) == 1 and not set(values) <= {"1"}:
        return "boolean", 1.0, {}
    part, is_epoch, has_offsets = _times(con, column, values)
    if part >= SURE:
        return "time", part, {"has_offsets": has_offsets or is_epoch, "is_epoch": is_epoch}
    if found := _first_kind(PLAIN_KINDS, share):
        return *found, {}
    local = local_times(values, is_english)
    if local and (parsed := _parsed(con, column, local)) >= SURE / 2:
        return "local_time", parsed, {"local": local, "has_offsets": False}
    if found := _first_kind(OTHER_KINDS, share):
        return *found, {}
    if share(lambda text: is_kind("locale", text) and text[:2] in LANGUAGES) >= SURE:
        return "locale", 1.0, {}
    return _kind_of_text(values, share)


def _first_kind(kinds: Sequence[Kind], share: Callable[[Callable[[str], bool]], float]) -> tuple[Kind, float] | None:
    for kind in kinds:
        if (part := share(lambda text, kind=kind: is_kind(kind, text))) >= SURE:  # type: ignore[misc]
            return kind, part
    return None


def _kind_of_text(
    values: Mapping[str, int], share: Callable[[Callable[[str], bool]], float]
) -> tuple[Kind, float, dict[str, object]]:
    if (part := share(lambda text: is_kind("domain", text))) >= SURE:
        return "domain", part, {}
    if share(lambda text: is_kind("list", text)) >= 0.3:
        return "list", 1.0, {}
    if len(values) <= FEW and sum(values.values()) >= 2 * len(values) and max(map(len, values)) <= 60:
        return "category", 1.0, {}
    typical = sum(len(text) * count for text, count in values.items()) / sum(values.values())
    return ("long_text" if typical > 80 else "text"), 1.0, {}


def _times(con: duckdb.DuckDBPyConnection, column: str, values: Mapping[str, int]) -> tuple[float, bool, bool]:
    """Share of the texts that landing reads as a time as they stand, whether as epoch, and whether with offsets."""
    if not any(re.search(r"\d{4}", text) for text in islice(values, 50)):
        return 0.0, False, False
    value = value_sql(Column(type="timestamp", description=""), "t", is_utc=True)
    plain = text_sql(Column(description=""), column)
    listed = ", ".join(literal(word) for word in sorted(words().lists["nothing"]))
    row = con.execute(
        f"with texts as (select {plain} as t from drafted), told as (select t, {value} as v from texts"
        f" where t is not null and lower(t) not in ({listed}))"
        " select avg(case when v between timestamp '1989-12-31' and timestamp '2100-01-01' or t like '0001-01-01%'"
        " or t like '9999-12-31%' or t like '1970-01-01%' then 1 else 0 end),"
        " avg(case when regexp_full_match(t, '-?[0-9.]+') then 1 else 0 end),"
        r" avg(case when regexp_matches(t, '(Z|[+-]\d\d(:?\d\d)?|UTC|GMT)$') and contains(t, ':') then 1 else 0 end)"
        " from told"
    ).fetchall()[0]
    return float(row[0] or 0), float(row[1] or 0) > 0.5, float(row[2] or 0) > SURE


def _parsed(con: duckdb.DuckDBPyConnection, column: str, local: Local) -> float:
    listed = ", ".join(literal(word) for word in sorted(words().lists["nothing"]))
    row = con.execute(
        f"select avg(case when {time_sql(f'trim({column})', local, is_lenient=True)} is not null then 1 else 0 end)"
        f" from drafted where trim({column}) <> '' and lower(trim({column})) not in ({listed})"
    ).fetchall()[0]
    return float(row[0] or 0)


def is_plain_boolean(profile: Profile) -> bool:
    """True where landing reads the yes and no of the column as they stand."""
    return all(f"'{text.casefold()}'" in TRUE + FALSE for text in profile.values)
