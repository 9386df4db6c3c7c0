"""The weights that training gives each feature of a ticket for each intent, and the probabilities they lead to."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.ticket_features import KINDS, Features

WEIGHTS: Final = Path(__file__).resolve().parent.parent / "rules" / "intents.weights.txt"
_ROW_BYTES: Final = 15  # a multiple of three, so that base64 needs no padding: up to 15 intents
_HEADING: Final = "== "

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """A linear model; weights are whole steps, so a sum of them does not depend on its order."""

    intents: tuple[str, ...]
    bias: Vector
    step: float
    certain_from: Mapping[str, float]  # the least probability with which an intent is named; `*` for all others
    row: Mapping[str, Mapping[str, int]]  # kind -> feature -> row of `weights`
    weights: npt.NDArray[np.int8]  # one row per feature, one column per intent
    trained_on: str  # fingerprint of the tickets and words


def probabilities(model: Model, many: Sequence[Features]) -> Vector:
    """How probable each intent is for each of `many`: a row each, which sums to one.

    Of many at once, since numpy takes longer to begin than to add up what one sentence holds.
    """
    scores = np.tile(model.bias, (len(many), 1))
    for kind, weight in KINDS.items():
        row = model.row[kind]
        known: list[int] = []
        starts, places = [], []
        for place, features in enumerate(many):
            start = len(known)
            known.extend(map(row.__getitem__, row.keys() & getattr(features, kind)))
            if len(known) > start:
                starts.append(start)
                places.append(place)
        if known:
            steps = np.add.reduceat(model.weights[known].astype(np.int64), starts, axis=0)
            counts = itertools.pairwise([*starts, len(known)])
            worth = [model.step * weight / (end - start) ** 0.5 for start, end in counts]
            scores[places] += steps * np.array(worth)[:, None]
    raised: Vector = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


@cache
def shipped_model() -> Model:
    """The model that ships."""
    return read_model(WEIGHTS.read_text(encoding="utf-8"))


def read_model(text: str) -> Model:
    """The model as `written_model` wrote it."""
    header, *lines = text.splitlines()
    declared = json.loads(header)
    rows: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    encoded: list[str] = []
    current = rows[next(iter(KINDS))]
    for line in lines:
        if line.startswith(_HEADING):
            current = rows[line[len(_HEADING) :]]
        else:
            name, _, weights = line.partition("\t")
            current[name] = len(encoded)
            encoded.append(weights)
    table = np.frombuffer(base64.b64decode("".join(encoded)), dtype=np.int8).reshape(len(encoded), _ROW_BYTES)
    return Model(
        tuple(declared["intents"]),
        np.array(declared["bias"], dtype=np.float64),
        float(declared["step"]),
        declared["certain_from"],
        rows,
        np.ascontiguousarray(table[:, : len(declared["intents"])]),
        declared["trained_on"],
    )


def written_model(model: Model) -> str:
    """The model as text: what it was trained on and how, then one feature a line."""
    header = {
        "intents": list(model.intents),
        "bias": [round(float(value), 4) for value in model.bias],
        "step": model.step,
        "certain_from": dict(model.certain_from),
        "trained_on": model.trained_on,
    }
    padded = np.zeros((len(model.weights), _ROW_BYTES), dtype=np.int8)
    padded[:, : len(model.intents)] = model.weights
    lines = [json.dumps(header)]
    for kind in KINDS:
        lines.append(f"{_HEADING}{kind}")
        for name, row in sorted(model.row[kind].items()):
            lines.append(f"{name}\t{base64.b64encode(padded[row].tobytes()).decode()}")
    return "\n".join(lines) + "\n"


def quantised(weights: Sequence[Vector], steps: int = 127) -> tuple[npt.NDArray[np.int8], float]:
    """Weights as whole steps and the size of a step."""
    table = np.vstack(weights)
    step = float(f"{np.abs(table).max() / steps:.6g}")
    return np.clip(np.rint(table / step), -steps, steps).astype(np.int8), step
