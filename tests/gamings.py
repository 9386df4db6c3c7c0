"""Eight ways to look more mature than one is, as changes to the facts of a sample program.

Each begins in `SINCE` and is what a team could do in an afternoon, without a customer learning anything more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.told_world import Change, World, generator

SINCE = datetime(2026, 3, 10, 9, tzinfo=UTC)
MONTHS = [SINCE + timedelta(days=30 * n) for n in range(4)]


def duplicate_articles(world: World) -> None:
    """Every article twice, the copies under the names of all colleagues in turn."""
    articles = [item for item in world.items if item.kind == "article" and item.published_at < SINCE]
    authors = len([one for one in world.staff if one.kind == "staff"])
    world.items += [
        replace(
            one,
            number=5000 + one.number,
            author=n % authors,
            published_at=SINCE + timedelta(days=n % 90),
            edited_at=SINCE + timedelta(days=n % 90),
        )
        for n, one in enumerate(articles)
    ]


def complete_courses(world: World) -> None:
    """Every enrolment of the past marked complete at one instant of each month."""
    for at in MONTHS:
        world.enrolments = [
            replace(one, completed_at=at, latest_at=at) if one.completed_at is None and one.at < at else one
            for one in world.enrolments
        ]


def link_everybody(world: World) -> None:
    """One link to every account, each month."""
    facts = generator("world.facts")
    contact = {one.account.number: one for one in reversed(world.people) if one.account is not None}
    ready = [item for item in world.items if item.published_at < SINCE]
    url_of = generator("shapes.links").url_of
    for n, at in enumerate(MONTHS):
        item = ready[n]
        world.sends += [
            facts.Send(at + timedelta(seconds=k), contact[account.number], "link", item, url_of(world, item))
            for k, account in enumerate(world.accounts)
            if account.number in contact
            and account.started_at < at
            and (account.ended_at is None or account.ended_at > at)
        ]
    world.sends.sort(key=lambda send: send.at)


def disable_form(world: World) -> None:
    """The form on the web site is gone: no ticket comes by it any more."""
    world.tickets = [one for one in world.tickets if one.created_at < SINCE or one.channel != "web"]


def close_desk(world: World) -> None:
    """No ticket is taken at all."""
    world.tickets = [one for one in world.tickets if one.created_at < SINCE]


def tag_for_all(world: World) -> None:
    """Every item tagged for everybody, at every point of the journey."""
    world.items = [
        replace(one, audience="all", journey=one.journey or "any", lifecycle=one.lifecycle if one.audience else None)
        for one in world.items
    ]


def default_result(world: World) -> None:
    """A search that finds nothing shows the start page instead."""
    world.searches = [
        replace(one, results=1) if one.results == 0 and one.at >= SINCE else one for one in world.searches
    ]


def touch_everything(world: World) -> None:
    """All items saved again within an hour, without a change."""
    at = datetime(2026, 6, 16, 9, tzinfo=UTC)
    world.items = [
        replace(one, edited_at=at + timedelta(seconds=30 * n)) if one.published_at < at else one
        for n, one in enumerate(world.items)
    ]


def link_files(world: World) -> None:
    """The same files, behind links."""
    world.sends = [
        replace(one, form="link", asset=f"https://files.{world.staff_domain}/{one.asset}")
        if one.form == "attachment" and one.at >= SINCE
        else one
        for one in world.sends
    ]

    def linked(reply: World) -> World:
        addresses = " ".join(f"https://files.{world.staff_domain}/{name}" for name in reply.files)
        return replace(reply, files=(), body=f"{reply.body} {addresses}") if reply.files else reply

    world.tickets = [
        replace(one, replies=tuple(map(linked, one.replies))) if one.created_at >= SINCE else one
        for one in world.tickets
    ]


GAMINGS: Mapping[str, Change] = {
    "duplicate-articles": duplicate_articles,
    "complete-courses": complete_courses,
    "link-everybody": link_everybody,
    "disable-form": disable_form,
    "close-desk": close_desk,
    "tag-for-all": tag_for_all,
    "default-result": default_result,
    "touch-everything": touch_everything,
    "link-files": link_files,
}
