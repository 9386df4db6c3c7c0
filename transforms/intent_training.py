"""Trains the classifier of intents on rules/tickets and writes rules/intents.weights.txt.

    python -m transforms.intent_training

A ridge regression on each intent over the features of a ticket. Families of tickets are split over five folds; what the
other folds say of a ticket is what calibration and the thresholds are fitted on. Nothing is drawn at random but the
folds, and those by a fixed hash, so the same tickets give the same weights.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar

from transforms.intent_model import WEIGHTS, Model, Vector, quantised, written_model
from transforms.intent_tickets import TICKETS, WORDS, Ticket, intent_names, read_tickets
from transforms.ticket_features import KINDS, Features, features_of, sentences_of, together
from transforms.ticket_text import customer_text

_SEED: Final = "intents"  # of the folds
_FOLDS: Final = 5
_PULL: Final = 1.0  # of every weight to zero
_BIAS: Final = 0.1  # the square of the feature that every ticket has
_LEAST_TICKETS: Final = {"words": 2, "pairs": 2, "letters": 3, "groups": 2, "together": 3, "shape": 2}
_WARY: Final = "resend_request"
_WARY_PRECISION: Final = 0.95
_UNSURE_BELOW: Final = 0.25  # for every other intent

Table = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """Tickets as the training sees them."""

    features: list[Features]
    intent: Ints
    fold: Ints


def examples_of(tickets: Sequence[Ticket], intents: Sequence[str]) -> Examples:
    """Features, intents by number and folds of tickets, in order."""
    return Examples(
        [_read(ticket) for ticket in tickets],
        np.array([intents.index(ticket.intent) for ticket in tickets]),
        np.array([_fold(ticket.family) for ticket in tickets]),
    )


def _read(ticket: Ticket) -> Features:
    text = customer_text(ticket.subject, ticket.body)
    return together([features_of(sentence) for sentence in sentences_of(text)])


def held_out(examples: Examples, intents: int) -> Table:
    """Scores of each ticket by a model that saw no ticket of its fold: one row per ticket, one column per intent."""
    scores = np.zeros((len(examples.intent), intents))
    for fold in range(_FOLDS):
        inside, outside = np.flatnonzero(examples.fold != fold), np.flatnonzero(examples.fold == fold)
        rows = _rows(examples.features, inside)
        weights, bias = _fitted(_matrix(examples.features, inside, rows), examples.intent[inside], intents)
        scores[outside] = _matrix(examples.features, outside, rows) @ weights + bias
    return scores


def trained(examples: Examples, intents: Sequence[str], trained_on: str) -> Model:
    """The model of all tickets, calibrated and made wary by what folds say of tickets they did not see."""
    scores = held_out(examples, len(intents))
    heat = heat_of(scores, examples.intent)
    everything = np.arange(len(examples.intent))
    rows = _rows(examples.features, everything)
    weights, bias = _fitted(_matrix(examples.features, everything, rows), examples.intent, len(intents))
    table, step = quantised([weights / heat])
    wary = _wary_from(likely(scores / heat), examples.intent, intents.index(_WARY))
    return Model(tuple(intents), bias / heat, step, {_WARY: wary, "*": _UNSURE_BELOW}, rows, table, trained_on)


def likely(scores: Table) -> Table:
    """Probabilities of scores, by row."""
    raised: Table = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


def fingerprint() -> str:
    """Of what the weights are trained on."""
    paths = [WORDS, *sorted(TICKETS.glob("*.txt"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def _fold(family: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{_SEED} {family}".encode()).digest()[:4]) % _FOLDS


def _rows(features: Sequence[Features], chosen: Ints) -> dict[str, dict[str, int]]:
    """A row for each feature that enough of the chosen tickets have, by kind."""
    rows: dict[str, dict[str, int]] = {}
    used = 0
    for kind in KINDS:
        seen = Counter(name for i in chosen for name in getattr(features[i], kind))
        names = sorted(name for name, count in seen.items() if count >= _LEAST_TICKETS[kind])
        rows[kind] = {name: used + i for i, name in enumerate(names)}
        used += len(names)
    return rows


def _matrix(features: Sequence[Features], chosen: Ints, rows: dict[str, dict[str, int]]) -> sp.csr_matrix:
    at: list[int] = []
    values: list[float] = []
    ends = [0]
    for i in chosen:
        for kind, weight in KINDS.items():
            known = sorted(rows[kind][name] for name in getattr(features[i], kind) if name in rows[kind])
            at += known
            values += [weight / max(1, len(known)) ** 0.5] * len(known)
        ends.append(len(at))
    return sp.csr_matrix((values, at, ends), shape=(len(chosen), sum(map(len, rows.values()))))


def _fitted(seen: sp.csr_matrix, intent: Ints, intents: int) -> tuple[Table, Vector]:
    """Weights and bias: least squares on plus and minus one, solved over tickets, which are fewer than features."""
    wanted = np.full((len(intent), intents), -1.0)
    wanted[np.arange(len(intent)), intent] = 1.0
    alike = (seen @ seen.T).toarray() + _BIAS
    alike[np.diag_indices(len(intent))] += _PULL
    pulled = cho_solve(cho_factor(alike, lower=True, overwrite_a=True), wanted)
    return seen.T @ pulled, _BIAS * pulled.sum(axis=0)


def heat_of(scores: Table, intent: Ints) -> float:
    """What scores are divided by so that a probability of nine in ten is right nine times in ten."""
    place = np.arange(len(intent))
    best = minimize_scalar(lambda heat: -np.log(likely(scores / heat)[place, intent]).mean(), bounds=(0.05, 5.0))
    return round(float(best.x), 3)


def _wary_from(given: Table, intent: Ints, wary: int) -> float:
    """The lowest probability from which the wary intent is right often enough."""
    chosen = given.argmax(axis=1) == wary
    for least in np.arange(0.3, 0.95, 0.01):
        named = chosen & (given[:, wary] >= least)
        if (intent[named] == wary).mean() >= _WARY_PRECISION:
            return round(float(least), 2)
    return 0.95


def main() -> None:
    """Trains and writes the weights, and says on what."""
    intents = intent_names()
    tickets = read_tickets(TICKETS.glob("*.txt"), intents)
    model = trained(examples_of(tickets, intents), intents, fingerprint())
    WEIGHTS.write_text(written_model(model), encoding="utf-8")
    sys.stdout.write(
        f"{WEIGHTS.name}: {len(tickets)} tickets, {len(model.weights)} features, "
        f"{WEIGHTS.stat().st_size / 1e6:.1f} MB, {_WARY} from {model.certain_from[_WARY]}\n"
    )


if __name__ == "__main__":
    main()
