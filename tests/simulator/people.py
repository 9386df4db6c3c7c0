"""Who there is: accounts that come and go, their people, the staff and a test user, and learners from the market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.simulator.facts import Facts, during
from tests.simulator.program import Program

Array = NDArray[Any]
NEVER = np.datetime64("2100-01-01", "s")


@dataclass(frozen=True)
class People:
    """Accounts and people as arrays; a person's `account` is a position, -1 for one of the market."""

    account_id: Array
    account_start: Array
    account_end: Array
    is_taught: Array  # accounts that learn at all: some never do
    account: Array
    email: Array
    is_known: Array  # whether the tools of learning tell the person's account
    role: Array
    segment: Array
    locale: Array
    since: Array
    keenness: Array
    staff: list[str]

    def present(self, program: Program, month: int) -> Array:
        """Weight of every customer who has an account in force in a month: 1 or 0."""
        start, end = bounds(program, month)
        where = np.clip(self.account, 0, None)
        in_force = (self.account_start[where] < end) & (self.account_end[where] >= start)
        return np.asarray(in_force & (self.account >= 0) & (self.since < end))

    def accounts_at(self, program: Program, month: int) -> Array:
        """Positions of the accounts in force at the end of a month."""
        _, end = bounds(program, month)
        return np.flatnonzero((self.account_start < end) & (self.account_end >= end))


def bounds(program: Program, month: int) -> tuple[np.datetime64, np.datetime64]:
    """First instants of a month and of the next."""
    first = program.months[month]
    return tuple(
        one.to_datetime64().astype("datetime64[s]")
        for one in (first, first + np.timedelta64(1, "D") * first.days_in_month)
    )  # type: ignore[return-value]


def populate(draw: np.random.Generator, program: Program, facts: Facts) -> People:
    """Tells accounts and learners."""
    first, _ = bounds(program, 0)
    standing = first - draw.integers(60, 900, program.accounts).astype("timedelta64[D]")
    starts = [standing]
    size = float(program.accounts)
    for month in range(len(program.months)):
        new = int(draw.poisson(size * program.growth))
        starts.append(during(draw, program, month, new, 26))
        size += new
    start = np.concatenate(starts)
    lives = draw.exponential(30 / program.churn, len(start)).astype("timedelta64[D]")
    end = np.where(start + lives > np.datetime64("2026-06-30"), NEVER, np.maximum(start + lives, first))
    number = np.arange(len(start))
    account_id = np.array([f"{program.program_id}-A{one:04d}" for one in number], dtype=object)
    domain = np.array([f"c{one:04d}-{program.program_id}.example" for one in number], dtype=object)
    segment = draw.choice(program.segments, len(start))
    facts.add(
        "account",
        account_id=account_id,
        name=[f"Customer {one}" for one in number],
        domain=domain,
        started_at=start,
        ended_at=np.where(end == NEVER, np.datetime64("NaT"), end),
        segment=segment,
    )
    count = 1 + draw.poisson(program.users_per_account - 1, len(start))
    account = np.repeat(number, count)
    total = len(account)
    market = round(total * 0.6) if program.in_place["market"].any() else int(total * 0.04)
    is_known = draw.random(total) < program.level["known_accounts"][-1]
    email = np.array(
        [
            f"u{one}@{domain[owner]}" if known else f"u{one}.{program.program_id}@gmail.com"
            for one, (owner, known) in enumerate(zip(account, is_known, strict=True))
        ],
        dtype=object,
    )
    outsiders = np.array([f"o{one}@prospect{one % 97}-{program.program_id}.example" for one in range(market)], object)
    foreign = draw.random(total + market) < (program.foreign_share if len(program.locales) > 1 else 0.0)
    abroad = draw.choice(program.locales[1:] or ["en"], total + market)
    arrived = start[account] + draw.integers(0, 60, total).astype("timedelta64[D]")
    people = People(
        account_id=account_id,
        account_start=start,
        account_end=end,
        is_taught=draw.random(len(start)) < draw.uniform(0.6, 0.9),
        account=np.concatenate([account, np.full(market, -1)]),
        email=np.concatenate([email, outsiders]),
        is_known=np.concatenate([is_known, np.zeros(market, bool)]),
        role=draw.choice(program.roles, total + market),
        segment=np.concatenate([segment[account], draw.choice(program.segments, market)]),
        locale=np.where(foreign, abroad, "en"),
        since=np.concatenate([arrived, np.full(market, first)]),
        keenness=draw.gamma(1.5, 1.0, total + market) + 0.05,
        staff=[f"s{one}@{program.program_id}.example" for one in range(6)],
    )
    owner = np.concatenate([account_id[account], np.full(market, None)])
    is_customer = people.account >= 0
    facts.add(
        "learner",
        email=people.email,
        account_id=np.where(people.is_known & (draw.random(len(owner)) < 0.7), owner, None),
        role=np.where(draw.random(len(owner)) < 0.93, people.role, None),
        segment=np.where(is_customer & (draw.random(len(owner)) < 0.93), people.segment, None),
        locale=people.locale,
        is_staff=False,
        is_test=False,
        created_at=people.since,
    )
    facts.add("learner", email=people.staff, is_staff=True, is_test=False, created_at=first)
    facts.add("learner", email=[f"qa@{program.program_id}.example"], is_staff=False, is_test=True, created_at=first)
    return people
