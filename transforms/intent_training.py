"""Trains the classifier of intents on rules/tickets and writes rules/intents.weights.txt.

    python -m transforms.intent_training

A ridge regression on each intent over the features of a ticket. Families of tickets are split over five folds; what the
other folds say of a ticket is what calibration and the thresholds are fitted on. Nothing is drawn at random but the
folds, and those by a fixed hash, so the same tickets give the same weights.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize_scalar

from transforms.intent_model import WEIGHTS, Model, quantised, written_model
from transforms.intent_tickets import TICKETS, WORDS, Ticket, intent_names, read_tickets
from transforms.ticket_features import KINDS, Features, features_of, sentences_of, together
from transforms.ticket_text import customer_text

_SEED: Final = "intents"  # of the folds
_FOLDS: Final = 5
_PULL: Final = 1.0  # of every weight to zero
_BIAS: Final = 0.3162  # the feature that every ticket has
_LEAST_TICKETS: Final = {"words": 2, "pairs": 2, "letters": 3, "groups": 2, "together": 3, "shape": 2}
_SETTLED: Final = 1e-6  # how exactly the weights that ship are solved for
_CLOSE: Final = 1e-3  # and those of a fold
_WARY: Final = "resend_request"
_WARY_PRECISION: Final = 0.95
_UNSURE_BELOW: Final = 0.25  # for every other intent

Table = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Examples:
    """Tickets as the training sees them."""

    features: list[Features]
    intent: Ints
    fold: Ints


@dataclass(frozen=True)
class _Seen:
    """Which ticket has which feature: the two of each pair at the same place of `rows` and `at`."""

    tickets: int
    columns: list[tuple[str, str]]  # kind and name
    rows: Ints
    at: Ints
    kind: Ints  # of each column, by number


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
    return _scores_elsewhere(_seen(examples.features), examples, _wanted(examples.intent, intents), None)


def trained(examples: Examples, intents: Sequence[str], trained_on: str) -> Model:
    """The model of all tickets, calibrated and made wary by what folds say of tickets they did not see."""
    seen, wanted = _seen(examples.features), _wanted(examples.intent, len(intents))
    everything = np.ones(len(examples.intent), dtype=bool)
    matrix, kept = _matrix(seen, everything)
    pulled = _pulled(matrix, wanted, None, _SETTLED)
    scores = _scores_elsewhere(seen, examples, wanted, pulled)
    heat = heat_of(scores, examples.intent)
    weights = matrix.T @ pulled / heat
    table, step = quantised([weights[:-1]])
    rows: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for place, column in enumerate(np.flatnonzero(kept)):
        kind, name = seen.columns[column]
        rows[kind][name] = place
    wary = _wary_from(likely(scores / heat), examples.intent, intents.index(_WARY))
    certain = {_WARY: wary, "*": _UNSURE_BELOW}
    return Model(tuple(intents), _BIAS * weights[-1], step, certain, rows, table, trained_on)


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


def _seen(features: Sequence[Features]) -> _Seen:
    columns = [(kind, name) for kind in KINDS for name in sorted({n for one in features for n in getattr(one, kind)})]
    place = {column: number for number, column in enumerate(columns)}
    found = [[place[kind, name] for kind in KINDS for name in getattr(one, kind)] for one in features]
    rows = np.repeat(np.arange(len(features)), [len(of_one) for of_one in found])
    at = np.array([one for of_one in found for one in sorted(of_one)], dtype=np.int64)
    kinds = list(KINDS)
    return _Seen(len(features), columns, rows, at, np.array([kinds.index(kind) for kind, _ in columns]))


def _wanted(intent: Ints, intents: int) -> Table:
    wanted = np.full((len(intent), intents), -1.0)
    wanted[np.arange(len(intent)), intent] = 1.0
    return wanted


def _matrix(seen: _Seen, inside: Bools) -> tuple[sp.csr_array, Bools]:
    """All tickets by the features that enough of those inside have, and which features these are.

    One column more is the same for every ticket.
    """
    least = np.array(list(_LEAST_TICKETS.values()))[seen.kind]
    kept = np.bincount(seen.at[inside[seen.rows]], minlength=len(seen.columns)) >= least
    told = kept[seen.at]
    rows, at = seen.rows[told], seen.at[told]
    row_and_kind = rows * len(KINDS) + seen.kind[at]
    alike = np.bincount(row_and_kind, minlength=seen.tickets * len(KINDS))
    values = np.array(list(KINDS.values()))[seen.kind[at]] / np.sqrt(alike[row_and_kind])
    place = np.cumsum(kept) - 1
    shape = (seen.tickets, int(kept.sum()))
    told_of = sp.coo_array((values, (rows, place[at])), shape=shape)
    same = sp.coo_array(np.full((seen.tickets, 1), _BIAS))
    return sp.hstack([told_of, same]).tocsr(), kept


def _scores_elsewhere(seen: _Seen, examples: Examples, wanted: Table, near: Table | None) -> Table:
    scores = np.zeros_like(wanted)
    for fold in np.unique(examples.fold):
        inside = examples.fold != fold
        matrix, _ = _matrix(seen, inside)
        pulled = _pulled(matrix[inside], wanted[inside], None if near is None else near[inside], _CLOSE)
        scores[~inside] = matrix[~inside] @ (matrix[inside].T @ pulled)
    return scores


def _pulled(matrix: sp.csr_array, wanted: Table, near: Table | None, close: float) -> Table:
    """How much each ticket pulls at the weights: least squares on plus and minus one, by conjugate gradients.

    Begins at what is `near` and ends when what is left is `close`, as a share of what is wanted.
    """
    across = matrix.T.tocsr()
    pulled = np.zeros_like(wanted) if near is None else near.copy()
    left = wanted - matrix @ (across @ pulled) - _PULL * pulled
    way, size = left.copy(), (left**2).sum(axis=0)
    while (size > close**2 * len(wanted)).any():
        moved = matrix @ (across @ way) + _PULL * way
        far = size / (way * moved).sum(axis=0)
        pulled += far * way
        left -= far * moved
        before, size = size, (left**2).sum(axis=0)
        way = left + size / before * way
    return pulled


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
