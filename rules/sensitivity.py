"""Which verdicts would be others if a threshold were: every condition's, a fifth stricter and a fifth looser.

Nothing is measured or pooled anew but what the moved threshold can touch: a condition none of whose values lies between
the old and the new threshold is left as it was judged.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules.condition import Judged, judge
from rules.evaluate import Weighed
from rules.gate import JudgedGate, judge_gate
from rules.grid import Grid
from rules.model import Condition
from rules.stage import NO_STAGE, Positions, announce, read_ladder
from transforms.header import SignalHeader

MOVE = 0.2
DIRECTIONS = {"raised": 1 + MOVE, "lowered": 1 - MOVE}


def sensitivity(weighed: Weighed) -> pd.DataFrame:
    """One row per program, model, condition and direction, of each program's latest complete month.

    program_id, model, month, condition, direction (of the threshold), threshold, threshold_then, stage, stage_then.
    """
    pack, grid = weighed.model.pack, weighed.grid
    gates = [judge_gate(stage.gate, weighed.judged) for stage in pack.stages if stage.gate]
    programs, months = _latest(grid)
    numbers = np.array([stage.number for stage in pack.stages])
    now = _announced(weighed, gates)[programs, months]
    moves: list[tuple[Condition, str, Condition]] = []
    then: list[Positions] = []
    for place, stage in enumerate(one for one in pack.stages if one.gate):
        for condition in stage.conditions:
            header, before = weighed.headers[condition.signal], weighed.judged[condition.id]
            for direction, factor in DIRECTIONS.items():
                moved = _moved(condition, factor, header)
                moves.append((condition, direction, moved))
                then.append(now)
                if not _can_differ(before, moved):
                    continue
                after = judge(
                    moved,
                    header,
                    weighed.measured[moved.signal],
                    grid,
                    breaks=weighed.breaks,
                    waived=weighed.waiver.holds(moved.id),
                    unknown_prior=pack.prior_of(moved),
                    part=weighed.parts[moved.signal],
                )
                if not np.array_equal(before.truth, after.truth):
                    changed = judge_gate(gates[place].gate, {**weighed.judged, moved.id: after})
                    then[-1] = _announced(weighed, [*gates[:place], changed, *gates[place + 1 :]])[programs, months]
    count = len(programs)
    return pd.DataFrame(
        {
            "program_id": np.tile(np.array(grid.programs, dtype=object)[programs], len(moves)),
            "model": pack.name,
            "month": np.tile(pd.DatetimeIndex(grid.months)[months], len(moves)),
            "condition": np.repeat([condition.id for condition, _, _ in moves], count),
            "direction": np.repeat([direction for _, direction, _ in moves], count),
            "threshold": np.repeat([condition.threshold for condition, _, _ in moves], count),
            "threshold_then": np.repeat([moved.threshold for _, _, moved in moves], count),
            "stage": _numbers(np.tile(now, len(moves)), numbers),
            "stage_then": _numbers(np.concatenate(then), numbers),
        }
    )


def _latest(grid: Grid) -> tuple[Positions, Positions]:
    """The programs that have a complete month, and where the latest stands."""
    complete = grid.exists & grid.is_complete
    programs = np.flatnonzero(complete.any(axis=1))
    last = complete.shape[1] - 1 - complete[:, ::-1].argmax(axis=1)
    return programs, last[programs]


def _announced(weighed: Weighed, gates: list[JudgedGate]) -> Positions:
    pack = weighed.model.pack
    return announce(read_ladder(gates, pack.evidence_floor), weighed.grid, pack.straddle_share).stage


def _moved(condition: Condition, factor: float, header: SignalHeader) -> Condition:
    """The condition with threshold and `keep` times so much, inside what the signal can be."""
    low, high = (np.nan if end is None else end for end in header.range)
    given = {name: getattr(condition, name) for name in ("at_least", "at_most", "keep")}
    moved = {name: np.fmin(np.fmax(value * factor, low), high) for name, value in given.items() if value is not None}
    return condition.model_copy(update={name: float(value) for name, value in moved.items()})


def _can_differ(one: Judged, moved: Condition) -> bool:
    """Whether any month's value, or what it may stand for, lies between an old and a new limit, or is told by bounds
    alone."""
    value = one.reading.value
    low, high = np.fmin(one.reading.low, value), np.fmax(one.reading.high, value)
    limits = (one.condition.threshold, moved.threshold), (one.condition.keep_threshold, moved.keep_threshold)
    crossed = [(high >= min(pair)) & (low <= max(pair)) for pair in limits]
    return bool(np.any(crossed) or np.any(~np.isnan(one.reading.least)))


def _numbers(positions: Positions, numbers: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(numbers[positions].astype(np.int64), positions == NO_STAGE)
