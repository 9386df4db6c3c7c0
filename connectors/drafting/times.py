"""Times as screens write them for a country: which format, and whether the day or the month comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.drafting.words import fold, words

TIME = re.compile(
    r"(?P<gap>[ T,]+)(?P<h>\d{1,2})(?P<sep>[:.h])(?P<m>\d{2})(?:(?P=sep)(?P<s>\d{2})(?P<f>[.,]\d{1,6})?)?"
    r"(?P<end>\s?(?:[ap]\.?m\.?|uhr|h))?$",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"(\d{1,4})(\s?[./-]\s?)(\d{1,2})(\s?[./-]\s?)(\d{2,4})\.?$")
MONTH = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{4})$")
WORD = re.compile(r"[^\W\d_]+")
WEEKDAY = re.compile(r"^(?:(mon|tue|wed|thu|fri|sat|sun)|[a-z]+day)\b", re.IGNORECASE)
MOST_FORMATS = 6
ONE, OTHER = "\x01", "\x02"
MONTHS = "january february march april may june july august september october november december"
ENGLISH = {part for word in MONTHS.split() for part in (word, word[:3])}


@dataclass(frozen=True)
class Local:
    """How a column writes its times: formats as strptime has them, longest first.

    `is_told`: some value says which of day and month comes first. `months`: words to be replaced by numbers first.
    """

    formats: tuple[str, ...]
    is_told: bool
    is_mixed: bool = False  # some values have the day first, others the month
    months: tuple[tuple[str, int], ...] = ()

    @property
    def is_day_first(self) -> bool:
        return any("%d" in one and "%m" in one and one.index("%d") < one.index("%m") for one in self.formats)


@dataclass(frozen=True)
class _Seen:
    head: str  # format of the date, with ONE and OTHER for day and month where either may be either
    tail: str
    first: int
    second: int
    months: tuple[tuple[str, int], ...] = ()


def local_times(values: Mapping[str, int], is_english: bool, is_day_first: bool | None = None) -> Local | None:
    """The formats most of the texts are written in, or None. `values`: text to how often it occurs.

    Where no text says which of day and month comes first, `is_day_first` does, which other columns have told.
    """
    seen = [(found, count) for text, count in values.items() if (found := _look(text))]
    if not seen or sum(count for _, count in seen) < 0.8 * sum(values.values()):
        return None
    first = sum(count for found, count in seen if found.first > 12)
    second = sum(count for found, count in seen if found.second > 12)
    either = any(ONE in found.head for found, _ in seen)
    dotted = any(f"{ONE}." in found.head for found, _ in seen)
    is_told = not either or first != second or dotted or is_day_first is not None
    day_first = first > second
    if first == second:
        day_first = dotted or (not is_english if is_day_first is None else is_day_first)
    months = tuple(sorted({pair for found, _ in seen for pair in found.months}, key=lambda pair: (-len(pair[0]), pair)))
    # month words are replaced in the text as lower case, so all that stands for itself is lower case too
    formats = dict.fromkeys(_lower(one) if months else one for one in (_filled(found, day_first) for found, _ in seen))
    if len(formats) > MOST_FORMATS:
        return None
    ordered = tuple(sorted(formats, key=lambda one: (-len(one), one)))
    return Local(ordered, is_told, bool(first and second), months)


def _filled(seen: _Seen, day_first: bool) -> str:
    day, month = (ONE, OTHER) if day_first else (OTHER, ONE)
    return seen.head.replace(day, "%d").replace(month, "%m") + seen.tail


def _lower(written: str) -> str:
    return "".join(part if part.startswith("%") else part.casefold() for part in re.split(r"(%[a-zA-Z])", written))


def _look(text: str) -> _Seen | None:
    date, tail = text, ""
    if found := TIME.search(text):
        date, tail = text[: found.start()], _tail(found)
        if not tail:
            return None
    if numbers := NUMBERS.fullmatch(date):
        one, gap, two, other, three = numbers.groups()
        if len(one) == 4 and len(three) == 2:
            return _Seen(f"%Y{gap}%m{other}%d", tail, 0, 0)
        if len(one) <= 2 and len(three) in (2, 4) and 0 < int(one) <= 31 and 0 < int(two) <= 31:
            dot = "." if date.endswith(".") else ""
            return _Seen(f"{ONE}{gap}{OTHER}{other}{'%Y' if len(three) == 4 else '%y'}{dot}", tail, int(one), int(two))
        return None
    if (month := MONTH.fullmatch(text)) and 1 <= int(month[1]) <= 12:
        return _Seen(re.sub(r"\d{4}$", "%Y", re.sub(r"^\d{1,2}", "%m", text)), "", 0, 0)
    return _with_words(date, tail)


def _tail(found: re.Match[str]) -> str:
    end = found["end"] or ""
    is_twelve = fold(end).replace(" ", "") in ("am", "pm", "a m", "p m")
    if is_twelve and "." in end:
        return ""  # a.m. is no word of strptime
    hour = "%I" if is_twelve else "%H"
    tail = f"{found['gap']}{hour}{found['sep']}%M"
    if found["s"]:
        tail += f"{found['sep']}%S"
    if found["f"]:
        tail += f"{found['f'][0]}%f"
    return tail + (f"{end[: len(end) - 2]}%p" if is_twelve else end)


def _with_words(date: str, tail: str) -> _Seen | None:
    """12-Mar-2025, March 12, 2025, 12. März 2025, 12 de marzo de 2025; other words than months stand for themselves."""
    named = words().months
    head = WEEKDAY.sub(lambda day: "%a" if day[1] else "%A", date)
    months, is_english = [], False
    for word in WORD.findall(date):
        number = named.get(fold(word))
        if number is None:
            continue
        if fold(word) in ENGLISH:
            is_english = True
            head = head.replace(word, "%b" if len(word) == 3 else "%B", 1)
        else:
            months.append((word.casefold(), number))
            head = head.casefold().replace(word.casefold(), "%m", 1)
    if is_english == bool(months) or len(months) > 1:
        return None
    years = re.findall(r"(?<![\d%])\d{4}(?!\d)", head)
    if len(years) != 1:
        return None
    head = head.replace(years[0], "%Y", 1)
    days = re.findall(r"(?<![\d%])\d{1,2}(?!\d)", head)
    if len(days) != 1:
        return None
    head = re.sub(r"(?<![\d%])\d{1,2}(?!\d)", "%d", head, count=1)
    return None if re.search(r"\d", head) else _Seen(head, tail, 0, 0, tuple(months))


def time_sql(text: str, local: Local, *, is_lenient: bool) -> str:
    """SQL for the time that `text` writes; lenient: null where it writes none, else an error."""
    for word, number in local.months:
        text = f"replace({text if text.startswith('replace') else f'lower({text})'}, '{word}', '{number}')"
    listed = _listed(local.formats)
    return f"{'try_' * is_lenient}strptime({text}, {listed})"


def _listed(formats: Sequence[str]) -> str:
    quoted = ["'" + one.replace("'", "''") + "'" for one in formats]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"
