"""What a program has written: items, whom they are for, and what they are used for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.simulator.people import bounds
from tests.simulator.program import Program

Array = NDArray[Any]
PHASES = ["onboard", "adopt", "expand", "migrate", "renew"]


@dataclass(frozen=True)
class Library:
    """Items as arrays. `aim` is a role's position, -1 for everybody; `made_for` an account, -1 for all."""

    words: list[str]  # topics that customers ask about, the most asked first
    content_id: Array
    kind: Array
    topic: Array
    published: Array
    aim: Array
    made_for: Array
    phase: Array
    url: Array
    pull: Array  # how much an item is used

    def usable(self, program: Program, month: int) -> Array:
        """Pull of the items that are there by the middle of a month and made for more than one customer."""
        start, _ = bounds(program, month)
        is_there = self.published < start + np.timedelta64(15, "D")
        return np.where(is_there & (self.made_for < 0), self.pull, 0.0)


@dataclass
class Shelf:
    """Items while they are written."""

    kind: list[str]
    topic: list[int]
    published: list[np.datetime64]
    made_for: list[int]
    phase: list[str | None]
    aim: list[int]

    def put(
        self, kind: str, topic: int, at: np.datetime64, *, made_for: int = -1, phase: str | None = None, aim: int = -1
    ) -> None:
        self.kind.append(kind)
        self.topic.append(topic)
        self.published.append(at)
        self.made_for.append(made_for)
        self.phase.append(phase)
        self.aim.append(aim)
