"""Each job judged by its own gates alone: how far it got, whether it is solved, and what decides that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.condition import ERROR, NOT_APPLICABLE, NOT_MET, UNKNOWN
from rules.gate import JudgedGate
from rules.model import Pack
from rules.stage import Positions

_UNMET, _OPEN, _MET, _ASIDE = 0.0, 2.0, 4.0, 6.0


@dataclass(frozen=True)
class JudgedJob:
    """One job. `solved` is 1 yes, 0 not known, -1 no; `reached` a position; `deciding` an object array of ids."""

    name: str
    solved: np.ndarray
    reached: Positions
    deciding: np.ndarray


def judge_jobs(pack: Pack, gates: Sequence[JudgedGate]) -> list[JudgedJob]:
    """Every job of the pack that has a gate. Gates of other jobs do not count: a program may be strong in one
    job and stuck in another. A job that holds none of its own stages has reached the pack's lowest."""
    jobs = []
    for name in pack.jobs:
        own = [
            (position, gate)
            for position, (stage, gate) in enumerate(zip(pack.stages[1:], gates, strict=True), start=1)
            if stage.job == name
        ]
        if own:
            jobs.append(_judge_job(name, own))
    return jobs


def bottleneck(pack: Pack, gates: Sequence[JudgedGate]) -> np.ndarray:
    """The job of the lowest gate that is known to be unmet, as an object array; None where there is none."""
    unmet = np.stack([gate.truth == -1 for gate in gates])
    jobs = np.array([stage.job for stage in pack.stages[1:]], dtype=object)
    lowest = jobs[unmet.argmax(axis=0)]
    lowest[~unmet.any(axis=0)] = None
    return np.asarray(lowest)


def _judge_job(name: str, own: Sequence[tuple[int, JudgedGate]]) -> JudgedJob:
    truths = np.stack([gate.truth for _, gate in own])
    held = np.cumprod(truths == 1, axis=0).sum(axis=0)
    positions = np.array([0, *(position for position, _ in own)])
    deciding_gate = np.minimum(held, len(own) - 1)
    deciding = np.full(held.shape, None, dtype=object)
    for index, (_, gate) in enumerate(own):
        here = deciding_gate == index
        deciding[here] = _deciding_condition(gate)[here]
    return JudgedJob(name, truths.min(axis=0), positions[held], deciding)


def _deciding_condition(gate: JudgedGate) -> np.ndarray:
    """Unmet before unknown before met, and among equals the least likely to be met, then the first."""
    ranks = []
    for one, blocking in zip(gate.conditions, gate.blocking, strict=True):
        rank = np.full(one.outcome.shape, _MET)
        rank[blocking & ((one.outcome == UNKNOWN) | (one.outcome == ERROR))] = _OPEN
        rank[blocking & (one.outcome == NOT_MET)] = _UNMET
        rank[one.outcome == NOT_APPLICABLE] = _ASIDE
        ranks.append(rank + np.nan_to_num(one.probability_met))
    ids = np.array([one.condition.id for one in gate.conditions], dtype=object)
    return np.asarray(ids[np.stack(ranks).argmin(axis=0)])
