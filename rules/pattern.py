"""Named patterns of one signal: a value that is odd by itself and was not usual before.

What was usual is the middle of the months before, counted by the same tools: a year of them at most, three of a state,
which drifts by itself. A pattern is told in the month in which it begins, and again only after a month without it.
Where exports hold no history of what it shows in, it is told where it stands, in the last complete month.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from rules.friction_catalogue import Pattern
from rules.grid import OBSERVED, Bools, Floats, Grid, Signal
from rules.source_break import SourceBreaks
from rules.wording import number_text
from transforms.header import SignalHeader

LOOK_BACK_MONTHS = 12
LOOK_BACK_MONTHS_OF_STATE = 3
SIGNIFICANT = 0.01


@dataclass(frozen=True)
class Seen:
    """One beginning of a pattern; `p_value` is NaN where the value is no sample of anything."""

    program: int
    month: int
    before: float
    after: float
    p_value: float
    text: str


def find_pattern(
    pattern: Pattern, header: SignalHeader, signal: Signal, grid: Grid, breaks: SourceBreaks
) -> list[Seen]:
    """Every beginning of the pattern, programs and months in order."""
    if pattern.rises_by is None:
        return _standing(pattern, header, signal, grid)
    known = (signal.status == OBSERVED) & grid.is_complete & ~np.isnan(signal.value)
    enough = known & (signal.sample_size >= header.minimum_sample)
    epoch = np.cumsum(breaks.at(header), axis=1)
    was_odd = np.zeros(grid.shape[0], dtype=bool)
    found: list[Seen] = []
    look_back = LOOK_BACK_MONTHS_OF_STATE if header.kind == "state_share" else LOOK_BACK_MONTHS
    for month in range(grid.shape[1]):
        former = slice(max(month - look_back, 0), month)
        usable = enough[:, former] & (epoch[:, former] == epoch[:, [month]])
        is_odd = enough[:, month] & (signal.value[:, month] >= pattern.at_least)
        for program in map(int, np.nonzero(is_odd & ~was_odd)[0]):
            seen = _compared(pattern, header, signal, (program, month, former), usable[program])
            is_odd[program] = seen is not None
            if seen is not None:
                found.append(_told(pattern, header, grid, seen))
        was_odd = is_odd
    return sorted(found, key=lambda one: (one.program, one.month))


def _standing(pattern: Pattern, header: SignalHeader, signal: Signal, grid: Grid) -> list[Seen]:
    found = []
    for program, is_complete in enumerate(grid.is_complete & grid.exists):
        month = int(np.max(np.nonzero(is_complete)[0], initial=-1))
        if month < 0 or signal.status[program, month] != OBSERVED:
            continue
        value, size = float(signal.value[program, month]), float(signal.sample_size[program, month])
        if value >= pattern.at_least and size >= header.minimum_sample:
            found.append(_told(pattern, header, grid, Seen(program, month, float("nan"), value, float("nan"), "")))
    return found


def _told(pattern: Pattern, header: SignalHeader, grid: Grid, seen: Seen) -> Seen:
    before, after = number_text(seen.before, header), number_text(seen.after, header)
    month = f"{grid.months[seen.month]:%B %Y}"
    return replace(seen, text=pattern.says.format(month=month, before=before, after=after))


def _compared(
    pattern: Pattern, header: SignalHeader, signal: Signal, at: tuple[int, int, slice], usable: Bools
) -> Seen | None:
    """What is odd against what was usual; None where it was usual, may be chance, or nothing was known before."""
    program, month, former = at
    if not usable.any():
        return None
    before = float(np.median(signal.value[program, former][usable]))
    after = float(signal.value[program, month])
    p_value = float("nan")
    if header.kind == "share":
        parts = signal.numerator, signal.denominator
        earlier = _counts(*(part[program, former][usable] for part in parts))
        now = _counts(*(part[program, [month]] for part in parts))
        p_value = float(stats.fisher_exact(np.array([now, earlier])).pvalue)
    if after - before < (pattern.rises_by or 0.0) or p_value >= SIGNIFICANT:
        return None
    return Seen(program, month, before, after, p_value, "")


def _counts(numerator: Floats, denominator: Floats) -> tuple[int, int]:
    hits = round(float(numerator.sum()))
    return hits, max(round(float(denominator.sum())) - hits, 0)


def find_patterns(
    patterns: list[Pattern],
    catalogue: Mapping[str, SignalHeader],
    measured: Mapping[str, Signal],
    grid: Grid,
    breaks: SourceBreaks,
) -> list[tuple[Pattern, Seen]]:
    """All patterns whose signal is measured."""
    return [
        (pattern, seen)
        for pattern in patterns
        if pattern.signal in measured
        for seen in find_pattern(pattern, catalogue[pattern.signal], measured[pattern.signal], grid, breaks)
    ]
