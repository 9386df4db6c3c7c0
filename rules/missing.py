"""Which source a signal lacks, for each program and month."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.grid import Bools, Grid, carry_last_complete, in_text, positions
from rules.source_words import listed
from transforms.header import SignalHeader


@dataclass(frozen=True)
class Missing:
    """Entities that are covered, and what every signal needs; `is_inferred` where only signals tell what is covered."""

    grid: Grid
    headers: Mapping[str, SignalHeader]
    covered: Mapping[str, Bools]
    is_inferred: bool = False

    def entities_at(self, signal: str, cell: tuple[int, int]) -> list[str]:
        """Entities of which one, or each, is wanting: every one of them would help to settle the signal."""
        return [
            entity
            for need in _needs(self.headers[signal])
            if not any(self.covered[name][cell] for name in need)
            for entity in need
        ]

    def stand_ins(self, signal: str, program: int) -> tuple[list[str], list[str]]:
        """Entities that a program has, and those for which they stand in because no source gives them."""
        given, lacking = [], []
        for need in _needs(self.headers[signal]):
            has = [entity for entity in need if self.covered[entity][program].any()]
            if has and len(has) < len(need):
                given += has
                lacking += [entity for entity in need if entity not in has]
        return given, lacking

    def is_covered(self, signal: str) -> Bools:
        """Whether everything the signal needs is covered, (programs, months)."""
        each = [np.logical_or.reduce([self.covered[name] for name in need]) for need in _needs(self.headers[signal])]
        return np.asarray(np.logical_and.reduce(each))

    def was_ever_covered(self, entity: str, cell: tuple[int, int]) -> bool:
        """Whether the program of the cell has had this entity in any month."""
        return bool(self.covered[entity][cell[0]].any())

    def texts(self, signal: str) -> np.ndarray:
        """Words for what the signal lacks, as an object array (programs, months)."""
        needs = _needs(self.headers[signal])
        now = [np.logical_or.reduce([self.covered[name] for name in need]) for need in needs]
        ever = [np.broadcast_to(one.any(axis=1)[:, None], one.shape) for one in now]
        state = np.zeros(self.grid.shape, dtype=np.int64)
        for index in range(len(needs)):
            lack = np.where(now[index], 0, np.where(ever[index], 1, 2))
            state += lack * 3**index
        codes, back = np.unique(state, return_inverse=True)
        words = [_words(needs, int(code)) for code in codes]
        return np.array(words, dtype=object)[back.reshape(state.shape)]


def find_missing(
    grid: Grid,
    headers: Mapping[str, SignalHeader],
    signals: pd.DataFrame,
    coverage: pd.DataFrame | None,
) -> Missing:
    """What is covered, from `coverage` (program_id, entity, month, is_covered) where it is given.

    Without it an entity counts as covered in the months in which a signal that needs it was observed.
    """
    entities = sorted({name for header in headers.values() for need in _needs(header) for name in need})
    if coverage is None:
        facts = _inferred(headers, signals)
    else:
        facts = coverage[coverage["is_covered"].fillna(False).astype(bool)]
    facts = facts[facts["entity"].isin(entities)]
    covered = np.zeros((len(entities), *grid.shape), dtype=bool)
    at = (
        positions(entities, facts["entity"]),
        positions(grid.programs, in_text(facts["program_id"])),
        positions(grid.months, pd.to_datetime(facts["month"])),
    )
    inside = (at[1] >= 0) & (at[2] >= 0)
    covered[tuple(index[inside] for index in at)] = True
    carry_last_complete(grid, covered)
    return Missing(grid, headers, dict(zip(entities, covered, strict=True)), is_inferred=coverage is None)


def _inferred(headers: Mapping[str, SignalHeader], signals: pd.DataFrame) -> pd.DataFrame:
    proofs = pd.DataFrame(
        [(name, need[0]) for name, header in headers.items() for need in _needs(header) if len(need) == 1],
        columns=["signal", "entity"],
    )
    observed = signals.loc[signals["status"] == "observed", ["program_id", "month", "signal"]]
    return observed.merge(proofs, on="signal")[["program_id", "month", "entity"]].drop_duplicates()


def _needs(header: SignalHeader) -> list[list[str]]:
    return [[need] if isinstance(need, str) else list(need) for need in header.sources]


def _words(needs: list[list[str]], code: int) -> str:
    never, ended = [], []
    for index, need in enumerate(needs):
        lack = code // 3**index % 3
        name = listed(need)
        if lack == 2:
            never.append(name)
        if lack == 1:
            ended.append(name)
    if never:
        return f"needs {' and '.join(never)}, which no source gives"
    if ended:
        return f"no source of {' and '.join(ended)} covers this month"
    return "not measured in this month"
