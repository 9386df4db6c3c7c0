"""Chance that comes out the same on every machine and Python version."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of chance built on `random()` alone, the one generator Python promises not to change."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311  not for secrets

    def share(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def below(self, n: int) -> int:
        """A whole number in 0..n-1."""
        return int(self._random.random() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number in low..high, both ends included."""
        return low + self.below(high - low + 1)

    def pick(self, things: Sequence[T]) -> T:
        """One of `things`."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of `things` in a new order."""
        out = list(things)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out

    def some(self, things: Sequence[T], n: int) -> list[T]:
        """`n` different members of `things` (all of them when there are fewer)."""
        return self.shuffled(things)[:n]

    def shares(self, total: int, mix: dict[str, float]) -> list[str]:
        """`total` labels in random order whose counts follow `mix` as exactly as whole numbers allow."""
        weight = sum(mix.values())
        exact = {key: total * part / weight for key, part in mix.items()}
        counts = {key: int(part + 1e-9) for key, part in exact.items()}
        for key in sorted(exact, key=lambda k: counts[k] - exact[k])[: total - sum(counts.values())]:
            counts[key] += 1
        return self.shuffled([key for key, n in counts.items() for _ in range(n)])
