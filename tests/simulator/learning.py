"""How customers learn: on the hub, in the product, in courses and in live sessions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.simulator.facts import later, pick, some, whole
from tests.simulator.program import Program
from tests.simulator.scene import Scene

Array = NDArray[Any]
OWN_ENTRIES, SENT_ENTRIES = ["search", "collection", "path", "product"], ["staff_link", "direct", "external"]


def appetite(scene: Scene) -> Array:
    """How much each person is drawn to learn: accounts that are taught, and segments that are thought of, more."""
    people = scene.people
    weakest = np.where(people.segment == scene.program.segments[0], scene.level["weakest_segment"], 1.0)
    is_customer = people.account >= 0
    taught = np.where(is_customer, people.is_taught[np.clip(people.account, 0, None)], True)
    return np.asarray(people.keenness * weakest * taught)


def launch_lift(scene: Scene) -> float:
    """A launch draws a crowd for a month or two."""
    launch = scene.program.launch
    return 1.0 if launch is None else {0: 2.2, 1: 1.5}.get(scene.month - launch, 1.0)


def choose(scene: Scene, who: Array, only: Array) -> Array:
    """An item for each of these readers: one meant for their role as often as learning is personal, else any other."""
    draw, people, library = scene.draw, scene.people, scene.library
    base = library.usable(scene.program, scene.month) * only
    item = np.full(len(who), -1)
    is_matched = draw.random(len(who)) < scene.level["matched_choice"]
    for number, role in enumerate(scene.program.roles):
        mine = people.role[who] == role
        aimed = base * (library.aim == number)
        others = base * (library.aim != number)
        for wanted, weights in ((is_matched, aimed), (~is_matched, others)):
            rows = np.flatnonzero(mine & wanted)
            found = pick(draw, weights if weights.sum() else base, len(rows))
            item[rows[: len(found)]] = found
    return item


def read(scene: Scene, askers: int) -> Array:
    """Views and votes of a month; gives who read what and when, for searches and tickets to follow."""
    draw, people, library = scene.draw, scene.people, scene.library
    memory, month, using = scene.memory, scene.month, scene.using
    level = scene.level
    wants = appetite(scene)
    if scene.has("self_serve"):
        count = max(level["reader_share"] * len(using), level["readers_per_asker"] * askers)
    else:
        count = min(max(level["reader_share"] * len(using), 4.0), max(level["readers_per_asker"] * askers, 2.0))
    count = min(round(count * launch_lift(scene)), int(len(using) * 0.9))
    weights = np.zeros(len(people.account))
    weights[using] = wants[using]
    again = memory.recent[weights[memory.recent] > 0]
    kept = again[draw.random(len(again)) < level["coming_back"]][:count]
    weights[kept] = 0
    if not scene.has("self_serve"):
        weights[again] *= 0.3
    readers = np.concatenate([kept, some(draw, weights, count - len(kept))]).astype(np.int64)
    memory.readers.append(readers)
    market = _market(scene, len(readers))
    readers = np.concatenate([readers, market])
    who = np.repeat(readers, 1 + draw.poisson(1.6, len(readers)))
    item = choose(scene, who, np.isin(library.kind, ["video", "article"]))
    made, owners = _made_for_one(scene)
    who, item = np.concatenate([who[item >= 0], owners]), np.concatenate([item[item >= 0], made])
    at = scene.during(len(who))
    is_own = draw.random(len(who)) < level["own_way"]
    entry = np.where(is_own, draw.choice(OWN_ENTRIES, len(who)), draw.choice(SENT_ENTRIES, len(who)))
    in_product = draw.random(len(who)) < level["in_product"]
    elsewhere = draw.choice(["portal", "portal", "email"], len(who))
    surface = np.where(in_product, draw.choice(["in_app", "widget"], len(who)), elsewhere)
    scene.facts.add(
        "content_view",
        viewed_at=at,
        content_id=library.content_id[item],
        email=people.email[who],
        session_id=[f"{scene.program.program_id}-{month}-{one}" for one in who],
        account_id=np.where(draw.random(len(who)) < 0.8, scene.known_account(who), None),
        surface=surface,
        entry=np.where(draw.random(len(who)) < 0.85, entry, None),
    )
    _staff_reads(scene, len(who) // 12)
    votes = np.flatnonzero((draw.random(len(who)) < 0.07) & (library.kind[item] == "article"))
    scene.facts.add(
        "content_vote",
        voted_at=later(draw, at[votes], 0.1, 1),
        content_id=library.content_id[item[votes]],
        value=np.where(draw.random(len(votes)) < level["helpful"], 1, -1),
        email=people.email[who[votes]],
    )
    return readers


def _market(scene: Scene, readers: int) -> Array:
    """Learners who are no customers, as a share of all."""
    share = scene.level["market_share"]
    outside = (scene.people.account < 0) * scene.people.keenness
    return some(scene.draw, outside, whole(scene.draw, readers * share / (1 - share)))


def _made_for_one(scene: Scene) -> tuple[Array, Array]:
    """Somebody of the account for which an item was made looks at it."""
    people, library = scene.people, scene.library
    first = scene.program.months[scene.month].to_datetime64()
    is_new = (library.published >= first) & (library.published < first + np.timedelta64(28, "D"))
    new = np.flatnonzero((library.made_for >= 0) & is_new)
    by_account = [np.flatnonzero(people.account == library.made_for[one])[:2] for one in new]
    owners = np.concatenate([*by_account, np.zeros(0)]).astype(np.int64)
    return np.repeat(new, [len(one) for one in by_account]).astype(np.int64), owners


def _staff_reads(scene: Scene, count: int) -> None:
    """Staff and testers are among the keenest readers, and must never count."""
    draw, program, month = scene.draw, scene.program, scene.month
    item = pick(draw, scene.library.usable(program, month), count)
    scene.facts.add(
        "content_view",
        viewed_at=scene.during(len(item)),
        content_id=scene.library.content_id[item],
        email=draw.choice([*scene.people.staff, f"qa@{program.program_id}.example"], len(item)),
        session_id=[f"staff-{month}-{one}" for one in range(len(item))],
        surface="portal",
        entry="search",
    )


def search(scene: Scene, readers: Array) -> tuple[Array, Array, Array]:
    """Searches of a month; gives who, when and about what asked support after one."""
    draw, program, people, library = scene.draw, scene.program, scene.people, scene.library
    month = scene.month
    level = scene.level
    who = pick(draw, scene.among(readers), whole(draw, 0.6 * len(readers) + 4))
    topic = pick(draw, demand(program), len(who))
    at = scene.during(len(who))
    finds = draw.random(len(who)) >= level["no_results"]
    clicks = finds & (draw.random(len(who)) < level["clicks"])
    item = pick(draw, library.usable(program, month), len(who))
    scene.facts.add(
        "search",
        searched_at=at,
        query=[library.words[one] for one in topic],
        result_count=np.where(finds, draw.integers(1, 12, len(who)), 0),
        clicked_content_id=np.where(clicks, library.content_id[item], None),
        email=people.email[who],
        session_id=[f"{scene.program.program_id}-{month}-{one}" for one in who],
        surface="portal",
        locale=people.locale[who],
    )
    asks = draw.random(len(who)) < level["search_to_ticket"]
    return who[asks], later(draw, at[asks], 0.3, 18), topic[asks]


def demand(program: Program) -> Array:
    """How often each topic is asked about; the first most."""
    return np.asarray(1 / (np.arange(program.topics) + 6.0))


def guide(scene: Scene) -> None:
    """Educational guides in the product, and one that only announces."""
    draw, people, using = scene.draw, scene.people, scene.using
    for reach, name, teaches in ((scene.level["guide_reach"], "tour", True), (0.3, "news", False)):
        who = using[draw.random(len(using)) < reach]
        at = scene.during(len(who))
        number = draw.integers(0, 3, len(who))
        for event, chance in (("seen", 1.0), ("completed", 0.5), ("dismissed", 0.2)):
            does = draw.random(len(who)) < chance
            scene.facts.add(
                "guide_event",
                occurred_at=later(draw, at[does], 0.0 if event == "seen" else 0.01, 0.02),
                guide_id=[f"{name}-{one}" for one in number[does]],
                event=event,
                email=people.email[who[does]],
                account_id=None,
                step_count=4,
                is_educational=teaches,
            )


def study(scene: Scene) -> None:
    """Courses and live sessions of a month."""
    draw, program, people, library = scene.draw, scene.program, scene.people, scene.library
    month, using = scene.month, scene.using
    level = scene.level
    weights = np.zeros(len(people.account))
    weights[using] = appetite(scene)[using]
    weights[scene.memory.recent] *= 2.0
    count = whole(draw, level["enrolled_share"] * len(using) * launch_lift(scene))
    is_taught_live = not scene.has("on_demand")
    who = some(draw, weights, count)
    if scene.has("market"):
        who = np.concatenate([who, _market(scene, len(who))])
    courses = np.isin(library.kind, ["course", "path", "certification"]) * np.where(library.phase == None, 1.0, 2.5)  # noqa: E711
    item = choose(scene, who, courses)
    who, item = who[item >= 0], item[item >= 0]
    at = scene.during(len(who))
    _enrol(scene, who, item, at)
    hours = max(len(who), 1) * 1.1
    if is_taught_live:
        hours = max(hours, 0.05 * len(using) + 2)
    attendances = whole(draw, min(hours * level["live_hours"] / (1 - level["live_hours"]), 0.5 * len(using)))
    guests = some(draw, weights, attendances)
    taught = choose(scene, guests, np.ones(len(library.kind)))
    session = draw.integers(0, max(len(guests) // 6, 1), len(guests))
    first = program.months[month].to_datetime64().astype("datetime64[s]")
    scene.facts.add(
        "live_session",
        started_at=np.asarray(first + (session % 27 * 86400 + 36000).astype("timedelta64[s]")),
        duration_s=3600,
        email=people.email[guests],
        content_id=library.content_id[np.where(taught >= 0, taught, 0)],
        session_id=[f"live-{program.program_id}-{month}-{one}" for one in session],
    )


def _enrol(scene: Scene, who: Array, item: Array, at: Array) -> None:
    """Enrolments as the academy stamps them, and the certificates that follow."""
    draw, program, people, library = scene.draw, scene.program, scene.people, scene.library
    memory = scene.memory
    level = scene.level
    started = later(draw, at, 0.1, 100)
    has_started = draw.random(len(who)) < 0.9
    done = has_started & (draw.random(len(who)) < level["completed"])
    finished = later(draw, started, 2, 24 * 30)
    end = np.datetime64("2026-06-30", "s")
    done &= finished < end
    has_started &= started < end
    is_self = draw.random(len(who)) < level["self_enrolled"]
    number = memory.enrolled + np.arange(len(who))
    memory.enrolled += len(who)
    nat = np.datetime64("NaT")
    scene.facts.add(
        "enrollment",
        enrollment_id=[f"{program.program_id}-e{one}" for one in number],
        email=people.email[who],
        content_id=library.content_id[item],
        enrolled_at=at,
        enrollment_type=np.where(is_self, "self", draw.choice(["assigned", "bulk"], len(who), p=[0.8, 0.2])),
        started_at=np.where(has_started, started, nat),
        completed_at=np.where(done, finished, nat),
        last_activity_at=np.where(done, finished, np.where(has_started, started, nat)),
        progress=np.where(done, 1.0, np.where(has_started, 0.4, 0.0)),
    )
    if program.has_learning_events:
        for verb, where, moment in (("launched", has_started, started), ("completed", done, finished)):
            scene.facts.add(
                "learning_event",
                event_id=[f"{program.program_id}-{verb}-{one}" for one in number[where]],
                occurred_at=moment[where],
                email=people.email[who[where]],
                content_id=library.content_id[item[where]],
                verb=verb,
                duration_s=float(draw.integers(2400, 5400)),
                surface="lms",
            )
    is_exam = (library.kind[item] == "certification") & has_started
    passes = np.flatnonzero(is_exam & (draw.random(len(who)) < level["certified"]))
    scene.facts.add(
        "certification",
        email=people.email[who[passes]],
        content_id=library.content_id[item[passes]],
        certified_at=np.minimum(later(draw, started[passes], 4, 24 * 14), end - np.timedelta64(1, "D")),
        expires_at=at[passes] + np.timedelta64(730, "D"),
    )
