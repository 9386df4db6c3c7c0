"""What is wrong with one condition of a rule pack, whatever else the pack says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.declaration import Key
from connectors.nearest import nearest_or_legal
from rules.model import Condition, Pack
from transforms.header import SignalHeader

Catalogue = Mapping[str, SignalHeader]
Found = Iterator[tuple[Sequence[Key], str]]
PERCENT = 100


@dataclass(frozen=True)
class Placed:
    """A condition and where it stands; `group` is its place among the gate's groups, None where it is in `all`."""

    condition: Condition
    stage: int
    path: tuple[Key, ...]
    group: int | None

    @property
    def sign(self) -> float:
        """+1 where more is asked for by a higher threshold, -1 where by a lower one."""
        return 1.0 if self.condition.is_at_least else -1.0

    def implies(self, other: "Placed") -> bool:
        """Whether meeting this one is meeting the other."""
        mine, theirs = self.condition, other.condition
        return (
            mine.signal == theirs.signal
            and mine.is_at_least == theirs.is_at_least
            and self.sign * theirs.threshold <= self.sign * mine.threshold
            and theirs.hold <= mine.hold
        )


def placed_in(pack: Pack) -> Iterator[Placed]:
    """Every condition of a pack, stage by stage."""
    for index, stage in enumerate(pack.stages):
        if stage.gate is None:
            continue
        gate: tuple[Key, ...] = ("stages", index, "gate")
        for place, condition in enumerate(stage.gate.all):
            yield Placed(condition, stage.number, (*gate, "all", place), None)
        for group_index, group in enumerate(stage.gate.at_least):
            for place, condition in enumerate(group.of):
                path = (*gate, "at_least", group_index, "of", place)
                yield Placed(condition, stage.number, path, group_index)


def read_alone(item: Placed, catalogue: Catalogue) -> Found:
    """The condition against the header of its signal."""
    condition = item.condition
    sign = item.sign
    if condition.keep is not None and sign * condition.keep > sign * condition.threshold:
        yield (
            (*item.path, "keep"),
            f"keep {condition.keep:g} is stricter than the threshold {condition.threshold:g}; make it looser",
        )
    if condition.reach and not condition.is_at_least:
        yield (*item.path, "reach"), "a launch cannot lower a value, so reach says nothing of at_most; remove it"
    header = catalogue.get(condition.signal)
    if header is None:
        known = nearest_or_legal(condition.signal, catalogue)
        yield (*item.path, "signal"), f"no signal {condition.signal!r}, {known}"
        return
    yield from _direction(item, header)
    if header.lifecycle == "deprecated":
        yield (*item.path, "signal"), f"{condition.signal} is deprecated; see its notes for what replaces it"
    yield from _window(item, header)
    yield from _range(item, header)
    if header.kind == "count":
        yield from _count(item, header)


def _operator(item: Placed) -> tuple[Key, ...]:
    return (*item.path, "at_least" if item.condition.is_at_least else "at_most")


def _direction(item: Placed, header: SignalHeader) -> Found:
    condition = item.condition
    if header.direction == "context":
        yield (
            (*item.path, "signal"),
            f"{condition.signal} is context: it grows with age and size, and no stage may rest on it; remove it",
        )
    elif (header.direction == "up") != condition.is_at_least:
        right = "at_least" if header.direction == "up" else "at_most"
        better = "higher" if header.direction == "up" else "lower"
        wrong = _operator(item)[-1]
        yield _operator(item), f"for {condition.signal} {better} is better; use {right}, not {wrong}"


def _window(item: Placed, header: SignalHeader) -> Found:
    condition = item.condition
    if header.pooled == "sql" and condition.window != header.window:
        message = f"{condition.signal} is already measured over {header.window}; write window: {header.window}"
        yield (*item.path, "window"), message
    elif condition.window_months > header.window_months:
        message = f"window {condition.window} is longer than {header.window}, the most {condition.signal} may pool"
        yield (*item.path, "window"), message


def _range(item: Placed, header: SignalHeader) -> Found:
    condition, sign = item.condition, item.sign
    low, high = header.range
    best, worst = (high, low) if condition.is_at_least else (low, high)
    if best is not None and sign * condition.threshold > sign * best:
        hint = ""
        if (low, high) == (0, 1) and 2 <= condition.threshold <= PERCENT:
            hint = f"; shares are written as {condition.threshold / PERCENT:g}, not {condition.threshold:g}"
        yield _operator(item), f"{condition.signal} never passes {best:g}, so this can never be met{hint}"
    if worst is None:
        return
    if sign * condition.threshold <= sign * worst:
        yield _operator(item), f"{condition.signal} is never on the wrong side of {worst:g}: always met"
    elif condition.keep is not None and sign * condition.keep <= sign * worst:
        message = f"{condition.signal} is never on the wrong side of keep {condition.keep:g}: once met, never lost"
        yield (*item.path, "keep"), message


def _count(item: Placed, header: SignalHeader) -> Found:
    condition = item.condition
    if condition.threshold != int(condition.threshold):
        yield (
            _operator(item),
            f"{condition.signal} counts whole things; ask for a whole number, not {condition.threshold:g}",
        )
    if not condition.is_at_least:
        message = f"{condition.signal} is 0 where nothing happens: silence alone would meet this; use a share or a rate"
        yield _operator(item), message
