"""Osprel: customers teach themselves, and CRM and product records show what it is worth."""

from __future__ import annotations

from pathlib import Path

from shapes import skilljar, tables, zendesk_guide, zendesk_support
from world import history, product
from world.facts import World

PLAN = history.Plan(
    program_id="osprel",
    zone="Australia/Sydney",
    first="2024-04",
    pack="data",
    intents={
        "how_to": 8,
        "cannot_find": 1,
        "training_request": 1,
        "access_login": 4,
        "bug": 10,
        "billing": 5,
        "feature_request": 4,
        "feature_question": 2,
        "certification_admin": 1,
        "other": 1,
    },
    roles=["admin", "analyst", "engineer"],
    standing=70,
    churn_every=8,
    onboardings=8,
    known=500,
    new_people=10,
    courses=20,
    articles=40,
    covered=23,
    link_share=0.5,
    sends=36,
    attachment_share=0.03,
    destinations=1,
    versions=1,
    learners={"2024-04": 40, "2025-01": 55},
    match=0.75,
    back=0.5,
    completes=0.85,
    users={"2024-04": 90, "2025-01": 180},
    views_per_user=1,
    surfaces={"portal": 0.45, "in_app": 0.4, "widget": 0.15},
    searches=60,
    votes=24,
    edited_from="2026-01",
)


def tell() -> World:
    """All facts of the program."""
    world = history.tell(PLAN)
    product.guide(world, history.counts(PLAN, 190))
    product.use(world)
    product.earn(world)
    product.release(world, per_month=1)
    product.certify(world)
    product.sell(world)
    return world


def build(exports: Path) -> None:
    """Every kind of source there is."""
    world = tell()
    folder = exports / "osprel"
    zendesk_support.export(world, folder / "zendesk_support")
    zendesk_guide.export(world, folder / "zendesk_guide")
    skilljar.export(world, folder / "skilljar", skilljar.members_of(world, history.registered(PLAN, world)))
    tables.accounts(world, folder / "accounts.csv")
    tables.sends(world, folder / "material-sent.csv")
    tables.views(world, folder / "hub-views.csv.gz", PLAN.zone)
    tables.searches(world, folder / "hub-searches.csv")
    for entity in ("account_month", "release", "certification", "opportunity"):
        tables.plain(world, entity, folder / f"{entity}.csv")
    for entity in ("guide_event", "usage_event"):
        tables.plain(world, entity, folder / f"{entity}.csv.gz")
