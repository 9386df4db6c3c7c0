"""The support desk: tickets with a planned number per intent, spread over topics, and what staff replied."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from world.clock import LAST_MONTH
from world.dice import Dice
from world.facts import Item, Person, Reply, Ticket, Topic, World
from world.phrases import DOCUMENTS, write
from world.vocabulary import slug

DAY = timedelta(days=1)
QUESTIONS = ("how_to", "cannot_find")


@dataclass(frozen=True)
class Desk:
    """What customers bring, month by month.

    `counts` is the exact number of tickets per month and intent. How-to and cannot-find questions go to the `hot`
    topics for `hot_share` of them; the rest walk through `calm` in turn, so that no calm topic repeats within 90 days.
    `link_share` of solved tickets are answered with a content link; `refile` sends the file again on a resend.
    """

    counts: dict[str, dict[str, int]]
    hot: list[Topic]
    calm: list[Topic]
    hot_share: dict[str, float]
    link_share: dict[str, float]
    refile: dict[str, float] = field(default_factory=dict)
    is_new_account_asking: bool = True


def _topic_of_questions(desk: Desk, dice: Dice) -> dict[str, list[Topic]]:
    """Per month, a topic for each how-to and cannot-find ticket."""
    out: dict[str, list[Topic]] = {}
    turn = 0
    for month, counts in sorted(desk.counts.items()):
        n = sum(counts.get(intent, 0) for intent in QUESTIONS)
        hot = round(n * desk.hot_share.get(month, 0.0))
        topics = [desk.hot[i % len(desk.hot)] for i in range(hot)]
        for _ in range(n - hot):
            topics.append(desk.calm[turn % len(desk.calm)])
            turn += 1
        out[month] = dice.shuffled(topics)
    return out


def _requester(world: World, at: datetime, intent: str, seen: dict[object, datetime]) -> Person:
    """Somebody known at that moment who did not ask the same thing in the last fortnight."""
    ready = [
        p for p in world.people if p.known_at < at and p.account is not None and p.account.started_at < at - 31 * DAY
    ]
    for who in world.dice.shuffled(ready):
        last = seen.get((who.number, intent))
        has_left = who.account is not None and who.account.ended_at is not None and who.account.ended_at < at
        if not has_left and (last is None or abs(at - last) > 14 * DAY):
            seen[(who.number, intent)] = at
            return who
    raise ValueError(f"too few people to ask {intent} at {at}")


def open_tickets(world: World, desk: Desk) -> list[Ticket]:
    """All customer tickets in order of creation, with staff replies."""
    clock, dice = world.clock, world.dice
    questions = _topic_of_questions(desk, dice)
    drafts: list[tuple[datetime, str, Topic, str]] = []
    everything = [*desk.hot, *desk.calm]
    for month, counts in sorted(desk.counts.items()):
        left = list(questions[month])
        for intent, n in sorted(counts.items()):
            for _ in range(n):
                topic = left.pop() if intent in QUESTIONS else dice.pick(everything)
                drafts.append((clock.during(month), intent, topic, month))
    drafts.sort(key=lambda d: d[0])

    seen: dict[object, datetime] = {}
    turns: dict[str, int] = {}
    tickets: list[Ticket] = []
    for at, intent, topic, _ in drafts:
        turn = turns[intent] = turns.get(intent, dice.below(12)) + 1
        subject, body = write(dice, intent, topic, turn)
        who = _requester(world, at, intent, seen)
        is_recent = clock.month_of(at) == LAST_MONTH
        solved = None if dice.share() < (0.5 if is_recent else 0.06) else clock.soon(at, 2, 70)
        channel = dice.pick(["email", "email", "web", "web", "web", "chat"])
        tickets.append(Ticket(1 + len(tickets), at, solved, who, intent, topic, subject, body, channel))
    answered = _answer(world, desk, tickets)
    return answered + _follow_ups(answered)


def _follow_ups(tickets: list[Ticket]) -> list[Ticket]:
    """Now and then a customer answers a closed ticket, which opens another about the same; it must not count again."""
    number = max(t.number for t in tickets)
    out: list[Ticket] = []
    for ticket in tickets:
        if ticket.solved_at is None or ticket.number % 31 != 7 or _is_too_late(ticket.solved_at):
            continue
        number += 1
        at = ticket.solved_at + 2 * DAY
        out.append(
            replace(
                ticket,
                number=number,
                created_at=at,
                solved_at=at + DAY,
                subject=f"Re: {ticket.subject}",
                channel="email",
                replies=(),
                follow_up_of=ticket.number,
            )
        )
    return out


def _is_too_late(at: datetime) -> bool:
    """Whether a moment is too late for anything to follow it before the exports end."""
    return at > datetime(2026, 6, 28, tzinfo=UTC)


def _answer(world: World, desk: Desk, tickets: list[Ticket]) -> list[Ticket]:
    """Give solved tickets a reply; a planned share of each month's replies carries a content link."""
    by_month: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_month.setdefault(world.clock.month_of(ticket.created_at), []).append(ticket)
    answered = []
    for month, group in sorted(by_month.items()):
        solved = [t for t in group if t.solved_at is not None]
        wanted = round(len(solved) * desk.link_share.get(month, 0.0))
        ranked = sorted(
            solved, key=lambda t: (t.intent not in (*QUESTIONS, "training_request", "feature_question"), t.number)
        )
        linked = {t.number for t in ranked[:wanted]}
        for ticket in group:
            answered.append(_with_reply(world, ticket, ticket.number in linked, bool(desk.refile.get(month))))
    return sorted(answered, key=lambda t: t.number)


def _with_reply(world: World, ticket: Ticket, is_linked: bool, is_refiled: bool) -> Ticket:
    """The ticket with one staff reply shortly before it was solved."""
    if ticket.solved_at is None:
        return ticket
    at = ticket.solved_at - timedelta(minutes=5)
    links: tuple[Item, ...] = ()
    files: tuple[str, ...] = ()
    body = "Thanks for writing. We have looked into it and this should be settled now."
    if is_linked:
        ready = [i for i in world.items if i.published_at < at and i.kind != "path"]
        fitting = (
            [i for i in ready if i.topic == ticket.topic]
            or [i for i in ready if i.topic.area == ticket.topic.area]
            or ready
        )
        if fitting:
            links = (world.dice.pick(fitting),)
            body = "Thanks for writing. This page walks you through it:"
    elif ticket.intent == "resend_request" and is_refiled:
        files = (f"{slug(world.dice.pick(DOCUMENTS))}-v{world.dice.between(1, 4)}.pdf",)
        body = "Here it is again, attached."
    reply = Reply(at, body, links, files)
    return replace(ticket, replies=(reply,))
