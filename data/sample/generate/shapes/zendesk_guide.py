"""Zendesk Guide: pages of articles, sections, categories, votes and translations."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from world.clock import iso
from world.facts import Item, World
from world.vocabulary import slug

from shapes.files import as_json, pages, write
from shapes.links import content_id, url_of
from shapes.zendesk_support import user_id

SECTION_BASE, CATEGORY_BASE = 7_300_000, 5_100_000


def export(world: World, folder: Path, is_sorted: bool = True, locales: tuple[str, ...] = ()) -> None:
    """The help center. Unsorted ones keep every article in one catch-all section; `locales` adds translations."""
    articles = [i for i in world.items if i.kind == "article"]
    areas = sorted({i.topic.area for i in articles})
    topics = sorted({(i.topic.area, i.topic.words) for i in articles})
    section_of = {words: SECTION_BASE + n for n, (_, words) in enumerate(topics)}
    category_of = {area: CATEGORY_BASE + n for n, area in enumerate(areas)}
    born = iso(min(i.published_at for i in articles))
    stamps = {"created_at": born, "updated_at": born}

    records = [_article(world, i, section_of[i.topic.words], n) for n, i in enumerate(articles)]
    for n, page in enumerate(pages(records, 100), 1):
        write(
            folder / f"articles-{n:03d}.json{world.suffix}",
            as_json(
                {
                    "count": len(records),
                    "page": n,
                    "per_page": 100,
                    "page_count": -(-len(records) // 100),
                    "next_page": None,
                    "previous_page": None,
                    "articles": page,
                }
            ),
        )
    write(
        folder / "sections.json",
        as_json(
            {
                "sections": [
                    {
                        "id": section_of[words],
                        "category_id": category_of[area],
                        "parent_section_id": None,
                        "name": words.capitalize() if is_sorted else "General",
                        "description": "",
                        "position": n,
                        "locale": "en-us",
                        "source_locale": "en-us",
                        "outdated": False,
                        **stamps,
                    }
                    for n, (area, words) in enumerate(topics)
                ],
                "count": len(topics),
                "next_page": None,
            }
        ),
    )
    write(
        folder / "categories.json",
        as_json(
            {
                "categories": [
                    {
                        "id": category_of[area],
                        "name": area if is_sorted else "General",
                        "description": "",
                        "position": n,
                        "locale": "en-us",
                        "source_locale": "en-us",
                        "outdated": False,
                        **stamps,
                    }
                    for n, area in enumerate(areas)
                ],
                "count": len(areas),
                "next_page": None,
            }
        ),
    )
    votes = [
        {
            "id": 88_000_000 + n,
            "user_id": user_id(v.person),
            "item_id": int(content_id(v.item)),
            "item_type": "Article",
            "value": v.value,
            "created_at": iso(v.at),
            "updated_at": iso(v.at),
        }
        for n, v in enumerate(world.votes)
    ]
    for n, page in enumerate(pages(votes) if votes else [], 1):
        write(
            folder / f"votes-{n:03d}.json{world.suffix}",
            as_json({"votes": page, "count": len(votes), "next_page": None}),
        )
    translations = [_translation(i, locale, n) for n, i in enumerate(articles) for locale in ("en-us", *locales)]
    for n, page in enumerate(pages(translations), 1):
        write(
            folder / f"translations-{n:03d}.json{world.suffix}",
            as_json({"translations": page, "count": len(translations), "next_page": None}),
        )


def labels(item: Item) -> list[str]:
    """The label convention: audience, use case, journey point, lifecycle."""
    pairs = [
        ("audience", item.audience),
        ("use-case", item.use_case),
        ("journey", item.journey),
        ("lifecycle", item.lifecycle if item.audience else None),
    ]
    return [f"{key}:{value}" for key, value in pairs if value]


def _article(world: World, item: Item, section: int, n: int) -> dict[str, object]:
    votes = [v.value for v in world.votes if v.item.number == item.number]
    return {
        "id": int(content_id(item)),
        "html_url": url_of(world, item),
        "author_id": user_id(world.staff[item.author]),
        "title": item.title,
        "name": item.title,
        "body": f"<p>What {item.topic.words} is for, when to use it, and what to check first.</p>",
        "locale": "en-us",
        "source_locale": "en-us",
        "outdated": False,
        "outdated_locales": [],
        "draft": False,
        "promoted": n % 9 == 0,
        "position": n,
        "section_id": section,
        "user_segment_id": None,
        "label_names": labels(item),
        "vote_sum": sum(votes),
        "vote_count": len(votes),
        "created_at": iso(item.published_at),
        # the vendor moves this stamp on votes and re-ordering too; only the next one tells of an edit
        "updated_at": iso(item.edited_at + timedelta(days=1)) if item.edited_at.month < 6 else iso(item.edited_at),
        "edited_at": iso(item.edited_at),
    }


def _translation(item: Item, locale: str, n: int) -> dict[str, object]:
    is_source = locale == "en-us"
    return {
        "id": 61_000_000 + n * 10 + (0 if is_source else 1),
        "source_id": int(content_id(item)),
        "source_type": "Article",
        "locale": locale,
        "title": item.title if is_source else f"[{locale}] {slug(item.title)}",
        "draft": False,
        "hidden": False,
        "outdated": False,
        "created_at": iso(item.published_at),
        "updated_at": iso(item.edited_at),
    }
