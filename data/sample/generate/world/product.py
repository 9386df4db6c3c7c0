"""What the product, the CRM and the trainers record: use, revenue, releases, certificates, deals, live sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from shapes.links import content_id

from world.cast import learns
from world.clock import LAST_MONTH, iso, months
from world.dice import Dice
from world.facts import Account, World
from world.vocabulary import slug

FEATURES = ["dashboard", "export", "alert", "sync"]


def _spine(world: World) -> list[str]:
    """The program's months, from its first ticket on."""
    return months(world.clock.month_of(min(t.created_at for t in world.tickets)))


def _is_customer(account: Account, at: datetime) -> bool:
    return account.started_at <= at and (account.ended_at is None or account.ended_at > at)


def guide(world: World, people_per_month: dict[str, int]) -> None:
    """In-app guides: short educational ones that most finish, and an announcement that teaches nothing."""
    dice = Dice(world.program_id + " guides")
    rows: list[list[object]] = []
    for month, n in sorted(people_per_month.items()):
        here = world.clock.at(month, world.clock.days(month), 0)
        alive = [
            p
            for p in world.people
            if p.known_at < here and p.account is not None and learns(p, here + timedelta(days=1))
        ]
        for who in dice.some(alive, n):
            topic = dice.pick(world.items).topic
            at = max(world.clock.during(month, 1, 4 if month == LAST_MONTH else 31), who.known_at + timedelta(hours=1))
            steps = dice.between(3, 5)
            account = who.account.account_id if who.account else None
            name = f"tour-{slug(topic.words)}"
            rows.append([iso(at), name, "seen", who.email, account, steps, True])
            end = "completed" if dice.share() < 0.66 else "dismissed"
            rows.append([iso(at + timedelta(minutes=4)), name, end, who.email, account, steps, True])
            if dice.share() < 0.1:
                rows.append([iso(at), "news-banner", "seen", who.email, account, 1, False])
    world.rows["guide_event"] = sorted(rows, key=lambda r: (str(r[0]), str(r[1]), str(r[3])))


def _taught_early(world: World) -> set[int]:
    """Accounts with somebody who learned within 90 days of the start."""
    moments = [(e.person.account, e.latest_at) for e in world.enrolments] + [
        (v.person.account, v.at) for v in world.views
    ]
    return {
        a.number
        for a, at in moments
        if a is not None and at is not None and a.started_at <= at < a.started_at + timedelta(days=90)
    }


def use(world: World) -> None:
    """Product use: people come back monthly; those who learned early reach something of value more often."""
    dice = Dice(world.program_id + " use")
    rows: list[list[object]] = []
    taught = _taught_early(world)
    for month in _spine(world):
        here = world.clock.at(month, world.clock.days(month), 12)
        for who in world.people:
            if (
                who.account is None
                or who.known_at >= here - timedelta(days=2)
                or not _is_customer(who.account, here)
                or dice.share() > 0.7
            ):
                continue
            at = max(world.clock.during(month, 1, 5 if month == LAST_MONTH else 31), who.known_at + timedelta(hours=3))
            is_value = dice.share() < (0.4 if who.account.number in taught else 0.15)
            rows.append([iso(at), who.email, who.account.account_id, dice.pick(FEATURES), is_value])
    world.rows["usage_event"] = sorted(rows, key=lambda r: (str(r[0]), str(r[1])))


def earn(world: World) -> None:
    """Users, seats and recurring revenue per account and month; accounts that learned keep and grow more."""
    dice = Dice(world.program_id + " revenue")
    taught = {e.person.account.number for e in world.enrolments if e.person.account and e.latest_at}
    rows: list[list[object]] = []
    for account in world.accounts:
        seats = dice.between(6, 60)
        arr = seats * 240
        for month in _spine(world):
            opens = world.clock.at(month, 1, 0)
            if account.started_at > world.clock.at(month, world.clock.days(month), 0) or (
                account.ended_at is not None and account.ended_at < opens
            ):
                continue
            is_leaving = account.ended_at is not None and world.clock.month_of(account.ended_at) == month
            grows = dice.share() < (0.05 if account.number in taught else 0.02)
            more, less = (round(arr * 0.1) if grows else 0), (round(arr * 0.05) if dice.share() < 0.01 else 0)
            users = max(2, round(seats * (0.2 + 0.1 * dice.share())))
            lifecycle = "onboarding" if opens - account.started_at < timedelta(days=90) else "live"
            rows.append(
                [account.account_id, f"{month}-01", users, seats, lifecycle, arr, more, less, arr if is_leaving else 0]
            )
            arr += more - less
    world.rows["account_month"] = rows


def release(world: World, per_month: int = 2) -> None:
    """Customer-facing releases, each in an area with content written or edited around then where there is one."""
    dice = Dice(world.program_id + " releases")
    rows: list[list[object]] = []
    for month in _spine(world):
        for n in range(1, per_month + 1):
            if month == LAST_MONTH and n == 2:
                continue
            at = world.clock.at(month, min(6 + 9 * n, world.clock.days(month)) if month != LAST_MONTH else 2, 10)
            near = [
                i
                for i in world.items
                if abs(i.edited_at - at) < timedelta(days=24) or abs(i.published_at - at) < timedelta(days=24)
            ]
            topic = dice.pick(near or world.items).topic
            rows.append([f"R{month.replace('-', '')}{n}", iso(at), topic.area, f"New in {topic.words}", True])
            if n == 1:
                rows.append(
                    [f"P{month.replace('-', '')}", iso(at + timedelta(days=1)), None, "Internal upgrade", False]
                )
    world.rows["release"] = rows


def certify(world: World) -> None:
    """Certificates, one for most completions of the first two courses, valid two years."""
    rows = []
    programs = {i.number for i in world.items if i.kind == "course" and i.number % 10 < 2}
    for e in world.enrolments:
        if e.completed_at is not None and e.item.number in programs:
            rows.append(
                [
                    e.person.email,
                    content_id(e.item),
                    iso(e.completed_at + timedelta(minutes=1)),
                    iso(e.completed_at + timedelta(days=730)),
                ]
            )
    world.rows["certification"] = sorted(rows, key=lambda r: str(r[2]))


def sell(world: World) -> None:
    """Expansion deals with customers: none of the contacts learned before becoming one."""
    dice = Dice(world.program_id + " deals")
    rows: list[list[object]] = []
    for month in _spine(world):
        for _ in range(1 if month == LAST_MONTH else 3):
            at = world.clock.during(month, 2, 4 if month == LAST_MONTH else 25)
            who = dice.pick([p for p in world.people if p.account is not None and p.known_at < at])
            account = who.account.account_id if who.account else None
            rows.append(
                [f"OP-{len(rows) + 1:04d}", iso(at), account, who.email, 1000 * dice.between(4, 60), dice.share() < 0.4]
            )
    world.rows["opportunity"] = rows


def teach(world: World, sessions_per_month: dict[str, int]) -> None:
    """Live sessions of an hour or two, each with five to nine people from different accounts, and a trainer."""
    dice = Dice(world.program_id + " sessions")
    rows: list[list[object]] = []
    for month, n in sorted(sessions_per_month.items()):
        here = world.clock.at(month, 1, 0)
        alive = [p for p in world.people if p.known_at < here and p.account is not None]
        for k in range(n):
            at = world.clock.during(month, 2, 4 if month == LAST_MONTH else 27)
            course = dice.pick([i for i in world.items if i.kind == "course"])
            session = f"LS-{month}-{k + 1}"
            for who in dice.some(alive, dice.between(5, 9)):
                minutes = dice.between(55, 110)
                account = who.account.account_id if who.account else None
                rows.append([iso(at), minutes * 60, who.email, account, content_id(course), session])
            rows.append([iso(at), 7200, world.staff[0].email, None, content_id(course), session])
    world.rows["live_session"] = rows
