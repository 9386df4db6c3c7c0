"""One month of one program while it is told: who and what there is, and what the months before left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.simulator.facts import Facts, Moments, during
from tests.simulator.library import Library
from tests.simulator.people import People
from tests.simulator.program import Program

Array = NDArray[Any]


@dataclass
class Memory:
    """What a month leaves for the next: who read lately, and how far enrolments and tickets are numbered."""

    readers: list[Array] = field(default_factory=list)
    enrolled: int = 0
    ticketed: int = 0

    @property
    def recent(self) -> Array:
        return np.unique(np.concatenate(self.readers[-3:])) if self.readers else np.zeros(0, dtype=np.int64)


@dataclass
class Scene:
    """A month; `using` are the positions of those who use the product in it."""

    draw: np.random.Generator
    program: Program
    people: People
    library: Library
    facts: Facts
    memory: Memory
    month: int

    @cached_property
    def using(self) -> Array:
        is_active = self.draw.random(len(self.people.account)) < 0.75 * self.program.season[self.month]
        return np.flatnonzero(self.people.present(self.program, self.month) & is_active)

    @cached_property
    def level(self) -> dict[str, float]:
        """How strongly each thing shows in this month."""
        return {name: float(values[self.month]) for name, values in self.program.level.items()}

    def during(self, count: int) -> Moments:
        """`count` moments of this month."""
        return during(self.draw, self.program, self.month, count)

    def has(self, practice: str) -> bool:
        """Whether a practice is in place in this month."""
        return bool(self.program.in_place[practice][self.month])

    def among(self, who: Array) -> Array:
        """1 for each of these people, 0 for all others."""
        weights = np.zeros(len(self.people.account))
        weights[who] = 1.0
        return weights

    def known_account(self, who: Array) -> Array:
        """The accounts of these people, None where the tools of learning do not tell."""
        owner = self.people.account_id[np.clip(self.people.account[who], 0, None)]
        return np.where(self.people.is_known[who], owner, None)
