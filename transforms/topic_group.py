"""Groups texts that are about the same: by what they speak of, each in its turn, and for good."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from transforms.topic_words import is_meaning

# chosen by measurement on tests/topics/development_*, see docs/topics.md
_NEAR: Final = 0.4  # cosine from which two texts are about the same
_OF_WORD: Final = 0.4  # what a word tells beside a meaning
_BEFORE: Final = 10  # texts that stand for those of other programs until there are more
_SETTLED: Final = 10  # texts after which a group is known, and later ones no longer move it
_ENOUGH: Final = 20  # texts
_FEW: Final = 0.3  # of the texts


@dataclass(slots=True)
class Group:
    """Texts that are about one thing; `is_covered` where they are content."""

    key: str
    name: str | None
    is_covered: bool
    place: int
    size: int = 0
    length: float = 0.0  # of the sum of the vectors of its texts


class Groups:
    """Groups of texts, found by what they speak of."""

    def __init__(self) -> None:
        self._all: list[Group] = []
        self._heard: Counter[str] = Counter()
        self._texts = 0
        self._sums: dict[str, dict[int, float]] = {}  # trait -> place of a group -> weight in the sum of its vectors

    def hear(self, traits: Sequence[str]) -> None:
        """Counts a text: what many speak of tells little."""
        self._texts += 1
        self._heard.update(traits)

    def learnt(self) -> dict[str, Any]:
        """All that texts have told, in plain values; `learn` takes it back."""
        return {
            "texts": self._texts,
            "heard": dict(self._heard),
            "groups": [[one.key, one.name, one.is_covered, one.size, one.length] for one in self._all],
            "sums": {trait: [list(sums), list(sums.values())] for trait, sums in self._sums.items()},
        }

    def learn(self, told: Mapping[str, Any]) -> None:
        """Takes what others of its kind learnt, in place of what it has."""
        self._texts, self._heard = told["texts"], Counter(told["heard"])
        self._all = [
            Group(key, name, covered, place, size, length)
            for place, (key, name, covered, size, length) in enumerate(told["groups"])
        ]
        self._sums = {trait: dict(zip(*sums, strict=True)) for trait, sums in told["sums"].items()}

    def __iter__(self) -> Iterator[Group]:
        return iter(self._all)

    def tells(self, trait: str) -> float:
        """What a trait tells, by how few of the texts heard so far speak of it."""
        weight = 1.0 if is_meaning(trait) else _OF_WORD
        return max(0.0, weight * math.log((_BEFORE + self._texts) / (1 + self._heard[trait])))

    def is_of_few(self, trait: str) -> bool:
        """Whether, among enough texts to tell, only few speak of it: what many say may be a name or a signature."""
        return self._texts >= _ENOUGH and self._heard[trait] <= _FEW * self._texts

    def weighed(self, traits: Sequence[str]) -> dict[str, float]:
        """The vector of a text, of length one; empty where nothing tells."""
        told = {trait: weight for trait in traits if (weight := self.tells(trait))}
        length = math.hypot(*told.values())
        return {trait: weight / length for trait, weight in told.items()}

    def begin(self, key: str, name: str | None = None, *, is_covered: bool = False) -> Group:
        """A new group, which no text has joined yet."""
        group = Group(key, name, is_covered, len(self._all))
        self._all.append(group)
        return group

    def join(self, group: Group, vector: Mapping[str, float]) -> None:
        """Adds a text to a group, unless enough have settled what it is about."""
        if group.size == _SETTLED:
            return
        square = group.length**2
        for trait, weight in vector.items():
            sums = self._sums.setdefault(trait, {})
            before = sums.get(group.place, 0.0)
            sums[group.place] = before + weight
            square += weight * (2 * before + weight)
        group.length = math.sqrt(square)
        group.size += 1

    def nearest(self, vector: Mapping[str, float]) -> Group | None:
        """The group that is nearest, the oldest of several; None where none is near."""
        shared: dict[int, float] = {}
        for trait, weight in vector.items():
            for place, theirs in self._sums.get(trait, {}).items():
                shared[place] = shared.get(place, 0.0) + weight * theirs
        groups = self._all
        best = min(shared, key=lambda place: (-shared[place] / groups[place].length, place), default=None)
        return groups[best] if best is not None and shared[best] >= _NEAR * groups[best].length else None
