"""Waivers: conditions a program is excused from, by whom and until when."""

import numpy as np
import pandas as pd

from rules.grid import Bools, Grid


class Waivers:
    """Looks up waivers on the grid. A waiver counts through the month of its last day."""

    def __init__(self, grid: Grid, waivers: pd.DataFrame | None, model: str) -> None:
        self._grid = grid
        rows = [] if waivers is None else waivers.to_dict("records")
        self._rows = [row for row in rows if pd.isna(row.get("model")) or row.get("model") == model]

    def holds(self, condition: str) -> Bools:
        """Where the condition is waived, (programs, months)."""
        return np.asarray(self.texts(condition) != None)  # noqa: E711  (element by element)

    def texts(self, condition: str) -> np.ndarray:
        """Who waived it, until when and why; None where nobody did."""
        texts = np.full(self._grid.shape, None, dtype=object)
        for row in self._rows:
            if row["condition"] != condition or row["program_id"] not in self._grid.programs:
                continue
            until = pd.Timestamp(row["until"]) if pd.notna(row["until"]) else pd.Timestamp.max
            holds = np.array([month <= until for month in self._grid.months])
            end = "" if until == pd.Timestamp.max else f" until {until:%Y-%m-%d}"
            texts[self._grid.programs.index(row["program_id"]), holds] = (
                f"waived by {row['owner']}{end}: {row['reason']}"
            )
        return texts
