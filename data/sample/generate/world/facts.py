"""What there is and what happened, one record per real thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from world.clock import Clock
from world.dice import Dice


@dataclass(frozen=True)
class Account:
    """A customer account; `number` orders accounts by start."""

    number: int
    account_id: str  # as in the CRM
    name: str
    domain: str
    segment: str
    started_at: datetime
    ended_at: datetime | None
    is_onboarded: bool  # started within the program's history


@dataclass(frozen=True)
class Person:
    """A person known to any of the tools."""

    number: int
    name: str
    email: str
    account: Account | None
    role: str
    locale: str
    known_at: datetime
    kind: str = "customer"  # customer, staff, test


@dataclass(frozen=True)
class Topic:
    """A thing customers ask about."""

    words: str
    area: str


@dataclass(frozen=True)
class Item:
    """A piece of learning content."""

    number: int
    kind: str  # course, video, article, path
    title: str
    topic: Topic
    audience: str | None
    journey: str | None
    use_case: str | None
    lifecycle: str | None
    author: int
    published_at: datetime
    edited_at: datetime
    is_certifying: bool = False


@dataclass(frozen=True)
class Reply:
    """A staff comment on a ticket."""

    at: datetime
    body: str
    links: tuple[Item, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ticket:
    """A support ticket with the intent it was written to carry."""

    number: int
    created_at: datetime
    solved_at: datetime | None
    requester: Person
    intent: str
    topic: Topic
    subject: str
    body: str
    channel: str
    replies: tuple[Reply, ...] = ()
    follow_up_of: int | None = None


@dataclass(frozen=True)
class Send:
    """Learning content that staff sent to a customer outside tickets."""

    at: datetime
    person: Person
    form: str  # attachment, link
    item: Item | None
    asset: str


@dataclass(frozen=True)
class Enrolment:
    """A learner's enrolment with the progress the LMS stamps on it."""

    number: int
    person: Person
    item: Item
    at: datetime
    latest_at: datetime | None
    completed_at: datetime | None
    is_bulk: bool = False
    is_assigned: bool = False


@dataclass(frozen=True)
class View:
    """A view of content on the hub or in the product."""

    at: datetime
    person: Person
    item: Item
    surface: str
    entry: str


@dataclass(frozen=True)
class Search:
    """One search and what came of it."""

    at: datetime
    person: Person
    query: str
    results: int
    clicked: Item | None
    surface: str


@dataclass(frozen=True)
class Vote:
    """A helpful or unhelpful vote."""

    at: datetime
    person: Person
    item: Item
    value: int


@dataclass
class World:
    """All facts of one program."""

    program_id: str
    staff_domain: str
    clock: Clock
    dice: Dice
    suffix: str = ".gz"  # large files are kept gzipped; empty where they shall be readable as they are
    accounts: list[Account] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    sends: list[Send] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    rows: dict[str, list[list[object]]] = field(default_factory=dict)  # further plain tables, by entity
