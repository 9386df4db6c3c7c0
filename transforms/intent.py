"""Reads what a ticket asks for: rules over the lexicon in rules/intents.yaml, and the words of rules/intents.examples.yaml.

A rule is strong evidence. A word or a group that the examples of one intent share is weak evidence, which decides where no rule
speaks. Words are looked up once per ticket, so a rule costs a comparison of bits, not a search through the text.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import yaml

from transforms.ticket_text import customer_text

LEXICON: Final = Path(__file__).resolve().parent.parent / "rules" / "intents.yaml"
EXAMPLES: Final = LEXICON.with_name("intents.examples.yaml")
_DECIDING: Final = (LEXICON, EXAMPLES, Path(__file__), Path(__file__).with_name("ticket_text.py"))
_WORD_WEIGHT: Final = 0.2  # words are far from independent; below 1 their evidence is discounted
_WORDS_AT_MOST: Final = 2.0  # log-odds; a rule that speaks clearly is not outvoted by words
_SMOOTHING: Final = 0.5
_WORDS_OF_A_SHORT_TICKET: Final = 25  # a long ticket has more words, not more evidence
GAP: Final = ".."
_GAP_WORDS: Final = 3
_UNIT: Final = re.compile(r"[.!?;:\n]+\s|\n+|[?!]+")
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
class Label:
    """An intent and how probable it is, in [0, 1]."""

    intent: str
    probability: float


@dataclass(frozen=True, slots=True)
class _Rule:
    intent: int
    weight: float
    all_of: int  # bits that must all be set
    any_of: tuple[int, ...]  # of each, one bit must be set
    none_of: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    bit: int


@dataclass(frozen=True)
class _Lexicon:
    intents: tuple[str, ...]
    prior: tuple[float, ...]
    rules: tuple[_Rule, ...]
    swallowed: dict[str, tuple[_Phrase, ...]]  # by first word, longest first
    phrases: dict[str, tuple[_Phrase, ...]]
    prefixes: dict[str, tuple[str, ...]]  # the first words that end in `*`, by their first three letters
    version: str


@dataclass(frozen=True)
class _Words:
    """How much each word, pair of words or group speaks for each intent, as log-odds."""

    row: dict[str, int]
    evidence: npt.NDArray[np.float64]  # one row per word, one column per intent


def words_of(text: str) -> list[str]:
    """The words of a text: lower case, accents off, contractions spelt out, plural `s` off."""
    lowered = text.lower().replace("’", "'").replace("ß", "ss")
    if "'" in lowered or "cannot" in lowered:
        for pattern, spelt_out in _CONTRACTIONS:
            lowered = pattern.sub(spelt_out, lowered)
    if not lowered.isascii():
        lowered = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return [_singular(word) for word in _WORD.findall(lowered)]


@cache
def classifier_version() -> str:
    """Names the lexicon and the reader: the declared version and a fingerprint of both."""
    return _lexicon().version


def classify(subjects: Sequence[str | None], bodies: Sequence[str | None]) -> list[Label]:
    """One label per ticket, in order. Weak evidence gives `other` with a low probability.

    Raises ValueError when subjects and bodies differ in length.
    """
    lexicon, words = _lexicon(), _words()
    texts = [customer_text(subject, body) for subject, body in zip(subjects, bodies, strict=True)]
    seen: dict[str, Label] = {}
    for text in texts:
        if text not in seen:
            seen[text] = _label(text, lexicon, words)
    return [seen[text] for text in texts]


def _label(text: str, lexicon: _Lexicon, words: _Words) -> Label:
    sentences, features = _read(text, lexicon)
    windows = sentences + [a | b for a, b in zip(sentences, sentences[1:], strict=False)]
    whole = 0
    for bits in sentences:
        whole |= bits
    scores = list(lexicon.prior)
    for rule in lexicon.rules:
        if whole & rule.all_of == rule.all_of and any(_fires(rule, bits) for bits in windows):
            scores[rule.intent] += rule.weight
    known = [words.row[feature] for feature in features if feature in words.row]
    if known:
        weight = _WORD_WEIGHT * min(1.0, _WORDS_OF_A_SHORT_TICKET / len(known))
        total = weight * words.evidence[sorted(known)].sum(axis=0)
        total = np.maximum(total - total.max(), -_WORDS_AT_MOST)
        scores = [score + float(more) for score, more in zip(scores, total, strict=True)]
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    best = max(range(len(scores)), key=lambda i: (scores[i], -i))
    return Label(lexicon.intents[best], weights[best] / sum(weights))


def _read(text: str, lexicon: _Lexicon) -> tuple[list[int], set[str]]:
    """The groups of each sentence as bits, and the words, pairs and groups of the whole text."""
    sentences: list[int] = []
    features: set[str] = set()
    for unit in _UNIT.split(text):
        words = words_of(unit or "")
        if not words:
            continue
        bits = _bits(words, lexicon)
        sentences.append(bits)
        features.update(words)
        features.update(f"{a} {b}" for a, b in zip(words, words[1:], strict=False))
        features.update(_group_features(bits))
    return sentences, features


@lru_cache(maxsize=50_000)
def _group_features(bits: int) -> tuple[str, ...]:
    """The groups of a sentence and their pairs: an object with a verb tells more than either."""
    groups = [i for i in range(bits.bit_length()) if bits >> i & 1]
    return tuple(f"#{a}" for a in groups) + tuple(f"#{a} #{b}" for a, b in combinations(groups, 2))


@cache
def _words() -> _Words:
    lexicon = _lexicon()
    examples: dict[str, list[str | list[str]]] = yaml.safe_load(EXAMPLES.read_bytes())
    unknown = sorted(set(examples) - set(lexicon.intents))
    if unknown:
        raise ValueError(
            f"rules/intents.examples.yaml: no intent named {unknown[0]!r}. Legal: {', '.join(lexicon.intents)}"
        )
    counts: dict[str, list[int]] = {}
    size = [len(examples.get(intent, [])) for intent in lexicon.intents]
    for column, intent in enumerate(lexicon.intents):
        for ticket in examples.get(intent, []):
            subject, body = (None, ticket) if isinstance(ticket, str) else (ticket[0], ticket[1])
            for feature in _read(customer_text(subject, body), lexicon)[1]:
                counts.setdefault(feature, [0] * len(size))[column] += 1
    share = np.maximum(np.array(size, dtype=np.float64), 1.0) / max(sum(size), 1)
    names = sorted(counts)
    seen = np.array([counts[name] for name in names], dtype=np.float64).reshape(len(names), len(size))
    given_word = (seen + _SMOOTHING * share) / (seen.sum(axis=1, keepdims=True) + _SMOOTHING)
    return _Words({name: i for i, name in enumerate(names)}, np.log(given_word / share))


def _fires(rule: _Rule, bits: int) -> bool:
    return (
        bits & rule.all_of == rule.all_of
        and not bits & rule.none_of
        and all(bits & either for either in rule.any_of)
    )


def _bits(words: list[str], lexicon: _Lexicon) -> int:
    """The groups a sentence mentions, one bit each."""
    left, bits = list(words), 0
    for i, word in enumerate(words):
        for phrase in lexicon.swallowed.get(word, ()):
            if tuple(words[i : i + len(phrase.words)]) == phrase.words:
                bits |= phrase.bit
                left[i : i + len(phrase.words)] = [""] * len(phrase.words)
                break
    for i, word in enumerate(left):
        if not word:
            continue
        for phrase in lexicon.phrases.get(word, ()):
            if not bits & phrase.bit and _matches(phrase.words, left, i):
                bits |= phrase.bit
        for prefix in lexicon.prefixes.get(word[:3], ()):
            if word.startswith(prefix):
                for phrase in lexicon.phrases[prefix + "*"]:
                    if not bits & phrase.bit and _matches(phrase.words, left, i):
                        bits |= phrase.bit
    return bits


def _matches(pattern: tuple[str, ...], words: list[str], start: int) -> bool:
    at, slack = start + 1, 0
    for expected in pattern[1:]:
        if expected == GAP:
            slack = _GAP_WORDS
            continue
        while at < len(words) and not _is_word(expected, words[at]) and slack:
            at, slack = at + 1, slack - 1
        if at >= len(words) or not _is_word(expected, words[at]):
            return False
        at, slack = at + 1, 0
    return True


def _is_word(expected: str, word: str) -> bool:
    return word == expected or (expected.endswith("*") and word.startswith(expected[:-1]))


@cache
def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as", "os")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


@cache
def _lexicon() -> _Lexicon:
    source = LEXICON.read_bytes()
    declared: dict[str, Any] = yaml.safe_load(source)
    names = [*declared["swallowed"], *declared["groups"]]
    bit = {name: 1 << i for i, name in enumerate(names)}
    intents = tuple(declared["intents"])
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in _DECIDING)).hexdigest()[:8]
    phrases = _phrases(declared["groups"], bit)
    prefixes: dict[str, tuple[str, ...]] = {}
    for first in phrases:
        if first.endswith("*"):
            prefixes[first[:3]] = (*prefixes.get(first[:3], ()), first[:-1])
    return _Lexicon(
        intents=intents,
        prior=tuple(float(declared["prior"].get(name, 0.0)) for name in intents),
        rules=tuple(
            _rule(rule, index, bit, name)
            for index, name in enumerate(intents)
            for rule in declared["intents"][name]["rules"]
        ),
        swallowed=_phrases(declared["swallowed"], bit),
        phrases=phrases,
        prefixes=prefixes,
        version=f"{declared['version']}-{fingerprint}",
    )


def _phrases(groups: dict[str, dict[str, list[str]]], bit: dict[str, int]) -> dict[str, tuple[_Phrase, ...]]:
    found: dict[str, set[_Phrase]] = {}
    for name, by_language in groups.items():
        for entries in by_language.values():
            for entry in entries:
                words = _pattern(str(entry))
                found.setdefault(words[0], set()).add(_Phrase(words, bit[name]))
    return {
        first: tuple(sorted(ps, key=lambda p: (-len(p.words), p.words, p.bit))) for first, ps in found.items()
    }


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


def _rule(declared: dict[str, Any], intent: int, bit: dict[str, int], name: str) -> _Rule:
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
            raise ValueError(
                f"rules/intents.yaml: intent {name}: no group named {group!r}. Legal: {', '.join(bit)}"
            )
        none_of |= bit[group]
    return _Rule(intent, float(declared["weight"]), all_of, tuple(any_of), none_of)
