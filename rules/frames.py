"""What a model says as the contract's tables, sorted by program, month and the pack's order, their words numbered."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rules.change_cause import CAUSES
from rules.condition import OUTCOMES, Judged
from rules.grid import Grid
from rules.job import JudgedJob
from rules.layout import Rows, numbered
from rules.load import LoadedPack
from rules.model import Pack
from rules.next_step import NextStep
from rules.stage import NO_STAGE, Announced, Ladder, Positions


def finding(pack: Pack, grid: Grid, judged: Mapping[str, Judged], reasons: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """One row per program, month and condition."""
    ones = [judged[condition.id] for condition in pack.conditions]
    stages = [stage.number for stage in pack.stages for _ in stage.conditions]
    rows = Rows(grid, len(ones))
    return pd.DataFrame(
        {
            **_keys(pack, rows),
            "stage": rows.fixed(stages),
            "condition": rows.words([one.condition.id for one in ones]),
            "signal": rows.words([one.condition.signal for one in ones]),
            "outcome": numbered(OUTCOMES, rows.each([one.outcome for one in ones])),
            "value": rows.each([one.reading.value for one in ones]),
            "low": rows.each([one.reading.low for one in ones]),
            "high": rows.each([one.reading.high for one in ones]),
            "comparison": rows.words([one.condition.comparison for one in ones]),
            "threshold": rows.fixed([one.condition.threshold for one in ones]),
            "sample_size": rows.each([one.reading.sample_size for one in ones]),
            "probability_met": rows.each([one.probability_met for one in ones]),
            "reason": rows.texts([reasons[one.condition.id] for one in ones]),
        }
    )


def stage(
    model: LoadedPack,
    grid: Grid,
    announced: Announced,
    *,
    bottleneck: np.ndarray,
    step: NextStep,
    causes: np.ndarray,
) -> pd.DataFrame:
    """One row per program and month."""
    pack = model.pack
    rows = Rows(grid, 1)
    numbers = np.array([stage.number for stage in pack.stages])
    names = np.array([*(stage.name for stage in pack.stages), None], dtype=object)
    return pd.DataFrame(
        {
            **_keys(pack, rows),
            "stage": _numbers(rows.each([announced.stage]), numbers),
            "stage_name": rows.texts([names[announced.stage]]),
            "stage_low": numbers[rows.each([announced.low])],
            "stage_high": numbers[rows.each([announced.high])],
            "confidence": rows.each([announced.confidence]),
            "pending_stage": _numbers(rows.each([announced.pending]), numbers),
            "straddles": rows.texts([_straddle_texts(announced, numbers)]),
            "bottleneck_job": rows.texts([bottleneck]),
            "next_step": rows.texts([step.condition]),
            "next_step_text": rows.texts([step.text]),
            "is_provisional": rows.each([~grid.is_complete]),
            "change_cause": numbered(CAUSES, rows.each([causes])),
            "rules_version": _same(model.rules_version, rows),
        }
    )


def stage_probability(pack: Pack, grid: Grid, ladder: Ladder) -> pd.DataFrame:
    """One row per program, month and stage; the probabilities of a month sum to 1."""
    rows = Rows(grid, len(pack.stages))
    return pd.DataFrame(
        {
            **_keys(pack, rows),
            "stage": rows.fixed([stage.number for stage in pack.stages]),
            "probability": rows.each(list(ladder.probabilities)),
        }
    )


def job(pack: Pack, grid: Grid, jobs: Sequence[JudgedJob]) -> pd.DataFrame:
    """One row per program, month and job; `solved` is null where it is not known."""
    rows = Rows(grid, len(jobs))
    numbers = np.array([stage.number for stage in pack.stages])
    truth = rows.each([one.solved for one in jobs])
    solved = pd.arrays.BooleanArray(truth == 1, truth == 0)
    return pd.DataFrame(
        {
            **_keys(pack, rows),
            "job": rows.words([one.name for one in jobs]),
            "solved": solved,
            "reached_stage": numbers[rows.each([one.reached for one in jobs])],
            "deciding_condition": rows.texts([one.deciding for one in jobs]),
        }
    )


def _keys(pack: Pack, rows: Rows) -> dict[str, object]:
    return {"program_id": rows.programs(), "model": _same(pack.name, rows), "month": rows.months()}


def _same(word: str, rows: Rows) -> pd.Categorical:
    """One word in all rows."""
    return numbered([word], np.zeros(len(rows), dtype=np.int8))


def _numbers(positions: Positions, numbers: np.ndarray) -> pd.arrays.IntegerArray:
    """Stage numbers of positions, null for no stage."""
    return pd.arrays.IntegerArray(numbers[positions].astype(np.int64), positions == NO_STAGE)


def _straddle_texts(announced: Announced, numbers: np.ndarray) -> np.ndarray:
    texts = np.full(announced.stage.shape, None, dtype=object)
    has_other = announced.straddles_with != NO_STAGE
    lower = np.minimum(announced.stage, announced.straddles_with)
    for position in np.unique(lower[has_other]):
        words = f"{numbers[position]}\N{EN DASH}{numbers[position + 1]}"
        texts[has_other & (lower == position)] = words
    return texts
