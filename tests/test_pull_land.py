"""What was pulled lands as any export does: every page is taken for what it is, and the entities are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pull_land import entities
from tests.pull_vendors import Academy, Crm, Desk, Guide, Messenger
from tests.pull_world import Zendesk, serving

GIVEN = {
    "zendesk_support": {"subdomain": "acme", "user": "a@acme.example"},
    "zendesk_guide": {"subdomain": "acme", "user": "a@acme.example"},
    "skilljar": {"domain": "learn.example"},
    "freshdesk": {"subdomain": "acme"},
}


@pytest.mark.parametrize(
    ("connector", "world", "expected"),
    [
        ("zendesk_support", Zendesk, {"ticket": 23, "ticket_comment": 23, "learner": 8, "account": 3}),
        ("zendesk_guide", Guide, {"content_item": 7, "content_vote": 7}),
        ("skilljar", Academy, {"enrollment": 15, "learner": 5, "content_item": 3}),
        ("freshdesk", Desk, {"ticket": 23, "ticket_comment": 23, "content_item": 1}),
        ("intercom", Messenger, {"ticket": 7, "ticket_comment": 7, "content_item": 3, "account": 2}),
        ("hubspot", Crm, {"ticket": 5}),
    ],
)
def test_pulled_pages_land_as_entities(tmp_path: Path, connector: str, world: Any, expected: dict[str, int]) -> None:
    vendor = world().vendor
    with serving(vendor):
        pull = {**GIVEN.get(connector, {}), "token": "t", "base_url": vendor.url, "requests_per_minute": "100000"}
        found, problems = entities(tmp_path / ".waystage", connector, pull)
    assert problems == []
    assert {name: len(found[name]) for name in expected} == expected
