"""How the words of a column become the few values that a canonical column takes."""

from __future__ import annotations

import re

from connectors.cast import literal
from connectors.contract import Column
from connectors.drafting.profile import Profile, is_plain_boolean
from connectors.drafting.reading import Reading, base, keys, listed, plain
from connectors.drafting.words import fold, words


def vote(profile: Profile) -> Reading | None:
    if profile.is_number and profile.low >= -1 and profile.high <= 1 and profile.low < 0:
        return plain(profile, 1.0)
    return _mapped("value", profile, "integer")


def boolean(name: str, profile: Profile) -> Reading | None:
    if name in words().values and profile.kind != "boolean":
        return _mapped(name, profile, "boolean")
    if profile.kind != "boolean":
        return None
    if is_plain_boolean(profile):
        return plain(profile, 1.0)
    yes = sorted({text.casefold() for text in profile.values} & words().lists["yes"])
    no = sorted({text.casefold() for text in profile.values} & words().lists["no"])
    sql = "case" + "".join(
        f" when lower(trim({{c}})) in ({', '.join(map(literal, listed))}) then {said}"
        for listed, said in ((yes, "true"), (no, "false"))
        if listed
    )
    examples = tuple((text, said) for listed, said in ((yes, True), (no, False)) for text in listed)
    return Reading(1.0, sql + " end", sql + " end", keys(profile), examples=examples)


def accepted(name: str, column: Column, profile: Profile) -> Reading | None:
    if profile.kind == "boolean" and name == "status":
        yes = ", ".join(
            sorted(literal(text.casefold()) for text in profile.values if text.casefold() in words().lists["yes"])
        )
        sql = f"case when lower(trim({{c}})) in ({yes or literal('yes')}) then 'published' else 'draft' end"
        return Reading(0.9, sql, sql, keys(profile), doubts=("yes is taken as published, no as draft",))
    if all(re.sub(r"[ -]+", "_", text.lower()) in column.accepted for text in profile.values):
        # landing refuses a row for any other word; the folder's SQL maps what it knows
        folded = "regexp_replace(lower(trim({c})), '[ -]+', '_', 'g')"
        return Reading(1.0, "" if not profile.nothings else base(profile), folded, keys(profile),
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
        f" when lower(trim({{c}})) in ({listed(texts)}) then {literal(legal) if kind == 'text' else legal}"
        for legal, texts in sorted(to.items())
    )
    unknown = len({text for text in profile.values if fold(text) not in known})
    doubts = (
        (f"{unknown} further value{'s' if unknown > 1 else ''} ({1 - share:.0%} of the rows) become empty",)
        if unknown
        else ()
    )
    examples = tuple((texts[0], _said(legal, kind)) for legal, texts in sorted(to.items()))
    return Reading(0.5 + 0.5 * share, f"case{cases} end", f"case{cases} end", keys(profile), doubts, examples)


def _said(legal: str, kind: str) -> object:
    return int(legal) if kind == "integer" else legal == "true" if kind == "boolean" else legal
