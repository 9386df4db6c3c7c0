"""How figures and durations as people write them become numbers."""

from __future__ import annotations

import re
from dataclasses import replace

from connectors.contract import Column
from connectors.drafting.profile import Profile
from connectors.drafting.reading import Reading, base, keys, plain, unfit
from connectors.drafting.words import fold, name_of

UNITS = {
    60: "min mins minute minutes minuten minutos minuti",
    3600: "h hr hrs hour hours std stunde stunden hora horas heure heures ora ore uren uur",
    1: "s sec secs second seconds sek sekunden segundos secondes secondi seconden",
    0.001: "ms millis milliseconds millisekunden milisegundos millisecondes",
}
LONGEST_MEETING_MINUTES = 480


def number(name: str, column: Column, profile: Profile) -> Reading | None:
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
    return plain(profile, 1.0)


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
        if _is_decimal_comma(profile):
            text = f"replace(replace({text}, '.', ''), ',', '.')"
        elif profile.kind == "comma_number":
            text = f"replace({text}, ',', '')"
        return f"{cast}({text} as double){factor}"

    more = (
        ("commas are taken for thousands",) if profile.kind == "comma_number" and not _is_decimal_comma(profile) else ()
    )
    return Reading(
        fit,
        made(base(profile), "cast"),
        made("{c}", "try_cast"),
        keys(profile),
        (*unfit(profile), *doubts, *more),
        examples,
    )


def _is_decimal_comma(profile: Profile) -> bool:
    """True where 1,5 is one and a half."""
    texts = [text for text in profile.values if "," in text]
    return any(re.search(r",(\d{1,2}|\d{4,})\D*$|\.\d{3},", text) for text in texts)


def _duration(profile: Profile) -> Reading | None:
    if profile.kind == "duration":
        if all(":" in text for text in profile.values):
            doubts = () if any(text.count(":") == 2 for text in profile.values) else ("taken as hours:minutes",)
            strict = f"epoch(cast({base(profile)} as interval))"
            examples = (("1:30:00", 5400.0), ("0:00:45", 45.0))
            return Reading(1.0, strict, "epoch(try_cast({c} as interval))", keys(profile), doubts, examples)
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
        return plain(profile, 1.0)
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
    return plain(profile, 0.9, "no unit is named; taken as seconds")
