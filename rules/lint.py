"""Reads rule packs for what the shape alone cannot see, before any data is opened.

Every finding is an instruction with file and line. None is a matter of taste: each names something that would make a
stage impossible, free, or different from what its author meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.declaration import Key, Problem
from connectors.nearest import nearest_or_legal
from rules.load import LoadedPack
from rules.model import Condition, Pack
from transforms.header import SignalHeader

Catalogue = Mapping[str, SignalHeader]


@dataclass(frozen=True)
class _Placed:
    """A condition and where it stands; `is_required` in `all`, else in a group."""

    condition: Condition
    stage: int
    path: tuple[Key, ...]
    is_required: bool


def lint(loaded: LoadedPack, catalogue: Catalogue, friction_ids: Sequence[str] | None = None) -> list[Problem]:
    """Problems of one pack, in the order of its lines; `friction_ids` are those that it may name, any where None."""
    pack, document = loaded.pack, loaded.document
    placed = list(_placed(pack))
    found = [
        *_ladder(pack),
        *_ids(placed),
        *(one for item in placed for one in _condition(item, catalogue)),
        *_across(placed),
        *_names(pack, friction_ids),
    ]
    problems = [Problem(document.file, document.line(path), message) for path, message in found]
    return sorted(problems, key=lambda problem: problem.line)


Found = Iterator[tuple[Sequence[Key], str]]


def _placed(pack: Pack) -> Iterator[_Placed]:
    for index, stage in enumerate(pack.stages):
        if stage.gate is None:
            continue
        gate: tuple[Key, ...] = ("stages", index, "gate")
        for place, condition in enumerate(stage.gate.all):
            yield _Placed(condition, stage.number, (*gate, "all", place), True)
        for group_index, group in enumerate(stage.gate.at_least):
            for place, condition in enumerate(group.of):
                path = (*gate, "at_least", group_index, "of", place)
                yield _Placed(condition, stage.number, path, False)


def _ladder(pack: Pack) -> Found:
    for index, stage in enumerate(pack.stages):
        path: tuple[Key, ...] = ("stages", index)
        if index:
            expected = pack.stages[index - 1].number + 1
            if stage.number != expected:
                slip = "a gap" if stage.number > expected else "an overlap"
                yield (*path, "number"), f"stage {stage.number} leaves {slip}: {expected} comes next"
        if index == 0 and stage.gate is not None:
            yield (*path, "gate"), f"stage {stage.number} is the lowest, which has no gate; remove the gate"
        if index and not stage.conditions:
            yield path, f"stage {stage.number} requires nothing, so it is reached with the one below; give it a gate"
        for group_index, group in enumerate(stage.gate.at_least if stage.gate else []):
            where: tuple[Key, ...] = (*path, "gate", "at_least", group_index, "count")
            if group.count > len(group.of):
                yield where, f"at least {group.count} of {len(group.of)} can never be met; lower the count"
            if group.count == len(group.of) > 1:
                yield where, f"at least {group.count} of {len(group.of)} is all of them; move them to 'all'"
    if len(pack.stages) < 2:
        yield ("stages",), "a ladder needs two stages or more"
    if pack.evidence_floor == 0:
        yield ("evidence_floor",), "an evidence floor of 0 names a stage without any evidence; raise it"


def _ids(placed: Sequence[_Placed]) -> Found:
    seen: dict[str, _Placed] = {}
    for item in placed:
        name = item.condition.id
        if name in seen:
            first = seen[name].stage
            yield item.path, f"condition {name!r} is also in stage {first}; give this one an id of its own"
        seen.setdefault(name, item)


def _condition(item: _Placed, catalogue: Catalogue) -> Found:
    condition = item.condition
    header = catalogue.get(condition.signal)
    sign = 1.0 if condition.is_at_least else -1.0
    if condition.keep is not None and sign * condition.keep > sign * condition.threshold:
        yield (
            (*item.path, "keep"),
            f"keep {condition.keep:g} is stricter than the threshold {condition.threshold:g}; make it looser",
        )
    if header is None:
        known = nearest_or_legal(condition.signal, catalogue)
        yield (*item.path, "signal"), f"no signal {condition.signal!r}, {known}"
        return
    operator = "at_least" if condition.is_at_least else "at_most"
    if header.direction == "context":
        yield (
            (*item.path, "signal"),
            f"{condition.signal} is context: it grows with age and size, and no stage may rest on it; remove it",
        )
    elif (header.direction == "up") != condition.is_at_least:
        right = "at_least" if header.direction == "up" else "at_most"
        better = "higher" if header.direction == "up" else "lower"
        yield (*item.path, operator), f"for {condition.signal} {better} is better; use {right}, not {operator}"
    if header.lifecycle == "deprecated":
        yield (*item.path, "signal"), f"{condition.signal} is deprecated; see its notes for what replaces it"
    yield from _window(item, header)
    low, high = header.range
    best, worst = (high, low) if condition.is_at_least else (low, high)
    if best is not None and sign * condition.threshold > sign * best:
        yield (*item.path, operator), f"{condition.signal} never passes {best:g}, so this can never be met"
    if worst is not None and sign * condition.threshold <= sign * worst:
        yield (*item.path, operator), f"{condition.signal} is never on the wrong side of {worst:g}: always met"


def _window(item: _Placed, header: SignalHeader) -> Found:
    condition = item.condition
    if header.pooled == "sql" and condition.window != header.window:
        message = f"{condition.signal} is already measured over {header.window}; write window: {header.window}"
        yield (*item.path, "window"), message
    elif condition.window_months > header.window_months:
        message = f"window {condition.window} is longer than {header.window}, the most {condition.signal} may pool"
        yield (*item.path, "window"), message


def _across(placed: Sequence[_Placed]) -> Found:
    """Conditions that a lower gate already implies, or that contradict one."""
    required = [item for item in placed if item.is_required]
    for index, item in enumerate(placed):
        for other in (one for one in required if one.stage <= item.stage and placed.index(one) < index):
            mine, theirs = item.condition, other.condition
            if mine.signal != theirs.signal:
                continue
            if mine.is_at_least == theirs.is_at_least:
                sign = 1.0 if mine.is_at_least else -1.0
                if sign * mine.threshold <= sign * theirs.threshold and mine.hold <= theirs.hold:
                    yield (
                        item.path,
                        f"{mine.signal} {mine.comparison} {mine.threshold:g} is implied by stage {other.stage}; "
                        "ask for more or remove it",
                    )
            else:
                floor, ceiling = (mine, theirs) if mine.is_at_least else (theirs, mine)
                if floor.threshold > ceiling.threshold:
                    yield item.path, f"{mine.signal} contradicts stage {other.stage}: both can never be met"


def _names(pack: Pack, friction_ids: Sequence[str] | None) -> Found:
    for index, stage in enumerate(pack.stages):
        if stage.job not in pack.jobs:
            path = ("stages", index, "job")
            yield path, f"job {stage.job!r} is not among the pack's jobs, {nearest_or_legal(stage.job, pack.jobs)}"
        for place, friction in enumerate(stage.fixes):
            if friction_ids is not None and friction not in friction_ids:
                known = nearest_or_legal(friction, friction_ids)
                yield ("stages", index, "fixes", place), f"no friction {friction!r}, {known}"
