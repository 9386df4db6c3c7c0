"""Long frames as arrays over programs and months, which is what judging works on.

Every array has shape (programs, months). Months are those of the whole workspace; `exists` says which of them
a program has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]

UNKNOWN, OBSERVED, NOT_APPLICABLE, ERROR = 0, 1, 2, 3
STATUSES = ("unknown", "observed", "not_applicable", "error")
NUMBERS = ("value", "low", "high", "numerator", "denominator", "sample_size")
BOUNDS = ("least", "most")


@dataclass(frozen=True)
class Grid:
    """The programs and months to judge."""

    programs: list[str]
    months: list[pd.Timestamp]
    exists: Bools
    is_complete: Bools
    is_launch: Bools

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.programs), len(self.months)

    @cached_property
    def open_months(self) -> list[tuple[int, NDArray[np.int64]]]:
        """The months, but the first, that are not complete for some programs, each with these."""
        is_open = self.exists & ~self.is_complete
        return [
            (month, np.flatnonzero(is_open[:, month])) for month in range(1, self.shape[1]) if is_open[:, month].any()
        ]

    def of(self, programs: NDArray[np.int64]) -> "Grid":
        """The grid of some of its programs, by position."""
        names = [self.programs[program] for program in programs]
        return Grid(names, self.months, self.exists[programs], self.is_complete[programs], self.is_launch[programs])


@dataclass(frozen=True)
class Signal:
    """One signal of every program and month, as measured: nothing pooled yet.

    `least` and `most` bound the true value where later changes hide some of it; NaN where all of it is told.
    """

    status: Codes
    value: Floats
    low: Floats
    high: Floats
    numerator: Floats
    denominator: Floats
    sample_size: Floats
    least: Floats
    most: Floats


def grid_of(program_months: pd.DataFrame) -> Grid:
    """The grid of a frame program_id, month, is_complete, is_launch, whatever the order of its rows."""
    programs = sorted(map(str, program_months["program_id"].unique()))
    stamps = pd.to_datetime(program_months["month"])
    months = sorted(stamps.unique())
    shape = (len(programs), len(months))
    where = (positions(programs, program_months["program_id"].astype(str)), positions(months, stamps))
    exists, is_complete, is_launch = (np.zeros(shape, dtype=bool) for _ in range(3))
    exists[where] = True
    is_complete[where] = program_months["is_complete"].fillna(False).to_numpy(dtype=bool)
    if "is_launch" in program_months:
        is_launch[where] = program_months["is_launch"].fillna(False).to_numpy(dtype=bool)
    return Grid(programs, [pd.Timestamp(month) for month in months], exists, is_complete, is_launch)


def signals_on(grid: Grid, signals: pd.DataFrame, names: Sequence[str]) -> dict[str, Signal]:
    """The named signals on the grid. A signal without a row is unknown in that month, never zero."""
    wanted = list(dict.fromkeys(names))
    shape = (len(wanted), *grid.shape)
    where = (
        positions(wanted, signals["signal"]),
        positions(grid.programs, in_text(signals["program_id"])),
        positions(grid.months, pd.to_datetime(signals["month"])),
    )
    inside = np.minimum.reduce(where) >= 0
    at = np.ravel_multi_index(tuple(index[inside] for index in where), shape)
    status = np.full(shape, UNKNOWN, dtype=np.int8)
    status.flat[at] = np.maximum(positions(STATUSES, signals["status"]), UNKNOWN)[inside]
    numbers = {name: np.full(shape, np.nan) for name in (*NUMBERS, *BOUNDS)}
    for name, array in numbers.items():
        if name in signals:
            array.flat[at] = pd.to_numeric(signals[name]).to_numpy(dtype=np.float64, na_value=np.nan)[inside]
    return {
        name: Signal(status[index], *(numbers[number][index] for number in (*NUMBERS, *BOUNDS)))
        for index, name in enumerate(wanted)
    }


def positions(known: Sequence[object], values: pd.Series) -> NDArray[np.int64]:
    """Where each value stands among the known ones; -1 where it does not."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        at = np.append(pd.Index(list(known)).get_indexer(values.cat.categories), -1)
        return np.asarray(at[values.cat.codes], dtype=np.int64)
    return np.asarray(pd.Index(list(known)).get_indexer(pd.Index(values)), dtype=np.int64)


def in_text(ids: pd.Series) -> pd.Series:
    """Ids as text; those that are numbered words already as they are."""
    return ids if isinstance(ids.dtype, pd.CategoricalDtype) else ids.astype(str)


def earlier(array: NDArray[np.generic], lag: int, fill: float | bool) -> NDArray[np.generic]:
    """The array as it was `lag` months before, filled where there was no month."""
    if lag == 0:
        return array
    moved = np.full_like(array, fill)
    moved[:, lag:] = array[:, :-lag]
    return moved


def carry_last_complete(grid: Grid, array: NDArray[np.generic]) -> None:
    """Give every incomplete month, in place, what the month before it has: its evidence is that month's.

    The last axis is months, the one before it programs.
    """
    for month, programs in grid.open_months:
        array[..., programs, month] = array[..., programs, month - 1]
