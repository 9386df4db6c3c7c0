"""Which verdicts would be others if a threshold were: every condition's, a fifth stricter and a fifth looser.

Nothing is measured or pooled anew but what the moved threshold can touch: a condition none of whose values lies between
the old and the new threshold is left as it was judged, in each program.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from rules.condition import Judged, answer, reading_of
from rules.evaluate import Weighed
from rules.gate import Told, gate_truth
from rules.grid import Codes, Grid
from rules.model import Condition
from rules.partial import Part
from rules.pooling import is_open_between
from rules.stage import NO_STAGE, Positions, announce_readings, count_conditions, read_low
from transforms.header import SignalHeader

MOVE = 0.2
DIRECTIONS = {"raised": 1 + MOVE, "lowered": 1 - MOVE}


def sensitivity(weighed: Weighed) -> pd.DataFrame:
    """One row per program, model, condition and direction, of each program's latest complete month.

    program_id, model, month, condition, direction (of the threshold), threshold, threshold_then, stage, stage_then.
    """
    pack, observed = weighed.model.pack, weighed.observed
    stages = _Stages(weighed)
    programs, months = _latest(observed.grid)
    now = stages.now[programs, months]
    moves: list[tuple[Condition, str, Condition]] = []
    then: list[Positions] = []
    for place, stage in enumerate(one for one in pack.stages if one.gate):
        for condition in stage.conditions:
            for direction, factor in DIRECTIONS.items():
                moved = _moved(condition, factor, observed.headers[condition.signal])
                moves.append((condition, direction, moved))
                turned, told = _turned(weighed, weighed.judged[condition.id], moved)
                announced = stages.now.copy()
                announced[turned] = stages.then(turned, place, condition.id, told)
                then.append(announced[programs, months])
    count = len(programs)
    numbers = np.array([stage.number for stage in pack.stages])
    return pd.DataFrame(
        {
            "program_id": np.tile(np.array(observed.grid.programs, dtype=object)[programs], len(moves)),
            "model": pack.name,
            "month": np.tile(pd.DatetimeIndex(observed.grid.months)[months], len(moves)),
            "condition": np.repeat([condition.id for condition, _, _ in moves], count),
            "direction": np.repeat([direction for _, direction, _ in moves], count),
            "threshold": np.repeat([condition.threshold for condition, _, _ in moves], count),
            "threshold_then": np.repeat([moved.threshold for _, _, moved in moves], count),
            "stage": _numbers(np.tile(now, len(moves)), numbers),
            "stage_then": _numbers(np.concatenate(then), numbers),
        }
    )


class _Stages:
    """The stages announced of a model as it is, and those of some programs were one condition answered otherwise."""

    def __init__(self, weighed: Weighed) -> None:
        self._weighed = weighed
        self._gates = [stage.gate for stage in weighed.model.pack.stages if stage.gate]
        self._truths = np.stack([gate_truth(gate, weighed.judged) for gate in self._gates])
        self._applicable, self._answered = count_conditions(
            [[weighed.judged[condition.id] for condition in gate.conditions] for gate in self._gates]
        )
        self.now = self._announced(weighed.observed.grid, self._truths, self._applicable, self._answered)

    def then(self, programs: Positions, place: int, condition: str, answered: Told) -> Positions:
        """What is announced of these programs when a condition of the gate at `place` is answered otherwise."""
        gate, judged = self._gates[place], self._weighed.judged
        told = {one.id: _of(judged[one.id], programs) for one in gate.conditions}
        truths, count = self._truths[:, programs], self._answered[:, programs]
        count[place] += answered.is_answered.astype(np.int64) - told[condition].is_answered
        truths[place] = gate_truth(gate, told | {condition: answered})
        return self._announced(self._weighed.observed.grid.of(programs), truths, self._applicable[:, programs], count)

    def _announced(self, grid: Grid, truths: Codes, applicable: Positions, answered: Positions) -> Positions:
        floor = self._weighed.model.pack.evidence_floor
        low, has_evidence = read_low(truths, applicable, answered, floor)
        return announce_readings(np.where(has_evidence, low, NO_STAGE), grid)


def _turned(weighed: Weighed, before: Judged, moved: Condition) -> tuple[Positions, Told]:
    """The programs of which any month is answered otherwise by the moved condition, and how."""
    observed = weighed.observed
    header, signal = observed.headers[moved.signal], observed.sound[moved.signal]
    part = observed.parts[moved.signal]
    programs = _may_turn(before, moved, part)
    grid = observed.grid.of(programs)
    reading = before.reading
    if np.any(is_open_between(moved, signal) != is_open_between(before.condition, signal)):
        reading = reading_of(moved, header, signal, observed.grid, observed.breaks)
    reading = reading.of(programs)
    # an open month has its forerunner's evidence, which is judged once
    reading = replace(reading, is_assessable=reading.is_assessable & grid.is_complete)
    waived = weighed.waiver.holds(moved.id)[programs]
    told = _of(before, programs)
    truth, is_answered = answer(
        moved, header, reading, signal.status[programs], grid, waived=waived, part=part.of(programs)
    )
    differs = np.any((truth != told.truth) | (is_answered != told.is_answered), axis=1)
    return programs[differs], Told(truth[differs], told.is_applicable[differs], is_answered[differs])


def _of(judged: Judged, programs: Positions) -> Told:
    return Told(judged.truth[programs], judged.is_applicable[programs], judged.is_answered[programs])


def _latest(grid: Grid) -> tuple[Positions, Positions]:
    """The programs that have a complete month, and where the latest stands."""
    complete = grid.exists & grid.is_complete
    programs = np.flatnonzero(complete.any(axis=1))
    last = complete.shape[1] - 1 - complete[:, ::-1].argmax(axis=1)
    return programs, last[programs]


def _moved(condition: Condition, factor: float, header: SignalHeader) -> Condition:
    """The condition with threshold and `keep` times so much, inside what the signal can be."""
    low, high = (np.nan if end is None else end for end in header.range)
    given = {name: getattr(condition, name) for name in ("at_least", "at_most", "keep")}
    moved = {name: np.fmin(np.fmax(value * factor, low), high) for name, value in given.items() if value is not None}
    return condition.model_copy(update={name: float(value) for name, value in moved.items()})


def _may_turn(one: Judged, moved: Condition, part: Part) -> Positions:
    """The programs of which any month's value, or what it may stand for, lies between an old and a new limit, or is
    told by bounds alone, or reaches one of the limits only with what is not seen."""
    value = one.reading.value
    low, high = np.fmin(one.reading.low, value), np.fmax(one.reading.high, value)
    may_turn = ~np.isnan(one.reading.least)
    for limit, then in (
        (one.condition.threshold, moved.threshold),
        (one.condition.keep_threshold, moved.keep_threshold),
    ):
        may_turn |= (high >= min(limit, then)) & (low <= max(limit, then))
        may_turn |= part.could_reach(value, limit) != part.could_reach(value, then)
    return np.flatnonzero(may_turn.any(axis=1))


def _numbers(positions: Positions, numbers: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(numbers[positions].astype(np.int64), positions == NO_STAGE)
