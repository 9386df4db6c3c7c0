"""Brackenholt: content in two languages and for each role, still handed over as files that customers ask for again."""

from __future__ import annotations

from pathlib import Path

from shapes import skilljar, tables, zendesk_guide, zendesk_support
from world import history
from world.facts import World

PLAN = history.Plan(
    program_id="brackenholt",
    zone="Europe/Berlin",
    first="2024-06",
    pack="logistics",
    intents={
        "how_to": 14,
        "cannot_find": 1,
        "training_request": 2,
        "resend_request": 5,
        "version_confusion": 2,
        "localization_request": 1,
        "access_login": 3,
        "bug": 6,
        "billing": 3,
        "feature_request": 2,
        "feature_question": 2,
        "certification_admin": 1,
        "other": 1,
    },
    standing=50,
    onboardings=6,
    known=160,
    locales=["en", "de"],
    segments=["enterprise", "mid-market", "starter"],
    courses=15,
    articles=40,
    covered=22,
    link_share=0.4,
    refile=1,
    sends=80,
    attachment_share=0.5,
    destinations=5,
    versions=3,
    learners=40,
    match=0.75,
    users=70,
    searches=60,
    votes=20,
)


def tell() -> World:
    """All facts of the program."""
    return history.tell(PLAN)


def build(exports: Path) -> None:
    """A help desk, a bilingual help center, an academy and four tables."""
    world = tell()
    folder = exports / "brackenholt"
    zendesk_support.export(world, folder / "zendesk_support")
    zendesk_guide.export(world, folder / "zendesk_guide", locales=("de",))
    skilljar.export(world, folder / "skilljar", skilljar.members_of(world, history.registered(PLAN, world)))
    tables.accounts(world, folder / "accounts.csv")
    tables.sends(world, folder / "material-sent.csv")
    tables.views(world, folder / "hub-views.csv.gz", PLAN.zone)
    tables.searches(world, folder / "hub-searches.csv")
