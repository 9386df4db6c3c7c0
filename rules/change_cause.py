"""Why a stage differs from the month before, within one run: the evidence, what was observed, or what was asked.

A change is announced once two readings agree, and after another one later still, so its cause may lie as far back as it
was pending.
"""

from collections.abc import Mapping

import numpy as np

from rules.condition import NOT_APPLICABLE, WAIVED, Judged
from rules.grid import Bools, Grid, earlier
from rules.missing import Missing
from rules.source_break import SourceBreaks
from rules.stage import NO_STAGE, RESTS, Announced
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
    by_sources, by_scope = (_while_pending(announced, then) for then in (by_sources, by_scope))
    is_change = _turned(announced.stage) & _before(grid.exists)
    return np.where(is_change, np.select([by_sources, by_scope], [1, 2], 0), NO_CHANGE)


def _while_pending(announced: Announced, then: Bools) -> Bools:
    """Whether it was so in the month, or in one since which a change has been pending without a break."""
    found, is_pending = then.copy(), np.ones_like(then)
    for lag in range(1, RESTS + 2):
        is_pending = is_pending & _before(announced.pending != NO_STAGE, lag)
        found |= is_pending & _before(then, lag)
    return found


def _before(array: Bools, months: int = 1) -> Bools:
    return np.asarray(earlier(array, months, False), dtype=np.bool_)


def _turned(array: np.ndarray) -> Bools:
    """Where a month differs from the one before it."""
    turned = np.zeros(array.shape, dtype=bool)
    turned[:, 1:] = array[:, 1:] != array[:, :-1]
    return turned
