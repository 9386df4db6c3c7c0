"""Which of rules, scope, sources and data made two runs judge otherwise: by judging again with only some changed.

What a run judged is split, row by row, by what made the row differ. A cause counts where it alone changes the verdict,
or where without it the verdict would not be what it now is; several can. Nothing is judged again where only one thing
differs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.evaluate import Judgement
from rules.given import Given
from rules.rows import plain_rows

CAUSES = ("rules", "scope", "sources", "data")
RULES, SCOPE, SOURCES, DATA = (1 << place for place in range(4))
Masks = NDArray[np.int64]
Verdicts = dict[tuple[object, ...], tuple[object, ...]]
CauseOf = Callable[[pd.DataFrame], Masks]
Judge = Callable[[bool, Given], Judgement]  # by the later rules or by the earlier ones


@dataclass(frozen=True)
class Spliced:
    """Rows of two frames by key: where each stands in the frames laid one upon the other (-1: absent), and the causes
    that must all be taken over for the later row to stand in for the earlier one."""

    stacked: pd.DataFrame
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    mask: Masks

    def taking(self, causes: int) -> pd.DataFrame:
        """The rows with these causes taken over."""
        at = np.where((self.mask & ~causes) == 0, self.after, self.before)
        return self.stacked.iloc[at[at >= 0]]


@dataclass(frozen=True)
class Blend:
    """Everything that two runs judged; `waivers` are taken over with the scope, by program."""

    signals: Spliced
    program_months: Spliced
    breaks: Spliced
    waivers: tuple[pd.DataFrame | None, pd.DataFrame | None]

    def taking(self, causes: int) -> Given:
        """What would have been judged with only these causes at work. Why something is missing is left out."""
        return Given(
            signals=self.signals.taking(causes),
            program_months=self.program_months.taking(causes),
            waivers=self.waivers[1 if causes & SCOPE else 0],
            breaks=self.breaks.taking(causes),
        )


def splice(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str], cause_of: CauseOf) -> Spliced:
    """Two frames of one shape by key; `cause_of` gives the causes of each row that differs, from the keys."""
    columns = [name for name in before.columns if name in after.columns]
    stacked = pd.concat([before[columns], after[columns]], ignore_index=True)
    keys = list(key)
    where = pd.merge(
        stacked[: len(before)][keys].assign(before=np.arange(len(before))),
        stacked[len(before) :][keys].assign(after=np.arange(len(before), len(stacked))),
        on=keys,
        how="outer",
    ).fillna({"before": -1, "after": -1})
    at = where["before"].to_numpy(dtype=np.int64), where["after"].to_numpy(dtype=np.int64)
    differs = ~_same(stacked, columns, *at)
    mask = np.zeros(len(where), dtype=np.int64)
    if differs.any():
        mask[differs] = cause_of(where.loc[differs, keys])
    return Spliced(stacked, *at, mask)


def _same(
    stacked: pd.DataFrame, columns: Sequence[str], before: NDArray[np.int64], after: NDArray[np.int64]
) -> np.ndarray:
    hashes = pd.util.hash_pandas_object(stacked[list(columns)], index=False).to_numpy()
    return np.asarray((before >= 0) & (after >= 0) & (hashes[before] == hashes[after]))


def attribute(
    judge: Judge, blend: Blend, present: Mapping[str, int], changed: Verdicts, renewed: Collection[str] = ()
) -> dict[tuple[object, ...], tuple[str, ...]]:
    """The causes of each changed verdict, the one that explains it whole first.

    changed: the verdict as published before, by key as of `keyed`. present: what differs at all, by program, as a sum
    of causes. renewed: programs that another version of Waystage judged; what it judges otherwise counts to the rules.
    """
    every = reduce(or_, present.values(), 0)

    @cache
    def verdicts(causes: int) -> Verdicts:
        judgement = judge(bool(causes & RULES), blend.taking(causes))
        return keyed("stage", judgement.stage) | keyed("finding", judgement.finding)

    told: dict[tuple[object, ...], tuple[str, ...]] = {}
    for key, published in changed.items():
        here = present.get(str(key[1]), 0)
        single = [cause for cause in (RULES, SCOPE, SOURCES, DATA) if cause & here]
        by_waystage = key[1] in renewed and verdicts(0).get(key) != published
        if by_waystage and verdicts(0).get(key) == verdicts(every).get(key):
            single = [RULES]
        elif len(single) > 1:
            was, now = verdicts(0).get(key), verdicts(every).get(key)
            alone = {cause: verdicts(cause).get(key) for cause in single}
            without = {cause: verdicts(every & ~cause).get(key) for cause in single}
            at_work = [cause for cause in single if alone[cause] != was or without[cause] != now]
            single = sorted(at_work or single, key=lambda cause: alone[cause] != now)
        if by_waystage and RULES not in single:
            single.append(RULES)
        # nothing else differs: the same was judged otherwise
        told[key] = tuple(CAUSES[cause.bit_length() - 1] for cause in single or [RULES])
    return told


def keyed(table: str, frame: pd.DataFrame) -> Verdicts:
    """Verdicts of such a table by (table, program, model, month[, condition]): stage and range, or the outcome."""
    is_stage = table == "stage"
    key = ["program_id", "model", "month"] if is_stage else ["program_id", "model", "month", "condition"]
    said = ["stage", "stage_low", "stage_high"] if is_stage else ["outcome"]
    return {
        (table, *(row[name] for name in key)): tuple(row[name] for name in said)
        for row in plain_rows(frame[[*key, *said]])
    }


def narrowed(given: Given, programs: Sequence[str]) -> Given:
    """The frames with these programs alone."""

    def of_them(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["program_id"].isin(list(programs))]

    return Given(
        of_them(given.signals),
        of_them(given.program_months),
        *(
            None if frame is None else of_them(frame)
            for frame in (given.waivers, given.coverage, given.told, given.breaks)
        ),
    )
