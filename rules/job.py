"""Each job judged by its own gates alone: how far it got, whether it is solved, and what decides that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.gate import JudgedGate
from rules.model import Pack
from rules.stage import Positions

_MORE_THAN_SURE = 2.0  # keeps a probability below the step from one gate to the next


@dataclass(frozen=True)
class JudgedJob:
    """One job. `solved` is 1 yes, 0 not known, -1 no; `reached` a position; `deciding` an object array of ids."""

    name: str
    solved: np.ndarray
    reached: Positions
    deciding: np.ndarray


def judge_jobs(pack: Pack, gates: Sequence[JudgedGate]) -> list[JudgedJob]:
    """Every job of the pack that has a gate. Gates of other jobs do not count, so that the jobs of one program
    can have come differently far. A job that holds none of its own stages has reached the pack's lowest."""
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
    """The job of the lowest gate that is unmet by what is seen, as an object array; None where there is none."""
    unmet = np.stack([gate.truth_seen == -1 for gate in gates])
    jobs = np.array([stage.job for stage in pack.stages[1:]], dtype=object)
    lowest = jobs[unmet.argmax(axis=0)]
    lowest[~unmet.any(axis=0)] = None
    return np.asarray(lowest)


def _judge_job(name: str, own: Sequence[tuple[int, JudgedGate]]) -> JudgedJob:
    truths = np.stack([gate.truth for _, gate in own])
    held = np.cumprod(truths == 1, axis=0).sum(axis=0)
    positions = np.array([0, *(position for position, _ in own)])
    solved = truths.min(axis=0)
    return JudgedJob(name, solved, positions[held], _deciding_conditions([gate for _, gate in own], solved))


def _deciding_conditions(gates: Sequence[JudgedGate], solved: np.ndarray) -> np.ndarray:
    """The condition by which the job is what it is: of the lowest gate that is unmet (or unknown) the unmet (or
    unknown) condition that makes it so, and of a solved job the met one nearest to failing. Among several the one
    least likely to be met, then the first. None where nothing applies."""
    ids = np.array([one.condition.id for gate in gates for one in gate.conditions] + [None], dtype=object)
    ranks = []
    for order, gate in enumerate(gates):
        for one, part_truth in zip(gate.conditions, gate.part_truth, strict=True):
            decides = one.is_applicable & (one.truth == solved) & (part_truth == solved) & (gate.truth == solved)
            later = np.where(solved == 1, 0, order)  # a solved job may fail at any of its gates
            ranks.append(np.where(decides, later + np.nan_to_num(one.probability_met) / _MORE_THAN_SURE, np.inf))
    ranks.append(np.full(solved.shape, float(len(gates))))
    return np.asarray(ids[np.stack(ranks).argmin(axis=0)])
