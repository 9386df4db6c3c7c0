"""Support and hand-delivery: tickets, the replies to them, and what staff send to customers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.simulator.facts import later, pick, whole
from tests.simulator.learning import demand
from tests.simulator.library import Library
from tests.simulator.people import bounds
from tests.simulator.sample_words import COLLEAGUES, DOCUMENTS, MONTH_NAMES, PHRASES
from tests.simulator.scene import Scene

Array = NDArray[Any]
# how the tickets that no practice moves are made up
COMMON = {
    "access_login": 0.12,
    "bug": 0.22,
    "billing": 0.1,
    "feature_request": 0.08,
    "feature_question": 0.05,
    "certification_admin": 0.02,
    "other": 0.05,
}
TAUGHT = [
    "how_to",
    "cannot_find",
    "resend_request",
    "outdated_content",
    "training_request",
    "version_confusion",
]


def expected_tickets(scene: Scene) -> float:
    """How many tickets a month brings: fewer where answers are kept and help is found."""
    practised = sum(scene.has(name) for name in ("captures", "searchable", "self_serve"))
    return len(scene.using) * scene.program.tickets_per_user * (1 - 0.12 * practised) + 1.5


def _weights(scene: Scene) -> dict[str, float]:
    level = scene.level
    is_found = scene.has("sorts") and scene.has("searchable")
    lost = 0.5 * level["no_results"] if not is_found else 0.25 * level["no_results"]
    lost += 0.0 if is_found else 0.12
    asked = {
        "how_to": level["how_to_share"],
        "cannot_find": lost,
        "outdated_content": level["outdated_share"],
        "version_confusion": level["version_share"],
        "training_request": level["training_share"],
        "localization_request": level["translation_share"] if len(scene.program.locales) > 1 else 0.0,
    }
    # these are shares of all tickets; what they leave is about the product and the contract
    total = sum(asked.values())
    share = min(total, 0.75)
    rest = (1 - share) / sum(COMMON.values())
    return {name: part * share / total for name, part in asked.items()} | {
        name: part * rest for name, part in COMMON.items()
    }


def ask(scene: Scene, after_search: tuple[Array, Array, Array]) -> None:
    """Tickets and replies of a month."""
    draw, program, people = scene.draw, scene.program, scene.people
    weights = _weights(scene)
    count = whole(draw, expected_tickets(scene))
    searchers, searched_at, searched_topic = after_search
    resends = whole(draw, scene.level["resends_per_onboarding"] * len(_onboarded(scene)))
    intents = list(weights)
    chosen = [intents[one] for one in pick(draw, np.array(list(weights.values())), count)]
    intent = np.array([*chosen, *["how_to"] * len(searchers), *["resend_request"] * resends], dtype=object)
    users = scene.among(scene.using)
    who = np.concatenate([pick(draw, users * people.keenness, count), searchers, pick(draw, users, resends)])
    intent = intent[: len(who)]
    at = np.concatenate([scene.during(count), searched_at, scene.during(resends)])[: len(who)]
    topic = _topics(scene, len(who))
    topic[count : count + len(searchers)] = searched_topic[: len(who) - count]
    number = scene.memory.ticketed + np.arange(len(who))
    scene.memory.ticketed += len(who)
    texts = [_text(draw, str(one), scene.library.words[about]) for one, about in zip(intent, topic, strict=True)]
    solved = later(draw, at, 1, 96)
    is_solved = (draw.random(len(who)) < 0.93) & (solved < np.datetime64("2026-06-30"))
    ids = np.array([f"{program.program_id}-t{one}" for one in number], dtype=object)
    scene.facts.add(
        "ticket",
        ticket_id=ids,
        created_at=at,
        requester_email=people.email[who],
        account_id=scene.known_account(who),
        subject=[one for one, _ in texts],
        body=[one for _, one in texts],
        channel=draw.choice(["email", "web"], len(who)),
        status=np.where(is_solved, "solved", "open"),
        solved_at=np.where(is_solved, solved, np.datetime64("NaT")),
        locale=people.locale[who],
    )
    _reply(scene, ids[is_solved], intent[is_solved], solved[is_solved])


def _onboarded(scene: Scene) -> Array:
    """Accounts that start in the month."""
    start, end = bounds(scene.program, scene.month)
    return np.flatnonzero((scene.people.account_start >= start) & (scene.people.account_start < end))


def _topics(scene: Scene, count: int) -> Array:
    """What tickets are about: as often as `known` a topic that has an item, else one that has none."""
    draw, library = scene.draw, scene.library
    has = np.zeros(scene.program.topics, dtype=bool)
    has[library.topic[library.usable(scene.program, scene.month) > 0]] = True
    wanted = draw.random(count) < scene.level["known_topics"]
    ask_for = demand(scene.program)
    new = ask_for * ~has if (~has).any() else ask_for
    old = ask_for * has if has.any() else ask_for
    return np.where(wanted, pick(draw, old, count), pick(draw, new, count))


def _text(draw: np.random.Generator, intent: str, topic: str) -> tuple[str, str]:
    phrases = PHRASES[intent]
    subject, body = phrases[int(draw.integers(len(phrases)))].split(" | ")
    document = DOCUMENTS[int(draw.integers(len(DOCUMENTS)))]
    slots = {"t": topic, "T": topic.capitalize(), "d": document, "D": document.capitalize(), "n": "4"}
    slots |= {"m": MONTH_NAMES[int(draw.integers(2))], "p": COLLEAGUES[int(draw.integers(2))]}
    return subject.format(**slots), body.format(**slots)


def _reply(scene: Scene, ids: Array, intent: Array, solved: Array) -> None:
    """One public reply each: with a link to an item as often as answers are kept, with a file where files are sent."""
    draw, library = scene.draw, scene.library
    teaches = np.isin(intent, TAUGHT)
    linked = draw.random(len(ids)) < np.where(teaches, 1.25, 0.7) * scene.level["reply_links"]
    # who sends files by mail attaches them to replies too
    filed = teaches & (draw.random(len(ids)) < 0.6 * scene.level["files_sent"])
    item = pick(draw, library.usable(scene.program, scene.month), len(ids))
    if len(item) == 0:
        item, linked, filed = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), bool), np.zeros(len(ids), bool)
    scene.facts.add(
        "ticket_comment",
        ticket_id=ids,
        created_at=solved - np.timedelta64(600, "s"),
        author_email=draw.choice(scene.people.staff, len(ids)),
        is_staff=True,
        is_public=True,
        body="Here is what helps.",
        attachments=[
            [f"{_file(library, one)}-v{copy}.pdf"] if has else None
            for one, copy, has in zip(item, _versions(scene, len(item)), filed, strict=True)
        ],
        links=[[library.url[one]] if has else None for one, has in zip(item, linked, strict=True)],
    )


def _versions(scene: Scene, count: int) -> Array:
    """Which copy of a file goes out: one, or any of those in circulation."""
    copies = 1.0 if scene.has("one_link") else max(scene.level["copies"], 1.0)
    return 1 + np.floor(scene.draw.random(count) * copies).astype(int)


def _file(library: Library, item: int) -> str:
    return f"{library.words[library.topic[item]].replace(' ', '-')}-{library.kind[item]}"


def send(scene: Scene) -> None:
    """What a new account is given, and what else goes out by hand."""
    draw, program, people, library = scene.draw, scene.program, scene.people, scene.library
    level = scene.level
    start, end = bounds(program, scene.month)
    fresh = _onboarded(scene)
    usable = library.usable(program, scene.month)
    if not usable.any():
        return
    if scene.has("one_link"):
        twice = fresh[draw.random(len(fresh)) < 0.08]
        hub = f"https://learn.{program.program_id}.example/start"
        sent = later(draw, people.account_start[fresh], 2, 60)
        owner = people.account_id[fresh]
        scene.facts.add("staff_send", sent_at=sent, account_id=owner, content_id=None, form="link", asset=hub)
        jobs, at = twice, later(draw, people.account_start[twice], 24, 300)
    else:
        jobs = np.repeat(fresh, draw.integers(3, 9, len(fresh)))
        at = later(draw, people.account_start[jobs], 2, 400)
    there = people.accounts_at(program, scene.month)
    old = there[people.account_start[there] < start - np.timedelta64(31, "D")]
    others = old[draw.integers(0, len(old), whole(draw, level["sends_per_account"] * len(old)))] if len(old) else old
    account = np.concatenate([jobs, others]).astype(np.int64)
    at = np.concatenate([at, scene.during(len(others))])
    inside = at < end
    account, at = account[inside], at[inside]
    item = pick(draw, usable, len(account))
    is_file = draw.random(len(account)) < level["files_sent"]
    version = _versions(scene, len(account))
    names = [
        f"{_file(library, one)}-v{copy}.pdf" if filed else library.url[one]
        for one, copy, filed in zip(item, version, is_file, strict=True)
    ]
    scene.facts.add(
        "staff_send",
        sent_at=at,
        account_id=people.account_id[account],
        content_id=library.content_id[item],
        form=np.where(is_file, "attachment", "link"),
        asset=names,
    )
