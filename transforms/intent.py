"""Reads what a ticket asks for: rules over rules/intents.yaml, and the words of rules/intents.examples.yaml.

A rule is strong evidence. A word or a group that the examples of one intent share is weak evidence: where no rule
speaks it decides only if it speaks clearly, else the ticket is `other`. Words are looked up once per ticket, so a
rule costs a comparison of bits, not a search through the text.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import yaml

from transforms.lexicon import EXAMPLES, GAP, Lexicon, Rule, Subjects, lexicon, words_of
from transforms.ticket_text import customer_text

_OTHER: Final = "other"
_WORD_WEIGHT: Final = 0.2  # words are far from independent; below 1 their evidence is discounted
_WORDS_AT_MOST: Final = 2.0  # log-odds; a rule that speaks clearly is not outvoted by words
# Log-odds over `other` that words need to name an intent without a rule: the lowest half step at which nine of ten
# such labels are right when every example is read by the words of all the others.
_WORDS_ALONE_AT_LEAST: Final = 5.0
_SMOOTHING: Final = 0.5
_BEGINNING: Final = 5  # letters by which trained, trainer and training are one
_WORDS_OF_A_SHORT_TICKET: Final = 25  # a long ticket has more words, not more evidence
_GAP_WORDS: Final = 3
_UNIT: Final = re.compile(r"[.!?;:\n]+\s|\n+|[?!]+")


@dataclass(frozen=True, slots=True)
class Label:
    """An intent and how probable it is, in [0, 1]."""

    intent: str
    probability: float


@dataclass(frozen=True)
class _Words:
    """How much each word, pair of words or group speaks for each intent, as log-odds."""

    row: dict[str, int]
    evidence: npt.NDArray[np.float64]  # one row per word, one column per intent


@cache
def classifier_version() -> str:
    """Names the lexicon and the reader: the declared version and a fingerprint of both."""
    return lexicon().version


def classify(subjects: Sequence[str | None], bodies: Sequence[str | None]) -> list[Label]:
    """One label per ticket, in order. Weak evidence gives `other` with a low probability.

    Raises ValueError when subjects and bodies differ in length.
    """
    return classify_texts([customer_text(subject, body) for subject, body in zip(subjects, bodies, strict=True)])


def classify_texts(texts: Sequence[str]) -> list[Label]:
    """One label per text of `customer_text`, in order."""
    declared, words = lexicon(), _words()
    seen: dict[str, Label] = {}
    for text in texts:
        if text not in seen:
            seen[text] = _label(text, declared, words)
    return [seen[text] for text in texts]


def _label(text: str, declared: Lexicon, words: _Words) -> Label:
    sentences, features = _read(text, declared)
    windows = sentences + [a | b for a, b in itertools.pairwise(sentences)]
    whole = 0
    for bits in sentences:
        whole |= bits
    scores = list(declared.prior)
    fired = [
        rule
        for rule in declared.rules
        if whole & rule.all_of == rule.all_of and any(_fires(rule, bits) for bits in windows)
    ]
    for rule in fired:
        scores[rule.intent] += rule.weight
    other = declared.intents.index(_OTHER)
    speaks_clearly = bool(fired)
    known = [words.row[feature] for feature in features if feature in words.row]
    if known:
        weight = _WORD_WEIGHT * min(1.0, _WORDS_OF_A_SHORT_TICKET / len(known))
        total = weight * words.evidence[sorted(known)].sum(axis=0)
        alone = total + declared.prior
        speaks_clearly |= bool(alone.max() - alone[other] >= _WORDS_ALONE_AT_LEAST)
        total = np.maximum(total - total.max(), -_WORDS_AT_MOST)
        scores = [score + float(more) for score, more in zip(scores, total, strict=True)]
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    best = max(range(len(scores)), key=lambda i: (scores[i], -i)) if speaks_clearly else other
    return Label(declared.intents[best], weights[best] / sum(weights))


def _read(text: str, declared: Lexicon) -> tuple[list[int], set[str]]:
    """The groups of each sentence as bits, and the words, pairs and groups of the whole text."""
    sentences: list[int] = []
    features: set[str] = set()
    for unit in _UNIT.split(text):
        words = words_of(unit or "")
        if not words:
            continue
        bits = _bits(words, declared)
        sentences.append(bits)
        features.update(words)
        features.update(f"{a} {b}" for a, b in itertools.pairwise(words))
        features.update(f"~{word[:_BEGINNING]}" for word in words if len(word) >= _BEGINNING)
        features.update(f"#{i}" for i in range(bits.bit_length()) if bits >> i & 1)
    return sentences, features


@cache
def _words() -> _Words:
    declared = lexicon()
    examples: dict[str, list[str | list[str]]] = yaml.safe_load(EXAMPLES.read_bytes())
    unknown = sorted(set(examples) - set(declared.intents))
    if unknown:
        raise ValueError(
            f"rules/intents.examples.yaml: no intent named {unknown[0]!r}. Legal: {', '.join(declared.intents)}"
        )
    counts: dict[str, list[int]] = {}
    size = [len(examples.get(intent, [])) for intent in declared.intents]
    for column, intent in enumerate(declared.intents):
        for ticket in examples.get(intent, []):
            subject, body = (None, ticket) if isinstance(ticket, str) else (ticket[0], ticket[1])
            for feature in _read(customer_text(subject, body), declared)[1]:
                counts.setdefault(feature, [0] * len(size))[column] += 1
    share = np.maximum(np.array(size, dtype=np.float64), 1.0) / max(sum(size), 1)
    names = sorted(counts)
    seen = np.array([counts[name] for name in names], dtype=np.float64).reshape(len(names), len(size))
    given_word = (seen + _SMOOTHING * share) / (seen.sum(axis=1, keepdims=True) + _SMOOTHING)
    return _Words({name: i for i, name in enumerate(names)}, np.log(given_word / share))


def _fires(rule: Rule, bits: int) -> bool:
    return (
        bits & rule.all_of == rule.all_of and not bits & rule.none_of and all(bits & either for either in rule.any_of)
    )


def _bits(words: list[str], declared: Lexicon) -> int:
    """The groups a sentence mentions, one bit each."""
    left, bits = list(words), 0
    for i, word in enumerate(words):
        for phrase in declared.swallowed.get(word, ()):
            if _matches(phrase.words, words, i):
                bits |= phrase.bit
                left[i : i + len(phrase.words)] = [""] * len(phrase.words)
                break
    _hide_subjects(words, left, declared.subjects)
    for i, word in enumerate(left):
        if not word:
            continue
        for length in declared.plain_lengths.get(word, ()):
            bits |= declared.plain.get(" ".join(left[i : i + length]), 0)
        for phrase in declared.phrases.get(word, ()):
            if not bits & phrase.bit and _matches(phrase.words, left, i):
                bits |= phrase.bit
        for prefix in declared.prefixes.get(word[:3], ()):
            if word.startswith(prefix):
                for phrase in declared.phrases[prefix + "*"]:
                    if not bits & phrase.bit and _matches(phrase.words, left, i):
                        bits |= phrase.bit
    return bits


def _hide_subjects(words: list[str], left: list[str], subjects: Subjects) -> None:
    """Blanks, in `left`, the words that only say what a piece of material is about."""
    for i, word in enumerate(words):
        is_file = word in subjects.plain_files
        if not is_file and word not in subjects.heads:
            continue
        near = list(range(i - 2 if is_file else i - 1, max(i - 3, -1), -1))
        follows = i + 1 < len(words) and words[i + 1] in subjects.prepositions
        for span in (near, range(i + 2, min(i + 5, len(words))) if follows else ()):
            for at in span:
                if words[at] in subjects.stops:
                    break
                if words[at] in subjects.hidden:
                    left[at] = ""


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
