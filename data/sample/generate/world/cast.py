"""Accounts and people: who the customers are and when they came."""

from __future__ import annotations

from datetime import datetime, timedelta

from world.clock import LAST_MONTH, months
from world.facts import Account, Person, World


def _names(text: str) -> list[str]:
    return text.split()


FIRST = _names(
    "Abel Brisa Cato Dunya Edda Falk Gusti Hana Ilse Joram Keto Lumi "
    "Mirza Nilo Orla Pavo Quin Runa Sabo Tilda Ugo Vesna Wim Yara"
)
LAST = _names(
    "Aldenholm Brightpool Corvane Dellmere Estwick Farrowell Grauling Hexham "
    "Ilmarin Jarlock Kestrane Lowmarsh Merrivale Norbeck Oldacre Pellworm"
)
HEAD = _names(
    "Alder Birch Copper Dapple Ember Fallow Granite Hazel Indigo Juniper Keel Larch "
    "Marrow Nettle Ochre Pebble Quarry Rowan Saffron Thistle Umber Velvet Willow Yarrow"
)
TAIL = _names("bank brook crest dale field forge gate harbor keep mill point ridge stone works yard")


def account_name(number: int) -> str:
    """An invented company name, different for every number below 360."""
    return HEAD[number % len(HEAD)] + TAIL[(number * 7 + number // len(HEAD)) % len(TAIL)]


def open_accounts(
    world: World,
    first: str,
    standing: int,
    onboardings: dict[str, int],
    segments: list[str],
    *,
    churn_every: int = 0,
) -> list[Account]:
    """`standing` accounts from before the first month, then the onboardings of every month."""
    starts: list[tuple[datetime, bool]] = []
    for n in range(standing):
        before = world.clock.at(first, 1, 9) - timedelta(days=200 + 11 * n)
        starts.append((before, False))
    starts.sort()
    for month in months(first):
        # no account starts in the last days, so that its first sends fall into the same month
        last_day = 4 if month == LAST_MONTH else 25
        starts += sorted((world.clock.during(month, 2, last_day), True) for _ in range(onboardings.get(month, 0)))
    accounts = []
    for n, (at, is_onboarded) in enumerate(starts):
        name = account_name(n)
        slug = name.lower()
        segment = segments[n % len(segments)]
        ended = None
        if not is_onboarded and n % 23 == 7:
            ended = world.clock.during("2026-02") + timedelta(days=n % 40)
        elif is_onboarded and churn_every and n % churn_every == 1:
            ended = at + timedelta(days=210 + 7 * (n % 20))
        accounts.append(Account(n, f"AC-{1000 + n}", name, f"{slug}.example", segment, at, ended, is_onboarded))
    return accounts


def learns(who: Person, until: datetime) -> bool:
    """Whether somebody may still be seen learning then; of the accounts that leave, every second never learns."""
    account = who.account
    if account is None or account.ended_at is None:
        return True
    return account.number % 2 == 0 and account.ended_at > until


def person(number: int, account: Account | None, role: str, locale: str, at: datetime) -> Person:
    """A customer of that account."""
    first, last = FIRST[number * 5 % len(FIRST)], LAST[(number * 3 + number // 7) % len(LAST)]
    domain = account.domain if account else "postbox.example"
    return Person(number, f"{first} {last}", f"{first}.{last}{number}@{domain}".lower(), account, role, locale, at)


def staff(domain: str, names: int, at: datetime) -> list[Person]:
    """The program's own people, and one test user, who must never be counted."""
    team = [
        Person(
            9000 + n,
            f"{FIRST[-1 - n]} {LAST[n]}",
            f"{FIRST[-1 - n].lower()}@{domain}",
            None,
            "staff",
            "en",
            at,
            "staff",
        )
        for n in range(names)
    ]
    return [*team, Person(9900, "Test Learner", f"qa+learner@{domain}", None, "staff", "en", at, "test")]


def populate(
    world: World,
    known: dict[str, int],
    roles: list[str],
    locales: list[str],
) -> list[Person]:
    """People as the tools get to know them: `known` is how many there are by the end of each month.

    Every account that has started gets a person before any gets its next one, so learners spread over accounts.
    Those of the first month were there before it began.
    """
    first = min(known)
    people: list[Person] = []
    per_account: dict[int, int] = {}
    for month in sorted(known):
        for _ in range(known[month] - len(people)):
            number = len(people)
            at = (
                world.clock.during(month)
                if month > first
                else world.clock.at(month, 1, 0) - timedelta(days=3 + number % 40)
            )
            started = [a for a in world.accounts if a.started_at <= at and (a.ended_at is None or a.ended_at > at)]
            account = min(started, key=lambda a: (per_account.get(a.number, 0), a.number))
            order = per_account.get(account.number, 0)
            per_account[account.number] = order + 1
            role = roles[(order + account.number) % len(roles)]
            locale = locales[(account.number + order // 5) % len(locales)]
            people.append(person(number, account, role, locale, at))
    return people
