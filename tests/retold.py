"""The story of ferrolake told otherwise: another ticket tool, twice the content, a peak made by one customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.told_world import Telling, World, generator

SWAPPED_AT = datetime(2026, 2, 1, 5, tzinfo=UTC)
DOUBLED_FROM = datetime(2025, 9, 2, 15, tzinfo=UTC)
PEAK = "2025-05"
OF_ONE_ACCOUNT = 45


def another_desk() -> Telling:
    """The help desk is replaced in February 2026: the old one ends, the new one begins, nothing else differs."""
    worlds: list[World] = []

    def old_one(world: World) -> None:
        worlds.append(replace(world, tickets=[one for one in world.tickets if one.created_at >= SWAPPED_AT]))
        world.tickets = [one for one in world.tickets if one.created_at < SWAPPED_AT]

    def new_one(folder: Path) -> None:
        generator("shapes.zendesk_support").export(worlds[0], folder / "new_desk")

    def both(sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        (old,) = (one for one in sources if one["connector"] == "zendesk_support")
        new = {"name": "new_desk", "connector": "zendesk_support"}
        return [*sources, new | {"path": old["path"].replace("zendesk_support", "new_desk")}]

    return Telling("ferrolake", old_one, both, new_one)


def twice_the_content(world: World) -> None:
    """In September 2025 everything there is gets a companion under a title of its own; delivery stays as it was."""
    old = [one for one in world.items if one.published_at < DOUBLED_FROM and one.kind != "course"]
    world.items += [
        replace(
            one,
            number=4000 + one.number,
            title=f"More on {one.title}",
            published_at=DOUBLED_FROM + timedelta(hours=7 * n),
            edited_at=DOUBLED_FROM + timedelta(hours=7 * n),
        )
        for n, one in enumerate(old)
    ]


def one_customers_peak(world: World) -> None:
    """Most learners of the peak are people of one account, enrolled in one go."""
    month_of = world.clock.month_of
    peak = [one for one in world.enrolments if month_of(one.at) == PEAK and one.person.account and not one.is_bulk]
    account = max(world.accounts, key=lambda one: one.started_at < world.clock.at(PEAK, 1, 0))
    moved = {one.person.number for one in peak[:OF_ONE_ACCOUNT]}

    def placed(person: World) -> World:
        local = person.email.split("@")[0]
        known = person.kind == "customer" and person.number in moved
        return replace(person, account=account, email=f"{local}@{account.domain}") if known else person

    at = world.clock.at(PEAK, 6, 10)
    world.people = [placed(one) for one in world.people]
    for name, field in (("tickets", "requester"), ("sends", "person"), ("views", "person"), ("searches", "person")):
        setattr(world, name, [replace(one, **{field: placed(getattr(one, field))}) for one in getattr(world, name)])
    world.votes = [replace(one, person=placed(one.person)) for one in world.votes]
    world.enrolments = [
        replace(one, person=placed(one.person), at=at, is_bulk=True, latest_at=max(at, one.latest_at or at))
        if one in peak and one.person.number in moved
        else replace(one, person=placed(one.person))
        for one in world.enrolments
    ]
