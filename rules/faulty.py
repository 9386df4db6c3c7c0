"""Signals in error: those that could not be computed, and those whose numbers cannot be. Never a verdict, always a
reason."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from rules.grid import ERROR, OBSERVED, Grid, Signal, carry_last_complete, positions
from transforms.header import SignalHeader
from transforms.impossible import Texts, impossible

UNTOLD = "the signal could not be computed"
LONGEST = 200
FILE_SUFFIX = ".sql: "


def without_faults(
    grid: Grid, measured: Mapping[str, Signal], signals: pd.DataFrame, headers: Mapping[str, SignalHeader]
) -> tuple[dict[str, Signal], dict[str, Texts]]:
    """The signals with error for status where they are no evidence, and why, both by name."""
    said = signals[signals["message"].notna()] if "message" in signals else signals[:0]
    sound: dict[str, Signal] = {}
    texts: dict[str, Texts] = {}
    for name, signal in measured.items():
        why = _told(grid, said[said["signal"] == name])
        faults = impossible(headers[name], signal.value, signal.numerator, signal.denominator, signal.sample_size)
        is_faulty = (signal.status == OBSERVED) & (faults != None)  # noqa: E711  element by element
        why[is_faulty] = faults[is_faulty]
        status = np.where(is_faulty, ERROR, signal.status).astype(np.int8)
        reasons = np.full(grid.shape, None, dtype=object)
        for cell in zip(*np.nonzero(status == ERROR), strict=True):
            reasons[cell] = f"{UNTOLD}: {why[cell]}" if why[cell] else UNTOLD
        carry_last_complete(grid, reasons)
        sound[name], texts[name] = replace(signal, status=status), reasons
    return sound, texts


def _told(grid: Grid, rows: pd.DataFrame) -> Texts:
    """What measuring said of a signal, without the name of its file and in one line."""
    texts = np.full(grid.shape, None, dtype=object)
    if rows.empty:
        return texts
    program = positions(grid.programs, rows["program_id"].astype(str))
    month = positions(grid.months, pd.to_datetime(rows["month"]))
    for row, column, message in zip(program, month, rows["message"], strict=True):
        if row >= 0 and column >= 0:
            texts[row, column] = str(message).split(FILE_SUFFIX)[-1].splitlines()[0][:LONGEST]
    return texts
