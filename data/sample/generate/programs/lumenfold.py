"""Lumenfold: one link per onboarding and guides inside the product; no CRM export, so no proof of what it is worth."""

from __future__ import annotations

from pathlib import Path

from shapes import skilljar, tables, zendesk_guide, zendesk_support
from world import history, product
from world.facts import World

PLAN = history.Plan(
    program_id="lumenfold",
    zone="America/Los_Angeles",
    first="2024-09",
    pack="people",
    intents={
        "how_to": 14,
        "cannot_find": 1,
        "training_request": 2,
        "outdated_content": 1,
        "access_login": 4,
        "bug": 7,
        "billing": 4,
        "feature_request": 3,
        "feature_question": 2,
        "certification_admin": 1,
        "other": 1,
    },
    roles=["recruiter", "manager", "payroll"],
    segments=["large", "small"],
    standing=60,
    onboardings=9,
    known=200,
    new_people=8,
    courses=15,
    articles=40,
    covered=23,
    link_share=0.5,
    sends=45,
    attachment_share=0.04,
    destinations=1,
    versions=1,
    learners=30,
    match=0.75,
    users=90,
    surfaces={"portal": 0.45, "in_app": 0.4, "widget": 0.15},
    searches=50,
    votes=20,
)


def tell() -> World:
    """All facts of the program."""
    world = history.tell(PLAN)
    product.guide(world, history.counts(PLAN, 45))
    return world


def build(exports: Path) -> None:
    """A help desk, a help center, an academy, the hub's two logs, in-app guides and what was sent by hand."""
    world = tell()
    folder = exports / "lumenfold"
    zendesk_support.export(world, folder / "zendesk_support")
    zendesk_guide.export(world, folder / "zendesk_guide")
    skilljar.export(world, folder / "skilljar", skilljar.members_of(world, history.registered(PLAN, world)))
    tables.sends(world, folder / "material-sent.csv")
    tables.views(world, folder / "hub-views.csv.gz", PLAN.zone)
    tables.searches(world, folder / "hub-searches.csv")
    tables.plain(world, "guide_event", folder / "guide_events.csv")
