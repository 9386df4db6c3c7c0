"""A gate over all programs and months, in three-valued logic, and how probably it is met.

Conditions that do not apply drop out of `all`, and `at_least k of m` becomes `min(k, m that apply)`. A gate of which
nothing applies is unknown: what cannot be asked is not thereby answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rules.condition import Judged
from rules.grid import Bools, Codes, Floats
from rules.model import Gate


@dataclass(frozen=True)
class Told:
    """As much of a judged condition as decides whether its gate is met, and whether that can be said."""

    truth: Codes
    is_applicable: Bools
    is_answered: Bools


@dataclass(frozen=True)
class JudgedGate:
    """A gate judged. `truth` is 1 met, 0 unknown, -1 unmet; `blocking` says, per condition, where it still counts:
    everywhere in `all`, and in a group only while the group is not met. `part_truth` is, per condition, the truth of
    the part of the gate it belongs to: itself in `all`, else its group. `truth_seen` is the truth if what is not seen
    adds nothing, `truth_at_best` the truth if what a sample may have missed by chance is not known to be missed."""

    gate: Gate
    conditions: list[Judged]
    truth: Codes
    truth_seen: Codes
    truth_at_best: Codes
    probability_met: Floats
    blocking: list[Bools]
    part_truth: list[Codes]


def judge_gate(gate: Gate, judged: Mapping[str, Judged]) -> JudgedGate:
    """One gate from its judged conditions, by condition id."""
    everything = [judged[condition.id] for condition in gate.conditions]
    blocking = [judged[condition.id].is_applicable for condition in gate.all]
    part_truth = [judged[condition.id].truth for condition in gate.all]
    for group in gate.at_least:
        members = [judged[condition.id] for condition in group.of]
        group_truth = _group_truth(group.count, members)
        part_truth += [group_truth] * len(members)
        blocking += [member.is_applicable & (group_truth < 1) for member in members]
    truth = gate_truth(gate, judged)
    seen = gate_truth(gate, _told(everything, [one.truth_seen for one in everything]))
    at_best = gate_truth(gate, _told(everything, [one.truth_at_best for one in everything]))
    chance = gate_probability(gate, judged)
    return JudgedGate(gate, everything, truth, seen, at_best, chance, blocking, part_truth)


def _told(conditions: Sequence[Judged], truths: Sequence[Codes]) -> dict[str, Told]:
    """The conditions, by id, were these their truths."""
    return {
        one.condition.id: Told(truth, one.is_applicable, one.is_answered)
        for one, truth in zip(conditions, truths, strict=True)
    }


def gate_truth(gate: Gate, told: Mapping[str, Judged] | Mapping[str, Told]) -> Codes:
    """Whether a gate is met, from what is told of its conditions, by condition id."""
    applies = np.logical_or.reduce([told[condition.id].is_applicable for condition in gate.conditions])
    parts = [np.where(told[one.id].is_applicable, told[one.id].truth, 1) for one in gate.all]
    parts += [_group_truth(group.count, [told[one.id] for one in group.of]) for group in gate.at_least]
    truth = np.stack(parts).min(axis=0)
    return np.asarray(np.where(applies, truth, np.minimum(truth, 0)), dtype=np.int8)


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


def _group_truth(count: int, members: Sequence[Judged | Told]) -> Codes:
    applicable = np.sum([member.is_applicable for member in members], axis=0)
    met = np.sum([member.truth == 1 for member in members], axis=0)
    possible = applicable - np.sum([member.truth == -1 for member in members], axis=0)
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
