"""The ladder: from gates to a stage, its range and probabilities, and what is announced of it month by month.

All stages here are positions in the pack's list (0 is the lowest); -1 is no stage.

A change is announced once two successive readings agree that the stage has moved that way, to the nearer of the two,
and none the other way within four months: who reads once a month must not be told there and back again. Until then the
reading is pending, and the published range is widened to hold both what is announced and what was read, and what would
have been announced had all that is unknown been unmet, or met: losing a source changes what was read before, too, and
may only widen what is published.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.condition import Judged
from rules.confidence import stage_probabilities
from rules.gate import JudgedGate
from rules.grid import Bools, Codes, Floats, Grid, carry_last_complete
from rules.model import Knowledge

Positions = NDArray[np.int64]
NO_STAGE = -1
RESTS = 4  # months after an announced change in which none the other way is announced


@dataclass(frozen=True)
class Ladder:
    """The reading of each month by itself. probabilities has shape (stages, programs, months)."""

    low: Positions
    high: Positions
    has_evidence: Bools
    probabilities: Floats


@dataclass(frozen=True)
class Announced:
    """What is published of the readings."""

    stage: Positions
    low: Positions
    high: Positions
    pending: Positions
    confidence: Floats
    straddles_with: Positions


def read_ladder(gates: Sequence[JudgedGate], evidence_floor: float, known: Knowledge | None = None) -> Ladder:
    """Stage range and probabilities from the gates of the second stage upwards, in order."""
    truths = np.stack([gate.truth for gate in gates])
    low, has_evidence = read_low(truths, *count_conditions([gate.conditions for gate in gates]), evidence_floor)
    high = _climb(np.stack([gate.truth_at_best for gate in gates]) >= 0)
    return Ladder(low, high, has_evidence, stage_probabilities(gates, known or Knowledge()))


def count_conditions(gates: Sequence[Sequence[Judged]]) -> tuple[Positions, Positions]:
    """How many conditions of each gate apply, and how many are answered: both (gates, programs, months)."""
    applicable = np.stack([np.sum([one.is_applicable for one in gate], axis=0) for gate in gates])
    answered = np.stack([np.sum([one.is_answered for one in gate], axis=0) for gate in gates])
    return applicable, answered


def read_low(
    truths: Codes, applicable: Positions, answered: Positions, evidence_floor: float
) -> tuple[Positions, Bools]:
    """The stage of which and below which all gates are met, and where there is evidence enough to name it.

    Of each gate, in order: its truth, and how many of its conditions apply and are answered, all (gates, programs,
    months).
    """
    low = _climb(truths == 1)
    following = np.minimum(low, len(truths) - 1)[None]
    asked, told = (
        np.take_along_axis(np.cumsum(count, axis=0), following, axis=0)[0] for count in (applicable, answered)
    )
    return low, (asked > 0) & (told >= evidence_floor * asked)


def _climb(is_passed: Bools) -> Positions:
    """How far up the gates (gates, programs, months) one comes that all are passed."""
    return np.asarray(np.logical_and.accumulate(is_passed, axis=0).sum(axis=0))


def announce(ladder: Ladder, grid: Grid, straddle_share: float) -> Announced:
    """Stages as published: steady, inside their range, and none where there is too little evidence."""
    reading = np.where(ladder.has_evidence, ladder.low, NO_STAGE)
    stage = announce_readings(reading, grid)
    lowest, highest = (announce_readings(end, grid, rests=0) for end in (ladder.low, ladder.high))
    is_named = stage != NO_STAGE
    pending = np.where(is_named & (reading != stage), reading, NO_STAGE)
    low = np.minimum(ladder.low, np.where(lowest == NO_STAGE, ladder.low, lowest))
    low = np.where(is_named, np.minimum(low, stage), low)
    high = np.maximum(np.maximum(ladder.high, highest), stage)
    confidence = _at(ladder.probabilities, stage)
    return Announced(stage, low, high, pending, confidence, _straddles(ladder, stage, straddle_share))


def announce_readings(readings: Positions, grid: Grid, rests: int = RESTS) -> Positions:
    """What is announced of readings, month by month; NO_STAGE where nothing is read, and at once where nothing was.

    With `rests` of 0, higher readings never make what is announced lower, whichever months they are of; a change that
    rests may hold what is lower against readings that are not.
    """
    stage = np.full(grid.shape, NO_STAGE, dtype=np.int64)
    named = np.full(grid.shape[0], NO_STAGE, dtype=np.int64)
    before, way = named.copy(), np.zeros_like(named)
    rest = way.copy()  # months in which nothing the other way is announced
    for month in range(grid.shape[1]):
        now = readings[:, month]
        # Halfway means: between the two readings, which moves only if both lie on the same side of what is named.
        confirmed = np.clip(named, np.minimum(now, before), np.maximum(now, before))
        confirmed = np.where((rest > 0) & (np.sign(confirmed - named) == -way), named, confirmed)
        fresh = np.where((named == NO_STAGE) | (now == NO_STAGE), now, confirmed)
        counts = grid.exists[:, month] & grid.is_complete[:, month]
        has_moved = counts & (named != NO_STAGE) & (now != NO_STAGE) & (fresh != named)
        way = np.where(has_moved, np.sign(fresh - named), way)
        rest = np.where(has_moved, rests, np.maximum(rest - counts, 0)) * ~(counts & (now == NO_STAGE))
        named = np.where(counts, fresh, named)
        before = np.where(counts, now, before)
        stage[:, month] = named
    carry_last_complete(grid, stage)
    return stage


def _at(probabilities: Floats, stage: Positions) -> Floats:
    """Probability of a stage by position; NaN where there is no such stage."""
    last = len(probabilities) - 1
    found = np.take_along_axis(probabilities, np.clip(stage, 0, last)[None], axis=0)[0]
    return np.where((stage >= 0) & (stage <= last), found, np.nan)


def _straddles(ladder: Ladder, stage: Positions, share: float) -> Positions:
    """The neighbouring stage that shares the probability, or -1."""
    is_named = stage != NO_STAGE
    below, above = (np.nan_to_num(_at(ladder.probabilities, stage + step)) for step in (-1, 1))
    neighbour = np.where(above >= below, stage + 1, stage - 1)
    return np.where(is_named & (np.maximum(above, below) >= share), neighbour, NO_STAGE)
