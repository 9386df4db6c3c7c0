"""What exports call things, in seven languages, and how like a name of theirs is to one of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "words.yaml"
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar is text: yes, no and 1 are words here
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
APART = re.compile(r"[^\w%#]+|_+")
ALIKE_ENOUGH = 0.88  # of two spellings that differ by a slip
LONGEST_COMPARED = 60  # characters


@dataclass(frozen=True)
class Name:
    """A name as it is compared: folded, its words, and those of them that are no fillers."""

    text: str
    bare: frozenset[str]
    joined: str


@dataclass(frozen=True)
class Words:
    """The declarations of words.yaml, folded."""

    columns: Mapping[str, Mapping[str, tuple[Name, ...]]]  # entity -> column -> spellings, the canonical name first
    nouns: Mapping[str, frozenset[str]]  # entity -> words for it
    people: frozenset[str]  # names of columns that hold names of people
    lists: Mapping[str, frozenset[str]]  # yes, no, nothing
    values: Mapping[str, Mapping[str, str]]  # column -> word in data -> canonical word
    months: Mapping[str, int]  # word -> number


def fold(text: str) -> str:
    """Lower case, without accents, single blanks between words: `Ticket-Nr.`, `ticket_nr` and `TicketNr` are alike."""
    parts = unicodedata.normalize("NFKD", CAMEL.sub(" ", text).casefold())
    plain = "".join(mark for mark in parts if not unicodedata.combining(mark))
    return " ".join(APART.sub(" ", plain).split())


@cache
def words() -> Words:
    """The words that ship."""
    declared = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  the base loader makes text only
    common: dict[str, list[str]] = declared["common"]
    fillers = frozenset(map(fold, declared["fillers"]))

    def named(listed: Iterable[str]) -> tuple[Name, ...]:
        spelled = [one for name in listed for one in (common[name[1:]] if name.startswith("=") else [name])]
        return tuple(dict.fromkeys(_name(one, fillers) for one in spelled))

    return Words(
        columns={
            entity: {column: named([column, *listed]) for column, listed in spec["columns"].items()}
            for entity, spec in declared["entities"].items()
        },
        nouns={entity: frozenset(map(fold, spec["nouns"])) for entity, spec in declared["entities"].items()},
        people=frozenset(map(fold, declared["people"])),
        lists={
            name: frozenset(word.casefold() for word in declared["values"][name]) for name in ("yes", "no", "nothing")
        },
        values={
            column: {fold(word): legal for legal, listed in spec.items() for word in [legal, *listed]}
            for column, spec in declared["values"].items()
            if isinstance(spec, dict)
        },
        months={fold(word): int(number) for number, listed in declared["months"].items() for word in listed},
    )


@cache
def _fillers() -> frozenset[str]:
    declared = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  as above
    return frozenset(map(fold, declared["fillers"]))


@cache
def name_of(text: str) -> Name:
    """A name of an export, ready to be compared."""
    return _name(text, _fillers())


def _name(text: str, fillers: frozenset[str]) -> Name:
    folded = fold(text)
    parts = folded.split()
    return Name(folded, frozenset(part for part in parts if part not in fillers) or frozenset(parts), "".join(parts))


def is_of_people(text: str) -> bool:
    """True for a column whose name says that it holds names of people, or ways to reach them."""
    steps = {text, text.rsplit(".", 1)[-1]}
    return any(name_of(step).text in words().people for step in steps)


def likeness(name: Name, spellings: Iterable[Name], nouns: frozenset[str]) -> float:
    """How surely a name of the export means what is spelled so: 0 to 1. `nouns`: words for the entity itself."""
    rest = name.bare - nouns
    return max((_alike(name, rest, spelled, nouns) for spelled in spellings), default=0.0)


def _alike(name: Name, rest: frozenset[str], spelled: Name, nouns: frozenset[str]) -> float:
    if name.text == spelled.text:
        return 1.0
    if name.joined == spelled.joined:
        return 0.97
    if name.bare == spelled.bare:
        return 0.95
    if rest and rest == spelled.bare:
        return 0.92
    if len(name.bare) == 1 and len(spelled.bare) == 1 and _is_compound(name.joined, spelled.joined, nouns):
        return 0.9
    if spelled.bare < name.bare and len(spelled.joined) > 3:
        return 0.6 + 0.2 * len(spelled.joined) / max(len(name.joined), 1)
    if rest and rest < spelled.bare and len(name.joined) > 3:
        return 0.5 + 0.2 * len(rest) / len(spelled.bare)
    if 6 <= len(name.joined) <= LONGEST_COMPARED and abs(len(name.joined) - len(spelled.joined)) <= 2:
        matcher = SequenceMatcher(None, name.joined, spelled.joined)
        if matcher.real_quick_ratio() >= ALIKE_ENOUGH and matcher.quick_ratio() >= ALIKE_ENOUGH:
            ratio = matcher.ratio()
            return 0.8 * ratio if ratio >= ALIKE_ENOUGH else 0.0
    return 0.0


def _is_compound(joined: str, spelled: str, nouns: frozenset[str]) -> bool:
    """Ticketnummer for Nummer, Anfragedatum for Datum."""
    if not joined.endswith(spelled) or len(joined) == len(spelled):
        return False
    head = joined[: -len(spelled)]
    return head in nouns or head.removesuffix("s") in nouns or head.removesuffix("n") in nouns
