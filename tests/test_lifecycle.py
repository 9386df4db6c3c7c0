"""A connector is called stable only where it has read what the vendor's product really wrote, kept under tests/real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.catalogue import read_catalogue

REAL = Path(__file__).parent / "real"
STABLE = {
    name: connector
    for name, connector in read_catalogue().connectors.items()
    if connector.lifecycle == "stable" and connector.streams
}


@pytest.mark.parametrize("name", STABLE)
def test_the_evidence_of_what_is_called_stable_names_a_recording(name: str) -> None:
    folders = re.findall(r"tests/real/(\w+)", " ".join(STABLE[name].evidence))
    origins = [(REAL / folder / "ORIGIN.txt").read_text(encoding="utf-8") for folder in folders]
    recorded = [text for text in origins if not text.startswith("Written for this test")]
    assert any(re.search(r"commit\s+[0-9a-f]{40}", text) for text in recorded), (
        "name the folder of tests/real that holds a recording, or call it experimental"
    )
