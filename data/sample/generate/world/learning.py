"""Learning in the LMS: who is active in which month, on which course, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from world.cast import learns
from world.clock import LAST_MONTH
from world.dice import Dice
from world.facts import Enrolment, Item, Person, World


@dataclass(frozen=True)
class Classroom:
    """`active` is the exact number of learners active per month; everyone else only holds an account.

    `registered` is how many of the people the LMS knows by the end of each month. `match` is the share of
    enrolments in a course made for the learner's own role, `back` the share of a month's learners who were active
    in the three months before, `bulk` the number of enrolments made for people who never start.
    """

    active: dict[str, int]
    registered: dict[str, int]
    match: dict[str, float]
    back: float
    completes: float
    bulk: dict[str, int] = field(default_factory=dict)
    assigned_share: float = 0.0
    per_learner: int = 1


def study(world: World, room: Classroom, audience_of: Callable[[Person], str]) -> list[Enrolment]:
    """Enrolments whose latest activity falls in the learner's active months and nowhere else."""
    clock, dice = world.clock, world.dice
    courses = [i for i in world.items if i.kind == "course"]
    taken: dict[int, set[int]] = {}
    recent: list[set[int]] = []
    out: list[Enrolment] = []
    for month in sorted(room.active):
        registered = [
            p for p in world.people[: room.registered[month]] if learns(p, clock.at(month, clock.days(month), 23))
        ]
        before: set[int] = set().union(*recent[-3:]) if recent else set()
        ever: set[int] = set(taken)
        wanted = room.active[month]
        space = [p for p in registered if len(taken.get(p.number, ())) < len(courses) - 1]
        returning = dice.some([p for p in space if p.number in before], round(wanted * room.back))
        fresh = dice.some([p for p in space if p.number not in ever], wanted - len(returning))
        rest = [p for p in space if p not in returning and p not in fresh]
        cohort = returning + fresh + dice.some(rest, wanted - len(returning) - len(fresh))
        if len(cohort) < wanted:
            raise ValueError(f"{month}: only {len(cohort)} of {wanted} learners have a course left")
        for learner in cohort:
            for _ in range(room.per_learner):
                course = _course(
                    dice, courses, taken.setdefault(learner.number, set()), audience_of(learner), room.match[month]
                )
                taken[learner.number].add(course.number)
                at = clock.during(month, 1, 3 if month == LAST_MONTH else 24)
                latest = min(clock.soon(at, 1, 72), clock.at(month, clock.days(month), 22))
                done = latest if dice.share() < room.completes else None
                is_assigned = dice.share() < room.assigned_share
                out.append(
                    Enrolment(
                        len(out) + 1, learner, course, at, max(at, latest), done and max(at, latest), False, is_assigned
                    )
                )
        idle = [p for p in registered if p.number not in taken]
        batch_at = clock.at(month, min(15, clock.days(month)), 9)
        batch_course = courses[len(recent) % len(courses)]
        for learner in dice.some(idle, room.bulk.get(month, 0)):
            out.append(Enrolment(len(out) + 1, learner, batch_course, batch_at, None, None, True, True))
        recent.append({p.number for p in cohort})
    return sorted(out, key=lambda e: (e.at, e.number))


def try_out(world: World, month: str, first_number: int = 50_001) -> list[Enrolment]:
    """Staff and the test user go through courses themselves; none of it may count as a customer's learning."""
    clock = world.clock
    courses = [i for i in world.items if i.kind == "course"]
    out: list[Enrolment] = []
    for n, person in enumerate(world.staff):
        for course in courses[n : n + 3]:
            at = clock.during(month, 5, 20)
            out.append(Enrolment(first_number + len(out), person, course, at, at, at if n % 2 else None))
    return out


def _course(dice: Dice, courses: list[Item], taken: set[int], audience: str, match: float) -> Item:
    """A course the learner has not taken, for their own role with probability `match` where there is one."""
    free = [c for c in courses if c.number not in taken]
    fitting = [c for c in free if c.audience == audience]
    other = [c for c in free if c.audience != audience]
    pool = fitting if dice.share() < match else other
    return dice.pick(pool or free)
