"""What a program's verdict would be if some of its signals had other values.

A supposed value is taken as certain and as having lasted: it counts as observed whatever its sample, in every month
that the condition pools or must hold in, and what it leads to needs no second reading to be announced. A condition
that is met now may slip to `keep` as ever. All else is as measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from rules.condition import MET, NOT_MET, UNKNOWN, WAIVED, Judged
from rules.evaluate import Judgement, Weighed, conclude
from rules.grid import Grid
from rules.model import Condition
from rules.pooling import Reading

Cell = tuple[int, int]


@dataclass(frozen=True)
class Supposed:
    """How a condition comes out of a supposed value."""

    outcome: int
    is_kept: bool = False
    is_between: bool = False


def judge_supposed(weighed: Weighed, values: Mapping[str, float], program: str, month: pd.Timestamp) -> Judgement:
    """The judgement of this one program and month, with these signals at these values."""
    grid = weighed.observed.grid
    cell = grid.programs.index(program), grid.months.index(month)
    pack = weighed.model.pack
    judged = {
        name: _supposed(
            one, values[one.condition.signal], weighed.waiver.holds(name), pack.prior_of(one.condition), cell
        )
        if one.condition.signal in values
        else one
        for name, one in weighed.judged.items()
    }
    alone = replace(weighed.observed, grid=_only(grid, cell))
    judgement = conclude(replace(weighed, judged=judged, observed=alone))
    judgement.stage["is_provisional"] = not bool(grid.is_complete[cell])
    return judgement


def come_out(condition: Condition, value: float, *, now: int, was_ever_read: bool, is_waived: bool) -> Supposed:
    """The outcome of a certain value. Between `keep` and the threshold it rests on what the condition is now."""
    sign = 1.0 if condition.is_at_least else -1.0
    if sign * value >= sign * condition.threshold:
        return Supposed(MET)
    is_between = sign * value >= sign * condition.keep_threshold
    if is_between and now == MET:
        return Supposed(MET, is_kept=True)
    if is_waived:
        return Supposed(WAIVED)
    return Supposed(UNKNOWN, is_between=True) if is_between and now == UNKNOWN and was_ever_read else Supposed(NOT_MET)


def _supposed(one: Judged, value: float, waived: np.ndarray, unknown_prior: float, cell: Cell) -> Judged:
    said = come_out(
        one.condition,
        value,
        now=int(one.outcome[cell]),
        was_ever_read=bool(one.reading.is_assessable[cell[0], : cell[1] + 1].any()),
        is_waived=bool(waived[cell]),
    )
    truth, chance = {UNKNOWN: (0, unknown_prior), NOT_MET: (-1, 0.0)}.get(said.outcome, (1, 1.0))
    return Judged(
        condition=one.condition,
        reading=_certain(one.reading, value, cell),
        outcome=_with(one.outcome, cell, said.outcome),
        truth=_with(one.truth, cell, truth),
        probability_met=_with(one.probability_met, cell, chance),
        is_kept=_with(one.is_kept, cell, said.is_kept),
        is_doubtful=_with(one.is_doubtful, cell, False),
        is_between=_with(one.is_between, cell, said.is_between),
        is_launch=_with(one.is_launch, cell, False),
        is_partial=_with(one.is_partial, cell, False),
        months_met=_with(one.months_met, cell, one.condition.hold if said.outcome == MET else 0),
    )


def _certain(reading: Reading, value: float, cell: Cell) -> Reading:
    told: dict[str, Any] = {"value": value, "low": value, "high": value, "months": 1.0}
    told |= dict.fromkeys(("numerator", "denominator", "sample_size", "least", "most"), np.nan)
    told |= {"is_observed": True, "is_assessable": True, "is_open": False, "is_cut": False, "is_mixed": False}
    return Reading(**{one.name: _with(getattr(reading, one.name), cell, told[one.name]) for one in fields(Reading)})


def _with(array: Any, cell: Cell, value: Any) -> Any:
    changed = array.copy()
    changed[cell] = value
    return changed


def _only(grid: Grid, cell: Cell) -> Grid:
    """The grid with this one month of this one program, complete, so that its reading is what is announced."""
    here = np.zeros(grid.shape, dtype=bool)
    here[cell] = True
    return replace(grid, exists=here, is_complete=here)
