"""What is known of some programs, as arrays: made once, judged by every model and asked by every friction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.faulty import without_faults
from rules.given import Given
from rules.grid import Grid, Signal, grid_of, signals_on
from rules.missing import Missing, find_missing
from rules.partial import Part, part_seen
from rules.source_break import SourceBreaks, find_source_breaks
from rules.untold import Untold, find_untold
from transforms.header import SignalHeader
from transforms.impossible import Texts


@dataclass(frozen=True)
class Observed:
    """Signals on a grid, by name: as measured, and without those in error, of which `faults` says why."""

    headers: Mapping[str, SignalHeader]
    grid: Grid
    measured: Mapping[str, Signal]
    sound: Mapping[str, Signal]
    faults: Mapping[str, Texts]
    breaks: SourceBreaks
    missing: Missing
    parts: Mapping[str, Part]
    untold: Untold


def observe(given: Given, headers: Mapping[str, SignalHeader], signals: Sequence[str]) -> Observed:
    """The named signals, each of which has a header, and why others may be wanting."""
    grid = grid_of(given.program_months)
    measured = signals_on(grid, given.signals, signals)
    sound, faults = without_faults(grid, measured, given.signals, headers)
    missing = find_missing(grid, headers, given.signals, given.coverage)
    return Observed(
        headers=headers,
        grid=grid,
        measured=measured,
        sound=sound,
        faults=faults,
        breaks=find_source_breaks(grid, given.breaks),
        missing=missing,
        parts={name: part_seen(missing, name) for name in measured},
        untold=find_untold(grid, headers, missing, given.told),
    )
