"""Which sources, of those a program does not have, would narrow its verdict most.

Counted from the rule packs alone: a condition is open for want of a source where its signal needs an entity that no
source gives. It weighs most in the next gate, the lowest that is open so, and half as much in each gate above; in a
group of which only some must be met, by the share that must.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rules.model import Pack
from transforms.header import SignalHeader

MOST = 2  # sources that are named


@dataclass(frozen=True)
class Narrowing:
    """Entities that together would settle most, how many open conditions they settle, of how many."""

    entities: tuple[str, ...]
    settled: int
    open: int


def enabled(headers: Mapping[str, SignalHeader], entities: Collection[str]) -> set[str]:
    """Signals that can be measured where these entities are given."""
    return {name for name, header in headers.items() if not _wanting(header, entities)}


def narrowing(packs: Sequence[Pack], headers: Mapping[str, SignalHeader], entities: Collection[str]) -> Narrowing:
    """The two absent entities that would settle most of what is open for want of one; one where it does as much."""
    weights = [weight for pack in packs for weight in _open(pack, headers, entities)]
    absent = sorted({entity for header, _ in weights for need in _wanting(header, entities) for entity in need})
    best: tuple[str, ...] = ()
    best_worth = 0.0
    for size in range(1, MOST + 1):
        for chosen in combinations(absent, size):
            worth = sum(weight for header, weight in weights if not _wanting(header, {*entities, *chosen}))
            if worth > best_worth + 1e-9:
                best, best_worth = chosen, worth
    settled = sum(not _wanting(header, {*entities, *best}) for header, _ in weights)
    return Narrowing(_by_worth(best, weights, entities), settled, len(weights))


def _by_worth(
    chosen: tuple[str, ...], weights: Sequence[tuple[SignalHeader, float]], entities: Collection[str]
) -> tuple[str, ...]:
    """The one that settles more by itself first."""

    def alone(entity: str) -> float:
        return sum(weight for header, weight in weights if not _wanting(header, {*entities, entity}))

    return tuple(sorted(chosen, key=lambda entity: (-alone(entity), entity)))


def _wanting(header: SignalHeader, entities: Collection[str]) -> list[list[str]]:
    needs = [[need] if isinstance(need, str) else list(need) for need in header.sources]
    return [need for need in needs if not set(need) & set(entities)]


def _open(
    pack: Pack, headers: Mapping[str, SignalHeader], entities: Collection[str]
) -> list[tuple[SignalHeader, float]]:
    """Every condition that is open for want of a source, with its weight."""
    found: list[tuple[SignalHeader, float]] = []
    weight = 1.0
    for stage in pack.stages:
        if stage.gate is None:
            continue
        shares = [(condition, 1.0) for condition in stage.gate.all]
        shares += [(one, group.count / len(group.of)) for group in stage.gate.at_least for one in group.of]
        here = [
            (headers[condition.signal], weight * share)
            for condition, share in shares
            if condition.signal in headers and _wanting(headers[condition.signal], entities)
        ]
        found += here
        if here:
            weight /= 2
    return found
