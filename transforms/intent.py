"""Reads what a ticket asks for: a linear model over its words, trained by transforms/intent_training.py.

Sentences of a longer ticket that by themselves ask for nothing, its history and its courtesies, are left out. An intent
is named only where it is probable enough; `resend_request`, which moves a gate, only where it is more so. All else is
`other`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import yaml

from transforms.intent_model import WEIGHTS, Model, probabilities, shipped_model
from transforms.intent_tickets import INTENTS, WORDS
from transforms.ticket_features import Features, features_of, sentences_of, together
from transforms.ticket_text import customer_text

_OTHER: Final = "other"
_OF_NOTHING: Final = 0.4  # a ticket without a known word may ask for anything: how probable it is that nothing is asked
_TELLING: Final = ("words", "letters", "groups")
_LONGER: Final = 3  # sentences; among fewer, even one that asks for nothing tells what the other is about
_ASKS_FOR_NOTHING: Final = 0.6  # from this probability of `other`
_REMEMBERED: Final = 5_000  # sentences, of some kilobytes each
_HERE: Final = Path(__file__).parent
_DECIDING: Final = (
    WORDS,
    WEIGHTS,
    *(_HERE / f"{name}.py" for name in ("concepts", "intent", "intent_model", "ticket_features", "ticket_text")),
)


@dataclass(frozen=True, slots=True)
class Label:
    """An intent and how probable it is, in [0, 1]."""

    intent: str
    probability: float


@cache
def classifier_version() -> str:
    """Names the classifier: the declared version and a fingerprint of all that decides a label."""
    declared = yaml.safe_load(INTENTS.read_bytes())["version"]
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in _DECIDING)).hexdigest()[:8]
    return f"{declared}-{fingerprint}"


def classify(subjects: Sequence[str | None], bodies: Sequence[str | None]) -> list[Label]:
    """One label per ticket, in order. Weak evidence gives `other` with a low probability.

    Raises ValueError when subjects and bodies differ in length.
    """
    return classify_texts([customer_text(subject, body) for subject, body in zip(subjects, bodies, strict=True)])


def classify_texts(texts: Sequence[str]) -> list[Label]:
    """One label per text of `customer_text`, in order."""
    model = shipped_model()
    seen: dict[str, Label] = {}
    for text in texts:
        if text not in seen:
            seen[text] = _label(text, model)
    return [seen[text] for text in texts]


def _label(text: str, model: Model) -> Label:
    sentences = _asking(sentences_of(text))
    if not sentences:
        return Label(_OTHER, _OF_NOTHING)
    ticket = together(sentences)
    if not any(name in model.row[kind] for kind in _TELLING for name in getattr(ticket, kind)):
        return Label(_OTHER, _OF_NOTHING)
    given = probabilities(model, ticket)
    best = int(given.argmax())
    if given[best] < model.certain_from.get(model.intents[best], model.certain_from["*"]):
        best = model.intents.index(_OTHER)
    return Label(model.intents[best], float(given[best]))


def _asking(sentences: Sequence[str]) -> list[Features]:
    """The sentences of a longer ticket without those that, by themselves, ask for nothing; all if none asks."""
    read = [_features(sentence) for sentence in sentences]
    if len(read) < _LONGER:
        return read
    return [one for one, said in zip(read, sentences, strict=True) if not _asks_for_nothing(said)] or read


# Most of what people write in a ticket beside their question, they and others have written before.
@lru_cache(maxsize=_REMEMBERED)
def _features(sentence: str) -> Features:
    return features_of(sentence)


@lru_cache(maxsize=_REMEMBERED)
def _asks_for_nothing(sentence: str) -> bool:
    model = shipped_model()
    return bool(probabilities(model, _features(sentence))[model.intents.index(_OTHER)] >= _ASKS_FOR_NOTHING)
