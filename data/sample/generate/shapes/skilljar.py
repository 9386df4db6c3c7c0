"""Skilljar: published courses, enrolments per course, progress per learner, and members with sign-up answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from world.clock import iso
from world.facts import Enrolment, Item, Person, World

from shapes.files import as_json, pages, write
from shapes.links import course_id, url_of

LESSONS = 6


def export(world: World, folder: Path, members: list[Person]) -> None:
    """One academy domain. `members` are the people it knows, staff and test users included."""
    courses = [i for i in world.items if i.kind == "course"]
    write(folder / "published-courses.json", as_json(_list([_published(world, c) for c in courses])))
    for course in courses:
        mine = [e for e in world.enrolments if e.item.number == course.number]
        write(
            folder / "published-courses" / f"pub-{course_id(course)}" / "enrollments.json",
            as_json(_list([_enrolment(e) for e in mine])),
        )
    progress = [_progress(world, e) for e in world.enrolments if e.latest_at is not None]
    for n, page in enumerate(pages(progress), 1):
        write(folder / f"user-published-courses-{n:03d}.json{world.suffix}", as_json(page))
    write(folder / f"users.ndjson{world.suffix}", "".join(as_json(_member(p)) for p in members))


def members_of(world: World, registered: dict[str, int]) -> list[Person]:
    """The first people in order of acquaintance, each added when the academy's count says so, and the staff."""
    out: list[Person] = []
    for month in sorted(registered):
        for person in world.people[len(out) : registered[month]]:
            joined = (
                person.known_at
                if world.clock.month_of(person.known_at) == month
                else world.clock.at(month, 3, 9, person.number % 60)
            )
            out.append(Person(**{**person.__dict__, "known_at": joined}))
    return [*out, *world.staff]


def user_key(person: Person) -> str:
    """The academy's opaque id of a person."""
    return f"u{person.number:04d}k{(person.number * 7877 + 31) % 99991:05d}"


def _list(results: list[dict[str, object]]) -> dict[str, object]:
    return {"count": len(results), "next": None, "previous": None, "results": results}


def tags(item: Item) -> list[str]:
    """The tag convention: topic and area always, audience and journey where the course is made for somebody."""
    pairs = [
        ("topic", item.topic.words),
        ("area", item.topic.area),
        ("audience", item.audience),
        ("use-case", item.use_case),
        ("journey", item.journey),
        ("lifecycle", item.lifecycle),
    ]
    return [f"{key}:{value}" for key, value in pairs if value]


def _published(world: World, item: Item) -> dict[str, object]:
    return {
        "id": f"pub-{course_id(item)}",
        "course": {
            "id": course_id(item),
            "title": item.title,
            "short_description": "",
            "required_lesson_count": LESSONS,
            "lesson_count": LESSONS + 1,
            "tags": tags(item),
        },
        "course_url": url_of(world, item),
        "domain": {"name": f"academy.{world.staff_domain}"},
        "registration_starts_at": iso(item.published_at),
        "registration_ends_at": None,
        "unique_progress_per_enrollment": False,
        "hidden": False,
        "modified_at": iso(item.edited_at),
    }


def _enrolment(enrolment: Enrolment) -> dict[str, object]:
    who = enrolment.person
    return {
        "id": f"enr{enrolment.number:06d}",
        "user": {"id": user_key(who), "email": who.email, "full_name": who.name},
        "enrolled_at": iso(enrolment.at),
        "expires_at": None,
        "active": True,
        "rating": 5 if enrolment.completed_at and enrolment.number % 7 == 0 else None,
    }


def _progress(world: World, enrolment: Enrolment) -> dict[str, object]:
    """A learner's course with its progress; half-done courses have some of their lessons done."""
    done = enrolment.completed_at is not None
    lessons = LESSONS + enrolment.number % 2 if done else 1 + enrolment.number % 4
    certificate = None
    if done and enrolment.item.is_certifying and enrolment.completed_at is not None:
        certificate = {
            "code": f"C{enrolment.number:06d}",
            "issued_at": iso(enrolment.completed_at),
            "expires_at": iso(enrolment.completed_at + timedelta(days=730)),
        }
    return {
        "published_course_id": f"pub-{course_id(enrolment.item)}",
        "user": {"id": user_key(enrolment.person), "email": enrolment.person.email},
        "domain_name": f"academy.{world.staff_domain}",
        "enrolled_at": iso(enrolment.at),
        "enrollment_id": f"enr{enrolment.number:06d}",
        "course": {"id": course_id(enrolment.item), "required_lesson_count": LESSONS},
        "course_progress": {
            "course_progress_id": f"prg{enrolment.number:06d}",
            "completed_lesson_count": lessons,
            "completed_required_lesson_count": min(lessons, LESSONS),
            "completed_at": iso(enrolment.completed_at),
            "latest_activity": iso(enrolment.latest_at),
            "score": 80 + enrolment.number % 20 if done else None,
            "max_score": 100 if done else None,
            "success_status": "PASSED" if done else None,
        },
        "certificate": certificate,
    }


def _member(person: Person) -> dict[str, object]:
    account = person.account
    answers = []
    if account is not None:
        answers = [
            ("Company", account.account_id),
            ("Role", person.role),
            ("Segment", account.segment),
            ("Language", person.locale),
        ]
    return {
        "user": {"id": user_key(person), "email": person.email, "full_name": person.name},
        "active": True,
        "marketing_optin": False,
        "enrolled_at": iso(person.known_at),
        "expires_at": None,
        "signup_fields": [
            {"signup_field": {"id": f"sf{n}", "label": label}, "value": value}
            for n, (label, value) in enumerate(answers)
        ],
    }
