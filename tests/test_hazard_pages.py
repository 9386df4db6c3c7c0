"""A page is known by what its records show: lists called `users` or `tickets` are in every vendor's exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.staged_world import counts, told

OURS = {"id": 7, "email": "ada@quarry.example", "role": "end-user"}
THEIRS = {"id": 7, "emailAddress": "ada@quarry.example", "displayName": "Ada", "role": "member"}


@pytest.mark.parametrize("copies", [1, 2], ids=["landed alone", "landed together"])
def test_another_vendors_list_of_the_same_name_is_refused_with_what_differs(tmp_path: Path, copies: int) -> None:
    files: dict[str, Any] = {f"{number}.json": {"users": [THEIRS | {"id": number}]} for number in range(copies)}
    world = told(tmp_path, "zendesk_support", files)
    assert set(counts(world).values()) == {("rejected", 1, 1)}
    assert (
        "the nearest is users: it lacks 'email'; users does not have 'displayName', 'emailAddress'"
        in (world.messages[0])
    )


@pytest.mark.parametrize("copies", [1, 2], ids=["landed alone", "landed together"])
def test_a_list_of_the_same_name_beside_ones_that_are_known_is_told_of(tmp_path: Path, copies: int) -> None:
    group = {"id": 5, "shared_tickets": False, "name": "Quarry"}
    files = {f"{number}.json": {"organizations": [group], "users": [THEIRS, {"n": number}]} for number in range(copies)}
    world = told(tmp_path, "zendesk_support", files)
    assert set(counts(world).values()) == {("loaded", 1, 0)}
    assert all("lists the connector does not use: 'users'" in (file.reason or "") for file in world.report.files)
    assert world.rows("select count(*) from source.learner") == [(0,)]


def test_an_empty_list_and_a_first_record_that_leaves_something_out_are_the_vendors_own(tmp_path: Path) -> None:
    files = {
        "1.json": {"users": [], "end_of_stream": True},
        "2.json": {"users": [{"id": 8, "role": "admin"}, OURS]},
    }
    world = told(tmp_path, "zendesk_support", files)
    assert counts(world) == {"1.json": ("empty", 0, 0), "2.json": ("loaded", 2, 0)}
    assert world.rows("select count(*) from source.learner") == [(2,)]
