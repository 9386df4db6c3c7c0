"""Tidewick: every question is answered by hand; a handful of articles by one person that few need."""

from __future__ import annotations

from pathlib import Path

from shapes import zendesk_guide, zendesk_support
from world import history
from world.facts import World

PLAN = history.Plan(
    program_id="tidewick",
    zone="America/Chicago",
    first="2024-07",
    pack="logistics",
    intents={
        "how_to": 20,
        "cannot_find": 1,
        "training_request": 3,
        "resend_request": 2,
        "access_login": 3,
        "bug": 6,
        "billing": 3,
        "feature_request": 2,
        "feature_question": 1,
        "other": 1,
    },
    known=90,
    new_people=6,
    onboardings=4,
    authors=1,
    articles=6,
    tagged_share=0.0,
    covered=6,
    uncovered_first=True,
    hot_share=0.75,
    link_share=0.04,
    refile=1,
)


def tell() -> World:
    """All facts of the program."""
    return history.tell(PLAN)


def build(exports: Path) -> None:
    """A help desk, and a help center with everything in one drawer."""
    world = tell()
    folder = exports / "tidewick"
    zendesk_support.export(world, folder / "zendesk_support")
    zendesk_guide.export(world, folder / "zendesk_guide", is_sorted=False)
