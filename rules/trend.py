"""Mann–Kendall tests and Theil–Sen slopes of many series at once.

The same numbers as pymannkendall's `original_test` and, by season, a lag-12 comparison of each month with the same
month a year before; written for arrays because a test per program, friction and month is half a million tests.
How often noise and seasons alone pass for a trend is measured in docs/frictions.md.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rules.grid import Floats

WINDOW_MONTHS = 12
MINIMUM_POINTS = 6
SEASON_MONTHS = 12
SIGNIFICANT = 0.05
# A year before that knows less than half of what the slope adds up to in a year says: that was the season.
BORNE_OUT = 0.5


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

    From the thirteenth month on, months are compared with the same months of the year before, so that a yearly
    rhythm is no trend: where those pairs are enough to tell by themselves, they are the test; where they are fewer,
    the trend of the twelve months counts only if they bear it out. `overlap_months` says, for each month, over how
    many months the values of its trend were measured: such values repeat each other, and the variance of the tests
    grows with it. `made_of` codes what each value was made of: a month is compared only with months made of the
    same. A slope that would not add up to `noticeable` in a year is steady, however often the series was a little
    off.
    """
    short = _trend_of_windows(_windows(series, WINDOW_MONTHS, made_of), overlap_months)
    years = _windows(series, 2 * SEASON_MONTHS, made_of)
    rise = years[..., SEASON_MONTHS:] - years[..., :SEASON_MONTHS]
    pairs = np.sum(~np.isnan(rise), axis=-1)
    seasonal = _seasonal_trend(rise, pairs, overlap_months)
    could_tell = _p_value(pairs, pairs * _repeated_signs(pairs, overlap_months)) < SIGNIFICANT
    use = (pairs >= MINIMUM_POINTS) & could_tell
    slope, p_value = (np.where(use, late, early) for late, early in zip(seasonal, short, strict=True))
    with np.errstate(invalid="ignore"):
        is_season = ~use & (pairs > 0) & (median(rise) * np.sign(slope) < BORNE_OUT * SEASON_MONTHS * np.abs(slope))
        is_trend = (p_value < SIGNIFICANT) & (np.abs(slope) * SEASON_MONTHS >= noticeable) & ~is_season
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
    score = np.sum(rise > 0, axis=-1) - np.sum(rise < 0, axis=-1)
    has_ties = np.any(rise == 0, axis=-1)
    tied = np.zeros(known.shape)
    tied[has_ties] = _tied(windows[has_ties])
    variance = (known * (known - 1.0) * (2.0 * known + 5.0) - tied) / 18.0 * overlap_months
    slope = median(rise / (late - early))
    return _where_long_enough(known, slope, _p_value(score, variance))


def _tied(windows: Floats) -> Floats:
    """How much equal values take from the variance of each window: (t-1)(2t+5) summed over members is t(t-1)(2t+5)
    summed over groups of t equal values."""
    ties = np.ones(windows.shape, dtype=np.int16)
    for lag in range(1, windows.shape[-1]):
        equal = windows[..., lag:] == windows[..., :-lag]
        ties[..., lag:] += equal
        ties[..., :-lag] += equal
    return np.asarray(np.where(np.isnan(windows), 0, (ties - 1) * (2 * ties + 5)).sum(axis=-1), dtype=np.float64)


def _seasonal_trend(rise: Floats, pairs: np.ndarray, overlap_months: Floats | float) -> tuple[Floats, Floats]:
    """Seasonal Kendall over pairs of a month and the same month a year before."""
    up, down = np.sum(rise > 0, axis=-1), np.sum(rise < 0, axis=-1)
    # Each season has two values: its variance is 1, or 0 where they are equal.
    p_value = _p_value(up - down, (up + down) * _repeated_signs(pairs, overlap_months))
    return np.where(pairs > 0, median(rise / SEASON_MONTHS), np.nan), np.where(pairs > 0, p_value, np.nan)


def _repeated_signs(count: np.ndarray, overlap_months: Floats | float) -> Floats:
    """How many times larger the variance of a sum of signs is when each value was measured over so many months.

    Two such values that lie `lag` months apart share 1 - lag / overlap of what they were measured on, and the signs
    of two normal values that correlate by r agree by 2 / pi * asin(r).
    """
    factor = np.ones(np.broadcast_shapes(count.shape, np.shape(overlap_months)))
    for lag in range(1, SEASON_MONTHS):
        shared = np.maximum(1.0 - lag / np.asarray(overlap_months, dtype=np.float64), 0.0)
        factor += 4.0 / np.pi * np.arcsin(shared) * np.maximum(1.0 - lag / np.maximum(count, 1), 0.0)
    return factor


def _where_long_enough(known: np.ndarray, slope: Floats, p_value: Floats) -> tuple[Floats, Floats]:
    enough = known >= MINIMUM_POINTS
    return np.where(enough, slope, np.nan), np.where(enough, p_value, np.nan)


def _p_value(score: Floats, variance: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, (score - np.sign(score)) / np.sqrt(variance), 0.0)
    return np.asarray(2.0 * ndtr(-np.abs(z)))


def median(values: Floats) -> Floats:
    """Median of the last axis without NaN, NaN where nothing is known (sorting beats nanmedian many times over)."""
    ordered = np.sort(values, axis=-1)
    known = np.sum(~np.isnan(values), axis=-1)
    lower = np.maximum((known - 1) // 2, 0)[..., None]
    upper = np.maximum(known // 2, 0)[..., None]
    upper = np.minimum(upper, values.shape[-1] - 1)
    pair = (np.take_along_axis(ordered, index, axis=-1)[..., 0] for index in (lower, upper))
    return np.asarray(sum(pair) / 2.0)
