"""What the texts of a column become, as they stand or by an expression, and the pieces of such expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.cast import literal
from connectors.drafting.profile import Profile


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


def base(profile: Profile) -> str:
    """The column's text in SQL, without padding and what stands for nothing."""
    text = "trim({c})" if profile.is_padded else "{c}"
    return _without(text, profile.nothings)


def _without(text: str, nothings: tuple[str, ...]) -> str:
    listed = sorted({word.strip() for word in nothings})
    if not listed:
        return text
    if len(listed) == 1:
        return f"nullif({text}, {literal(listed[0])})"
    return f"case when trim({{c}}) not in ({', '.join(map(literal, listed))}) then {text} end"


def keys(profile: Profile) -> dict[str, object]:
    """What the contract says of the column's texts beyond their type."""
    listed = sorted({re.escape(word.strip()).replace("\\ ", " ") for word in profile.nothings})
    return {"nothing": "|".join(listed)} if listed else {}


def plain(profile: Profile, fit: float, *doubts: str, **more: object) -> Reading:
    """The texts as they stand."""
    strict = base(profile) if profile.nothings else ""
    return Reading(fit, strict, keys=keys(profile) | more, doubts=(*unfit(profile), *doubts))


def unfit(profile: Profile) -> tuple[str, ...]:
    """How many values do not fit, told as a doubt."""
    wrong = round((1 - profile.fitting) * profile.filled)
    return (f"{wrong:,} of {profile.filled:,} values do not fit: their rows will be rejected",) if wrong else ()


def listed(texts: Iterable[str]) -> str:
    """Texts as SQL lists them."""
    return ", ".join(map(literal, texts))
