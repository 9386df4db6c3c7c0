"""A connector is called stable only where it has read what the vendor's product really wrote, kept under tests/real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.catalogue import read_catalogue

REAL = Path(__file__).parent / "real"
RECORDED = {
    "canvas": "canvas", "ga4": "ga4", "hubspot": "hubspot_fivetran", "intercom": "intercom", "pendo": "pendo",
    "xapi": "xapi", "zendesk_support": "zendesk_airbyte",
}  # fmt: skip
STABLE = [
    name
    for name, connector in read_catalogue().connectors.items()
    if connector.lifecycle == "stable" and connector.streams
]


@pytest.mark.parametrize("name", STABLE)
def test_what_is_called_stable_was_seen_on_a_recording(name: str) -> None:
    assert name in RECORDED, f"no recording of {name} is kept; call it experimental"
    origin = (REAL / RECORDED[name] / "ORIGIN.txt").read_text(encoding="utf-8")
    assert not origin.startswith("Written for this test")
    assert re.search(r"commit\s+[0-9a-f]{40}", origin), "an origin names the commit that it was taken from"


def test_every_recording_is_of_a_stable_connector() -> None:
    assert sorted(RECORDED) == sorted(STABLE)
