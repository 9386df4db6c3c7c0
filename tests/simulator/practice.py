"""What programs do, month by month, and the stage that is true because of it.

Each practice belongs to the stage whose description names it. The true stage is the highest one for which all of its
practices and all of those below are in place. What a program does beyond that, out of order, moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MODELS = ("trainn", "thought_industries")
Stages = NDArray[np.int64]
InPlace = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Practice:
    """Something a program does, and the stage of each model that asks for it (None: that model does not).

    `dated`: exports tell since when. They list today's tags and collections, not last year's, so a practice that shows
    in nothing else is never given up, and only taken up together with one that customers' behaviour dates.
    """

    name: str
    trainn: int | None
    thought_industries: int | None
    dated: bool = True

    def stage(self, model: str) -> int | None:
        return self.trainn if model == "trainn" else self.thought_industries


PRACTICES = (
    # a reusable content base: answers are kept and used again, by more than one person, shown and explained, in time
    Practice("captures", 1, None),
    Practice("shares_authorship", 1, None),
    Practice("pairs_formats", 1, None),
    Practice("keeps_pace", 1, None),
    # organized for findability
    Practice("sorts", 2, None, dated=False),
    Practice("searchable", 2, None),
    Practice("self_found", 2, None),
    # contextualized for the audience
    Practice("tags", 3, None, dated=False),
    Practice("localises", 3, None),
    Practice("personalises", 3, 3),
    # embedded in the journey
    Practice("one_link", 4, None),
    Practice("in_context", 4, None),
    # self-serve at scale, measured
    Practice("self_serve", 5, None),
    Practice("lifecycle", 5, None),
    Practice("maintains", 5, None),
    Practice("measures", 5, 4),
    # a digital foundation; the personas that matter; the market
    Practice("on_demand", None, 2),
    Practice("persona_paths", None, 3),
    Practice("market", None, 5),
)
BY_NAME = {practice.name: practice for practice in PRACTICES}
TOP = {"trainn": 5, "thought_industries": 5}
BOTTOM = {"trainn": 0, "thought_industries": 1}
# what cannot be done without another: a path for each persona is learned on demand, by those it is meant for
NEEDS = {"persona_paths": ("on_demand", "personalises"), "lifecycle": ("on_demand",), "market": ("on_demand",)}
DATED_BY = {"sorts": ("self_found", "searchable"), "tags": ("personalises",)}
# not given up: what stays in the catalogue once it was made
LASTING = ("sorts", "tags", "localises", "pairs_formats", "lifecycle", "persona_paths", "captures")


def true_stage(in_place: InPlace, model: str) -> Stages:
    """The true stage of every month under one model."""
    months = len(next(iter(in_place.values())))
    stage = np.full(months, BOTTOM[model], dtype=np.int64)
    holds = np.ones(months, dtype=bool)
    for number in range(BOTTOM[model] + 1, TOP[model] + 1):
        for practice in PRACTICES:
            if practice.stage(model) == number:
                holds &= in_place[practice.name]
        stage[holds] = number
    return stage


def draw_practices(draw: np.random.Generator, months: int, *, can_measure: bool) -> InPlace:
    """What a program does in each month: where it begins, and what it takes up or gives up later."""
    has = _beginning(draw, can_measure)
    told = {name: np.zeros(months, dtype=bool) for name in BY_NAME}
    changes = _change_months(draw, months)
    for month in range(months):
        if month in changes:
            has = _changed(draw, has, can_measure)
        for name in has:
            told[name][month] = True
    return told


def _beginning(draw: np.random.Generator, can_measure: bool) -> frozenset[str]:
    trainn = int(draw.choice(6, p=[0.16, 0.2, 0.19, 0.16, 0.14, 0.15]))
    industries = 1 + int(draw.choice(5, p=[0.27, 0.28, 0.22, 0.12, 0.11]))
    ahead = draw.uniform(0.0, 0.25)
    has = {
        one.name
        for one in PRACTICES
        if (one.trainn is not None and one.trainn <= trainn)
        or (one.thought_industries is not None and one.thought_industries <= industries)
        or draw.random() < ahead
    }
    if trainn == TOP["trainn"]:
        has.add("on_demand")
    return _possible(has, can_measure)


def _possible(has: set[str], can_measure: bool) -> frozenset[str]:
    """Without what cannot be: an estimate of outcomes needs accounts enough, a path needs learners on demand."""
    if not can_measure:
        has -= {"measures", "lifecycle", "market", "persona_paths"}
    for name, needs in NEEDS.items():
        if not set(needs) <= has:
            has.discard(name)
    return frozenset(has)


def _change_months(draw: np.random.Generator, months: int) -> set[int]:
    count = int(draw.choice(3, p=[0.4, 0.4, 0.2]))
    if count == 0:
        return set()
    if count == 1:
        return {int(draw.integers(7, months - 5))}
    first = int(draw.integers(6, months // 2 - 2))
    return {first, int(draw.integers(first + 7, months - 4))}


def _changed(draw: np.random.Generator, has: frozenset[str], can_measure: bool) -> frozenset[str]:
    if draw.random() < 0.28:
        droppable = sorted(name for name in has if name not in LASTING and BY_NAME[name].dated)
        lost = {str(name) for name in draw.permutation(droppable)[: 1 + int(draw.random() < 0.4)]}
        return _possible(set(has) - lost, can_measure)
    model = "trainn" if draw.random() < 0.65 else "thought_industries"
    lacking: list[str] = []
    for number in range(BOTTOM[model] + 1, TOP[model] + 1):
        lacking = [one.name for one in PRACTICES if one.stage(model) == number and one.name not in has]
        if lacking:
            break
    taken = set(lacking)
    if len(lacking) > 1 and draw.random() < 0.3:
        taken = {str(draw.choice(lacking))}
    for name, dating in DATED_BY.items():
        if name in taken and not taken & set(dating):
            taken.discard(name)
    return _possible(set(has) | taken, can_measure)
