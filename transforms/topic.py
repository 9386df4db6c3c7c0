"""Names what a ticket, a search or a piece of content is about.

The vocabulary is that of the content: its declared topics and its titles. Demand that no content covers is
grouped by a word of its own. Text never leaves: a topic is made only of words of the content, or of words that
several people wrote in lower case, so no name, number or address that only a ticket holds can become one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TOKEN: Final = re.compile(r"[^\W\d_][\w@-]*")
_LEAST_TICKETS: Final = 3  # and as many people; fewer could point at one of them
_LEAST_OVERLAP: Final = 0.5  # of a topic's own words, weighted by rarity
_COMMON_SHARE: Final = 0.3  # a word in more titles than this says nothing about any one of them
_LONGEST_SLUG: Final = 60

# words that support tickets use whatever they are about, in four languages
_SAID_ANYWAY: Final = frozenset(Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True)
class Content:
    """One piece of content as topics see it."""

    content_id: str
    title: str | None
    topic: str | None


@dataclass(frozen=True)
class Vocabulary:
    """The topics of one program's content and the words each is known by, with how much a word tells."""

    of_content: Mapping[str, str | None]
    weights: Mapping[str, Mapping[str, float]]  # topic -> word -> weight
    topics_by_word: Mapping[str, tuple[str, ...]]


def slug(text: str) -> str | None:
    """A declared topic as an identifier; None when nothing is left. `Single Sign-On` is `single-sign-on`."""
    words = [word for word in re.split(r"[\W_]+", _folded(text)) if word]
    return "-".join(words)[:_LONGEST_SLUG].strip("-") or None


def tokens(text: str) -> list[str]:
    """The words that can name a topic: no digit, no address, not said in any ticket anyway; without endings."""
    return [
        _stem(word)
        for word in _TOKEN.findall(_folded(text))
        if len(word) > 2
        and "@" not in word
        and not any(c.isdigit() for c in word)
        and word not in _SAID_ANYWAY
        and _stem(word) not in _SAID_ANYWAY
    ]


def vocabulary(items: Sequence[Content]) -> Vocabulary:
    """The topics of one program's content.

    A title without a declared topic joins the declared topic that it fits, else forms its own.
    """
    titles = {item.content_id: tuple(dict.fromkeys(tokens(item.title or ""))) for item in items}
    in_titles = Counter(word for words in titles.values() for word in words)
    declared = {item.content_id: slug(item.topic) for item in items if item.topic}
    known = _weights({i: t for i, t in declared.items() if t}, titles)
    of_content: dict[str, str | None] = {}
    for item in items:
        own = declared.get(item.content_id)
        of_content[item.content_id] = (
            own or _best(titles[item.content_id], known) or _own_slug(titles[item.content_id], in_titles, len(items))
        )
    weights = _weights({i: t for i, t in of_content.items() if t}, titles)
    by_word: dict[str, list[str]] = {}
    for topic in sorted(weights):
        for word in weights[topic]:
            by_word.setdefault(word, []).append(topic)
    return Vocabulary(of_content, weights, {word: tuple(topics) for word, topics in by_word.items()})


def matched(words: Iterable[str], known: Vocabulary) -> str | None:
    """The content topic the words speak of; None when no topic shares enough of its words."""
    given = frozenset(words)
    near = {topic for word in given for topic in known.topics_by_word.get(word, ())}
    return _best(given, {topic: known.weights[topic] for topic in near})


def public_words(texts: Iterable[tuple[str, str | None]]) -> dict[str, int]:
    """Words that may name uncovered demand: where three people wrote at least three rows, in how many rows.

    Rows are (text, requester); a row without a requester is nobody's. Only words written in lower case or all
    in capitals count: a capitalised word may be somebody's name.
    """
    rows: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    for text, requester in texts:
        plain = " ".join(w for w in text.split() if w[:1].islower() or (w.isupper() and len(w) <= 6))
        for word in set(tokens(plain)):
            rows[word] += 1
            if requester is not None and len(people.setdefault(word, set())) < _LEAST_TICKETS:
                people[word].add(requester)
    return {w: n for w, n in rows.items() if n >= _LEAST_TICKETS and len(people.get(w, ())) >= _LEAST_TICKETS}


def grouped(words: Iterable[str], public: Mapping[str, int], rows: int) -> str | None:
    """The word by which uncovered demand is grouped: frequent, yet not in everything; ties by the alphabet."""
    candidates = {
        word for word in words if word in public and public[word] <= max(_LEAST_TICKETS, rows * _COMMON_SHARE)
    }
    return min(candidates, key=lambda w: (-public[w] * math.log(1 + rows / public[w]), w), default=None)


def _weights(topic_of: Mapping[str, str], titles: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Topic -> word -> rarity x closeness.

    A word of the topic's name counts whole, a word of its titles by the share of titles that has it.
    """
    share: dict[str, Counter[str]] = {}
    size: Counter[str] = Counter()
    for content_id, topic in topic_of.items():
        size[topic] += 1
        share.setdefault(topic, Counter()).update(titles[content_id])
    named = {topic: set(tokens(topic.replace("-", " "))) for topic in share}
    words = {topic: named[topic] | set(share[topic]) for topic in share}
    spread = Counter(word for found in words.values() for word in found)
    return {
        topic: {
            word: math.log(1 + len(words) / spread[word])
            * (1.0 if word in named[topic] else max(0.3, 0.8 * share[topic][word] / size[topic]))
            for word in sorted(found)
        }
        for topic, found in words.items()
    }


def _best(words: Iterable[str], weights: Mapping[str, Mapping[str, float]]) -> str | None:
    """The topic with the largest overlap, worth at least half of its two strongest words; ties by the alphabet."""
    given = frozenset(words)
    best: tuple[float, str] | None = None
    for topic in sorted(weights):
        known = weights[topic]
        overlap = math.fsum(sorted(known[word] for word in given if word in known))
        strongest = math.fsum(sorted(known.values(), reverse=True)[:2])
        if overlap > 0 and overlap >= _LEAST_OVERLAP * strongest and (best is None or overlap > best[0]):
            best = (overlap, topic)
    return best[1] if best else None


def _own_slug(words: Sequence[str], in_titles: Mapping[str, int], items: int) -> str | None:
    """The word that the title shares with most other titles; a title that shares none is known by its first two."""
    telling = [word for word in words if in_titles[word] <= max(2, items * _COMMON_SHARE)] or list(words)
    shared = min((word for word in telling if in_titles[word] > 1), key=lambda w: (-in_titles[w], w), default=None)
    return shared or "-".join(telling[:2]) or None


def _folded(text: str) -> str:
    lowered = text.lower().replace("ß", "ss").replace("'s", "").replace("\u2019s", "")
    if lowered.isascii():
        return lowered
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def _stem(word: str) -> str:
    """One form for singular and plural, and for `-ing` and `-ed` of longer words."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
