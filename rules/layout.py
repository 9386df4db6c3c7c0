"""Arrays of judging as columns: a row for each thing of each month of each program, in this order.

Words are numbered: there are millions of rows and few words. `in_words` says them out.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rules.grid import Grid


class Rows:
    """Lays arrays (programs, months) of so many things out as rows: things within months within programs."""

    def __init__(self, grid: Grid, things: int) -> None:
        self._grid = grid
        self._things = things
        self._cells = np.nonzero(grid.exists)

    def __len__(self) -> int:
        return len(self._cells[0]) * self._things

    def programs(self) -> pd.Categorical:
        return numbered(self._grid.programs, np.repeat(self._cells[0], self._things))

    def months(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self._grid.months)[np.repeat(self._cells[1], self._things)]

    def each(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """The values of an array for each thing."""
        values = np.empty((len(self._cells[0]), self._things), dtype=np.result_type(*arrays))
        for thing, array in enumerate(arrays):
            values[:, thing] = array[self._cells]
        return values.reshape(-1)

    def texts(self, arrays: Sequence[np.ndarray]) -> pd.Categorical:
        """Such values that are words, absent ones None."""
        codes, known = pd.factorize(self.each(arrays))
        return numbered(list(known), codes)

    def fixed(self, values: Sequence[float]) -> np.ndarray:
        """One value for each thing, whatever the program and month."""
        return np.tile(np.array(values), len(self._cells[0]))

    def words(self, values: Sequence[str]) -> pd.Categorical:
        """One word for each thing."""
        known = list(dict.fromkeys(values))
        return numbered(known, self.fixed([known.index(value) for value in values]))


def numbered(known: Sequence[str], codes: np.ndarray) -> pd.Categorical:
    """The known words by their position; null for -1."""
    return pd.Categorical.from_codes(codes, pd.Index(list(known), dtype="str"))


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its words written out."""
    return frame.astype({name: "str" for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)})
