"""Programs that have settled: one plan of levels, told month by month."""

from __future__ import annotations

from dataclasses import dataclass, field

from world import cast, delivery, hub, learning, library, support
from world.clock import LAST_MONTH, Clock, months, steps
from world.dice import Dice
from world.facts import Person, World
from world.vocabulary import topics

Level = float | dict[str, float]  # one value throughout, or a value from each named month on
Mix = dict[str, float]


@dataclass(frozen=True)
class Plan:
    """Levels of everything a settled program does in a month; zero leaves that part out.

    Counts are per month unless named `standing` (accounts from before) or `known` (people from before).
    """

    program_id: str
    zone: str
    first: str
    pack: str
    intents: dict[str, int]
    standing: int = 40
    onboardings: int = 6
    churn_every: int = 0  # of the accounts onboarded, one in so many leaves within a year
    known: int = 120
    new_people: int = 10
    roles: list[str] = field(default_factory=lambda: ["admin", "planner", "operator"])
    segments: list[str] = field(default_factory=lambda: ["enterprise", "mid-market"])
    locales: list[str] = field(default_factory=lambda: ["en"])
    authors: int = 3
    courses: int = 0
    videos: int = 0
    articles: int = 0
    tagged_share: float = 1.0
    course_audiences: list[str] | None = None
    covered: int = 20  # topics with content, of thirty
    uncovered_first: bool = False
    hot_share: Level = 0.3
    link_share: Level = 0.4
    refile: Level = 0
    sends: int = 0
    attachment_share: Level = 0.0
    destinations: Level = 1
    versions: Level = 1
    learners: Level = 0
    registered: int | None = None  # the academy knows only the first of the people
    match: Level = 0.6
    back: float = 0.4
    completes: float = 0.6
    users: Level = 0
    views_per_user: int = 2
    entries: Mix = field(
        default_factory=lambda: {"search": 0.35, "collection": 0.3, "path": 0.05, "staff_link": 0.15, "direct": 0.15}
    )
    surfaces: Mix = field(default_factory=lambda: {"portal": 1.0})
    searches: Level = 0
    zero_share: Level = 0.06
    click_share: Level = 0.7
    search_ticket_share: float = 0.03
    votes: int = 0
    helpful: float = 0.85
    edited_from: str = "2025-07"  # the latest edits of all items spread from here to the last full month


def domain(plan: Plan) -> str:
    """The program's own mail domain."""
    return f"{plan.program_id}.example"


def levels(plan: Plan, level: Level) -> dict[str, float]:
    """The level of each month."""
    return steps(plan.first, level if isinstance(level, dict) else {plan.first: level})


def counts(plan: Plan, level: Level) -> dict[str, int]:
    """Whole numbers per month; the month in progress has had five days."""
    return {m: round(n / 6) if m == LAST_MONTH else round(n) for m, n in levels(plan, level).items()}


def role_of(person: Person) -> str:
    """Content is made for roles."""
    return person.role


def registered(plan: Plan, world: World) -> dict[str, int]:
    """How many people the academy knows by the end of each month."""
    spine = months(plan.first)
    return {
        m: min(plan.known + plan.new_people * n, plan.registered or 9999, len(world.people))
        for n, m in enumerate(spine)
    }


def tell(plan: Plan) -> World:
    """All facts of the program."""
    dice = Dice(plan.program_id)
    clock = Clock(plan.zone, dice)
    world = World(
        plan.program_id, domain(plan), clock, dice, staff=cast.staff(domain(plan), 4, clock.at(plan.first, 1, 9))
    )
    spine = months(plan.first)
    onboardings = {m: 1 if m == LAST_MONTH else plan.onboardings for m in spine}
    world.accounts = cast.open_accounts(
        world, plan.first, plan.standing, onboardings, plan.segments, churn_every=plan.churn_every
    )
    known = {m: plan.known + plan.new_people * n for n, m in enumerate(spine)}
    world.people = cast.populate(world, known, plan.roles, plan.locales)
    _write(plan, world)
    _support(plan, world)
    _learn(plan, world)
    return world


def _write(plan: Plan, world: World) -> None:
    """Most courses and half of the rest are there from the start; the other half comes month by month."""
    spine = months(plan.first, "2026-05")
    words = topics(plan.pack)
    order = words[-plan.covered :] if plan.uncovered_first else words[: plan.covered]
    items = []
    audiences = {"course": plan.roles if plan.course_audiences is None else plan.course_audiences}
    for kind, n, base in (("course", plan.courses, 100), ("video", plan.videos, 200), ("article", plan.articles, 300)):
        start = 0.8 if kind == "course" else 0.5
        growth = {m: min(n, round(n * (start + (1 - start) * i / len(spine)))) for i, m in enumerate(spine)}
        made_for = audiences.get(kind, plan.roles)
        shelf = library.Shelf(kind, growth, order, plan.authors, made_for, plan.tagged_share, base, is_older=True)
        items += library.stock(world, shelf) if n else []
    edited = months(plan.edited_from, "2026-06")
    world.items = library.keep_fresh(world, items, plan.edited_from, "2026-06", -(-len(items) // len(edited)))


def _support(plan: Plan, world: World) -> None:
    spine = months(plan.first)
    words = topics(plan.pack)
    desk = support.Desk(
        counts={m: {i: (n + 3) // 6 if m == LAST_MONTH else n for i, n in plan.intents.items()} for m in spine},
        hot=words[:4],
        calm=[*words[4:20], *words[4:20], *words[20:]],
        hot_share=levels(plan, plan.hot_share),
        link_share=levels(plan, plan.link_share),
        refile=levels(plan, plan.refile),
    )
    world.tickets = support.open_tickets(world, desk)
    if plan.sends:
        outbox = delivery.Outbox(
            total={m: 18 if m == LAST_MONTH else plan.sends for m in spine},
            attachment_share=levels(plan, plan.attachment_share),
            destinations={m: int(n) for m, n in levels(plan, plan.destinations).items()},
            versions={m: int(n) for m, n in levels(plan, plan.versions).items()},
            hub_url=f"https://hub.{domain(plan)}/start",
        )
        world.sends = delivery.send(world, outbox)


def _learn(plan: Plan, world: World) -> None:
    spine = months(plan.first)
    if plan.learners:
        room = learning.Classroom(
            active=counts(plan, plan.learners),
            registered=registered(plan, world),
            match=levels(plan, plan.match),
            back=plan.back,
            completes=plan.completes,
        )
        world.enrolments = learning.study(world, room, role_of)
        world.enrolments += learning.try_out(world, "2026-03")
    surfaces = dict.fromkeys(spine, plan.surfaces)
    if plan.users:
        entries = dict.fromkeys(spine, plan.entries)
        visits = hub.Hub(
            counts(plan, plan.users), plan.views_per_user, entries, surfaces, match=levels(plan, plan.match)
        )
        world.views = hub.browse(world, visits, role_of)
    if plan.searches:
        finder = hub.Finder(
            count=counts(plan, plan.searches),
            zero_share=levels(plan, plan.zero_share),
            click_share=levels(plan, plan.click_share),
            ticket_share=dict.fromkeys(spine, plan.search_ticket_share),
        )
        world.searches = hub.search(world, finder, surfaces)
    if plan.votes:
        world.votes = hub.vote(world, counts(plan, plan.votes), dict.fromkeys(spine, plan.helpful))
