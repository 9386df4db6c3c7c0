"""Mann–Kendall tests and Theil–Sen slopes of many series at once.

The same numbers as pymannkendall's `original_test` and, by season, a lag-12 comparison of each month with the same
month a year before; written for arrays because a test per program, friction and month is half a million tests.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rules.grid import Floats

WINDOW_MONTHS = 12
MINIMUM_POINTS = 6
SEASON_MONTHS = 12
SEASONAL_POINTS = 24
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Trends:
    """Per series and month: slope per month, two-sided p-value (NaN under six points), direction -1, 0 or 1."""

    slope: Floats
    p_value: Floats
    direction: np.ndarray


def trailing_trends(
    series: Floats, overlap_months: Floats | float = 1.0, made_of: np.ndarray | None = None, noticeable: float = 0.0
) -> Trends:
    """The trend of the twelve months ending with each month; series has shape (series, months), NaN where unknown.

    With 24 known months the last two years are compared season by season instead, so that a yearly rhythm is no
    trend. `overlap_months` says, for each month, over how many months the values of its trend were measured: such
    values repeat each other, so the variance is that many times larger. `made_of` codes what each value was made
    of: a month is compared only with months made of the same. A slope that would not add up to `noticeable` in a
    year is steady, however often the series was a little off.
    """
    short = _trend_of_windows(_windows(series, WINDOW_MONTHS, made_of), overlap_months)
    seasonal_windows = _windows(series, 2 * SEASON_MONTHS, made_of)
    seasonal = _seasonal_trend(seasonal_windows, overlap_months)
    use = np.sum(~np.isnan(seasonal_windows), axis=-1) >= SEASONAL_POINTS
    slope, p_value = (np.where(use, late, early) for late, early in zip(seasonal, short, strict=True))
    is_trend = (p_value < SIGNIFICANT) & (np.abs(slope) * SEASON_MONTHS >= noticeable)
    direction = np.where(is_trend, np.sign(slope), 0).astype(np.int8)
    return Trends(slope, p_value, direction)


def trailing_variance(series: Floats) -> Floats:
    """How much each series moves in the twelve months ending with each month; 0 where nothing is known."""
    windows = _windows(series, WINDOW_MONTHS)
    known = np.sum(~np.isnan(windows), axis=-1)
    mean = np.nansum(windows, axis=-1) / np.maximum(known, 1)
    return np.asarray(np.nansum((windows - mean[..., None]) ** 2, axis=-1) / np.maximum(known, 1))


def _windows(series: Floats, length: int, made_of: np.ndarray | None = None) -> Floats:
    """(series, months, length): the months up to and including each month, NaN before the first and where they are
    made of something else."""
    if not series.shape[1]:
        return np.empty((*series.shape, length))
    padded = np.concatenate([np.full((len(series), length - 1), np.nan), series], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, length, axis=1)
    if made_of is None:
        return windows
    codes = _windows(made_of.astype(float), length)
    return np.where(codes == codes[..., -1:], windows, np.nan)


def _trend_of_windows(windows: Floats, overlap_months: Floats | float) -> tuple[Floats, Floats]:
    known = np.sum(~np.isnan(windows), axis=-1)
    length = windows.shape[-1]
    early, late = np.triu_indices(length, k=1)
    rise = windows[..., late] - windows[..., early]
    score = np.nansum(np.sign(rise), axis=-1)
    ties = np.ones(windows.shape)
    for lag in range(1, length):
        equal = windows[..., lag:] == windows[..., :-lag]
        ties[..., lag:] += equal
        ties[..., :-lag] += equal
    # Summing (t-1)(2t+5) over members is summing t(t-1)(2t+5) over groups of t equal values.
    tied = np.where(np.isnan(windows), 0.0, (ties - 1) * (2 * ties + 5)).sum(axis=-1)
    variance = (known * (known - 1.0) * (2.0 * known + 5.0) - tied) / 18.0 * overlap_months
    slope = _median(rise / (late - early))
    return _where_long_enough(known, slope, _p_value(score, variance))


def _seasonal_trend(windows: Floats, overlap_months: Floats | float) -> tuple[Floats, Floats]:
    known = np.sum(~np.isnan(windows), axis=-1)
    rise = windows[..., SEASON_MONTHS:] - windows[..., :SEASON_MONTHS]
    signs = np.sign(rise)
    # Each season has two values: its variance is 1, or 0 where they are equal.
    variance = np.nansum(np.abs(signs), axis=-1) * overlap_months
    return _where_long_enough(known, _median(rise / SEASON_MONTHS), _p_value(np.nansum(signs, axis=-1), variance))


def _where_long_enough(known: np.ndarray, slope: Floats, p_value: Floats) -> tuple[Floats, Floats]:
    enough = known >= MINIMUM_POINTS
    return np.where(enough, slope, np.nan), np.where(enough, p_value, np.nan)


def _p_value(score: Floats, variance: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, (score - np.sign(score)) / np.sqrt(variance), 0.0)
    return np.asarray(2.0 * ndtr(-np.abs(z)))


def _median(values: Floats) -> Floats:
    """Median of the last axis without NaN, NaN where nothing is known (sorting beats nanmedian many times over)."""
    ordered = np.sort(values, axis=-1)
    known = np.sum(~np.isnan(values), axis=-1)
    lower = np.maximum((known - 1) // 2, 0)[..., None]
    upper = np.maximum(known // 2, 0)[..., None]
    upper = np.minimum(upper, values.shape[-1] - 1)
    pair = (np.take_along_axis(ordered, index, axis=-1)[..., 0] for index in (lower, upper))
    return np.asarray(sum(pair) / 2.0)
