"""Why a stage differs from the month before, within one run: the evidence, what was observed, or what was asked.

A change is announced once two readings agree, so its cause may lie in the month before it was announced.
"""

from collections.abc import Mapping

import numpy as np

from rules.condition import NOT_APPLICABLE, WAIVED, Judged
from rules.grid import Bools, Grid, earlier
from rules.missing import Missing
from rules.source_break import SourceBreaks
from rules.stage import NO_STAGE, Announced
from transforms.header import SignalHeader

CAUSES = ("data", "sources", "scope")
NO_CHANGE = -1


def change_causes(
    grid: Grid,
    announced: Announced,
    judged: Mapping[str, Judged],
    *,
    missing: Missing,
    breaks: SourceBreaks,
    headers: Mapping[str, SignalHeader],
) -> np.ndarray:
    """Position in CAUSES for every program and month, NO_CHANGE where the stage is that of the month before.

    'sources' where a condition turned in the very month in which the months covered by a source it needs began or
    ended, or in which one tool took over from another; 'scope' where one began or ceased to apply or to be waived;
    'data' otherwise. Comparing runs, and so rules, is the caller's.
    """
    by_sources, by_scope = (np.zeros(grid.shape, dtype=bool) for _ in range(2))
    for one in judged.values():
        signal = one.condition.signal
        by_sources |= _turned(one.truth) & (_turned(missing.is_covered(signal)) | breaks.near(headers[signal]))
        for aside in (NOT_APPLICABLE, WAIVED):
            by_scope |= _turned(one.outcome == aside)
    was_pending = _month_before(announced.pending != NO_STAGE)
    by_sources, by_scope = (now | (was_pending & _month_before(now)) for now in (by_sources, by_scope))
    is_change = _turned(announced.stage) & _month_before(grid.exists)
    return np.where(is_change, np.select([by_sources, by_scope], [1, 2], 0), NO_CHANGE)


def _month_before(array: Bools) -> Bools:
    return np.asarray(earlier(array, 1, False), dtype=np.bool_)


def _turned(array: np.ndarray) -> Bools:
    """Where a month differs from the one before it."""
    turned = np.zeros(array.shape, dtype=bool)
    turned[:, 1:] = array[:, 1:] != array[:, :-1]
    return turned
