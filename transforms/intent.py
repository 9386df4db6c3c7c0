"""Reads what a ticket asks for: a linear model over its words, trained by transforms/intent_training.py.

Sentences of a longer ticket that by themselves ask for nothing, its history and its courtesies, are left out. An intent
is named only where it is probable enough; `resend_request`, which moves a gate, only where it is more so. All else is
`other`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import yaml

from transforms.intent_model import WEIGHTS, Model, Vector, probabilities, shipped_model
from transforms.intent_tickets import INTENTS, WORDS
from transforms.ticket_features import Features, features_of, sentences_of, together
from transforms.ticket_text import customer_text

_OTHER: Final = "other"
_OF_NOTHING: Final = 0.4  # a ticket without a known word may ask for anything: how probable it is that nothing is asked
_TELLING: Final = ("words", "letters", "groups")
_LONGER: Final = 3  # sentences; among fewer, even one that asks for nothing tells what the other is about
_ASKS_FOR_NOTHING: Final = 0.6  # from this probability of `other`
_REMEMBERED: Final = 5_000  # sentences, of some kilobytes each
_ASKS: Final[dict[str, bool]] = {}  # sentences that were read, and whether they ask for anything
_AT_ONCE: Final = 500  # texts
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
    distinct = list(dict.fromkeys(texts))
    for start in range(0, len(distinct), _AT_ONCE):
        some = distinct[start : start + _AT_ONCE]
        seen.update(zip(some, _labels(some, model), strict=True))
    return [seen[text] for text in texts]


def _labels(texts: Sequence[str], model: Model) -> list[Label]:
    said = [sentences_of(text) for text in texts]
    silent = _asking_for_nothing({one for sentences in said if len(sentences) >= _LONGER for one in sentences}, model)
    tickets = [together([_features(one) for one in _asking(sentences, silent)]) for sentences in said]
    labels = [_label(given, model) for given in probabilities(model, tickets)]
    nothing = Label(_OTHER, _OF_NOTHING)
    return [label if _tells(ticket, model) else nothing for ticket, label in zip(tickets, labels, strict=True)]


def _label(given: Vector, model: Model) -> Label:
    best = int(given.argmax())
    if given[best] < model.certain_from.get(model.intents[best], model.certain_from["*"]):
        best = model.intents.index(_OTHER)
    return Label(model.intents[best], float(given[best]))


def _tells(ticket: Features, model: Model) -> bool:
    """Whether it has a word, or a piece of one, that the model knows."""
    return any(not getattr(ticket, kind).isdisjoint(model.row[kind]) for kind in _TELLING)


def _asking(sentences: Sequence[str], silent: Collection[str]) -> Sequence[str]:
    """The sentences of a longer ticket without those that, by themselves, ask for nothing; all if none asks."""
    if len(sentences) < _LONGER:
        return sentences
    return [one for one in sentences if one not in silent] or sentences


# Most of what people write in a ticket beside their question, they and others have written before.
@lru_cache(maxsize=_REMEMBERED)
def _features(sentence: str) -> Features:
    return features_of(sentence)


def _asking_for_nothing(sentences: Collection[str], model: Model) -> set[str]:
    """Those of the sentences that by themselves ask for nothing."""
    if len(_ASKS) > _REMEMBERED:
        _ASKS.clear()
    new = [one for one in sentences if one not in _ASKS]
    of_other = probabilities(model, [_features(one) for one in new])[:, model.intents.index(_OTHER)]
    _ASKS.update(zip(new, (of_other < _ASKS_FOR_NOTHING).tolist(), strict=True))
    return {one for one in sentences if not _ASKS[one]}
