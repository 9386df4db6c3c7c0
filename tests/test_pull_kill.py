"""A pull that is killed at any page, and run again, leaves the rows of one that was left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pull_land import entities
from tests.pull_vendors import Guide
from tests.pull_world import Asked, Vendor, Zendesk, serving

SETTINGS = {"subdomain": "acme", "user": "ada@acme.example", "token": "t", "requests_per_minute": "100000"}
CONNECTORS = ("zendesk_support", "zendesk_guide")


def rows(state: Path, connector: str, vendor: Vendor) -> Any:
    """What landing and the connector's SQL make of a pull."""
    found, problems = entities(state, connector, {**SETTINGS, "base_url": vendor.url})
    assert problems == []
    assert sum(map(len, found.values())) > 20
    return found


def killed_after(state: Path, connector: str, vendor: Vendor, requests: int) -> bool:
    """Pulls in a process that dies as it reads the answer to one of its requests; False where it came to its end."""
    process: subprocess.Popen[bytes] | None = None
    routes, seen = dict(vendor.routes), 0

    def deadly(asked: Asked) -> Any:
        nonlocal seen
        seen += 1
        if seen == requests and process is not None:
            os.kill(process.pid, signal.SIGKILL)
        prefix = max((one for one in routes if asked.path.startswith(one)), key=len)
        return routes[prefix](asked)

    given_ = json.dumps({**SETTINGS, "base_url": vendor.url})
    command = [sys.executable, "-m", "tests.pull_kill", str(state / "pulled"), connector, given_]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    vendor.routes = {"/": deadly}
    try:
        return process.wait(60) != 0
    finally:
        vendor.routes = routes


@pytest.fixture(scope="module")
def desks() -> Any:
    support, guide = Zendesk(), Guide()
    with serving(support.vendor), serving(guide.vendor), tempfile.TemporaryDirectory() as alone:
        expected = {
            "zendesk_support": rows(Path(alone, "a", ".waystage"), "zendesk_support", support.vendor),
            "zendesk_guide": rows(Path(alone, "b", ".waystage"), "zendesk_guide", guide.vendor),
        }
        yield {"zendesk_support": support.vendor, "zendesk_guide": guide.vendor}, expected


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(connector=st.sampled_from(CONNECTORS), kills=st.lists(st.integers(1, 14), min_size=1, max_size=2))
def test_a_kill_at_any_page_and_another_run_give_the_same_rows(desks: Any, connector: str, kills: list[int]) -> None:
    vendors, expected = desks
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder, ".waystage")
        state.mkdir()
        for requests in kills:
            killed_after(state, connector, vendors[connector], requests)
        assert rows(state, connector, vendors[connector]) == expected[connector]


def test_a_killed_pull_goes_on_from_where_it_stopped(desks: Any, tmp_path: Path) -> None:
    vendor: Vendor = desks[0]["zendesk_support"]
    assert killed_after(tmp_path / ".waystage", "zendesk_support", vendor, 4)
    before = len(vendor.asked)
    rows(tmp_path / ".waystage", "zendesk_support", vendor)
    first = vendor.asked[before]
    assert "cursor" in first.query, str(first)  # not from the beginning
