"""Frictions: how strongly each is felt, whether it rises or falls, and when it changed.

`level` is the mean, over a friction's assessable signals, of how far each has gone from fine (0) to its worst (1).
Trend, slope (per month) and p-value are those of the published level, over the months whose level is the mean of the
same signals from the same tools; less than a twentieth of the way from fine to worst in a year is steady. Change points
are those of the leading signal, the first in the list that was ever observed, because an event is told in that signal's
own numbers.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rules.delivery_wall import find_walls
from rules.friction_catalogue import Friction, Frictions, FrictionSignal
from rules.friction_event import Change, changes_of
from rules.grid import OBSERVED, Bools, Floats, Grid, Signal, carry_last_complete, grid_of, signals_on
from rules.launch_spike import find_spikes
from rules.layout import Rows, in_words, numbered
from rules.model import Condition
from rules.pattern import Seen, find_patterns
from rules.pooling import Reading, pool
from rules.source_break import SourceBreaks, find_source_breaks
from rules.trend import Trends, trailing_trends, trailing_variance
from transforms.header import SignalHeader

EVENT_COLUMNS = ["program_id", "friction", "month", "kind", "before", "after", "p_value", "text"]

TRENDS = ("falling", "steady", "rising", "too short")
LEVELS = ("unknown", "observed")
NOTICEABLE_A_YEAR = 0.05
MIGRATION_BREAK = "migration_break"  # the kind of a change at which the tool was changed
DELIVERY_WALL = "delivery_wall"
LAUNCH_SPIKE = "launch_spike"


def measure_frictions(
    frictions: Frictions,
    signals: pd.DataFrame,
    program_months: pd.DataFrame,
    catalogue: Mapping[str, SignalHeader],
    *,
    breaks: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The contract's friction and friction_event tables. Arguments as of `evaluate`; pure, whatever the row order."""
    grid = grid_of(program_months)
    names = [name for name in frictions.signal_names if name in catalogue]
    measured = signals_on(grid, signals, names)
    friction, event = measure_coded(frictions, grid, measured, catalogue, find_source_breaks(grid, breaks))
    return in_words(friction), event


def measure_coded(
    frictions: Frictions,
    grid: Grid,
    measured: Mapping[str, Signal],
    catalogue: Mapping[str, SignalHeader],
    source_breaks: SourceBreaks,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same of signals that are on a grid already, words numbered, for whoever writes many programs down."""
    levels, trends, events = [], [], []
    for friction in frictions.frictions:
        known = [one for one in friction.signals if one.signal in measured]
        readings = [_pooled(one, catalogue[one.signal], measured[one.signal], grid, source_breaks) for one in known]
        distances = [_distance(one, reading) for one, reading in zip(known, readings, strict=True)]
        level = _level(grid, distances)
        overlap = _overlap(grid, distances, readings)
        passed = [source_breaks.at(catalogue[one.signal]) for one in known]
        trend = trailing_trends(level, overlap, _made_of(grid, distances, passed), NOTICEABLE_A_YEAR)
        for array in (level, trend.slope, trend.p_value, trend.direction):
            carry_last_complete(grid, array)
        levels.append(level)
        trends.append(trend)
        events += _change_rows(grid, friction, known, measured, catalogue, breaks=source_breaks)
    events += _wall_rows(grid, frictions, measured, catalogue, source_breaks)
    events += _spike_rows(grid, frictions, measured, catalogue, source_breaks)
    for pattern, seen in find_patterns(frictions.patterns, catalogue, measured, grid, source_breaks):
        events.append(_row(grid, pattern.friction, seen, pattern.kind, seen.text))
    return _friction_rows(grid, frictions.frictions, levels, trends), _sorted_events(events)


def _pooled(one: FrictionSignal, header: SignalHeader, signal: Signal, grid: Grid, breaks: SourceBreaks) -> Reading:
    condition = Condition(
        signal=one.signal,
        window=header.window,
        at_least=one.at_least,
        at_most=one.at_most,
        why="level",
        next_step="level",
        measured_as=one.measured_as,
    )
    return pool(condition, header, signal, grid, breaks)


def _distance(one: FrictionSignal, reading: Reading) -> Floats:
    """How far a signal has gone from fine (0) to its worst (1); NaN where it cannot be assessed."""
    distance = np.clip((reading.value - one.good) / (one.worst - one.good), 0.0, 1.0)
    return np.where(reading.is_assessable, distance, np.nan)


def _level(grid: Grid, distances: list[Floats]) -> Floats:
    total, count = np.zeros(grid.shape), np.zeros(grid.shape)
    for distance in distances:
        total += np.nan_to_num(distance)
        count += ~np.isnan(distance)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _made_of(grid: Grid, distances: list[Floats], passed: list[Bools]) -> np.ndarray:
    """Which signals each level is the mean of, counted by which tools, as a number. A level that jumps because
    another signal came into sight, or another tool counts, is no trend. `passed`: where one took over."""
    epochs = np.cumsum(np.logical_or.reduce([np.zeros(grid.shape, dtype=bool), *passed]), axis=1)
    made_of: np.ndarray = epochs * 2 ** len(distances)
    for index, distance in enumerate(distances):
        made_of += ~np.isnan(distance) * 2**index
    return made_of


def _overlap(grid: Grid, distances: list[Floats], readings: list[Reading]) -> Floats:
    """Over how many months the level was measured: the mean of its signals', each counting as much as it moves."""
    weighted, total = np.zeros(grid.shape), np.zeros(grid.shape)
    for distance, reading in zip(distances, readings, strict=True):
        weight = trailing_variance(distance)
        weighted += weight * reading.months
        total += weight
    return np.where(total > 0, weighted / np.where(total > 0, total, 1.0), 1.0)


def _monthly(grid: Grid, signal: Signal) -> Floats:
    return np.where((signal.status == OBSERVED) & grid.is_complete, signal.value, np.nan)


def _friction_rows(
    grid: Grid, frictions: Sequence[Friction], levels: Sequence[Floats], trends: Sequence[Trends]
) -> pd.DataFrame:
    order = sorted(range(len(frictions)), key=lambda place: frictions[place].id)
    rows = Rows(grid, len(order))
    level = rows.each([levels[place] for place in order])
    p_value = rows.each([trends[place].p_value for place in order])
    direction = rows.each([trends[place].direction for place in order])
    return pd.DataFrame(
        {
            "program_id": rows.programs(),
            "month": rows.months(),
            "friction": rows.words([frictions[place].id for place in order]),
            "job": rows.words([frictions[place].job for place in order]),
            "level": level,
            "trend": numbered(TRENDS, np.where(np.isnan(p_value), TRENDS.index("too short"), direction + 1)),
            "slope": rows.each([trends[place].slope for place in order]),
            "p_value": p_value,
            "status": numbered(LEVELS, (~np.isnan(level)).astype(np.int8)),
        }
    )


def _change_rows(
    grid: Grid,
    friction: Friction,
    known: list[FrictionSignal],
    measured: Mapping[str, Signal],
    catalogue: Mapping[str, SignalHeader],
    *,
    breaks: SourceBreaks,
) -> list[tuple[object, ...]]:
    is_led = np.zeros(grid.shape[0], dtype=bool)
    rows: list[tuple[object, ...]] = []
    for one in known:
        series = _monthly(grid, measured[one.signal])
        leads = ~np.isnan(series).all(axis=1) & ~is_led
        is_led |= leads
        header = catalogue[one.signal]
        led = np.where(leads[:, None], series, np.nan)
        for change in changes_of(one, header, measured[one.signal], led, breaks.at(header)):
            passed = breaks.words(header, change.program, change.month)
            text = change.text(friction, one, header, grid.months[change.month], source_break=passed)
            rows.append(_row(grid, friction.id, change, MIGRATION_BREAK if passed else change.kind, text))
    return rows


def _row(grid: Grid, friction: str, change: Change | Seen, kind: str, text: str) -> tuple[object, ...]:
    program, month = grid.programs[change.program], grid.months[change.month]
    return program, friction, month, kind, change.before, change.after, change.p_value, text


def _wall_rows(
    grid: Grid,
    frictions: Frictions,
    measured: Mapping[str, Signal],
    catalogue: Mapping[str, SignalHeader],
    breaks: SourceBreaks,
) -> list[tuple[object, ...]]:
    wall = frictions.delivery_wall
    if not set(wall.signals.values()) <= set(measured):
        return []
    is_broken = breaks.at(catalogue[wall.learners]) | breaks.at(catalogue[wall.resends])
    content, learners, resends = (measured[name] for name in wall.signals.values())
    return [
        (
            grid.programs[one.program],
            wall.friction,
            grid.months[one.month],
            DELIVERY_WALL,
            *one.learners,
            one.p_value,
            one.text(wall.says),
        )
        for one in find_walls(grid, content, learners, resends, is_broken)
    ]


def _spike_rows(
    grid: Grid,
    frictions: Frictions,
    measured: Mapping[str, Signal],
    catalogue: Mapping[str, SignalHeader],
    breaks: SourceBreaks,
) -> list[tuple[object, ...]]:
    spike = frictions.launch_spike
    if spike.learners not in measured:
        return []
    rows: list[tuple[object, ...]] = []
    for one in find_spikes(grid, measured[spike.learners], breaks.at(catalogue[spike.learners])):
        peak, month = grid.months[one.peak_month], grid.months[one.month]
        text = spike.says.format(
            before=f"{one.peak:.0f}", after=f"{one.after:.0f}", peak=f"{peak:%B %Y}", month=f"{month:%B %Y}"
        )
        cells = grid.programs[one.program], spike.friction, month, LAUNCH_SPIKE
        rows.append((*cells, one.peak, one.after, one.p_value, text))
    return rows


def _sorted_events(events: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(events, columns=EVENT_COLUMNS)
    frame["month"] = pd.to_datetime(frame["month"])
    return frame.sort_values(["program_id", "month", "friction", "kind"], ignore_index=True)
