"""Pulling a vendor's API: everything comes once, through every fault, from where it stopped."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from connectors.catalogue import CONNECTORS, read_catalogue
from connectors.pull_api import Pulled, pull_source
from connectors.pull_contract import Pull, read_pull
from tests.pull_world import Reply, Vendor, Zendesk, serving

ZENDESK = {"subdomain": "acme", "user": "ada@acme.example", "token": "s3cret-t0ken"}


def declared(connector: str) -> Pull:
    found = read_pull(CONNECTORS / connector, set(read_catalogue().connectors[connector].streams))
    assert found is not None
    return found


def pulled(folder: Path, vendor: Vendor, connector: str = "zendesk_support", **given: str) -> Pulled:
    """One pull as a night makes it, without its waiting."""
    settings = {**ZENDESK, "base_url": vendor.url, "requests_per_minute": "100000", **given}
    return pull_source(folder, "acme", connector, pull=declared(connector), given=settings, sleep=lambda _s: None)


def records(found: Pulled, endpoint: str, key: str) -> list[Any]:
    pages = (json.loads(gzip.decompress(page.path.read_bytes())) for page in found.files[endpoint])
    return [record for page in pages for record in page[key]]


def ids(found: Pulled, endpoint: str, key: str) -> list[int]:
    return sorted(record["id"] for record in records(found, endpoint, key))


def test_everything_comes_and_the_end_is_end_of_stream(tmp_path: Path) -> None:
    desk = Zendesk()
    with serving(desk.vendor) as vendor:
        found = pulled(tmp_path, vendor)
    assert found.troubles == ()
    assert ids(found, "tickets", "tickets") == list(range(1, 24))
    assert ids(found, "users", "users") == list(range(100, 108))
    assert set(ids(found, "organizations", "organizations")) == {7, 8, 9}
    assert {record["ticket_id"] for record in records(found, "comments", "ticket_events")} == set(range(1, 24))
    assert len(vendor.paths("/api/v2/incremental/tickets")) == 5  # the fifth says end_of_stream, and names a sixth


def test_a_second_pull_asks_only_for_what_is_new(tmp_path: Path) -> None:
    desk = Zendesk()
    with serving(desk.vendor) as vendor:
        pulled(tmp_path, vendor)
        first = len(vendor.asked)
        desk.tickets.append(desk.ticket(24, changed=100))
        desk.tickets[2] = desk.ticket(3, changed=101)
        found = pulled(tmp_path, vendor)
    again = [str(asked) for asked in vendor.asked[first:]]
    assert len(again) == 4, again  # one page of each list
    assert "cursor=" in again[0] and "start_time" not in again[0]
    assert found.troubles == ()
    assert ids(found, "tickets", "tickets") == sorted([*range(1, 24), 3, 24])


@pytest.mark.parametrize(
    "fault",
    [
        Reply(429, {"error": "rate limit"}, {"Retry-After": "7"}),
        Reply(429, {"error": "rate limit"}),
        Reply(500, {"error": "oops"}),
        Reply(503, None, {"Retry-After": "2"}),
        Reply(cut=True),
        Reply(200, raw=b'{"tickets": [{"id": 1'),
        Reply(200, raw=b"<html>be right back</html>"),
    ],
    ids=["429 with Retry-After", "429 alone", "500", "503", "reset", "cut off", "a web page"],
)
@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_passing_fault_costs_nothing(tmp_path: Path, fault: Reply, at: int) -> None:
    desk = Zendesk()
    desk.vendor.faults[at] = fault
    with serving(desk.vendor) as vendor:
        found = pulled(tmp_path, vendor)
    assert found.troubles == ()
    assert ids(found, "tickets", "tickets") == list(range(1, 24))
    assert len(vendor.paths("/api/v2/incremental/tickets")) == 6
