"""How the texts of a column become what a canonical column takes: as they stand, or by an expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from connectors.contract import Column
from connectors.drafting.profile import Profile, is_plain_boolean
from connectors.drafting.times import time_sql
from connectors.drafting.words import fold, name_of, words

UNITS = {
    60: "min mins minute minutes minuten minutos minuti",
    3600: "h hr hrs hour hours std stunde stunden hora horas heure heures ora ore uren uur",
    1: "s sec secs second seconds sek sekunden segundos secondes secondi seconden",
    0.001: "ms millis milliseconds millisekunden milisegundos millisecondes",
}
LONGEST_MEETING_MINUTES = 480
NEVER = ("1970-01-01", "0001-01-01", "0000-00-00")
ADDRESS = r"[^\s<>]+@[^\s<>]+"


@dataclass(frozen=True)
class Reading:
    """`strict` is SQL over {c} for connector `table`, where what cannot be read refuses its row; `lenient` is SQL
    over a landed text, where it is null. Both are empty where landing reads the texts by itself, with
    `keys` in the contract.

    `fit` is how well the values suit the column, 0 to 1. `examples` are texts and what they become, for the cases.
    """

    fit: float
    strict: str = ""
    lenient: str = ""
    keys: Mapping[str, object] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    examples: tuple[tuple[object, object], ...] = ()


def reading_of(name: str, column: Column, profile: Profile) -> Reading | None:
    """How a column of the export feeds the canonical column `name`; None where its values cannot."""
    if profile.kind == "empty":
        return Reading(0.4, doubts=("empty in this export",), keys=_keys(profile))
    if column.identity == "email":
        return _email(profile)
    if column.type in ("timestamp", "date"):
        return _time(column, profile)
    if column.type in ("number", "integer"):
        return _vote(profile) if name == "value" else _number(name, column, profile)
    if column.type == "boolean":
        return _boolean(name, profile)
    if column.type == "list":
        return _list(profile)
    if column.accepted:
        return _accepted(name, column, profile)
    return _text(name, column, profile)


def _base(profile: Profile) -> str:
    text = "trim({c})" if profile.is_padded else "{c}"
    return _without(text, profile.nothings)


def _without(text: str, nothings: tuple[str, ...]) -> str:
    listed = sorted({word.strip() for word in nothings})
    if not listed:
        return text
    if len(listed) == 1:
        return f"nullif({text}, {_literal(listed[0])})"
    return f"case when trim({{c}}) not in ({', '.join(map(_literal, listed))}) then {text} end"


def _keys(profile: Profile) -> dict[str, object]:
    listed = sorted({re.escape(word.strip()).replace("\\ ", " ") for word in profile.nothings})
    return {"nothing": "|".join(listed)} if listed else {}


def _plain(profile: Profile, fit: float, *doubts: str, **keys: object) -> Reading:
    strict = _base(profile) if profile.nothings else ""
    return Reading(fit, strict, keys=_keys(profile) | keys, doubts=(*_unfit(profile), *doubts))


def _unfit(profile: Profile) -> tuple[str, ...]:
    wrong = round((1 - profile.fitting) * profile.filled)
    return (f"{wrong:,} of {profile.filled:,} values do not fit: their rows will be rejected",) if wrong else ()


def _email(profile: Profile) -> Reading | None:
    if profile.kind != "email":
        return None
    if any("<" in text for text in profile.values):
        strict = f"regexp_extract({_base(profile)}, '{ADDRESS}')"
        return Reading(
            0.9, strict, keys=_keys(profile) | {"may_be_other": True}, doubts=("addresses with names around them",)
        )
    if profile.fitting < 1:
        wrong = round((1 - profile.fitting) * profile.filled)
        strict = "case when contains({c}, '@') then {c} end"
        told = f"{wrong:,} of {profile.filled:,} values are no addresses: they count as none"
        return Reading(0.9, strict, keys=_keys(profile) | {"may_be_other": True}, doubts=(told,))
    return _plain(profile, 1.0)


def _time(column: Column, profile: Profile) -> Reading | None:
    if profile.kind == "time":
        if profile.is_epoch and name_of(profile.name).text.split()[-1:] == ["id"]:
            return None
        return _never(profile) if any(text.startswith(NEVER) for text in profile.values) else _plain(profile, 1.0)
    if profile.kind == "local_time" and profile.local is not None:
        return _local_time(column, profile)
    if profile.kind == "integer" and profile.low >= 19900101 and profile.high <= 21001231:
        made = "{try}strptime(cast({c} as varchar), '%Y%m%d')"
        kind = "date" if column.type == "date" else "timestamp"
        return Reading(0.95, made.replace("{try}", "").replace("{c}", _base(profile)),
                       f"cast({made.replace('{try}', 'try_')} as {kind})", keys=_keys(profile),
                       examples=(("20260301", "2026-03-01"),))  # fmt: skip
    return None


def _never(profile: Profile) -> Reading:
    """A column that writes a time of long ago where there is none."""
    strict = f"case when substr(cast({{c}} as varchar), 1, 10) not in ({_listed(NEVER)}) then {_base(profile)} end"
    told = "1970-01-01 and the like are taken for no time"
    return Reading(1.0, strict, keys=_keys(profile) | {"sentinel": "never"}, doubts=(*_unfit(profile), told))


def _local_time(column: Column, profile: Profile) -> Reading:
    local = profile.local
    assert local is not None  # noqa: S101  the caller has looked
    doubts = list(_unfit(profile))
    if local.is_mixed:
        doubts.append(
            "some values have the day first, others the month: those of the rarer kind are misread or rejected"
        )
    elif not local.is_told and any("%d" in one and "%m" in one for one in local.formats):
        first = "day" if local.is_day_first else "month"
        doubts.append(f"no value says whether the day or the month comes first; read as {first} first")
    strict = time_sql(_base(profile), local, is_lenient=False)
    if local.months:
        kind = "date" if column.type == "date" else "timestamp"
        doubts.append("months in words: " + ", ".join(word for word, _ in local.months))
        lenient = f"cast({time_sql('{c}', local, is_lenient=True)} as {kind})"
        return Reading(0.95, strict, lenient, keys=_keys(profile), doubts=tuple(doubts))
    return Reading(1.0, strict, keys=_keys(profile) | {"formats": [list(local.formats)]}, doubts=tuple(doubts))


def _number(name: str, column: Column, profile: Profile) -> Reading | None:
    if name == "duration_s":
        return _duration(profile)
    if not profile.is_number:
        return None
    is_share = column.range == (0, 1)
    if is_share and profile.kind == "percent":
        return _figure(profile, " / 100", 1.0, (), (("45%", 0.45), ("100%", 1.0)))
    factor = ""
    doubts: tuple[str, ...] = ()
    if is_share and profile.high > 1:
        if profile.high > 100:
            return None
        factor, doubts = " / 100", (f"values up to {profile.high:g} are taken as of 100",)
    if profile.kind == "comma_number" or factor:
        examples = (("45", 0.45), ("100", 1.0)) if factor else ()
        figure = _figure(profile, factor, 0.95, doubts, examples)
        return _rounded(figure) if column.type == "integer" else figure
    if column.type == "integer" and profile.kind == "number":
        return _rounded(_figure(profile, "", 0.7, ("fractions are rounded",), ()))
    return _plain(profile, 1.0)


def _rounded(figure: Reading) -> Reading:
    strict, lenient = (f"cast(round({sql}) as bigint)" for sql in (figure.strict, figure.lenient))
    return replace(figure, strict=strict, lenient=lenient)


def _figure(
    profile: Profile, factor: str, fit: float, doubts: tuple[str, ...], examples: tuple[tuple[object, object], ...]
) -> Reading:
    """A number as people write it: decimal comma, thousands, percent, currency."""

    def made(text: str, cast: str) -> str:
        if any(re.search(r"[^\d.,+\-]", value) for value in profile.values):
            text = f"regexp_replace({text}, '[^0-9.,-]', '', 'g')"
        if is_decimal_comma(profile):
            text = f"replace(replace({text}, '.', ''), ',', '.')"
        elif profile.kind == "comma_number":
            text = f"replace({text}, ',', '')"
        return f"{cast}({text} as double){factor}"

    more = (
        ("commas are taken for thousands",) if profile.kind == "comma_number" and not is_decimal_comma(profile) else ()
    )
    return Reading(
        fit,
        made(_base(profile), "cast"),
        made("{c}", "try_cast"),
        _keys(profile),
        (*_unfit(profile), *doubts, *more),
        examples,
    )


def is_decimal_comma(profile: Profile) -> bool:
    """True where 1,5 is one and a half."""
    texts = [text for text in profile.values if "," in text]
    return any(re.search(r",(\d{1,2}|\d{4,})\D*$|\.\d{3},", text) for text in texts)


def _duration(profile: Profile) -> Reading | None:
    if profile.kind == "duration":
        if all(":" in text for text in profile.values):
            doubts = () if any(text.count(":") == 2 for text in profile.values) else ("taken as hours:minutes",)
            strict = f"epoch(cast({_base(profile)} as interval))"
            examples = (("1:30:00", 5400.0), ("0:00:45", 45.0))
            return Reading(1.0, strict, "epoch(try_cast({c} as interval))", _keys(profile), doubts, examples)
        units = {fold(re.sub(r"[\d.,\s]", "", text)) for text in profile.values}
        factors = {factor for factor, named in UNITS.items() if units & set(named.split())}
        if len(factors) != 1 or any(":" in text for text in profile.values):
            return None
        return _figure(profile, f" * {factors.pop():g}", 1.0, (), ())
    if not profile.is_number or profile.kind == "percent":
        return None
    named = name_of(profile.name).text.split()
    told = [factor for factor, spelled in UNITS.items() if set(named) & set(spelled.split())]
    if told == [1]:
        return _plain(profile, 1.0)
    if told:
        return _figure(profile, f" * {told[0]:g}", 1.0, (), (("2", 2 * told[0]), ("30", 30 * told[0])))
    if profile.high <= LONGEST_MEETING_MINUTES:
        return _figure(
            profile,
            " * 60",
            0.9,
            (f"no unit is named; values up to {profile.high:g} are taken as minutes",),
            (("2", 120.0),),
        )
    return _plain(profile, 0.9, "no unit is named; taken as seconds")


def _vote(profile: Profile) -> Reading | None:
    if profile.is_number and profile.low >= -1 and profile.high <= 1 and profile.low < 0:
        return _plain(profile, 1.0)
    return _mapped("value", profile, "integer")


def _boolean(name: str, profile: Profile) -> Reading | None:
    if name in words().values and profile.kind != "boolean":
        return _mapped(name, profile, "boolean")
    if profile.kind != "boolean":
        return None
    if is_plain_boolean(profile):
        return _plain(profile, 1.0)
    yes = sorted({text.casefold() for text in profile.values} & words().lists["yes"])
    no = sorted({text.casefold() for text in profile.values} & words().lists["no"])
    sql = "case" + "".join(
        f" when lower(trim({{c}})) in ({', '.join(map(_literal, listed))}) then {said}"
        for listed, said in ((yes, "true"), (no, "false"))
        if listed
    )
    examples = tuple((text, said) for listed, said in ((yes, True), (no, False)) for text in listed)
    return Reading(1.0, sql + " end", sql + " end", _keys(profile), examples=examples)


def _accepted(name: str, column: Column, profile: Profile) -> Reading | None:
    if profile.kind == "boolean" and name == "status":
        yes = ", ".join(
            sorted(_literal(text.casefold()) for text in profile.values if text.casefold() in words().lists["yes"])
        )
        sql = f"case when lower(trim({{c}})) in ({yes or _literal('yes')}) then 'published' else 'draft' end"
        return Reading(0.9, sql, sql, _keys(profile), doubts=("yes is taken as published, no as draft",))
    if all(re.sub(r"[ -]+", "_", text.lower()) in column.accepted for text in profile.values):
        # landing refuses a row for any other word; the folder's SQL maps what it knows
        folded = "regexp_replace(lower(trim({c})), '[ -]+', '_', 'g')"
        return Reading(1.0, "" if not profile.nothings else _base(profile), folded, _keys(profile),
                       examples=tuple((word, word) for word in column.accepted[:2]))  # fmt: skip
    return _mapped(name, profile, "text")


def _mapped(name: str, profile: Profile, kind: str) -> Reading | None:
    """Words of the data to legal ones; those that nobody knows become null, and are told."""
    known = words().values.get(name, {})
    found = {text.casefold(): known[fold(text)] for text in profile.values if fold(text) in known}
    share = sum(count for text, count in profile.values.items() if fold(text) in known) / sum(profile.values.values())
    if share < 0.3 or len(profile.values) > 50:
        return None
    to = {
        legal: sorted(text for text, said in found.items() if said == legal) for legal in dict.fromkeys(found.values())
    }
    cases = "".join(
        f" when lower(trim({{c}})) in ({_listed(texts)}) then {_literal(legal) if kind == 'text' else legal}"
        for legal, texts in sorted(to.items())
    )
    unknown = len({text for text in profile.values if fold(text) not in known})
    doubts = (
        (f"{unknown} further value{'s' if unknown > 1 else ''} ({1 - share:.0%} of the rows) become empty",)
        if unknown
        else ()
    )
    examples = tuple((texts[0], _said(legal, kind)) for legal, texts in sorted(to.items()))
    return Reading(0.5 + 0.5 * share, f"case{cases} end", f"case{cases} end", _keys(profile), doubts, examples)


def _said(legal: str, kind: str) -> object:
    return int(legal) if kind == "integer" else legal == "true" if kind == "boolean" else legal


def _list(profile: Profile) -> Reading | None:
    if profile.is_time or profile.kind in ("email", "boolean", "uuid", "url", "percent"):
        return None
    if profile.kind not in ("list", "json") and any(", " in text for text in profile.values):
        lenient = "list_filter(string_split_regex({c}, ',\\s*'), part -> part <> '')"
        strict = f"replace({_base(profile)}, ',', ';')"
        examples = (("alpha, beta", ["alpha", "beta"]),)
        return Reading(0.9, strict, lenient, _keys(profile), ("commas are taken to part the labels",), examples)
    return _plain(profile, 0.9 if profile.kind in ("list", "json", "category", "text") else 0.5)


def _text(name: str, column: Column, profile: Profile) -> Reading | None:
    if name == "domain":
        if profile.kind == "url":
            sql = "regexp_extract(lower({c}), '^(?:https?://)?(?:www[.])?([^/:?#]+)', 1)"
            return Reading(
                1.0, sql, sql, _keys(profile), examples=(("https://www.customer.example/about", "customer.example"),)
            )
        return _plain(profile, 1.0) if profile.kind == "domain" else None
    if column.identity:
        if (profile.is_time and not profile.is_epoch) or profile.kind in (
            "boolean",
            "percent",
            "url",
            "long_text",
            "json",
            "duration",
        ):
            return None
        if profile.kind == "email":
            return _plain(profile, 0.5, "these are e-mail addresses")
        return _plain(profile, 1.0)
    if (profile.is_time and not (profile.is_epoch and name.endswith("_id"))) or (
        profile.kind == "boolean" and name not in ("status", "segment", "role", "feature")
    ):
        return None
    if name in ("subject", "body", "title", "query", "topic") and (
        profile.is_number or profile.kind in ("uuid", "email", "locale")
    ):
        return _plain(profile, 0.3) if name in ("query", "title", "topic") else None
    if name in ("locale", "source_locale"):
        return (
            _plain(profile, 1.0)
            if profile.kind == "locale"
            else _plain(profile, 0.8, "not language tags such as en or de-DE")
            if profile.kind == "category"
            else None
        )
    if name == "url":
        return _plain(profile, 1.0) if profile.kind == "url" else None
    if name in ("channel", "status", "segment", "role") and (
        profile.kind in ("email", "url", "long_text", "uuid") or len(profile.values) > 500
    ):
        return None
    return _plain(profile, 1.0)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(_literal, texts))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
