"""The help hub: views, searches and votes of identified customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from world.cast import learns
from world.clock import LAST_MONTH
from world.facts import Person, Search, View, Vote, World


@dataclass(frozen=True)
class Hub:
    """`users` is the exact number of people with a view per month.

    `entries` and `surfaces` are the mixes of how views begin and where they happen; `match` is the share of users
    who open something made for their own role; `back` the share of a month's users who came in the month before.
    """

    users: dict[str, int]
    views_per_user: int
    entries: dict[str, dict[str, float]]
    surfaces: dict[str, dict[str, float]]
    match: dict[str, float]
    back: float = 0.6


def browse(world: World, hub: Hub, audience_of: Callable[[Person], str]) -> list[View]:
    """Views; each user opens `views_per_user` items, one of them for their own role if they are a matched user."""
    clock, dice = world.clock, world.dice
    out: list[View] = []
    previous: list[Person] = []
    for month in sorted(hub.users):
        wanted = hub.users[month]
        here = clock.at(month, clock.days(month), 0)
        alive = [p for p in world.people if p.known_at < here and learns(p, here + timedelta(days=1))]
        back = dice.some([p for p in previous if p in alive], round(wanted * hub.back))
        users = back + dice.some([p for p in alive if p not in back], wanted - len(back))
        if len(users) < wanted:
            raise ValueError(f"{month}: only {len(users)} of {wanted} users exist")
        total = wanted * hub.views_per_user
        entries = dice.shares(total, hub.entries[month])
        surfaces = dice.shares(total, hub.surfaces[month])
        matched = dice.shares(wanted, {"yes": hub.match[month], "no": 1 - hub.match[month]})
        ready = [i for i in world.items if i.published_at < clock.at(month, 1, 0) and i.kind in ("article", "video")]
        for user, is_matched in zip(users, matched, strict=True):
            own = [i for i in ready if i.audience == audience_of(user)]
            other = [i for i in ready if i.audience != audience_of(user)]
            first = max(1, (user.known_at + timedelta(days=2)).day) if clock.month_of(user.known_at) == month else 1
            at = clock.during(month, min(first, clock.days(month)), 3 if month == LAST_MONTH else 31)
            for n in range(hub.views_per_user):
                pool = own if (is_matched == "yes" and n == 0) else other if is_matched == "no" else ready
                surface, entry = surfaces.pop(), entries.pop()
                out.append(View(at + timedelta(minutes=3 * n), user, dice.pick(pool or ready), surface, entry))
        previous = users
    return sorted(out, key=lambda v: v.at)


@dataclass(frozen=True)
class Finder:
    """Searches per month: how many, how many find nothing, get a click, or end in a ticket within a day."""

    count: dict[str, int]
    zero_share: dict[str, float]
    click_share: dict[str, float]
    ticket_share: dict[str, float]


def search(world: World, finder: Finder, surfaces: dict[str, dict[str, float]]) -> list[Search]:
    """Searches by identified people; those meant to end in a ticket sit a few hours before a real one."""
    clock, dice = world.clock, world.dice
    out: list[Search] = []
    asked: dict[int, list[datetime]] = {}
    for ticket in world.tickets:
        asked.setdefault(ticket.requester.number, []).append(ticket.created_at)
    for month in sorted(finder.count):
        n = finder.count[month]
        here = clock.at(month, clock.days(month), 0)
        alive = [p for p in world.people if p.known_at < here]
        mine = [
            t
            for t in world.tickets
            if clock.month_of(t.created_at) == month and clock.month_of(t.created_at - timedelta(hours=20)) == month
        ]
        doomed = dice.some(mine, round(n * finder.ticket_share[month]))
        ready = [i for i in world.items if i.published_at < clock.at(month, 1, 0) and i.kind != "path"]
        fates = dice.shares(
            n,
            {
                "zero": finder.zero_share[month],
                "click": (1 - finder.zero_share[month]) * finder.click_share[month],
                "look": (1 - finder.zero_share[month]) * (1 - finder.click_share[month]),
            },
        )
        where = dice.shares(n, surfaces[month])
        for index, fate in enumerate(fates):
            if index < len(doomed):
                at, who = doomed[index].created_at - timedelta(minutes=dice.between(20, 600)), doomed[index].requester
            else:
                at, who = _quiet(world, month, alive, asked)
            item = dice.pick(ready)
            words = item.topic.words
            query = dice.pick(
                [words, words, words.split()[0] + " " + words.split()[-1], f"how to {words}", f"{words} setup"]
            )
            results = 0 if fate == "zero" else dice.between(1, 14)
            out.append(Search(at, who, query, results, item if fate == "click" else None, where[index]))
    return sorted(out, key=lambda s: s.at)


def _quiet(world: World, month: str, people: list[Person], asked: dict[int, list[datetime]]) -> tuple[datetime, Person]:
    """A moment and a person who opens no ticket in the three days after it."""
    clock, dice = world.clock, world.dice
    while True:
        who = dice.pick(people)
        at = clock.during(month, 1, 3 if month == LAST_MONTH else 31)
        if at > who.known_at and not any(timedelta() <= t - at < timedelta(days=3) for t in asked.get(who.number, ())):
            return at, who


def vote(world: World, count: dict[str, int], helpful: dict[str, float]) -> list[Vote]:
    """Votes on articles by people known to the desk, one per person and article."""
    clock, dice = world.clock, world.dice
    out: list[Vote] = []
    done: set[tuple[int, int]] = set()
    for month in sorted(count):
        ready = [i for i in world.items if i.kind == "article" and i.published_at < clock.at(month, 1, 0)]
        values = dice.shares(count[month], {"1": helpful[month], "-1": 1 - helpful[month]}) if count[month] else []
        for value in values:
            while True:
                at = clock.during(month, 1, 3 if month == LAST_MONTH else 31)
                who, item = dice.pick(world.people), dice.pick(ready)
                if who.known_at < at and (who.number, item.number) not in done:
                    break
            done.add((who.number, item.number))
            out.append(Vote(at, who, item, int(value)))
    return sorted(out, key=lambda v: v.at)
