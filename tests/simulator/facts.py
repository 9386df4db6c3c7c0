"""Facts as they are gathered: columns by entity, in the canonical names."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.simulator.program import Program

Frames = dict[str, pd.DataFrame]
Moments = NDArray[np.datetime64]
Numbers = NDArray[np.int64]


class Facts:
    """What happened so far, in pieces; `frames` puts the pieces of each entity together."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[pd.DataFrame]] = defaultdict(list)

    def add(self, entity: str, **columns: Any) -> None:
        """Rows of one entity; a scalar stands for a whole column."""
        lengths = {len(one) for one in columns.values() if isinstance(one, np.ndarray | list | pd.Series)}
        if lengths and not max(lengths):
            return
        self._pieces[entity].append(pd.DataFrame(columns))

    def frames(self) -> Frames:
        return {entity: pd.concat(pieces, ignore_index=True) for entity, pieces in self._pieces.items()}


def during(draw: np.random.Generator, program: Program, month: int, count: int, last_day: int = 28) -> Moments:
    """`count` moments of a month."""
    start = program.months[month].to_datetime64().astype("datetime64[s]")
    return np.asarray(start + draw.integers(3600, last_day * 86400 - 3600, count).astype("timedelta64[s]"))


def later(draw: np.random.Generator, moments: Moments, low_hours: float, high_hours: float) -> Moments:
    """Moments some hours after others."""
    seconds = draw.uniform(low_hours * 3600, high_hours * 3600, len(moments)).astype(np.int64)
    return np.asarray(moments + seconds.astype("timedelta64[s]"))


def pick(draw: np.random.Generator, weights: NDArray[Any], count: int) -> Numbers:
    """`count` positions drawn by weight, with replacement; none where nothing has weight."""
    total = float(np.sum(weights))
    if count <= 0 or total <= 0:
        return np.zeros(0, dtype=np.int64)
    return np.searchsorted(np.cumsum(weights) / total, draw.random(count), side="right").clip(max=len(weights) - 1)


def some(draw: np.random.Generator, weights: NDArray[Any], count: int) -> Numbers:
    """At most `count` different positions, the heavier the likelier."""
    possible = np.flatnonzero(weights > 0)
    if count <= 0 or len(possible) == 0:
        return np.zeros(0, dtype=np.int64)
    keys = draw.random(len(possible)) ** (1 / weights[possible])
    return np.asarray(possible[np.argsort(-keys)[:count]], dtype=np.int64)


def whole(draw: np.random.Generator, expected: float) -> int:
    """A Poisson count."""
    return int(draw.poisson(max(expected, 0.0)))
