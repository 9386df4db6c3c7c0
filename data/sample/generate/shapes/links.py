"""Addresses and ids of learning content, the same in every export that mentions it."""

from __future__ import annotations

from world.facts import Item, World
from world.vocabulary import slug

ARTICLE_BASE = 41_200_000


def content_id(item: Item) -> str:
    """The id the item has in the tool that holds it."""
    if item.kind == "article":
        return str(ARTICLE_BASE + item.number)
    if item.kind == "video":
        return f"vid-{item.number:04d}"
    if item.kind == "path":
        return f"path-{item.number:03d}"
    return course_id(item)


def course_id(item: Item) -> str:
    """An opaque id as a learning platform gives a published course."""
    return f"pc{item.number:03d}x{(item.number * 7919) % 99991:05d}"


def url_of(world: World, item: Item) -> str:
    """Where customers open the item."""
    host = world.staff_domain
    name = slug(item.title.replace(":", ""))
    if item.kind == "article":
        return f"https://help.{host}/hc/en-us/articles/{content_id(item)}-{name}"
    if item.kind == "video":
        return f"https://videos.{host}/{content_id(item)}"
    return f"https://academy.{host}/{content_id(item)}"
