"""What a signal lacks where its sources are there and yet hold nothing to measure: a column that they leave empty, or
what another source would hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.grid import Bools, Grid, carry_last_complete, earlier, positions
from rules.missing import Missing
from rules.pooling import Reading
from rules.source_words import in_words, listed
from transforms.header import SignalHeader
from transforms.told import parse_field


@dataclass(frozen=True)
class Untold:
    """Of each field, by name: where its entity has rows, and where one of them tells the field."""

    grid: Grid
    headers: Mapping[str, SignalHeader]
    missing: Missing
    has_rows: Mapping[str, Bools]
    is_told: Mapping[str, Bools]

    def fields_at(self, signal: str, reading: Reading, cell: tuple[int, int]) -> list[str]:
        """The fields of which one, or each, would let the signal be measured; those of connected entities first."""
        if not reading.is_observed[cell] or not measured_nothing(reading)[cell]:
            return []
        header = self.headers[signal]
        groups = [group for group in header.field_groups if self._is_silent(group, header)[cell]]
        fields = [field for group in groups for field in group]
        return sorted(fields, key=lambda field: not np.any(self.has_rows[field][cell[0]]))

    def entities_at(self, signal: str, reading: Reading, cell: tuple[int, int]) -> list[str]:
        """Entities not given that may hold what those standing in for them never held."""
        if not _never_measured(reading)[cell]:
            return []
        return self.missing.stand_ins(signal, cell[0])[1]

    def texts(self, signal: str, reading: Reading) -> np.ndarray:
        """Words for what is wanting, (programs, months); None where nothing is known to be."""
        header = self.headers[signal]
        where = reading.is_observed & measured_nothing(reading)
        texts = np.full(self.grid.shape, None, dtype=object)
        never = _never_measured(reading)
        for program in np.flatnonzero(never.any(axis=1)):
            given, lacking = self.missing.stand_ins(signal, int(program))
            if lacking:
                words = f"nothing seen in {listed(given)}; needs {listed(lacking)}, which no source gives"
                texts[program, never[program]] = words
        for group in reversed(header.field_groups):
            silent = where & self._is_silent(group, header)
            ever = np.logical_or.reduce([self.is_told[field] for field in group]).any(axis=1)
            needs = f"needs {' or '.join(map(field_in_words, group))}"
            texts[silent & ~ever[:, None]] = f"{needs}, which no source tells"
            texts[silent & ever[:, None]] = f"{needs}, which no source tells of this month"
        return texts

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
            positions(grid.programs, told["program_id"].astype(str)),
            positions(grid.months, pd.to_datetime(told["month"])),
        )
        inside = (at[0] >= 0) & (at[1] >= 0) & (at[2] >= 0)
        for array, column in ((has_rows, "has_rows"), (is_told, "is_told")):
            array[tuple(index[inside] for index in at)] = told[column].to_numpy(dtype=bool)[inside]
            carry_last_complete(grid, array)
    rows, tells = (dict(zip(fields, array, strict=True)) for array in (has_rows, is_told))
    return Untold(grid, headers, missing, rows, tells)


def field_in_words(field: str) -> str:
    """`the entry of content views (content_view.entry)`: what it is called, and the column to fill."""
    one = parse_field(field)
    called = " or ".join(column.replace("_", " ") for column in one.export_columns)
    columns = " or ".join(f"{one.entity}.{column}" for column in one.export_columns)
    where = f" where {one.of_column} is {' or '.join(one.of_values)}" if one.of_column else ""
    return f"the {called} of {in_words(one.entity)} ({columns}{where})"


def _never_measured(reading: Reading) -> Bools:
    """The months of programs in which there was nothing in any month."""
    nothing = measured_nothing(reading)
    ever = np.logical_or.reduce(reading.is_observed & ~nothing, axis=1, keepdims=True)
    return np.asarray(reading.is_observed & nothing & ~ever)


def measured_nothing(reading: Reading) -> Bools:
    """Where there was not one thing to measure."""
    return np.asarray(np.isnan(reading.value) & (np.nan_to_num(reading.sample_size) == 0))


def _within(array: Bools, months: int) -> Bools:
    """Where it was so in one of the last `months`."""
    return np.asarray(np.logical_or.reduce([earlier(array, lag, False) for lag in range(min(months, array.shape[1]))]))
