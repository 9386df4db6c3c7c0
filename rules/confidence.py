"""How probable each stage is, from how probably its conditions are met.

Three things are known beside the samples, and a pack says how much of each (all 0: conditions are independent, and
signs are what they stand for).

- `persistence`: programs change seldom, so a verdict, which minds the months before, removes a part of the doubt that a
  month's sample leaves: the chance of a condition moves that part of the way to its verdict. What is unknown stays so.
- `dependence`: practices of a stage come and go together, so several doubts about one gate are not as many reasons to
  doubt. The least probable condition counts whole, each other one to the power of `1 - dependence`. The gates of a
  ladder are taken together in the same way, and what is unknown moves so far from its prior to what its gate shows,
  unless its condition has a prior of its own or is seen in part.
- `doubt`: a threshold is a judgement and a sign is not the practice, so a gate may be other than its conditions say
  although all are measured beyond doubt; this is how probably.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from rules.condition import Judged
from rules.gate import JudgedGate, chance_of_group
from rules.grid import Floats
from rules.model import Knowledge


def stage_probabilities(gates: Sequence[JudgedGate], known: Knowledge) -> Floats:
    """Probability of each stage, (stages, programs, months), from the gates of the second stage upwards."""
    chances = [_gate_chance(gate, known) for gate in gates]
    held = [np.ones_like(chances[0])]
    held += [together(chances[: number + 1], known.dependence) for number in range(len(chances))]
    return np.stack([*(low - high for low, high in pairwise(held)), held[-1]])


def _gate_chance(gate: JudgedGate, known: Knowledge) -> Floats:
    """Probability that everything a gate asks for is in place."""
    chances = _with_company(gate, {one.condition.id: _chance(one, known.persistence) for one in gate.conditions}, known)
    parts = [np.nan_to_num(chances[condition.id], nan=1.0) for condition in gate.gate.all]
    parts += [chance_of_group(group.count, [chances[one.id] for one in group.of]) for group in gate.gate.at_least]
    return np.asarray(known.doubt + (1 - 2 * known.doubt) * together(parts, known.dependence))


def _with_company(gate: JudgedGate, chances: dict[str, Floats], known: Knowledge) -> dict[str, Floats]:
    """What is unknown is judged by the company it keeps: its prior moves by `dependence` to what its gate shows."""
    is_told = np.stack([(one.truth != 0) & one.is_applicable for one in gate.conditions])
    shown = np.where(is_told, np.stack([np.nan_to_num(chances[one.condition.id]) for one in gate.conditions]), 0.0)
    count = is_told.sum(axis=0)
    mean = shown.sum(axis=0) / np.maximum(count, 1)
    return {
        one.condition.id: np.where(
            (one.truth == 0) & ~one.is_partial & (count > 0) & (one.condition.unknown_prior is None),
            chances[one.condition.id] + known.dependence * (mean - chances[one.condition.id]),
            chances[one.condition.id],
        )
        for one in gate.conditions
    }


def _chance(judged: Judged, persistence: float) -> Floats:
    to_verdict = np.where(judged.truth == 0, 0.0, (judged.truth > 0) - judged.probability_met)
    return np.asarray(judged.probability_met + persistence * to_verdict)


def together(chances: Sequence[Floats], dependence: float) -> Floats:
    """Probability of all, which come and go together the more the greater `dependence` (0 to 1)."""
    stacked = np.stack(chances)
    least = stacked.min(axis=0)
    if dependence >= 1:
        return np.asarray(least)
    product = np.prod(stacked, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.where(least > 0, product / least, 0.0)
    return np.asarray(least * others ** (1 - dependence))
