"""How a library grows: what each practice has written, month by month, and the releases that it follows."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.simulator.catalogue import catalogue
from tests.simulator.facts import Facts, during, whole
from tests.simulator.library import PHASES, Library, Shelf
from tests.simulator.people import People, bounds
from tests.simulator.program import Program
from tests.simulator.sample_words import topics


def write(draw: np.random.Generator, program: Program, people: People, facts: Facts) -> Library:
    """Tells releases, items and translations. Whoever captures answers covers the topics most asked about."""
    everything = topics(program.pack)
    chosen = [everything[(program.turn + one) % len(everything)] for one in range(program.topics)]
    area_of = [f"{one.area} {number % 2 + 1}" for number, one in enumerate(chosen)]
    shelf = Shelf([], [], [], [], [], [])
    releases = _releases(draw, program, facts, sorted(set(area_of)))
    _base(draw, program, people, shelf)
    for month in range(len(program.months)):
        _month(draw, program, people, shelf, month, releases=releases.get(month, []), area_of=area_of)
    return catalogue(draw, program, shelf, facts, words=[one.words for one in chosen], area_of=area_of)


def _releases(
    draw: np.random.Generator, program: Program, facts: Facts, areas: list[str]
) -> dict[int, list[tuple[np.datetime64, str]]]:
    told: dict[int, list[tuple[np.datetime64, str]]] = {}
    for month in range(len(program.months)):
        at = np.sort(during(draw, program, month, whole(draw, program.releases_per_month), 24))
        area = draw.choice(areas, len(at))
        told[month] = [(one, str(name)) for one, name in zip(at, area, strict=True)]
        facts.add(
            "release",
            release_id=[f"{program.program_id}-r{month}-{one}" for one in range(len(at))],
            released_at=at,
            product_area=area,
            title=[f"News in {name}" for name in area],
            is_customer_facing=True,
        )
    return told


def _covered(program: Program, month: int) -> int:
    return round(program.topics * float(program.level["topics_covered"][month]))


def _base(draw: np.random.Generator, program: Program, people: People, shelf: Shelf) -> None:
    """What was there before the first month."""
    first, _ = bounds(program, 0)

    def before() -> np.datetime64:
        return np.datetime64(first - np.timedelta64(int(draw.integers(70, 600)), "D"))

    for topic in range(_covered(program, 0)):
        _cover(draw, program, shelf, 0, topic=topic, at=before)
    alone = float(program.level["made_for_one"][0])
    there = people.accounts_at(program, 0)
    for _ in range(min(round(len(shelf.kind) * alone / (1 - alone)), 60)):
        shelf.put(
            _kind(draw, program, 0), int(draw.integers(program.topics)), before(), made_for=int(draw.choice(there))
        )
    _courses(draw, program, shelf, 0, before)


def _cover(draw: np.random.Generator, program: Program, shelf: Shelf, month: int, *, topic: int, at: Any) -> None:
    """A topic's first items: a demonstration and a written one where formats are paired, else one of them."""
    kinds = ["video", "article"]
    if draw.random() >= program.level["paired_topics"][month]:
        kinds = [_kind(draw, program, month)]
    for kind in kinds:
        shelf.put(kind, topic, at(), aim=_aim(draw, program, month))
    if draw.random() < 0.3:
        shelf.put(str(draw.choice(kinds)), topic, at(), aim=_aim(draw, program, month))


def _kind(draw: np.random.Generator, program: Program, month: int) -> str:
    """Whoever does not pair formats has a habit: nearly everything is of one kind."""
    if not program.in_place["pairs_formats"][month] and draw.random() < 0.96:
        return program.habit
    return str(draw.choice(["video", "article"]))


def _aim(draw: np.random.Generator, program: Program, month: int) -> int:
    meant = program.in_place["personalises"][month] or program.in_place["tags"][month]
    return int(draw.integers(len(program.roles))) if meant and draw.random() < 0.75 else -1


def _courses(draw: np.random.Generator, program: Program, shelf: Shelf, month: int, at: Any) -> None:
    """Courses are few; a path for each persona and for each phase of a customer's life where these are practised."""
    if not program.in_place["on_demand"][month]:
        shelf.put("course", 0, at(), phase="onboard")
        return
    for number in range(3):
        shelf.put("course", number, at(), phase="onboard" if number == 0 else None)
    if program.in_place["lifecycle"][month]:
        for number, phase in enumerate(PHASES[: 5 if draw.random() < 0.6 else 4]):
            shelf.put("course", number % program.topics, at(), phase=phase)
        shelf.put("certification", 1, at(), phase="adopt")
    elif draw.random() < 0.5:
        shelf.put("certification", 1, at())
    if program.in_place["personalises"][month]:
        # a path for every role, or for those at hand only: learning is aimed, yet most personas have none
        for role in range(len(program.roles) if program.in_place["persona_paths"][month] else 2):
            for number in range(2):
                shelf.put("path" if number else "course", (role + number) % program.topics, at(), aim=role)


def _month(
    draw: np.random.Generator,
    program: Program,
    people: People,
    shelf: Shelf,
    month: int,
    *,
    releases: list[tuple[np.datetime64, str]],
    area_of: list[str],
) -> None:
    """What is written in a month: for its releases, for single customers, and what a new practice asks for."""
    in_place = program.in_place
    for released, area in releases:
        if draw.random() < program.level["covered_releases"][month]:
            at = released + np.timedelta64(int(draw.integers(-5, 24)), "D")
            mine = [one for one, name in enumerate(area_of) if name == area and one < max(_covered(program, month), 1)]
            shelf.put(_kind(draw, program, month), int(draw.choice(mine or [0])), at, aim=_aim(draw, program, month))

    def now() -> np.datetime64:
        return np.datetime64(during(draw, program, month, 1, 12)[0])

    # who does not keep pace writes little that more than one customer can use
    pace = 0.4 if in_place["keeps_pace"][month] else 0.12
    for _ in range(whole(draw, program.items_per_month * float(program.level["made_for_one"][month]))):
        there = people.accounts_at(program, month)
        shelf.put(
            _kind(draw, program, month), int(draw.integers(program.topics)), now(), made_for=int(draw.choice(there))
        )
    for _ in range(whole(draw, program.items_per_month * pace * (1 - float(program.level["made_for_one"][month])))):
        shelf.put(
            _kind(draw, program, month),
            int(draw.integers(max(_covered(program, month), 1))),
            now(),
            aim=_aim(draw, program, month),
        )
    if month and in_place["captures"][month] and not in_place["captures"][month - 1]:
        for topic in range(_covered(program, month)):
            _cover(draw, program, shelf, month, topic=topic, at=now)
    if month and in_place["pairs_formats"][month] and not in_place["pairs_formats"][month - 1]:
        _pair(draw, program, shelf, month, now)
    for name in ("on_demand", "lifecycle", "persona_paths", "personalises"):
        if month and in_place[name][month] and not in_place[name][month - 1]:
            _courses(draw, program, shelf, month, now)
            break


def _pair(draw: np.random.Generator, program: Program, shelf: Shelf, month: int, now: Any) -> None:
    """The other format for what has only one."""
    kinds: dict[int, set[str]] = {}
    for kind, topic in zip(shelf.kind, shelf.topic, strict=True):
        kinds.setdefault(topic, set()).add(kind)
    for topic, has in kinds.items():
        if draw.random() < program.level["paired_topics"][month]:
            for kind in {"video", "article"} - has:
                shelf.put(kind, topic, now(), aim=_aim(draw, program, month))
