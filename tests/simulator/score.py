"""How far verdicts agree with the truth of simulated programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.simulator.practice import true_stage
from tests.simulator.program import Program

SETTLED_MONTHS = 4  # complete months since the last change of any practice, or since the first month
FOUND_WITHIN = 2
BACK_WITHIN = 4
BINS = 10


@dataclass(frozen=True)
class Score:
    """What is promised of judging, measured. Shares of settled program-months, except where said."""

    model: str
    months: int
    named: float
    exact: float
    one_off: float  # of those named, at most one stage from the truth
    in_range: float
    width: float  # stages between low and high
    transitions: int
    found: float  # of the transitions, within FOUND_WITHIN months
    median_months: float
    there_and_back: float  # per 1,000 program-years
    calibration_error: float


def truth(programs: Iterable[Program], model: str) -> pd.DataFrame:
    """program, month, true_stage, months since any practice changed, and whether the stage is new in the month."""
    frames = []
    for program in programs:
        practices = np.stack([program.in_place[name] for name in sorted(program.in_place)])
        changes = np.concatenate([[True], (practices[:, 1:] != practices[:, :-1]).any(axis=0)])
        index = np.arange(len(program.months))
        since = index - np.maximum.accumulate(np.where(changes, index, 0))
        stage = true_stage(program.in_place, model)
        is_new = np.concatenate([[False], stage[1:] != stage[:-1]])
        frames.append(
            pd.DataFrame(
                {
                    "program": program.program_id,
                    "month": program.months,
                    "true": stage,
                    "since": since,
                    "is_new": is_new,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def joined(programs: Iterable[Program], stage: pd.DataFrame, model: str) -> pd.DataFrame:
    """Verdicts beside the truth; `variant` is what follows the plus sign in a program's id."""
    names = stage["program_id"].str.split("+", n=1)
    told = stage.assign(program=names.str[0], variant=names.str[1].fillna("full"), month=pd.to_datetime(stage["month"]))
    told = told[~told["is_provisional"].astype(bool)]
    rows = told.merge(truth(programs, model), on=["program", "month"], how="inner")
    return rows.sort_values(["program_id", "month"], ignore_index=True)


def score(rows: pd.DataFrame, model: str) -> Score:
    """The score of rows as `joined` gives them."""
    settled = rows[rows["since"] >= SETTLED_MONTHS]
    named = settled[settled["stage"].notna()]
    off = (named["stage"] - named["true"]).abs()
    inside = (settled["true"] >= settled["stage_low"]) & (settled["true"] <= settled["stage_high"])
    delays = found_after(rows)
    years = len(rows) / 12
    return Score(
        model=model,
        months=len(settled),
        named=len(named) / len(settled),
        exact=float((off == 0).mean()),
        one_off=float((off <= 1).mean()),
        in_range=float(inside.mean()),
        width=float((settled["stage_high"] - settled["stage_low"]).mean()),
        transitions=len(delays),
        found=float((delays <= FOUND_WITHIN).mean()) if len(delays) else float("nan"),
        median_months=float(delays.median()) if len(delays) else float("nan"),
        there_and_back=1000 * there_and_back(rows) / years,
        calibration_error=calibration_error(named),
    )


def found_after(rows: pd.DataFrame) -> pd.Series:
    """Months until each new true stage is named, infinite where it is not before the next change or the end."""
    delays: list[float] = []
    for _, one in rows.groupby("program_id", sort=True):
        true, stage, is_new = (one[name].to_numpy() for name in ("true", "stage", "is_new"))
        starts = np.flatnonzero(is_new)
        for start, end in zip(starts, np.append(starts, len(one))[1:], strict=True):
            if end - start <= FOUND_WITHIN:
                continue  # it ended before it had to be found
            hit = np.flatnonzero(stage[start:end].astype(float) == true[start])
            delays.append(float(hit[0]) if len(hit) else float("inf"))
    return pd.Series(delays, dtype=float)


def there_and_back(rows: pd.DataFrame) -> int:
    """How often a named stage was left and named again within BACK_WITHIN months, no practice having changed."""
    count = 0
    for _, one in rows.groupby("program_id", sort=True):
        stage, since = one["stage"].to_numpy(dtype=float), one["since"].to_numpy()
        left: dict[float, int] = {}
        for month in range(1, len(one)):
            now, before = stage[month], stage[month - 1]
            if np.isnan(now) or np.isnan(before) or now == before:
                continue
            if now in left and month - left[now] <= BACK_WITHIN and since[month] > month - left[now]:
                count += 1
            left[before] = month
    return count


def calibration(named: pd.DataFrame) -> pd.DataFrame:
    """By bin of confidence: how many, the mean said, and how often right."""
    known = named[named["confidence"].notna()]
    bins = np.clip((known["confidence"] * BINS).astype(int), 0, BINS - 1)
    right = (known["stage"] == known["true"]).astype(float)
    return (
        pd.DataFrame({"bin": bins, "said": known["confidence"], "right": right})
        .groupby("bin")
        .agg(months=("right", "size"), said=("said", "mean"), right=("right", "mean"))
    )


def calibration_error(named: pd.DataFrame) -> float:
    """Expected calibration error over BINS bins of equal width."""
    table = calibration(named)
    return float(((table["said"] - table["right"]).abs() * table["months"]).sum() / max(table["months"].sum(), 1))
