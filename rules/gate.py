"""A gate over all programs and months, in three-valued logic, and how probably it is met.

Conditions that do not apply drop out of `all`, and `at_least k of m` becomes `min(k, m that apply)`. A gate of which
nothing applies is unknown: what cannot be asked is not thereby answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from rules.condition import Judged
from rules.grid import Bools, Codes, Floats
from rules.model import Gate


@dataclass(frozen=True)
class JudgedGate:
    """A gate judged. `truth` is 1 met, 0 unknown, -1 unmet; `blocking` says, per condition, where it still counts:
    everywhere in `all`, and in a group only while the group is not met. `part_truth` is, per condition, the truth of
    the part of the gate it belongs to: itself in `all`, else its group. `truth_seen` is the truth if what is not seen
    adds nothing."""

    gate: Gate
    conditions: list[Judged]
    truth: Codes
    truth_seen: Codes
    probability_met: Floats
    blocking: list[Bools]
    part_truth: list[Codes]


def judge_gate(gate: Gate, judged: Mapping[str, Judged]) -> JudgedGate:
    """One gate from its judged conditions, by condition id."""
    groups = [(group.count, [judged[condition.id] for condition in group.of]) for group in gate.at_least]
    everything = [judged[condition.id] for condition in gate.conditions]
    alone = [judged[condition.id] for condition in gate.all]
    part_truth = [one.truth for one in alone]
    blocking = [one.is_applicable for one in alone]
    for count, members in groups:
        group_truth = _group_truth(count, members, [member.truth for member in members])
        part_truth += [group_truth] * len(members)
        blocking += [member.is_applicable & (group_truth < 1) for member in members]
    truth, truth_seen = (
        _gate_truth(
            everything,
            [np.where(one.is_applicable, truth_of(one), 1) for one in alone]
            + [_group_truth(count, members, [truth_of(one) for one in members]) for count, members in groups],
        )
        for truth_of in (attrgetter("truth"), attrgetter("truth_seen"))
    )
    return JudgedGate(gate, everything, truth, truth_seen, gate_probability(gate, judged), blocking, part_truth)


def gate_probability(gate: Gate, judged: Mapping[str, Judged], supposed_met: str | None = None) -> Floats:
    """Probability that the gate is met, conditions taken as independent; one may be supposed to be met."""

    def chance(condition_id: str) -> Floats:
        known = judged[condition_id].probability_met
        return np.where(np.isnan(known), np.nan, 1.0) if condition_id == supposed_met else known

    probability = np.ones_like(judged[gate.conditions[0].id].probability_met)
    for condition in gate.all:
        probability = probability * np.nan_to_num(chance(condition.id), nan=1.0)
    for group in gate.at_least:
        members = [chance(condition.id) for condition in group.of]
        probability = probability * chance_of_group(group.count, members)
    return probability


def _gate_truth(conditions: Sequence[Judged], parts: Sequence[Codes]) -> Codes:
    applies = np.logical_or.reduce([one.is_applicable for one in conditions])
    truth: Codes = np.minimum.reduce(parts)
    return np.where(applies, truth, np.minimum(truth, 0)).astype(np.int8)


def _group_truth(count: int, members: Sequence[Judged], truths: Sequence[Codes]) -> Codes:
    applicable = np.sum([member.is_applicable for member in members], axis=0)
    met = np.sum([truth == 1 for truth in truths], axis=0)
    possible = applicable - np.sum([truth == -1 for truth in truths], axis=0)
    needed = np.minimum(count, applicable)
    return np.asarray(np.where(met >= needed, 1, np.where(possible < needed, -1, 0)), dtype=np.int8)


def chance_of_group(count: int, chances: Sequence[Floats]) -> Floats:
    """P(at least `count` of these), by the distribution of their number; NaN marks one that does not apply."""
    applicable = np.sum([~np.isnan(chance) for chance in chances], axis=0)
    needed = np.minimum(count, applicable)
    numbers = np.zeros((len(chances) + 1, *chances[0].shape))
    numbers[0] = 1.0
    for chance in chances:
        met = np.nan_to_num(chance, nan=0.0)
        one_more = numbers[:-1] * met
        numbers *= 1.0 - met
        numbers[1:] += one_more
    at_least = np.cumsum(numbers[::-1], axis=0)[::-1]
    return np.asarray(np.clip(np.take_along_axis(at_least, needed[None], axis=0)[0], 0.0, 1.0))
