"""Where the tool behind a signal was changed: a change of value there need not be the program's."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.grid import Bools, Grid, earlier, positions
from rules.source_words import in_words
from transforms.header import SignalHeader


@dataclass(frozen=True)
class SourceBreaks:
    """Breaks by entity, in words by program and month: `text[entity][program, month]`."""

    grid: Grid
    text: Mapping[str, Mapping[tuple[int, int], str]]

    def at(self, header: SignalHeader) -> Bools:
        """The months in which an entity of the signal passes to another source. (programs, months)"""
        at = np.zeros(self.grid.shape, dtype=np.bool_)
        for entity in header.entities & set(self.text):
            for cell in self.text[entity]:
                at[cell] = True
        return at

    def near(self, header: SignalHeader) -> Bools:
        """Those months and the ones after: a first month is shared by both sources."""
        return self.within(header, 2)

    def within(self, header: SignalHeader, months: int) -> Bools:
        """The months which, or one of so many up to which, are such months."""
        at, found = self.at(header), np.zeros(self.grid.shape, dtype=np.bool_)
        for lag in range(months):
            found |= np.asarray(earlier(at, lag, False), dtype=np.bool_)
        return found

    def words(self, header: SignalHeader, program: int, month: int) -> str | None:
        """What passed to which source near a month, in words; None where nothing did."""
        said = [
            self.text[entity][program, at]
            for entity in sorted(header.entities & set(self.text))
            for at in (month, month - 1)
            if (program, at) in self.text[entity]
        ]
        return "; ".join(said) or None


def find_source_breaks(grid: Grid, breaks: pd.DataFrame | None) -> SourceBreaks:
    """The breaks of a frame program_id, entity, month, from_source, to_source; none where it is None."""
    text: dict[str, dict[tuple[int, int], str]] = {}
    if breaks is None or breaks.empty:
        return SourceBreaks(grid, text)
    rows = breaks.sort_values(["program_id", "entity", "month", "to_source"])
    program = positions(grid.programs, rows["program_id"].astype(str))
    month = positions(grid.months, pd.to_datetime(rows["month"]))
    for cell, entity, former, latter in zip(
        zip(map(int, program), map(int, month), strict=True),
        rows["entity"],
        rows["from_source"],
        rows["to_source"],
        strict=True,
    ):
        if min(cell) < 0:
            continue
        of_entity = text.setdefault(str(entity), {})
        words = f"since {grid.months[cell[1]]:%B %Y} {latter} instead of {former} gives {in_words(str(entity))}"
        of_entity[cell] = f"{of_entity[cell]}; {words}" if cell in of_entity else words
    return SourceBreaks(grid, text)
