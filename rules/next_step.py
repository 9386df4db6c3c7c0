"""The one next step: the condition that moves the stage, or the source that would settle what is unknown.

Looked for in the lowest gate that is not held. Among its conditions that are unmet, by what is seen at least, the one
whose being met would raise the gate's probability most, then the nearest, then the first in the pack. Where everything
open is unknown, the step is to connect the entity, or to export the field, that would settle most of it, else to wait
for more evidence; none where waiting brings none (`rules.no_step` says so).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rules.alike import alike_in
from rules.condition import NOT_MET, Judged
from rules.gate import JudgedGate, gate_probability
from rules.grid import Bools, Floats, Grid
from rules.missing import Missing
from rules.model import Pack
from rules.source_words import in_words
from rules.stage import NO_STAGE, Announced, Ladder, Positions
from rules.untold import Unmeasured, field_in_words
from rules.wording import apart, counted, things
from transforms.header import SignalHeader

NONE = -1


@dataclass(frozen=True)
class NextStep:
    """Condition ids and sentences, as object arrays of shape (programs, months); None where there is no step."""

    condition: np.ndarray
    text: np.ndarray


def next_steps(
    pack: Pack,
    judged: Mapping[str, Judged],
    gates: Sequence[JudgedGate],
    ladder: Ladder,
    announced: Announced,
    *,
    missing: Missing,
    untold: Mapping[str, Unmeasured],
    reasons: Mapping[str, np.ndarray],
    headers: Mapping[str, SignalHeader],
    grid: Grid,
) -> NextStep:
    """The next step of every program and month that exists."""
    chosen = choose_unmet(judged, gates, ladder.low)
    order = [condition.id for condition in pack.conditions]
    condition, text = (np.full(grid.shape, None, dtype=object) for _ in range(2))
    holds = grid.exists & (ladder.low == len(gates))
    text[holds] = _holding_text(pack)
    has_stage = announced.stage != NO_STAGE
    is_unmet = grid.exists & ~holds & has_stage & (chosen != NONE)
    for row, column in zip(*np.nonzero(is_unmet), strict=True):
        best = order[chosen[row, column]]
        condition[row, column] = best
        text[row, column] = unmet_text(judged[best], headers, row, column)
    rows, columns = np.nonzero(grid.exists & ~holds & ~is_unmet)
    first, kind = alike_in([fact[rows, columns] for fact in _facts(gates, ladder.low, has_stage, missing, untold)])
    settled, sentences = (np.full(len(first), None, dtype=object) for _ in range(2))
    for number, at in enumerate(first):
        cell = int(rows[at]), int(columns[at])
        position = int(ladder.low[cell])
        # Without a stage, whatever is open up to the next gate keeps it from being named.
        scope = gates[position : position + 1] if has_stage[cell] else gates[: position + 1]
        settled[number], sentences[number] = _connect(scope, missing, untold, cell)
    condition[rows, columns] = settled[kind]
    text[rows, columns] = sentences[kind]
    waits = (settled != None) & (sentences == None)  # noqa: E711  element by element
    for row, column in zip(rows[waits[kind]], columns[waits[kind]], strict=True):
        awaited = condition[row, column]
        text[row, column] = _waiting_text(awaited, reasons[awaited][row, column])
    return NextStep(condition, text)


def _facts(
    gates: Sequence[JudgedGate],
    low: Positions,
    has_stage: Bools,
    missing: Missing,
    untold: Mapping[str, Unmeasured],
) -> Iterator[Bools]:
    """All on which it depends what would settle a cell, (programs, months)."""
    yield has_stage
    yield from (low == position for position in range(len(gates)))
    for gate in gates:
        for one, blocking in zip(gate.conditions, gate.blocking, strict=True):
            yield blocking & (one.truth == 0)
            yield one.reading.is_open
            yield untold[one.condition.id].never
            yield from (silent for _, silent, _ in untold[one.condition.id].groups)
    has_rows = {name: rows for one in untold.values() for name, rows in one.has_rows.items()}
    for of_program in (*missing.covered.values(), *has_rows.values()):
        yield np.broadcast_to(of_program.any(axis=1, keepdims=True), low.shape)
    yield from missing.covered.values()


def choose_unmet(judged: Mapping[str, Judged], gates: Sequence[JudgedGate], low: Positions) -> Positions:
    """Position, among all conditions, of the unmet one to work on in the lowest gate not held; -1 where none is."""
    chosen = np.full(low.shape, NONE, dtype=np.int64)
    best_gain = np.full(low.shape, -np.inf)
    best_distance = np.full(low.shape, np.inf)
    index = 0
    for position, gate in enumerate(gates):
        here = low == position
        for one, blocking in zip(gate.conditions, gate.blocking, strict=True):
            candidate = here & blocking & ((one.outcome == NOT_MET) | one.is_partial)
            if candidate.any():
                supposed = gate_probability(gate.gate, judged, supposed_met=one.condition.id)
                gain = np.round(supposed - gate.probability_met, 6)
                distance = np.round(distance_to_go(one), 9)
                better = (gain > best_gain) | ((gain == best_gain) & (distance < best_distance))
                take = candidate & better
                chosen[take] = index
                best_gain[take] = gain[take]
                best_distance[take] = distance[take]
            index += 1
    return chosen


def distance_to_go(judged: Judged) -> Floats:
    """How far the value is from the threshold, as a share of the threshold (of 1 where that is 0)."""
    threshold = judged.condition.threshold
    return np.nan_to_num(np.abs(judged.reading.value - threshold) / (abs(threshold) or 1.0), nan=np.inf)


def unmet_text(judged: Judged, headers: Mapping[str, SignalHeader], row: int, column: int) -> str:
    """What to do and how far it is: 'Replace … . 8 destinations per onboarding now, at most 1 needed.' A share of
    fewer than 100 things is told in things: '11 of 14 published items are in a collection now, at least 80% needed.'"""
    condition = judged.condition
    header = headers[condition.signal]
    value = float(judged.reading.value[row, column])
    now, needed = apart(value, condition.threshold, header)
    bound = "at least" if condition.is_at_least else "at most"
    reading = judged.reading
    lasting = f", {condition.hold} months in a row" if condition.hold > 1 else ""
    if np.isnan(value):  # unmet in an earlier month of those it must hold, and not known in this one
        return f"{condition.next_step} Not known now, {bound} {needed} needed{lasting}."
    counts = float(reading.numerator[row, column]), float(reading.denominator[row, column])
    said = things(*counts, condition.measured_as, header) or counted(now, condition.measured_as)
    seen = " by what is seen" if judged.is_partial[row, column] else ""
    return f"{condition.next_step} {said} now{seen}, {bound} {needed} needed{lasting}."


def _holding_text(pack: Pack) -> str:
    top = pack.stages[-1]
    return f"Hold this stage: {top.practices[0]}" if top.practices else "Hold this stage."


def _connect(
    scope: Sequence[JudgedGate],
    missing: Missing,
    untold: Mapping[str, Unmeasured],
    cell: tuple[int, int],
) -> tuple[str | None, str | None]:
    """The condition to settle and how; without words where there is nothing to do but to wait for its evidence."""
    open_conditions = [
        one
        for gate in scope
        for one, blocking in zip(gate.conditions, gate.blocking, strict=True)
        if blocking[cell] and one.truth[cell] == 0
    ]
    settles: dict[str, list[Judged]] = {}
    for one in open_conditions:
        for entity in missing.entities_at(one.condition.signal, cell):
            verb = "Refresh the" if missing.was_ever_covered(entity, cell) else "Connect a"
            settles.setdefault(f"{verb} source of {in_words(entity)}", []).append(one)
        fields = untold[one.condition.id].fields_at(cell)
        for field in fields:
            settles.setdefault(f"Export {field_in_words(field)}", []).append(one)
        for entity in [] if fields else untold[one.condition.id].entities_at(cell):
            settles.setdefault(f"Connect a source of {in_words(entity)}", []).append(one)
    if settles:
        what_to_do = max(settles, key=lambda name: len(settles[name]))
        count, total = len(settles[what_to_do]), len(open_conditions)
        everything = {1: "the one open condition", 2: "both open conditions"}.get(total, f"all {total} open conditions")
        what = everything if count == total else f"{count} of {total} open conditions"
        return settles[what_to_do][0].condition.id, f"{what_to_do}: it would settle {what}."
    growing = [one for one in open_conditions if not one.reading.is_open[cell]]
    if growing:
        return growing[0].condition.id, None
    return None, None


def _waiting_text(condition: str, reason: str) -> str:
    return f"Wait for evidence on {condition.replace('_', ' ')}: {reason}."
