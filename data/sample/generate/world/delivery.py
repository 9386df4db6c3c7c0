"""How staff hand learning content over: what a new account is sent, and what else goes out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shapes.links import url_of

from world.clock import LAST_MONTH
from world.facts import Account, Item, Person, Send, World
from world.vocabulary import slug

EXTENSIONS = {"video": "mp4", "article": "pdf", "course": "pdf", "path": "pdf"}


@dataclass(frozen=True)
class Outbox:
    """Per month: all sends of learning content, the share sent as files, and how many things a new account gets.

    `versions` is how many differently named copies of one item are in circulation.
    """

    total: dict[str, int]
    attachment_share: dict[str, float]
    destinations: dict[str, int]
    versions: dict[str, int]
    hub_url: str


def file_name(item: Item, version: int) -> str:
    """The file a colleague keeps of an item."""
    return f"{slug(item.topic.words)}-{item.kind}-v{version}.{EXTENSIONS[item.kind]}"


def send(world: World, outbox: Outbox) -> list[Send]:
    """The sends that, together with what went out in ticket replies, make the month's planned totals.

    Items are taken in turn, so that every item reaches several accounts over a quarter.
    """
    clock, dice = world.clock, world.dice
    in_replies: dict[str, list[int]] = {}  # month -> [links, files] already sent in ticket replies
    for ticket in world.tickets:
        for reply in ticket.replies:
            tally = in_replies.setdefault(clock.month_of(reply.at), [0, 0])
            tally[0] += len(reply.links)
            tally[1] += len(reply.files)
    contact = {p.account.number: p for p in reversed(world.people) if p.account is not None}
    sends: list[Send] = []
    turn = 0
    for month in sorted(outbox.total):
        end = clock.at(month, clock.days(month), 12)
        links_out, files_out = in_replies.get(month, [0, 0])
        files_left = round(outbox.total[month] * outbox.attachment_share[month]) - files_out
        links_left = outbox.total[month] - files_out - links_out - files_left
        fresh = [a for a in world.accounts if a.is_onboarded and clock.month_of(a.started_at) == month]
        older = [
            a
            for a in world.accounts
            if a.started_at < end - timedelta(days=75) and (a.ended_at is None or a.ended_at > end)
        ]
        if min(files_left, links_left) < 0:
            raise ValueError(
                f"{month}: ticket replies alone send more than planned: {files_out} files, {links_out} links"
            )
        ready = [i for i in world.items if i.published_at < clock.at(month, 1, 0)] or world.items[:8]
        # a few items travel only as files, the others only as links, once copies are under control
        filed = ready[: max(3, len(ready) // 8)] if outbox.versions[month] == 1 else ready
        linked = [i for i in ready if i not in filed] if outbox.versions[month] == 1 else ready
        jobs: list[tuple[Account, datetime]] = []
        for account in fresh:
            jobs += [
                (account, account.started_at + timedelta(hours=3 + 2 * n)) for n in range(outbox.destinations[month])
            ]
        is_single = outbox.destinations[month] == 1
        if is_single:  # one link per onboarding: the hub itself
            for account, at in jobs:
                sends.append(Send(at, _contact(contact, account), "link", None, outbox.hub_url))
            links_left -= len(jobs)
            jobs = []
        spare = files_left + links_left - len(jobs)
        if spare < 0:
            raise ValueError(f"{month}: {len(jobs)} sends to new accounts are more than the month's total leaves")
        jobs += [
            (older[(turn + 7 * n) % len(older)], clock.during(month, 2, 4 if month == LAST_MONTH else 27))
            for n in range(spare)
        ]
        forms = dice.shares(len(jobs), {"attachment": files_left, "link": links_left}) if jobs else []
        for n, ((account, at), form) in enumerate(zip(jobs, forms, strict=True)):
            pool = filed if form == "attachment" else linked
            item = pool[(turn + n) % len(pool)]
            asset = (
                file_name(item, 1 + (turn + n) % outbox.versions[month])
                if form == "attachment"
                else url_of(world, item)
            )
            sends.append(Send(at, _contact(contact, account), form, item, asset))
        turn += len(jobs)
    return sorted(sends, key=lambda s: s.at)


def _contact(contact: dict[int, Person], account: Account) -> Person:
    """The account's first person, or one made up for an account nobody has met in any tool yet."""
    known = contact.get(account.number)
    if known:
        return known
    return Person(-1, "Project Lead", f"project.lead@{account.domain}", account, "admin", "en", account.started_at)
