"""What part of a signal's value is seen where something that would add to it is not.

Learning that happens where no source looks, and months of a window that no source covers, can only add to some
values. What such a value falls short of is not known to be missed; what it reaches is reached.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.grid import Bools, Floats, carry_last_complete, earlier
from rules.missing import Missing
from rules.source_words import in_words

_MONTHS = 16  # more than any window has


@dataclass(frozen=True)
class Part:
    """Of one signal, (programs, months): the part of the value that is seen at worst, 1 where all of it is, and why."""

    seen: Floats
    without: list[tuple[str, Bools]]  # entities that would add to it, where they are not covered
    months: Floats  # of the window, that are covered
    window_months: int

    def of(self, programs: NDArray[np.int64]) -> "Part":
        """That of some programs, by position."""
        without = [(entity, lacks[programs]) for entity, lacks in self.without]
        return Part(self.seen[programs], without, self.months[programs], self.window_months)

    def could_reach(self, value: Floats, limit: float) -> Bools:
        """Where a value seen in part may be this much when all of it is seen."""
        return np.asarray((self.seen < 1) & (value >= limit * self.seen))

    def nearness(self, value: Floats, limit: float) -> Floats:
        """Where a value that could reach the limit lies between the least that could, 0, and the limit, 1."""
        unseen = np.where(self.seen < 1, limit * (1 - self.seen), 1.0)  # of no meaning where all is seen
        return np.asarray(np.clip((value - limit * self.seen) / unseen, 0, 1))

    def texts(self, where: Bools) -> np.ndarray:
        """Words for what is not seen in these cells, as an object array; None in all others."""
        texts = np.full(where.shape, None, dtype=object)
        state = self.months[where].astype(np.int64)
        for index, (_, lacks) in enumerate(self.without, start=1):
            state += lacks[where] * _MONTHS**index
        codes, back = np.unique(state, return_inverse=True)
        texts[where] = np.array([self._words(int(code)) for code in codes], dtype=object)[back]
        return texts

    def _words(self, code: int) -> str:
        lacking = [
            in_words(name) for index, (name, _) in enumerate(self.without, start=1) if code // _MONTHS**index % 2
        ]
        said = [f"no source of {' or '.join(lacking)} covers this month"] if lacking else []
        if code % _MONTHS < self.window_months:
            said.append(f"covered in {code % _MONTHS} of its {self.window_months} months")
        return f"seen in part: {' and '.join(said)}"


def part_seen(missing: Missing, signal: str) -> Part:
    """How much of the signal is seen, by what its header says of sources and months that add to it.

    All of it where nobody said what is covered: what is inferred from signals knows only the sources of those.
    """
    header = missing.headers[signal]
    seen = np.ones(missing.grid.shape)
    without: list[tuple[str, Bools]] = []
    months = np.full(missing.grid.shape, float(header.window_months))
    if missing.is_inferred:
        return Part(seen, without, months, header.window_months)
    is_covered = missing.is_covered(signal)
    for entity, share in header.shown_without.items():
        lacks = is_covered & ~missing.covered[entity]
        seen = np.where(lacks, np.minimum(seen, share), seen)
        without.append((entity, lacks))
    if header.accumulates:
        counted = [earlier(is_covered, lag, False) for lag in range(header.window_months)]
        months = np.where(is_covered, np.sum(counted, axis=0), months).astype(np.float64)
        carry_last_complete(missing.grid, months)
        seen = seen * months / header.window_months
    return Part(seen, without, months, header.window_months)
