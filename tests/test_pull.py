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
from tests.pull_vendors import Academy, Crm, Desk, Guide, Messenger
from tests.pull_world import REFUSED, Asked, Reply, Vendor, Zendesk, serving

ZENDESK = {"subdomain": "acme", "user": "ada@acme.example", "token": "s3cret-t0ken"}


def declared(connector: str) -> Pull:
    found = read_pull(CONNECTORS / connector, set(read_catalogue().connectors[connector].streams))
    assert found is not None
    return found


def pulled(folder: Path, vendor: Vendor, connector: str = "zendesk_support", **given: str) -> Pulled:
    """One pull as a night makes it, without its waiting."""
    known = declared(connector).settings
    own = {key: value for key, value in {**ZENDESK, "domain": "learn.example"}.items() if key in known}
    settings = {**own, "base_url": vendor.url, "requests_per_minute": "100000", **given}
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


def test_the_boundary_second_comes_twice_and_counts_once(tmp_path: Path) -> None:
    desk = Zendesk(tickets=12, size=5)
    with serving(desk.vendor) as vendor:
        found = pulled(tmp_path, vendor)
    events = [record["id"] for record in records(found, "comments", "ticket_events")]
    assert len(events) > len(set(events)) == 12  # a page begins with the second the one before ended in


def test_an_expired_cursor_begins_again_at_the_last_time_known(tmp_path: Path) -> None:
    desk = Zendesk()
    with serving(desk.vendor) as vendor:
        pulled(tmp_path, vendor)
        desk.expired.add(f"{desk.tickets[-1]['generated_timestamp']}-23")
        desk.tickets.append(desk.ticket(24, changed=100))
        before = len(vendor.asked)
        found = pulled(tmp_path, vendor)
    refused, again = vendor.asked[before], vendor.asked[before + 1]
    assert "cursor" in refused.query and "start_time" in again.query
    assert int(again.query["start_time"]) == desk.tickets[22]["generated_timestamp"] - 120
    assert found.troubles == ()
    assert set(ids(found, "tickets", "tickets")) == set(range(1, 25))


def test_an_earlier_since_brings_the_older_ones(tmp_path: Path) -> None:
    desk = Zendesk()
    with serving(desk.vendor) as vendor:
        assert set(ids(pulled(tmp_path, vendor, since="2025-01-01T12:00:00"), "tickets", "tickets")) == set(
            range(12, 24)
        )
        users = ids(pulled(tmp_path, vendor, since="2025-01-01T12:00:00"), "users", "users")
        assert users == list(range(100, 108))  # people are needed however old
        found = pulled(tmp_path, vendor, since="2025-01-01")
    assert set(ids(found, "tickets", "tickets")) == set(range(1, 24))


def test_another_account_is_another_pull(tmp_path: Path) -> None:
    with serving(Zendesk(tickets=9).vendor) as vendor:
        pulled(tmp_path, vendor)
    with serving(Zendesk(tickets=2).vendor) as vendor:
        found = pulled(tmp_path, vendor)
    assert ids(found, "tickets", "tickets") == [1, 2]


def test_a_run_ends_at_its_most_pages_and_the_next_goes_on(tmp_path: Path) -> None:
    desk = Zendesk()
    with serving(desk.vendor) as vendor:
        found = pulled(tmp_path, vendor, max_pages="3")
        assert [trouble.endpoint for trouble in found.troubles] == ["tickets"]
        assert "3 pages" in found.troubles[0].seen
        assert len(ids(found, "tickets", "tickets")) == 15
        found = pulled(tmp_path, vendor)
    assert found.troubles == ()
    assert ids(found, "tickets", "tickets") == list(range(1, 24))


def test_the_wait_the_vendor_asks_for_is_kept(tmp_path: Path) -> None:
    desk, waited = Zendesk(), []
    desk.vendor.faults[2] = Reply(429, {}, {"Retry-After": "37"})
    with serving(desk.vendor) as vendor:
        given = {**ZENDESK, "base_url": vendor.url, "requests_per_minute": "100000"}
        pull_source(tmp_path, "acme", "z", pull=declared("zendesk_support"), given=given, sleep=waited.append)
    assert waited == [37.0]


def test_no_more_is_asked_in_a_minute_than_the_vendor_allows(tmp_path: Path) -> None:
    desk, waited = Zendesk(), []
    with serving(desk.vendor) as vendor:
        given = {**ZENDESK, "base_url": vendor.url}
        pull_source(tmp_path, "acme", "z", pull=declared("zendesk_support"), given=given, sleep=waited.append)
    # ten a minute for tickets, events and organizations together, twenty for users
    assert len(vendor.asked) > 10 and len(waited) >= 1 and 50 < waited[0] <= 60


@pytest.mark.parametrize(
    ("reply", "told", "todo"),
    [
        (Reply(401, REFUSED), "the token is not accepted", "add an API token"),
        (
            Reply(302, None, {"Location": "https://elsewhere.example/"}),
            "there is no such account",
            "correct the address",
        ),
        (Reply(404, {"error": "No help desk"}), "there is no such account", "correct the address"),
        (Reply(500, {}), "the vendor has a fault", "run again later"),
        (Reply(418, {}), "is not understood", "update Waystage"),
        (Reply(200, {"items": []}), "not a list `tickets`, but: items", "update Waystage"),
        (Reply(200, {"tickets": []}), "does not say `end_of_stream`", "update Waystage"),
        (Reply(200, raw=b"<html>sign in</html>"), "a web page", "login page"),
    ],
)
def test_each_refusal_is_named_for_what_it_is(tmp_path: Path, reply: Reply, told: str, todo: str) -> None:
    with serving(Vendor({"/": lambda _asked: reply})) as vendor:
        found = pulled(tmp_path, vendor)
    first = found.troubles[0]
    assert told in first.seen and todo in first.what_to_do, first
    if reply.status in (302, 401, 404):
        assert len(found.troubles) == 1  # said once, not for every list


def test_nobody_at_the_address_is_told_without_a_traceback(tmp_path: Path) -> None:
    vendor = Vendor({}, url="http://127.0.0.1:9")
    found = pulled(tmp_path, vendor)
    assert len(found.troubles) == 1 and "cannot be reached" in found.troubles[0].seen


def test_a_next_link_to_another_host_gets_no_token(tmp_path: Path) -> None:
    desk = Zendesk()  # its pages name acme.zendesk.com as the next page's host
    with serving(desk.vendor) as vendor:
        found = pulled(tmp_path, vendor)
    assert found.troubles == ()
    assert len(vendor.paths("/api/v2/incremental/ticket_events")) > 1


def test_a_cursor_that_does_not_move_ends_the_list_and_is_told(tmp_path: Path) -> None:
    page = {"tickets": [Zendesk.ticket(1)], "after_cursor": "same", "end_of_stream": False}
    with serving(Vendor({"/": lambda _asked: page})) as vendor:
        found = pulled(tmp_path, vendor)
    assert "again and again" in found.troubles[0].seen
    assert len(vendor.paths("/api/v2/incremental/tickets")) == 2


def test_what_a_help_centre_deleted_is_gone_and_what_it_has_comes_with_votes(tmp_path: Path) -> None:
    guide = Guide()
    with serving(guide.vendor) as vendor:
        found = pulled(tmp_path, vendor, "zendesk_guide")
        assert found.troubles == ()
        assert ids(found, "articles", "articles") == list(range(1, 8))
        assert len(found.files["votes"]) == 1 + 2 + 1 + 2 + 1  # one a page; articles without votes are not asked
        assert len(vendor.paths("/api/v2/help_center/articles/3/votes")) == 0
        assert found.files["votes"][0].name == "articles/1/votes page 000001"
        del guide.articles[1]
        found = pulled(tmp_path, vendor, "zendesk_guide")
    assert ids(found, "articles", "articles") == [1, *range(3, 8)]
    assert not any("articles/2/" in page.name for page in found.files["votes"] + found.files["translations"])


def test_an_interrupted_list_leaves_the_one_before_in_force(tmp_path: Path) -> None:
    guide = Guide()
    with serving(guide.vendor) as vendor:
        pulled(tmp_path, vendor, "zendesk_guide")
        guide.articles.append({**guide.articles[0], "id": 99})
        found = pulled(tmp_path, vendor, "zendesk_guide", max_pages="1")
        assert ids(found, "articles", "articles") == list(range(1, 8))
        before = len(vendor.asked)
        found = pulled(tmp_path, vendor, "zendesk_guide")
    assert "page[after]" in vendor.asked[before].query
    assert 99 in ids(found, "articles", "articles")


def test_a_missing_page_is_noticed_asked_for_again_and_told(tmp_path: Path) -> None:
    academy = Academy()
    with serving(academy.vendor) as vendor:
        assert pulled(tmp_path, vendor, "skilljar").troubles == ()
        academy.hidden = {"/v1/domains/learn.example/users#2"}
        found = pulled(tmp_path, vendor, "skilljar")
    assert [(one.endpoint, one.seen) for one in found.troubles] == [
        ("users", "the pages hold 3 of the 5 records the vendor counts: pages are missing")
    ]
    assert len(records(found, "users", "results")) == 5  # the whole list of the pull before stays


def test_an_academy_comes_with_enrolments_progress_and_sign_up_fields(tmp_path: Path) -> None:
    academy = Academy()
    with serving(academy.vendor) as vendor:
        found = pulled(tmp_path, vendor, "skilljar")
    assert found.troubles == ()
    assert len(records(found, "enrollments", "results")) == 15
    assert [page.name for page in found.files["user_courses"]][:2] == [
        "users/u0/published-courses page 000001",
        "users/u1/published-courses page 000001",
    ]
    assert len(found.files["user_details"]) == 5


def test_a_desk_of_many_pages_is_read_beyond_its_last_and_loses_no_ticket_that_moves(tmp_path: Path) -> None:
    desk = Desk(tickets=40, most=3)
    for ticket in desk.tickets[10:25]:
        ticket["updated_at"] = Desk.ticket(0, 11)["updated_at"]  # one second holds more than a page
    touched = False

    def route(asked: Asked) -> Any:
        nonlocal touched
        asked.query["per_page"] = "10"
        reply = desk.route(asked)
        if asked.path.endswith("/tickets") and not touched:  # while pages are turned an early ticket changes
            touched = True
            desk.tickets[2] = Desk.ticket(3, 60)
        return reply

    declaration = declared("freshdesk")
    sized = {
        name: one.model_copy(update={"paging": one.paging.model_copy(update={"size": 10, "most": 3})})
        for name, one in declaration.endpoints.items()
    }
    with serving(Vendor({"/api/v2/": route})) as vendor:
        given = {"subdomain": "acme", "token": "t", "base_url": vendor.url, "requests_per_minute": "100000"}
        found = pull_source(
            tmp_path, "acme", "f", pull=declaration.model_copy(update={"endpoints": sized}), given=given
        )
    assert found.troubles == ()
    tickets = [one for page in found.files["tickets"] for one in json.loads(gzip.decompress(page.path.read_bytes()))]
    assert {one["id"] for one in tickets} == set(range(1, 41))
    assert all(int(asked.query["page"]) <= 3 for asked in vendor.asked if "page" in asked.query)
    assert len(found.files["conversations"]) == 40
    assert [page.name for page in found.files["solution_articles"]] == ["folders/2/articles page 000001"]


def test_a_messenger_is_searched_by_the_cursor_in_the_body_and_again_from_a_day_before(tmp_path: Path) -> None:
    messenger = Messenger()
    with serving(messenger.vendor) as vendor:
        found = pulled(tmp_path, vendor, "intercom")
        assert found.troubles == ()
        assert len({one["id"] for one in records(found, "conversations", "conversations")}) == 7
        assert len(found.files["conversation_parts"]) == 7
        assert len(records(found, "articles", "data")) == 3
        assert len(records(found, "companies", "data")) == 4  # two pages of one scroll, then an empty one
        before = len(vendor.asked)
        pulled(tmp_path, vendor, "intercom")
    again = [asked for asked in vendor.asked[before:] if asked.path == "/conversations/search"]
    assert [asked.body["query"]["value"] for asked in again] == [messenger.conversations[-1]["updated_at"] - 86400]


def test_a_crm_gives_the_properties_asked_for_and_what_was_archived(tmp_path: Path) -> None:
    with serving(Crm().vendor) as vendor:
        found = pulled(tmp_path, vendor, "hubspot")
    assert found.troubles == ()
    assert [record["id"] for record in records(found, "tickets", "results")] == ["0", "1", "2", "3", "4"]
    assert records(found, "archived_tickets", "results")[0]["archived"] is True
    assert vendor.asked[0].headers["Authorization"] == "Bearer s3cret-t0ken"


def test_progress_is_told_with_counts(tmp_path: Path) -> None:
    said: list[str] = []
    with serving(Zendesk().vendor) as vendor:
        given = {**ZENDESK, "base_url": vendor.url, "requests_per_minute": "100000"}
        pull_source(tmp_path, "acme", "zd", pull=declared("zendesk_support"), given=given, say=said.append)
    assert "pulling zd tickets: page 5, 23 records" in said


def test_what_is_on_disk_is_what_the_vendor_sent(tmp_path: Path) -> None:
    raw = b'{"tickets": [ {"id": 1,   "subject": "a"} ], "after_cursor": "c", "end_of_stream": true}'
    with serving(Vendor({"/": lambda _asked: Reply(200, raw=raw)})) as vendor:
        found = pulled(tmp_path, vendor)
    assert gzip.decompress(found.files["tickets"][0].path.read_bytes()) == raw
