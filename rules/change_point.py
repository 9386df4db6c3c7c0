"""Change points of many series at once.

The optimal segmentation under a squared cost and a penalty per change: what ruptures' PELT finds, by dynamic
programming over months with all series side by side.
"""

import numpy as np
from numpy.typing import NDArray

from rules.grid import Bools, Floats

Places = NDArray[np.int64]

MINIMUM_MONTHS = 3
SEASON_MONTHS = 12
PENALTY = 3.0


def change_points(series: Floats) -> Bools:
    """Where a new level begins; series has shape (series, months), NaN where unknown.

    A level lasts at least three known months. The penalty is 3 ln(n) times the variance of the month-to-month
    noise, told robustly from the differences between neighbours.
    """
    count, months = series.shape
    known = ~np.isnan(series)
    mean = np.where(known, series, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    values = np.where(known, series - mean[:, None], 0.0)
    size, total, square = (
        np.concatenate([np.zeros((count, 1)), np.cumsum(part, axis=1)], axis=1)
        for part in (known.astype(float), values, values**2)
    )
    penalty = PENALTY * np.log(np.maximum(size[:, -1], 2.0)) * _noise_variance(series)
    best = np.full((count, months + 1), np.inf)
    best[:, 0] = -penalty
    start_of = np.zeros((count, months + 1), dtype=np.int64)
    for end in range(1, months + 1):
        length = size[:, [end]] - size[:, :end]
        spread = square[:, [end]] - square[:, :end] - (total[:, [end]] - total[:, :end]) ** 2 / np.maximum(length, 1)
        cost = np.where(length >= MINIMUM_MONTHS, best[:, :end] + np.maximum(spread, 0.0), np.inf)
        start_of[:, end] = cost.argmin(axis=1)
        best[:, end] = cost.min(axis=1) + penalty
    return _starts(start_of, np.isfinite(best[:, -1]), known)


def repeats_each_year(series: Floats, program: Places, month: Places) -> Bools:
    """Whether the step of a program at a month is the season's: it was there a year before and comes again a year
    after, at least half as high, give or take a month. Where neither is known in full, whether the months since differ
    from the same months a year before by less than half of it. series has shape (programs, months), NaN where unknown.
    """
    steps = _steps(series)
    step = steps[program, month + MINIMUM_MONTHS]
    known = np.zeros((2, len(step)), dtype=bool)
    again = np.full((2, len(step)), np.inf)
    for year, away in enumerate((-SEASON_MONTHS, SEASON_MONTHS)):
        near = month[:, None] + away + np.arange(-1, 2)
        around = steps[program[:, None], np.clip(near + MINIMUM_MONTHS, 0, steps.shape[1] - 1)]
        known[year] = ~np.isnan(around).any(axis=1)
        again[year, known[year]] = (np.sign(step)[:, None] * around).max(axis=1)[known[year]]
    repeats = (again.min(axis=0) >= np.abs(step) / 2) & (step != 0)
    for one in np.flatnonzero(~known.any(axis=0)):
        repeats[one] = _fades_within_year(series[program[one]], int(month[one]), float(step[one]))
    return np.asarray(repeats)


def _fades_within_year(series: Floats, month: int, step: float) -> bool:
    since = max(month, SEASON_MONTHS)
    risen = series[since:] - series[since - SEASON_MONTHS : max(len(series) - SEASON_MONTHS, 0)]
    risen = np.sign(step) * risen[~np.isnan(risen)]
    return len(risen) >= MINIMUM_MONTHS and float(risen.mean()) < abs(step) / 2


def _steps(series: Floats) -> Floats:
    """The three months from each month on against the three before; NaN where fewer than two of either are known. The
    first column is of a month three before the first, the last of one three after the last."""
    around = np.full((len(series), 2 * MINIMUM_MONTHS), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.concatenate([around, series, around], axis=1), MINIMUM_MONTHS, axis=1
    )
    known = np.sum(~np.isnan(windows), axis=-1)
    mean = np.where(known >= 2, np.nansum(windows, axis=-1) / np.maximum(known, 1), np.nan)
    return np.asarray(mean[:, MINIMUM_MONTHS:] - mean[:, :-MINIMUM_MONTHS])


def _noise_variance(series: Floats) -> Floats:
    """Variance of the noise from the median absolute difference of neighbours, with a floor against constants."""
    steps = np.abs(np.diff(series, axis=1))
    has_steps = (~np.isnan(steps)).any(axis=1)
    typical, reach = np.zeros(len(series)), np.zeros(len(series))
    if has_steps.any():
        known = series[has_steps]
        typical[has_steps] = np.nanmedian(steps[has_steps], axis=1)
        reach[has_steps] = np.nanmax(known, axis=1) - np.nanmin(known, axis=1)
    # For normal noise the median absolute difference of two draws is 0.6745 * sqrt(2) of its deviation.
    deviation = typical / (0.6745 * np.sqrt(2.0))
    return np.asarray(np.maximum(deviation, 0.02 * reach) ** 2 + 1e-18)


def _starts(start_of: np.ndarray, is_solved: Bools, known: Bools) -> Bools:
    """Follow each series back from its end; a level begins with its first known month."""
    count, months = known.shape
    found = np.zeros((count, months), dtype=bool)
    at = np.where(is_solved, months, 0)
    while (at > 0).any():
        at = np.where(at > 0, start_of[np.arange(count), at], 0)
        rows = np.nonzero(at > 0)[0]
        first_known = at[rows] + np.argmax(known[rows] & (np.arange(months) >= at[rows][:, None]), axis=1) - at[rows]
        found[rows, first_known] = True
    return found
