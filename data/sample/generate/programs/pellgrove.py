"""Pellgrove: well-written help, but training means a live session; the academy serves a few."""

from __future__ import annotations

from pathlib import Path

from shapes import skilljar, tables, zendesk_guide, zendesk_support
from world import history, product
from world.facts import World

PLAN = history.Plan(
    program_id="pellgrove",
    zone="Asia/Kolkata",
    first="2024-08",
    pack="data",
    intents={
        "how_to": 11,
        "cannot_find": 7,
        "training_request": 9,
        "resend_request": 2,
        "access_login": 2,
        "bug": 5,
        "billing": 3,
        "feature_request": 2,
        "feature_question": 1,
        "other": 1,
    },
    roles=["admin", "analyst", "engineer"],
    standing=56,
    known=130,
    courses=15,
    articles=34,
    covered=22,
    link_share=0.45,
    hot_share=0.25,
    learners=5,
    registered=10,
    match=0.3,
    votes=26,
)


def tell() -> World:
    """All facts of the program."""
    world = history.tell(PLAN)
    product.teach(world, history.counts(PLAN, 9))
    return world


def build(exports: Path) -> None:
    """A help desk, a help center, a small academy, accounts and the attendance of live sessions."""
    world = tell()
    folder = exports / "pellgrove"
    zendesk_support.export(world, folder / "zendesk_support")
    zendesk_guide.export(world, folder / "zendesk_guide")
    skilljar.export(world, folder / "skilljar", skilljar.members_of(world, history.registered(PLAN, world)))
    tables.accounts(world, folder / "accounts.csv")
    tables.plain(world, "live_session", folder / "live_sessions.csv")
