"""What a signal lacks where its sources are there and yet hold nothing to measure: a column that they leave empty, or
what another source would hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.grid import Bools, Grid, carry_last_complete, earlier, in_text, positions
from rules.missing import Missing
from rules.pooling import Reading
from rules.source_words import in_words, listed
from transforms.header import SignalHeader
from transforms.told import parse_field


@dataclass(frozen=True)
class Unmeasured:
    """What one signal lacks where its sources cover a month and nothing was there to measure, (programs, months)."""

    missing: Missing
    signal: str
    never: Bools
    groups: Sequence[tuple[Sequence[str], Bools, Bools]]  # fields, where none of them is told, which programs ever did
    has_rows: Mapping[str, Bools]

    def fields_at(self, cell: tuple[int, int]) -> list[str]:
        """The fields of which one, or each, would let the signal be measured; those of connected entities first."""
        fields = [field for group, silent, _ in self.groups if silent[cell] for field in group]
        return sorted(fields, key=lambda field: not np.any(self.has_rows[field][cell[0]]))

    def entities_at(self, cell: tuple[int, int]) -> list[str]:
        """Entities not given that may hold what those standing in for them never held."""
        return self.missing.stand_ins(self.signal, cell[0])[1] if self.never[cell] else []

    def texts(self) -> np.ndarray:
        """Words for what is wanting, (programs, months); None where nothing is known to be."""
        texts = np.full(self.never.shape, None, dtype=object)
        for program in np.flatnonzero(self.never.any(axis=1)):
            given, lacking = self.missing.stand_ins(self.signal, int(program))
            if lacking:
                words = f"nothing seen in {listed(given)}; needs {listed(lacking)}, which no source gives"
                texts[program, self.never[program]] = words
        for group, silent, ever in reversed(self.groups):
            needs = f"needs {' or '.join(map(field_in_words, group))}"
            texts[silent & ~ever[:, None]] = f"{needs}, which no source tells"
            texts[silent & ever[:, None]] = f"{needs}, which no source tells of this month"
        return texts


@dataclass(frozen=True)
class Untold:
    """Of each field, by name: where its entity has rows, and where one of them tells the field."""

    headers: Mapping[str, SignalHeader]
    missing: Missing
    has_rows: Mapping[str, Bools]
    is_told: Mapping[str, Bools]

    def of(self, signal: str, reading: Reading) -> Unmeasured:
        """What a reading of the signal lacks."""
        header = self.headers[signal]
        nothing = np.isnan(reading.value) & (np.nan_to_num(reading.sample_size) == 0)
        where = reading.is_observed & nothing
        ever = np.logical_or.reduce(reading.is_observed & ~nothing, axis=1, keepdims=True)
        groups = [
            (
                group,
                where & self._is_silent(group, header),
                np.logical_or.reduce([self.is_told[field] for field in group]).any(axis=1),
            )
            for group in header.field_groups
        ]
        return Unmeasured(self.missing, signal, np.asarray(where & ~ever), groups, self.has_rows)

    def _is_silent(self, group: Sequence[str], header: SignalHeader) -> Bools:
        """Where the window has rows of the group's entities, and none tells a field of it."""
        rows, told = (
            np.logical_or.reduce([_within(known[field], header.window_months) for field in group])
            for known in (self.has_rows, self.is_told)
        )
        return np.asarray(rows & ~told)


def find_untold(grid: Grid, headers: Mapping[str, SignalHeader], missing: Missing, told: pd.DataFrame | None) -> Untold:
    """From a frame program_id, month, field, has_rows, is_told; no field is known to be wanting without it."""
    fields = sorted({field for header in headers.values() for group in header.field_groups for field in group})
    has_rows, is_told = (np.zeros((len(fields), *grid.shape), dtype=bool) for _ in range(2))
    if told is not None and len(told):
        at = (
            positions(fields, told["field"]),
            positions(grid.programs, in_text(told["program_id"])),
            positions(grid.months, pd.to_datetime(told["month"])),
        )
        inside = (at[0] >= 0) & (at[1] >= 0) & (at[2] >= 0)
        for array, column in ((has_rows, "has_rows"), (is_told, "is_told")):
            array[tuple(index[inside] for index in at)] = told[column].to_numpy(dtype=bool)[inside]
            carry_last_complete(grid, array)
    rows, tells = (dict(zip(fields, array, strict=True)) for array in (has_rows, is_told))
    return Untold(headers, missing, rows, tells)


def field_in_words(field: str) -> str:
    """`the entry of content views (content_view.entry)`: what it is called, and the column to fill."""
    one = parse_field(field)
    called = " or ".join(column.replace("_", " ") for column in one.export_columns)
    columns = " or ".join(f"{one.entity}.{column}" for column in one.export_columns)
    where = f" where {one.of_column} is {' or '.join(one.of_values)}" if one.of_column else ""
    return f"the {called} of {in_words(one.entity)} ({columns}{where})"


def _within(array: Bools, months: int) -> Bools:
    """Where it was so in one of the last `months`."""
    return np.asarray(np.logical_or.reduce([earlier(array, lag, False) for lag in range(min(months, array.shape[1]))]))
