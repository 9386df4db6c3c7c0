"""The lexicon of ticket intents: groups of words, one bit each, and rules over those bits."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

LEXICON: Final = Path(__file__).resolve().parent.parent / "rules" / "intents.yaml"
EXAMPLES: Final = LEXICON.with_name("intents.examples.yaml")
GAP: Final = ".."
_DECIDING: Final = (
    LEXICON,
    EXAMPLES,
    Path(__file__),
    Path(__file__).with_name("intent.py"),
    Path(__file__).with_name("ticket_text.py"),
)
_WORD: Final = re.compile(r"\w+")
_CONTRACTIONS: Final = (
    (re.compile(r"\bcan(?:no|')t\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'(?:ve)\b"), " have"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\b(what|where|when|how|it|that|there|who)'s\b"), r"\1 is"),
    (re.compile(r"'s\b"), ""),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Evidence for one intent, by index, when groups occur together."""

    intent: int
    weight: float
    all_of: int  # bits that must all be set
    any_of: tuple[int, ...]  # of each, one bit must be set
    none_of: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in order that mean a group; `*` ends a beginning, `..` stands for up to three words."""

    words: tuple[str, ...]
    bit: int


@dataclass(frozen=True)
class Subjects:
    """How to tell what a piece of material is about from what the ticket is about."""

    heads: frozenset[str]
    plain_files: frozenset[str]
    prepositions: frozenset[str]
    hidden: frozenset[str]  # words that may be hidden
    stops: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """What rules/intents.yaml declares, ready to be looked up."""

    intents: tuple[str, ...]
    prior: tuple[float, ...]
    rules: tuple[Rule, ...]
    subjects: Subjects
    swallowed: dict[str, tuple[Phrase, ...]]  # by first word, longest first
    plain: dict[str, int]  # bits of phrases that are just words, by those words joined by blanks
    plain_lengths: dict[str, tuple[int, ...]]  # how many words such phrases have, by their first word
    phrases: dict[str, tuple[Phrase, ...]]  # the others, by first word
    prefixes: dict[str, tuple[str, ...]]  # the first words that end in `*`, by their first three letters
    version: str


def words_of(text: str) -> list[str]:
    """The words of a text: lower case, accents off, contractions spelt out, plural `s` off."""
    lowered = text.lower().replace("\u2019", "'").replace("ß", "ss")
    if "'" in lowered or "cannot" in lowered:
        for pattern, spelt_out in _CONTRACTIONS:
            lowered = pattern.sub(spelt_out, lowered)
    if not lowered.isascii():
        lowered = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return [_singular(word) for word in _WORD.findall(lowered)]


@cache
def _singular(word: str) -> str:
    if word.endswith(("sses", "xes", "ches", "shes")) and len(word) > 4:
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon. Raises ValueError naming the intent and the group when a rule names no group."""
    source = LEXICON.read_bytes()
    declared: dict[str, Any] = yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe
    names = [*declared["swallowed"], *declared["groups"]]
    bit = {name: 1 << i for i, name in enumerate(names)}
    intents = tuple(declared["intents"])
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in _DECIDING)).hexdigest()[:8]
    phrases = {
        first: tuple(phrase for phrase in found if not _is_plain(phrase.words))
        for first, found in _phrases(declared["groups"], bit).items()
    }
    plain, lengths = _plain(declared["groups"], bit)
    prefixes: dict[str, tuple[str, ...]] = {}
    for first in phrases:
        if first.endswith("*"):
            prefixes[first[:3]] = (*prefixes.get(first[:3], ()), first[:-1])
    return Lexicon(
        intents=intents,
        prior=tuple(float(declared["prior"].get(name, 0.0)) for name in intents),
        rules=tuple(
            _rule(rule, index, bit, name)
            for index, name in enumerate(intents)
            for rule in declared["intents"][name]["rules"]
        ),
        subjects=_subjects(declared["subject_of_material"], declared["groups"], bit),
        swallowed=_phrases(declared["swallowed"], bit),
        plain=plain,
        plain_lengths={first: tuple(sorted(found)) for first, found in lengths.items()},
        phrases=phrases,
        prefixes=prefixes,
        version=f"{declared['version']}-{fingerprint}",
    )


def _phrases(groups: dict[str, dict[str, list[str]]], bit: dict[str, int]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, set[Phrase]] = {}
    for name, by_language in groups.items():
        for entries in by_language.values():
            for entry in entries:
                words = _pattern(str(entry))
                found.setdefault(words[0], set()).add(Phrase(words, bit[name]))
    return {first: tuple(sorted(ps, key=lambda p: (-len(p.words), p.words, p.bit))) for first, ps in found.items()}


def _subjects(declared: dict[str, list[str]], groups: dict[str, dict[str, list[str]]], bit: dict[str, int]) -> Subjects:
    words = {name: frozenset(words_of(" ".join(declared[name]))) for name in declared if name != "hides"}
    hiding = {name: groups[name] for name in declared["hides"]}
    hidden = {word for joined in _plain(hiding, bit)[0] for word in joined.split()}
    return Subjects(
        words["heads"],
        words["plain_files"],
        words["prepositions"],
        frozenset(hidden) - words["stops"] - words["heads"] - words["plain_files"],
        words["stops"],
    )


def _is_plain(words: tuple[str, ...]) -> bool:
    return GAP not in words and not any(word.endswith("*") for word in words)


def _plain(groups: dict[str, dict[str, list[str]]], bit: dict[str, int]) -> tuple[dict[str, int], dict[str, set[int]]]:
    bits: dict[str, int] = {}
    lengths: dict[str, set[int]] = {}
    for first, found in _phrases(groups, bit).items():
        for phrase in found:
            if _is_plain(phrase.words):
                joined = " ".join(phrase.words)
                bits[joined] = bits.get(joined, 0) | phrase.bit
                lengths.setdefault(first, set()).add(len(phrase.words))
    return bits, lengths


def _pattern(entry: str) -> tuple[str, ...]:
    words: list[str] = []
    for part in entry.split():
        if part == GAP:
            words.append(GAP)
        elif part.endswith("*"):
            *before, last = _WORD.findall(part[:-1].lower())
            words += [*before, "".join(words_of(last + "*"))[: len(last)] + "*"]
        else:
            words.append(part)
    # words of a run are normalised together: "can't find" and "can not find" are one entry
    out: list[str] = []
    run: list[str] = []
    for word in [*words, GAP + "end"]:
        if word == GAP or word.endswith("*") or word == GAP + "end":
            out += words_of(" ".join(run))
            run = []
            if word != GAP + "end":
                out.append(word)
        else:
            run.append(word)
    return tuple(out)


def _rule(declared: dict[str, Any], intent: int, bit: dict[str, int], name: str) -> Rule:
    all_of, any_of = 0, []
    for term in str(declared["when"]).split():
        unknown = [group for group in term.split("|") if group not in bit]
        if unknown:
            raise ValueError(
                f"rules/intents.yaml: intent {name}: no group named {unknown[0]!r}. Legal: {', '.join(bit)}"
            )
        either = sum(bit[group] for group in term.split("|"))
        if "|" in term:
            any_of.append(either)
        else:
            all_of |= either
    none_of = 0
    for group in str(declared.get("unless", "")).split():
        if group not in bit:
            raise ValueError(f"rules/intents.yaml: intent {name}: no group named {group!r}. Legal: {', '.join(bit)}")
        none_of |= bit[group]
    return Rule(intent, float(declared["weight"]), all_of, tuple(any_of), none_of)
