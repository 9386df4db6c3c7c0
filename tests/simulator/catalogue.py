"""The catalogue as tools export it on the last day: today's tags and folders, and each item's last edit alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.simulator.facts import Facts
from tests.simulator.library import Library, Shelf
from tests.simulator.program import AS_OF, Program

Array = NDArray[Any]


def catalogue(
    draw: np.random.Generator, program: Program, shelf: Shelf, facts: Facts, *, words: list[str], area_of: list[str]
) -> Library:
    """The catalogue as it is exported on the last day: today's tags and folders, and each item's last edit alone."""
    count = len(shelf.kind)
    topic, aim = np.array(shelf.topic), np.array(shelf.aim)
    kind, made_for = np.array(shelf.kind, dtype=object), np.array(shelf.made_for)
    published = np.array(shelf.published, dtype="datetime64[s]")
    last = len(program.months) - 1
    level = {name: float(values[last]) for name, values in program.level.items()}
    is_persona = np.isin(kind, ["course", "path", "certification"])
    tagged = np.where(
        made_for >= 0, draw.random(count) < 0.5 * level["tagged_items"], draw.random(count) < level["tagged_items"]
    )
    aim = np.where(
        (aim < 0) & tagged & (draw.random(count) < 0.8) & ~is_persona, draw.integers(0, len(program.roles), count), aim
    )
    tags = [
        [program.roles[one]] if one >= 0 else (["new-users"] if is_tagged else None)
        for one, is_tagged in zip(aim, tagged, strict=True)
    ]
    journey = np.where(tagged, draw.choice(["first-week", "daily-work", "rollout"], count), None)
    filed = draw.random(count) < level["filed_items"]
    end = np.datetime64(AS_OF.isoformat(), "s") - np.timedelta64(1, "D")
    fresh = draw.random(count) < level["kept_fresh"]
    edited = np.where(fresh, end - draw.integers(1, 150, count).astype("timedelta64[D]"), published)
    touched_once = ~fresh & (draw.random(count) < 0.4)
    edited = np.where(touched_once, published + draw.integers(3, 120, count).astype("timedelta64[D]"), edited)
    edited = np.minimum(np.maximum(edited, published), end)
    began = int(np.argmax(program.in_place["captures"]))
    at_start = program.months[began].to_datetime64().astype("datetime64[s]") + np.timedelta64(5, "D")
    is_tidied = bool(program.in_place["captures"][-1]) and began > 0
    # who begins to write for all puts away what was made for one
    retired = is_tidied & (made_for >= 0) & (published < at_start) & (draw.random(count) < 0.85)
    edited = np.where(retired, at_start, edited)
    # whoever wrote last signs; an item that one person edited alone is that person's
    since = program.months.to_numpy().astype("datetime64[s]")
    month_of = np.searchsorted(since, np.maximum(published, edited), side="right") - 1
    shared = program.in_place["shares_authorship"][np.clip(month_of, 0, None)]
    author = np.where(shared, draw.integers(0, program.authors, count), 0)
    content_id = np.array([f"{program.program_id}-c{one:04d}" for one in range(count)], dtype=object)
    url = np.array([f"https://learn.{program.program_id}.example/{one}" for one in content_id], dtype=object)
    facts.add(
        "content_item",
        content_id=content_id,
        title=[
            f"{words[one].capitalize()}: {what} {number}"
            for number, (one, what) in enumerate(zip(topic, kind, strict=True))
        ],
        content_type=kind,
        topic=[words[one] for one in topic],
        product_area=[area_of[one] for one in topic],
        collections=[[area_of[one]] if is_filed else None for one, is_filed in zip(topic, filed, strict=True)],
        audience_tags=tags,
        journey_point=journey,
        source_locale="en",
        status=np.where(retired, "archived", "published"),
        author_id=[f"s{one}@{program.program_id}.example" for one in author],
        published_at=published,
        edited_at=edited,
        lifecycle_path=shelf.phase,
        url=url,
    )
    _translate(draw, program, facts, content_id=content_id, published=published, made_for=made_for)
    pull = draw.gamma(2.0, 1.0, count) + 0.4
    return Library(words, content_id, kind, topic, published, aim, made_for, np.array(shelf.phase, object), url, pull)


def _translate(
    draw: np.random.Generator, program: Program, facts: Facts, *, content_id: Array, published: Array, made_for: Array
) -> None:
    """Each language's share of items, dated by when localising began."""
    practised = program.in_place["localises"]
    for locale in program.locales[1:]:
        before = draw.random(len(content_id)) < program.level["translated_items"][0]
        since = draw.random(len(content_id)) < program.level["translated_items"][-1]
        began = program.months[int(np.argmax(practised))].to_datetime64().astype("datetime64[s]")
        is_new = practised[-1] and not practised[0]
        has = since if is_new else before
        at = np.maximum(published, began) if is_new else published
        at = at + draw.integers(1, 8, len(content_id)).astype("timedelta64[D]")
        if is_new:
            at = np.where(before, published + np.timedelta64(5, "D"), at)
            has = has | before
        chosen = has & (made_for < 0)
        facts.add(
            "content_variant",
            content_id=content_id[chosen],
            locale=locale,
            status="published",
            edited_at=np.minimum(at[chosen], np.datetime64("2026-06-29", "s")),
            is_outdated=draw.random(int(chosen.sum())) < 0.03,
        )
