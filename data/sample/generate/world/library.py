"""The learning content: what was published when, by whom, for whom, and when it was last edited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from world.clock import months, shift
from world.facts import Item, Topic, World

LIFECYCLE = ["onboard", "adopt", "expand", "migrate", "renew"]
JOURNEY = {"onboard": "kickoff", "adopt": "first-use", "expand": "rollout", "migrate": "migration", "renew": "review"}
USE_CASES = ["setup", "daily-work", "oversight", "integration"]
TITLES = {
    "course": "{t} essentials",
    "video": "Set up {t} step by step",
    "article": "{t}: when to use it and what to check",
    "path": "{t} path",
}


@dataclass(frozen=True)
class Shelf:
    """How one kind of content grows.

    `count` is how many there are by the end of each month; the n-th item is about `order[n % len(order)]`.
    """

    kind: str
    count: dict[str, int]
    order: list[Topic]
    authors: int
    audiences: list[str]  # [] leaves items untagged
    tagged_share: float = 1.0
    first_number: int = 0
    is_older: bool = False  # what is there in the first month was published in the years before


def stock(world: World, shelf: Shelf) -> list[Item]:
    """Items of a shelf, edited last when they were published."""
    clock = world.clock
    items: list[Item] = []
    for month in sorted(shelf.count):
        for _ in range(shelf.count[month] - len(items)):
            n = len(items)
            at = clock.during(month, 2, 24)
            if shelf.is_older and month == min(shelf.count):
                at = clock.at(month, 1, 10) - timedelta(days=5 + 9 * n)
            topic = shelf.order[n % len(shelf.order)]
            is_tagged = bool(shelf.audiences) and (n % 20) < round(20 * shelf.tagged_share)
            lifecycle = LIFECYCLE[n % len(LIFECYCLE)]
            items.append(
                Item(
                    number=shelf.first_number + n,
                    kind=shelf.kind,
                    title=TITLES[shelf.kind].format(t=topic.words).capitalize(),
                    topic=topic,
                    audience=shelf.audiences[n % len(shelf.audiences)] if is_tagged else None,
                    journey=JOURNEY[lifecycle] if is_tagged else None,
                    use_case=USE_CASES[n % len(USE_CASES)] if is_tagged else None,
                    lifecycle=lifecycle,
                    author=n % shelf.authors,
                    published_at=at,
                    edited_at=at,
                )
            )
    return items


def keep_fresh(world: World, items: list[Item], first: str, last: str, per_month: int) -> list[Item]:
    """Give items a last edit, `per_month` items of different authors in each month, oldest items first.

    An export knows only the latest edit, so one item carries one edit and authors show up month after month.
    """
    clock = world.clock
    edited = dict(enumerate(items))
    queue = sorted(range(len(items)), key=lambda n: (items[n].published_at, n))
    for month in months(first, last):
        ready = [n for n in queue if items[n].published_at < clock.at(shift(month, -1), 1, 0)][:per_month]
        for n in ready:
            edited[n] = replace(items[n], edited_at=clock.during(month, 3, 22))
            queue.remove(n)
    return list(edited.values())
