"""What a leader calls the things that sources tell of: one word or two for each canonical entity."""

import re
from collections.abc import Sequence

WORDS = {
    "account": "customer accounts",
    "account_month": "account seats and revenue",
    "certification": "certificates",
    "content_item": "a content list",
    "content_variant": "translations",
    "content_view": "content views",
    "content_vote": "content votes",
    "enrollment": "course enrolments",
    "guide_event": "in-app guides",
    "learner": "learners",
    "learning_event": "course activity",
    "live_session": "live sessions",
    "opportunity": "sales opportunities",
    "release": "product releases",
    "search": "searches",
    "staff_send": "material sent by staff",
    "ticket": "support tickets",
    "ticket_comment": "support replies",
    "usage_event": "product use",
}


def in_words(entity: str) -> str:
    """One entity in words; an entity that is not in the table by its own name."""
    return WORDS.get(entity, entity.replace("_", " "))


def listed(entities: Sequence[str]) -> str:
    """Several, of which any one will do: 'course enrolments or course activity'."""
    return " or ".join(in_words(entity) for entity in entities)


def in_text(text: str) -> str:
    """A text in which entities are named, with each of them in words."""
    return re.sub(r"[a-z]+(?:_[a-z]+)*", lambda name: WORDS.get(name[0], name[0]), text)
