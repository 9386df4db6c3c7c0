"""Ferrolake: a data-platform maker whose academy stalls on delivery and recovers through one hub.

The month-by-month numbers are the story itself; nothing here is drawn by chance but who, when and about what.
"""

from __future__ import annotations

from pathlib import Path

from shapes import skilljar, tables, zendesk_guide, zendesk_support
from world import cast, delivery, hub, learning, library, product, support
from world.clock import Clock, steps
from world.dice import Dice
from world.facts import Person, World
from world.vocabulary import topics

FIRST, ZONE, DOMAIN = "2024-11", "America/New_York", "ferrolake.example"
MONTHS = list(steps(FIRST, {}))
ROLES = ["admin", "analyst", "engineer", "manager"]
BEFORE_THE_ACADEMY = {"2024-11": 48, "2024-12": 54, "2025-01": 60}  # people the help desk already knew


def _series(*values: float) -> dict[str, float]:
    """One value per month from the first month on."""
    return dict(zip(MONTHS, values, strict=True))


def _counts(*values: int) -> dict[str, int]:
    return {month: int(v) for month, v in _series(*values).items()}


# from 2024-11 to the first days of 2026-07
VIDEOS = _counts(12, 13, 15, 18, 21, 24, 28, 31, 33, 35, 36, 37, 37, 37, 37, 37, 37, 37, 37, 37, 37)
ARTICLES = _counts(0, 0, 1, 3, 6, 9, 13, 16, 19, 21, 23, 24, 25, 25, 25, 25, 25, 25, 25, 25, 25)
KNOWN = _counts(0, 0, 0, 74, 139, 211, 296, 354, 401, 437, 463, 487, 508, 527, 541, 554, 566, 577, 588, 598, 601)
LMS_ACTIVE = _counts(0, 0, 0, 22, 35, 49, 62, 45, 28, 19, 17, 18, 14, 12, 13, 15, 14, 16, 15, 17, 4)
HUB_USERS = _counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 38, 66, 88, 104, 117, 126, 31)
ONBOARDINGS = _counts(3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 5, 6, 6, 7, 8, 8, 9, 1)
ATTACHED = _series(
    0.90,
    0.90,
    0.88,
    0.85,
    0.82,
    0.80,
    0.80,
    0.80,
    0.81,
    0.82,
    0.83,
    0.83,
    0.84,
    0.84,
    0.60,
    0.35,
    0.18,
    0.10,
    0.08,
    0.06,
    0.05,
)
DESTINATIONS = _counts(6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 9, 9, 9, 6, 3, 1, 1, 1, 1, 1)
RESENDS = _counts(1, 2, 2, 2, 3, 4, 4, 6, 8, 9, 11, 10, 11, 12, 9, 6, 4, 2, 1, 1, 0)
CONFUSED = _counts(0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 4, 3, 2, 1, 0, 0, 0, 0)
CANNOT_FIND = _counts(4, 4, 5, 8, 12, 13, 13, 13, 14, 14, 14, 14, 14, 13, 9, 2, 1, 1, 1, 1, 0)
HOW_TO = _counts(26, 27, 26, 22, 16, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 13, 12, 11, 11, 2)
SENDS = _counts(*[200] * 16, 100, 50, 50, 50, 20)
VERSIONS = _counts(*[3] * 15, 2, 1, 1, 1, 1, 1)
REST = {
    "access_login": 3,
    "bug": 5,
    "billing": 3,
    "feature_request": 3,
    "feature_question": 2,
    "training_request": 2,
    "outdated_content": 1,
    "certification_admin": 1,
    "other": 2,
}


def _audience(person: Person) -> str:
    return person.role


def tell() -> World:
    """All facts of the story."""
    dice = Dice("ferrolake")
    clock = Clock(ZONE, dice)
    world = World("ferrolake", DOMAIN, clock, dice, suffix="", staff=cast.staff(DOMAIN, 4, clock.at(FIRST, 1, 9)))
    words = topics("data")
    world.accounts = cast.open_accounts(world, FIRST, 40, ONBOARDINGS, ["enterprise", "mid-market"])
    world.people = cast.populate(world, {**KNOWN, **BEFORE_THE_ACADEMY}, ROLES, ["en"])

    early, late = words[:9], words[9:28]  # videos start on nine topics; breadth comes with the articles
    courses = library.stock(world, library.Shelf("course", {"2025-02": 14}, early, 1, [], first_number=100))
    videos = library.stock(
        world,
        library.Shelf("video", VIDEOS, [*early, *early, *late[:6], *words[:18]], 2, ROLES, first_number=200),
    )
    articles = library.stock(
        world,
        library.Shelf(
            "article",
            ARTICLES,
            [*early[:3], *late[6:9], *early[3:9], *late[:6], *late[9:10], *words[:6]],
            2,
            ROLES,
            first_number=300,
        ),
    )
    world.items = library.keep_fresh(world, [*courses, *videos, *articles], "2026-01", "2026-06", 13)

    counts = {
        month: {
            "how_to": HOW_TO[month],
            "cannot_find": CANNOT_FIND[month],
            "resend_request": RESENDS[month],
            "version_confusion": CONFUSED[month],
            **REST,
        }
        for month in MONTHS
    }
    for month in ("2026-04", "2026-05", "2026-06"):
        counts[month] |= {"bug": 2, "feature_request": 2, "access_login": 2, "billing": 2}
    counts["2026-07"] = {"how_to": 2, "access_login": 1, "bug": 1, "billing": 1, "feature_request": 1}
    desk = support.Desk(
        counts=counts,
        hot=words[:4],
        calm=[*words[4:20], *words[4:20], *words[20:]],
        hot_share=steps(FIRST, {"2024-11": 0.8, "2025-01": 0.3}),
        link_share=steps(
            FIRST,
            {
                "2024-11": 0.06,
                "2025-02": 0.15,
                "2025-03": 0.42,
                "2025-05": 0.30,
                "2025-08": 0.24,
                "2026-01": 0.45,
                "2026-02": 0.55,
            },
        ),
        refile=steps(FIRST, {"2024-11": 1, "2026-02": 0}),
    )
    world.tickets = support.open_tickets(world, desk)
    outbox = delivery.Outbox(SENDS, ATTACHED, DESTINATIONS, VERSIONS, f"https://hub.{DOMAIN}/start")
    world.sends = delivery.send(world, outbox)

    room = learning.Classroom(
        active={m: n for m, n in LMS_ACTIVE.items() if n},
        registered=KNOWN,
        match=steps(FIRST, {"2025-02": 0.12, "2026-04": 0.75}),
        back=0.35,
        completes=0.62,
        bulk={"2025-03": 24, "2025-06": 22, "2025-09": 20},
    )
    world.enrolments = learning.study(world, room, _audience)
    world.enrolments += learning.try_out(world, "2025-05")

    months = {m: n for m, n in HUB_USERS.items() if n}
    surfaces = {m: {"portal": 0.9, "in_app": 0.07, "widget": 0.03} for m in months}
    surfaces |= {m: {"portal": 0.45, "in_app": 0.40, "widget": 0.15} for m in months if m >= "2026-04"}
    entries = {m: {"collection": 0.35, "search": 0.30, "staff_link": 0.2, "direct": 0.15} for m in months}
    entries["2026-01"] = {"collection": 0.2, "search": 0.15, "staff_link": 0.5, "direct": 0.15}
    match = {m: 0.8 if m >= "2026-04" else 0.15 for m in months}
    world.views = hub.browse(world, hub.Hub(months, 3, entries, surfaces, match), _audience)
    finder = hub.Finder(
        count={m: round(n * 1.1) for m, n in months.items()},
        zero_share={m: 0.3 if m == "2026-01" else 0.06 for m in months},
        click_share={m: 0.35 if m == "2026-01" else 0.72 for m in months},
        ticket_share=dict.fromkeys(months, 0.03),
    )
    world.searches = hub.search(world, finder, surfaces)
    votes = {m: 8 for m in MONTHS if m >= "2025-04"} | dict.fromkeys(months, 30) | {"2026-07": 4}
    world.votes = hub.vote(world, votes, {m: 0.86 if m >= "2026-01" else 0.5 for m in votes})
    product.release(world)
    return world


def build(exports: Path) -> None:
    """The story as four tools and five tables."""
    world = tell()
    folder = exports / "ferrolake"
    zendesk_support.export(world, folder / "zendesk_support")
    zendesk_guide.export(world, folder / "zendesk_guide")
    skilljar.export(world, folder / "skilljar", skilljar.members_of(world, KNOWN))
    tables.accounts(world, folder / "accounts.csv")
    tables.videos(world, folder / "videos.csv")
    tables.sends(world, folder / "material-sent.csv")
    tables.views(world, folder / "hub-views.csv", ZONE)
    tables.searches(world, folder / "hub-searches.csv")
    tables.plain(world, "release", folder / "release.csv")
