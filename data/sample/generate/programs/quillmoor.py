"""Quillmoor: a good, well-paired base of courses and articles that customers fail to find."""

from __future__ import annotations

from pathlib import Path

from shapes import tables, xapi, zendesk_guide, zendesk_support
from world import history
from world.facts import World

PLAN = history.Plan(
    program_id="quillmoor",
    zone="Asia/Tokyo",
    first="2024-05",
    pack="people",
    intents={
        "how_to": 9,
        "cannot_find": 11,
        "training_request": 2,
        "resend_request": 2,
        "version_confusion": 1,
        "outdated_content": 1,
        "access_login": 3,
        "bug": 6,
        "billing": 3,
        "feature_request": 3,
        "feature_question": 2,
        "other": 1,
    },
    roles=["recruiter", "manager", "payroll"],
    segments=["large", "small"],
    courses=16,
    articles=36,
    covered=22,
    hot_share=0.2,
    link_share=0.5,
    learners=36,
    match=0.3,
    searches=110,
    zero_share=0.34,
    click_share=0.33,
    search_ticket_share=0.08,
    votes=34,
    helpful=0.82,
)


def tell() -> World:
    """All facts of the program."""
    return history.tell(PLAN)


def build(exports: Path) -> None:
    """A help desk, a help center, a learning record store and a search log."""
    world = tell()
    folder = exports / "quillmoor"
    zendesk_support.export(world, folder / "zendesk_support")
    zendesk_guide.export(world, folder / "zendesk_guide")
    xapi.export(world, folder / "statements.ndjson.gz")
    tables.searches(world, folder / "search-log.csv")
