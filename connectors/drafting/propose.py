"""Which entity the rows of an unknown export are, and which of its columns feeds which of the entity's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from connectors.contract import Column, Entity
from connectors.drafting.feed import reading_of
from connectors.drafting.profile import Profile
from connectors.drafting.reading import Reading
from connectors.drafting.words import Name, fold, is_of_people, likeness, name_of, words

LIKE_ENOUGH = 0.68
LIKE_ENOUGH_BY_VALUES = 0.6  # where the values speak too, as times and figures do
SURE = 0.9
PEOPLE_ENTITIES = {"account", "content_item", "release", "opportunity"}  # whose `name` is no person's
# without one of these the rows are hardly this; without any of the second kind of thing either
TELLING: Mapping[str, tuple[str, ...]] = {
    "ticket": ("subject", "status", "channel", "solved_at", "requester_email", "requester_id"),
    "account": ("name", "domain", "started_at", "ended_at", "segment"),
    "content_item": ("content_type", "topic", "collections", "product_area", "audience_tags", "reviewed_at"),
    "live_session": ("learner_id", "email"),
    "content_variant": ("status", "edited_at", "is_outdated"),
    "enrollment": (
        "progress",
        "completed_at",
        "started_at",
        "score",
        "is_passed",
        "enrollment_type",
        "last_activity_at",
    ),
    "guide_event": ("step_count", "learner_id", "email", "account_id"),
    "opportunity": ("amount", "is_won"),
    "account_month": ("active_users", "seats", "start_arr", "expansion_arr", "contraction_arr", "churned_arr"),
    "ticket_comment": ("author_id", "author_email", "body", "is_staff", "is_public"),
    "usage_event": ("feature", "is_value_event"),
    "release": ("title", "product_area", "is_customer_facing"),
}
UNIQUE = {"ticket": "ticket_id", "account": "account_id", "content_item": "content_id", "opportunity": "opportunity_id",
          "release": "release_id"}  # fmt: skip
UPDATED = "edited_at"  # of content_item: what exports call the last change of a row


@dataclass(frozen=True)
class Mapped:
    """One canonical column and the export's column that feeds it."""

    column: str
    profile: Profile
    reading: Reading
    likeness: float
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Missing:
    """A canonical column that the entity needs and nothing feeds: its candidates, the nearest first."""

    columns: tuple[str, ...]  # one that is required, or several of which one is
    candidates: tuple[Profile, ...]


@dataclass(frozen=True)
class Proposal:
    """An entity with its column map. `version`: a column that tells which of two rows of one key is newer."""

    entity: Entity
    score: float
    mapped: Mapping[str, Mapped]
    missing: tuple[Missing, ...]
    unused: tuple[Profile, ...]
    version: Profile | None = None

    @property
    def is_whole(self) -> bool:
        return not self.missing


def propose(entities: Mapping[str, Entity], profiles: Sequence[Profile], hints: Sequence[str] = ()) -> list[Proposal]:
    """A proposal for each entity, the likeliest first. `hints`: names of file, sheet or list the rows came from."""
    usable = [profile for profile in profiles if profile.name]
    names = _names(usable)
    common = _commonness(entities, names)
    found = [_for_entity(entity, usable, names, common, hints) for entity in entities.values()]
    return sorted(found, key=lambda one: (-one.score, one.entity.name))


def _names(profiles: Sequence[Profile]) -> dict[str, Name]:
    """What is compared of each name: without a first word that most of them share, as in `property_createdate`."""
    firsts = [fold(profile.name).split()[:1] for profile in profiles]
    shared = [first for first in firsts if first and firsts.count(first) >= max(4, len(firsts) / 2)]
    strip = shared[0][0] if shared else None
    names = {}
    for profile in profiles:
        parts = fold(profile.name).split()
        is_shared = strip is not None and parts[:1] == [strip] and len(parts) > 1
        names[profile.name] = name_of(" ".join(parts[1:]) if is_shared else profile.name)
    return names


def _commonness(entities: Mapping[str, Entity], names: Mapping[str, Name]) -> dict[str, float]:
    """Of each name how telling it is: `email` may stand in any export, `subject` in few."""
    weights = {}
    for shown, name in names.items():
        count = sum(
            any(_named(entity, column, name) >= SURE for column in words().columns[entity]) for entity in entities
        )
        weights[shown] = 1 / math.sqrt(max(count, 1))
    return weights


@cache
def _named(entity: str, column: str, name: Name) -> float:
    return likeness(name, words().columns[entity][column], words().nouns[entity])


def _for_entity(
    entity: Entity,
    profiles: Sequence[Profile],
    names: Mapping[str, Name],
    common: Mapping[str, float],
    hints: Sequence[str],
) -> Proposal:
    pairs: dict[tuple[str, str], tuple[float, float, Reading]] = {}
    for profile in profiles:
        if (
            is_of_people(profile.name)
            and entity.name not in PEOPLE_ENTITIES
            and profile.kind not in ("email", "uuid", "integer")
        ):
            continue
        for column, spec in entity.columns.items():
            like = _likeness(entity, column, spec, profile, names[profile.name])
            enough = LIKE_ENOUGH if spec.type == "text" and not spec.accepted else LIKE_ENOUGH_BY_VALUES
            if like >= enough and (reading := reading_of(column, spec, profile)):
                pairs[column, profile.name] = (_worth(entity, column, profile, like, reading), like, reading)
    chosen = _assigned(pairs)
    by_name = {profile.name: profile for profile in profiles}
    mapped: dict[str, Mapped] = {}
    for column in entity.columns:
        if column in chosen:
            _, like, reading = pairs[column, chosen[column]]
            mapped[column] = _mapped(entity, column, by_name[chosen[column]], reading, like)
    if any(entity.columns[column].identity == "email" for column in mapped):  # an id that is an address says no more
        mapped = {
            column: one
            for column, one in mapped.items()
            if entity.columns[column].identity != "person" or one.profile.kind != "email"
        }
    score = sum(common[one.profile.name] * one.likeness * one.reading.fit for one in mapped.values())
    told = set(mapped)
    score += _evidence(entity, mapped, hints, profiles)
    _fill_by_values(entity, profiles, mapped)
    missing = tuple(_missing(entity, profiles, names, mapped))
    score -= sum(2.0 for one in missing) + sum(0.8 for column in mapped if column not in told)
    used = {one.profile.name for one in mapped.values()}
    unused = tuple(profile for profile in profiles if profile.name not in used)
    return Proposal(entity, score, mapped, missing, unused, _version(entity, unused, mapped))


def _likeness(entity: Entity, column: str, spec: Column, profile: Profile, name: Name) -> float:
    like = _named(entity.name, column, name)
    if spec.identity == "email" and profile.kind == "email":
        persons = [other for other, one in entity.columns.items() if one.identity == "person"]
        like = max([like, *(0.95 * _named(entity.name, other, name) for other in persons)])
    if not name.bare - words().nouns[entity.name] and column == UNIQUE.get(entity.name) and profile.is_unique:
        like = max(like, 0.8)  # Ticket: 4711
    return like


def _worth(entity: Entity, column: str, profile: Profile, like: float, reading: Reading) -> float:
    worth = like * reading.fit
    if column == UNIQUE.get(entity.name):
        worth += 0.1 if profile.is_unique else -0.45
    if column in UNIQUE.values() and column != UNIQUE.get(entity.name) and profile.is_unique and profile.rows > 20:
        worth -= 0.05
    if fold(profile.name).endswith((" name", "titel", " title", "titulo", "nombre")) and column.endswith("_id"):
        worth -= 0.15  # an id beside the name is the better key
    return worth - 0.3 * profile.empty_share


def _assigned(pairs: Mapping[tuple[str, str], tuple[float, float, Reading]]) -> dict[str, str]:
    """Each column at most one name, each name at most one column, so that the whole is worth most."""
    if not pairs:
        return {}
    import numpy as np  # noqa: PLC0415  only where there is something to weigh
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    columns = sorted({column for column, _ in pairs})
    names = list(dict.fromkeys(name for _, name in pairs))
    worth = np.zeros((len(columns), len(names)))
    for (column, name), (value, _, _) in pairs.items():
        worth[columns.index(column), names.index(name)] = max(value, 0.0) ** 2
    rows, places = linear_sum_assignment(-worth)
    return {columns[row]: names[place] for row, place in zip(rows, places, strict=True) if worth[row, place] > 0.05}


def _mapped(entity: Entity, column: str, profile: Profile, reading: Reading, like: float, *more: str) -> Mapped:
    doubts = [*more, *reading.doubts]
    if like < SURE and not more:
        doubts.append("by a name that is only like it")
    if column == UNIQUE.get(entity.name) and not profile.is_unique:
        doubts.append(f"{profile.distinct:,} different in {profile.filled:,}: of rows with one id only the last counts")
    spec = entity.columns[column]
    if spec.required and profile.empty_share > 0:
        empty = profile.rows - profile.filled
        doubts.append(f"empty in {empty:,} of {profile.rows:,} rows, which will be rejected: it is required")
    if spec.identity == "account" and any(" " in text for text in list(profile.values)[:50]):
        doubts.append("names, not ids: accounts match other exports only where these write the same names")
    return Mapped(column, profile, reading, like, tuple(doubts))


def _evidence(entity: Entity, mapped: Mapping[str, Mapped], hints: Sequence[str], profiles: Sequence[Profile]) -> float:
    """What speaks for an entity besides the names of its columns."""
    score = 0.0
    nouns = words().nouns[entity.name]
    score += max((_hinted(entity, fold(hint), nouns) for hint in hints), default=0.0)
    score += 0.4 * any(set(fold(profile.name).split()) & nouns for profile in profiles)
    telling = TELLING.get(entity.name)
    if telling and not any(column in mapped and mapped[column].likeness >= 0.7 for column in telling):
        score -= 1.5
    if (key := UNIQUE.get(entity.name)) and key in mapped:
        score += 0.5 if mapped[key].profile.is_unique else -1.5
    if entity.name == "learner":
        score += 0.8 * any(is_of_people(profile.name) for profile in profiles)
        keys = [mapped[column].profile for column in ("learner_id", "email") if column in mapped]
        score += 0.5 if any(profile.is_unique for profile in keys) else -1.5
    elif "email" not in entity.columns and any(
        profile.kind == "email" and profile.is_unique and profile.rows > 5 for profile in profiles
    ):
        score -= 1.0  # a person a row
    return score


def _hinted(entity: Entity, hint: str, nouns: frozenset[str]) -> float:
    """What the name of a file, sheet or list says."""
    if hint == fold(entity.name):
        return 3.0
    parts = hint.split()
    if set(parts[-1:]) & nouns or set(parts[:1]) & nouns:
        return 2.0
    is_part = any(noun in hint.replace(" ", "") for noun in nouns if len(noun) > 4)
    return 1.0 if set(parts) & nouns or is_part else 0.0


def _fill_by_values(entity: Entity, profiles: Sequence[Profile], mapped: dict[str, Mapped]) -> None:
    """What is needed and has no name: the one column whose values fit, if there is just one."""
    for column, spec in entity.columns.items():
        needed = spec.required or (column in entity.one_of and not set(entity.one_of) & set(mapped))
        if column in mapped or not needed:
            continue
        used = {one.profile.name for one in mapped.values()}
        fitting = [
            profile
            for profile in profiles
            if profile.name not in used and _fits_by_value(entity, column, spec, profile)
        ]
        if len(fitting) == 1 and (reading := reading_of(column, spec, fitting[0])):
            what = (
                "the only column of e-mail addresses"
                if spec.identity == "email"
                else "the only column of times left"
                if fitting[0].is_time
                else "the only column whose values all differ"
            )
            mapped[column] = _mapped(entity, column, fitting[0], reading, 0.5, f"guessed: {what}")


def _fits_by_value(entity: Entity, column: str, spec: Column, profile: Profile) -> bool:
    if spec.identity == "email":
        return profile.kind == "email"
    if spec.type in ("timestamp", "date"):
        return profile.is_time and not profile.is_epoch
    if column == UNIQUE.get(entity.name):
        return (
            profile.is_unique
            and (profile.kind in ("integer", "uuid", "text") or profile.is_epoch)
            and profile.empty_share == 0
            and not is_of_people(profile.name)
            and max(map(len, profile.values), default=0) <= 40
        )
    return False


def _missing(
    entity: Entity, profiles: Sequence[Profile], names: Mapping[str, Name], mapped: Mapping[str, Mapped]
) -> list[Missing]:
    needed = [column for column, spec in entity.columns.items() if spec.required and column not in mapped]
    found: list[tuple[str, ...]] = [(column,) for column in needed]
    if entity.one_of and not set(entity.one_of) & set(mapped):
        found.append(entity.one_of)
    return [Missing(columns, _candidates(entity, columns, profiles, names)) for columns in found]


def _candidates(
    entity: Entity, columns: Sequence[str], profiles: Sequence[Profile], names: Mapping[str, Name]
) -> tuple[Profile, ...]:
    ranked = []
    for profile in profiles:
        for column in columns:
            spec = entity.columns[column]
            like = _likeness(entity, column, spec, profile, names[profile.name])
            fits = reading_of(column, spec, profile)
            if fits and profile.kind != "empty" and (like > 0.4 or spec.type != "text" or profile.is_unique):
                ranked.append((-like - 0.2 * fits.fit, profile.name, profile))
    best = {name: profile for _, name, profile in sorted(ranked, key=lambda one: one[:2])}
    return tuple(best.values())[:3]


def _version(entity: Entity, unused: Sequence[Profile], mapped: Mapping[str, Mapped]) -> Profile | None:
    if UPDATED in mapped:
        return mapped[UPDATED].profile
    spellings = words().columns["content_item"][UPDATED]
    times = [profile for profile in unused if profile.is_time]
    nouns = words().nouns[entity.name]
    likely = [(likeness(name_of(profile.name), spellings, nouns), profile) for profile in times]
    best = max(likely, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= SURE else None
