"""What is wrong between the conditions of a rule pack: those given twice, implied by others, or against each other."""

from collections.abc import Mapping, Sequence

from rules.lint_condition import Found, Placed
from rules.model import Pack

Group = tuple[int, int]  # stage number, place among the gate's groups


def across(pack: Pack, placed: Sequence[Placed]) -> Found:
    """Findings between conditions, each at the later of the two."""
    yield from _ids(placed)
    yield from _pairs(placed)
    yield from _groups(pack, placed)


def _ids(placed: Sequence[Placed]) -> Found:
    seen: dict[str, Placed] = {}
    for item in placed:
        name = item.condition.id
        if name in seen:
            first = seen[name].stage
            yield item.path, f"condition {name!r} is also in stage {first}; give this one an id of its own"
        seen.setdefault(name, item)


def _pairs(placed: Sequence[Placed]) -> Found:
    """A condition that a required one of this or a lower stage implies, or that cannot be met beside it."""
    for index, item in enumerate(placed):
        mine = item.condition
        for place, other in enumerate(placed):
            is_earlier = other.stage < item.stage or (
                other.stage == item.stage and (other.group, place) != (item.group, index)
            )
            if other.group is not None or not is_earlier or mine.signal != other.condition.signal:
                continue
            if mine.is_at_least == other.condition.is_at_least:
                is_twin = other.stage == item.stage and item.group is None and item.implies(other)
                if other.implies(item) and (not is_twin or place < index):
                    asked = f"{mine.signal} {mine.comparison} {mine.threshold:g}"
                    yield item.path, f"{asked} is implied by stage {other.stage}; ask for more or remove it"
            elif place < index:
                floor, ceiling = (mine, other.condition) if mine.is_at_least else (other.condition, mine)
                if floor.threshold > ceiling.threshold:
                    yield item.path, f"{mine.signal} contradicts stage {other.stage}: both can never be met"


def _groups(pack: Pack, placed: Sequence[Placed]) -> Found:
    """A group that one of a lower stage has met already, however its conditions were chosen."""
    members: dict[Group, list[Placed]] = {}
    for item in placed:
        if item.group is not None:
            members.setdefault((item.stage, item.group), []).append(item)
    counts: Mapping[Group, int] = {
        (stage.number, place): group.count
        for stage in pack.stages
        for place, group in enumerate(stage.gate.at_least if stage.gate else [])
    }
    for upper, mine in members.items():
        for lower, theirs in members.items():
            if lower[0] >= upper[0]:
                continue
            carrying = [item for item in theirs if any(item.implies(one) for one in mine)]
            carried = {one.condition.signal for one in mine if any(item.implies(one) for item in carrying)}
            sure = min(counts[lower] - (len(theirs) - len(carrying)), len(carried))
            if sure >= counts[upper]:
                message = (
                    f"at least {counts[upper]} of {len(mine)} is implied by stage {lower[0]}; ask for more or remove it"
                )
                yield mine[0].path[:-2], message
