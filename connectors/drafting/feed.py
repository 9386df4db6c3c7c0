"""How a column of an export feeds a canonical column: by the type of the one and the kind of texts in the other."""

from __future__ import annotations

from connectors.contract import Column
from connectors.drafting import figures, values
from connectors.drafting.profile import Profile
from connectors.drafting.reading import Reading, base, keys, listed, plain, unfit
from connectors.drafting.times import time_sql
from connectors.drafting.words import name_of

NEVER = ("1970-01-01", "0001-01-01", "0000-00-00")
ADDRESS = r"[^\s<>]+@[^\s<>]+"


def reading_of(name: str, column: Column, profile: Profile) -> Reading | None:
    """How a column of the export feeds the canonical column `name`; None where its values cannot."""
    if profile.kind == "empty":
        return Reading(0.4, doubts=("empty in this export",), keys=keys(profile))
    if column.identity == "email":
        return _email(profile)
    if column.type in ("timestamp", "date"):
        return _time(column, profile)
    if column.type in ("number", "integer"):
        return values.vote(profile) if name == "value" else figures.number(name, column, profile)
    if column.type == "boolean":
        return values.boolean(name, profile)
    if column.type == "list":
        return _list(profile)
    if column.accepted:
        return values.accepted(name, column, profile)
    return _text(name, column, profile)


def _email(profile: Profile) -> Reading | None:
    if profile.kind != "email":
        return None
    if any("<" in text for text in profile.values):
        strict = f"regexp_extract({base(profile)}, '{ADDRESS}')"
        return Reading(
            0.9, strict, keys=keys(profile) | {"may_be_other": True}, doubts=("addresses with names around them",)
        )
    if profile.fitting < 1:
        wrong = round((1 - profile.fitting) * profile.filled)
        strict = "case when contains({c}, '@') then {c} end"
        told = f"{wrong:,} of {profile.filled:,} values are no addresses: they count as none"
        return Reading(0.9, strict, keys=keys(profile) | {"may_be_other": True}, doubts=(told,))
    return plain(profile, 1.0)


def _time(column: Column, profile: Profile) -> Reading | None:
    if profile.kind == "time":
        if profile.is_epoch and name_of(profile.name).text.split()[-1:] == ["id"]:
            return None
        return _never(profile) if any(text.startswith(NEVER) for text in profile.values) else plain(profile, 1.0)
    if profile.kind == "local_time" and profile.local is not None:
        return _local_time(column, profile)
    if profile.kind == "integer" and profile.low >= 19900101 and profile.high <= 21001231:
        made = "{try}strptime(cast({c} as varchar), '%Y%m%d')"
        kind = "date" if column.type == "date" else "timestamp"
        return Reading(0.95, made.replace("{try}", "").replace("{c}", base(profile)),
                       f"cast({made.replace('{try}', 'try_')} as {kind})", keys=keys(profile),
                       examples=(("20260301", "2026-03-01"),))  # fmt: skip
    return None


def _never(profile: Profile) -> Reading:
    """A column that writes a time of long ago where there is none."""
    strict = f"case when substr(cast({{c}} as varchar), 1, 10) not in ({listed(NEVER)}) then {base(profile)} end"
    told = "1970-01-01 and the like are taken for no time"
    return Reading(1.0, strict, keys=keys(profile) | {"sentinel": "never"}, doubts=(*unfit(profile), told))


def _local_time(column: Column, profile: Profile) -> Reading:
    local = profile.local
    assert local is not None  # noqa: S101  the caller has looked
    doubts = list(unfit(profile))
    if local.is_mixed:
        doubts.append(
            "some values have the day first, others the month: those of the rarer kind are misread or rejected"
        )
    elif not local.is_told and any("%d" in one and "%m" in one for one in local.formats):
        first = "day" if local.is_day_first else "month"
        doubts.append(f"no value says whether the day or the month comes first; read as {first} first")
    strict = time_sql(base(profile), local, is_lenient=False)
    if local.months:
        kind = "date" if column.type == "date" else "timestamp"
        doubts.append("months in words: " + ", ".join(word for word, _ in local.months))
        lenient = f"cast({time_sql('{c}', local, is_lenient=True)} as {kind})"
        return Reading(0.95, strict, lenient, keys=keys(profile), doubts=tuple(doubts))
    return Reading(1.0, strict, keys=keys(profile) | {"formats": [list(local.formats)]}, doubts=tuple(doubts))


def _list(profile: Profile) -> Reading | None:
    if profile.is_time or profile.kind in ("email", "boolean", "uuid", "url", "percent"):
        return None
    if profile.kind not in ("list", "json") and any(", " in text for text in profile.values):
        lenient = "list_filter(string_split_regex({c}, ',\\s*'), part -> part <> '')"
        strict = f"replace({base(profile)}, ',', ';')"
        examples = (("alpha, beta", ["alpha", "beta"]),)
        return Reading(0.9, strict, lenient, keys(profile), ("commas are taken to part the labels",), examples)
    return plain(profile, 0.9 if profile.kind in ("list", "json", "category", "text") else 0.5)


def _text(name: str, column: Column, profile: Profile) -> Reading | None:
    if name == "domain":
        if profile.kind == "url":
            sql = "regexp_extract(lower({c}), '^(?:https?://)?(?:www[.])?([^/:?#]+)', 1)"
            return Reading(
                1.0, sql, sql, keys(profile), examples=(("https://www.customer.example/about", "customer.example"),)
            )
        return plain(profile, 1.0) if profile.kind == "domain" else None
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
            return plain(profile, 0.5, "these are e-mail addresses")
        return plain(profile, 1.0)
    if (profile.is_time and not (profile.is_epoch and name.endswith("_id"))) or (
        profile.kind == "boolean" and name not in ("status", "segment", "role", "feature")
    ):
        return None
    if name in ("subject", "body", "title", "query", "topic") and (
        profile.is_number or profile.kind in ("uuid", "email", "locale")
    ):
        return plain(profile, 0.3) if name in ("query", "title", "topic") else None
    if name in ("locale", "source_locale"):
        return (
            plain(profile, 1.0)
            if profile.kind == "locale"
            else plain(profile, 0.8, "not language tags such as en or de-DE")
            if profile.kind == "category"
            else None
        )
    if name == "url":
        return plain(profile, 1.0) if profile.kind == "url" else None
    if name in ("channel", "status", "segment", "role") and (
        profile.kind in ("email", "url", "long_text", "uuid") or len(profile.values) > 500
    ):
        return None
    return plain(profile, 1.0)
