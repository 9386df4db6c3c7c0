"""Reads what a ticket asks for: a linear model over its words, trained by transforms/intent_training.py.

An intent is named only where it is probable enough; `resend_request`, which moves a gate, only where it is more probable than
most. All else is `other`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from transforms.concepts import WORDS
from transforms.intent_model import WEIGHTS, Model, probabilities, shipped_model
from transforms.intent_tickets import INTENTS
from transforms.ticket_features import features_of
from transforms.ticket_text import customer_text

_OTHER: Final = "other"
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
    features = features_of(text)
    given = probabilities(model, features)
    best = int(given.argmax())
    intent = model.intents[best]
    certain_from = model.certain_from.get(intent, model.certain_from["*"])
    if not features or given[best] < certain_from:
        best = model.intents.index(_OTHER)
    return Label(model.intents[best], float(given[best]))
