"""Names what a ticket, a search or a piece of content is about.

What is asked is about the piece of content whose title says most nearly the same, else about what the questions before
it were about that say nearly the same, else about something new. Nearness is of meanings (rules/topics.words.yaml)
first, then of words; what many tickets of a program speak of tells little. A ticket is compared with content and with
tickets opened before it, so it keeps its topic whatever is asked later.

Text never leaves. A topic is named in words of the content or of rules/topics.words.yaml or, failing these, in words
that five people wrote in a way no name is written; one that fewer than three people asked about has no name.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from transforms.topic_group import Group, Groups
from transforms.topic_words import in_order, is_meaning, names_in, not_names, plain, slug, tokens, traits_of

_LEAST_PEOPLE: Final = 3  # fewer could point at one of them
_LEAST_WRITERS: Final = 5  # of a word that no list knows
_LONGEST_NAME: Final = 2  # words
_WORTH_NAMING: Final = 0.5  # of the first word of a name, what a second one must be worth
_TITLE_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Content:
    """One piece of content as topics see it."""

    content_id: str
    title: str | None
    topic: str | None


@dataclass(slots=True)
class _Asked:
    """Who asked about one thing and spoke of what, until it has a name."""

    everyone: set[str] = field(default_factory=set)
    of: dict[str, set[str]] = field(default_factory=dict)


class Topics:
    """The topics of one program."""

    def __init__(self, items: Sequence[Content]) -> None:
        self.of_content: dict[str, str | None] = {}
        self._content = Groups()
        self._tickets = Groups()
        self._asked: dict[str, _Asked] = {}
        self._names: set[str] = set()
        self._people_named: set[str] = set()  # words that somebody wrote like a name
        self._recalled: dict[str, Group] = {}  # groups of tickets that were told before
        self._covered: dict[str, Group] = {}
        self._read(items)

    def asked(self, ticket: str, text: str, person: str | None) -> Group | None:
        """What a ticket is about; None when it says nothing telling. Tickets come in the order they were opened in.

        A group without a name may still get one, from tickets that come later.
        """
        traits = traits_of(text)
        self._tickets.hear(traits)
        vector = self._tickets.weighed(traits)
        if not vector:
            return None
        group = self._content.nearest(vector) or self._tickets.nearest(vector)
        if group is None:
            group = self._tickets.begin(_identity(f"ticket {ticket}"))
        if group.is_covered:
            return group
        self._tickets.join(group, vector)
        self._people_named |= names_in(text)
        if group.name is None and person is not None:
            self._heard(group, traits, text, person)
        return group

    def recalled(
        self, text: str, person: str | None, key: str | None, name: str | None, *, is_as_before: bool
    ) -> Group | None:
        """What a ticket is about that was told when all text was there; `text` is empty where its own is gone.

        Content that is new since takes tickets over, as it does from those told now; else the ticket joins those it was
        told with, so that later ones find them.
        """
        traits = traits_of(text)
        self._tickets.hear(traits)
        vector = self._tickets.weighed(traits)
        if vector and not is_as_before and (group := self._content.nearest(vector)):
            return group
        if key is None:
            return None
        known = self._recalled.get(key)
        if known is None:
            if key in self._covered:
                return self._covered[key]
            known = self._recalled[key] = self._tickets.begin(key, name)
            self._names |= {name} if name else set()
        if vector:
            self._tickets.join(known, vector)
            self._people_named |= names_in(text)
            if known.name is None and person is not None:
                self._note(known, traits, text, person)
        return known

    def learnt(self) -> dict[str, Any]:
        """All that tickets asked so far have told, in plain values; `learn` takes it back."""
        return {
            "tickets": self._tickets.learnt(),
            "asked": {
                key: [sorted(asked.everyone), {trait: sorted(people) for trait, people in asked.of.items()}]
                for key, asked in self._asked.items()
            },
            "names": sorted(self._names),
            "people_named": sorted(self._people_named),
        }

    def learn(self, told: Mapping[str, Any]) -> None:
        """Takes what topics of the same content learnt of tickets, as if these had been asked here."""
        self._tickets.learn(told["tickets"])
        self._asked = {
            key: _Asked(set(everyone), {trait: set(people) for trait, people in of.items()})
            for key, (everyone, of) in told["asked"].items()
        }
        self._names, self._people_named = set(told["names"]), set(told["people_named"])

    def by_key(self) -> dict[str, Group]:
        """What tickets may be about, as it is named now."""
        return {**{group.key: group for group in self._tickets}, **self._covered}

    def spoken_of(self, text: str) -> str | None:
        """The name of what a search is about, if content or three people's tickets are about it."""
        vector = self._tickets.weighed(traits_of(text))
        group = self._content.nearest(vector) or self._tickets.nearest(vector)
        return group.name if group else None

    def _read(self, items: Sequence[Content]) -> None:
        """Titles with a declared topic have that; each other one that of the title it is nearest to, or its own."""
        declared = {item.content_id: slug(item.topic or "") for item in items}
        traits = {i.content_id: traits_of(f"{i.title or ''}\n{i.topic or ''}") for i in items}
        for said in traits.values():
            self._content.hear(said)
        for item in sorted(items, key=lambda item: (declared[item.content_id] is None, item.content_id)):
            vector = self._content.weighed(traits[item.content_id])
            name = declared[item.content_id]
            if name is None:
                near = self._content.nearest(vector)
                name = near.name if near else slug(" ".join(tokens(item.title or "")[:_TITLE_WORDS]))
            self.of_content[item.content_id] = name = name or slug(item.title or "")
            if name and vector:
                group = self._content.begin(_identity(f"content {name}"), name, is_covered=True)
                self._covered.setdefault(group.key, group)
                self._content.join(group, vector)
                self._names.add(name)

    def _heard(self, group: Group, traits: Sequence[str], text: str, person: str) -> None:
        """Names the group once three people have asked."""
        asked = self._note(group, traits, text, person)
        if len(asked.everyone) >= _LEAST_PEOPLE:
            group.name = self._name(asked)
        if group.name is not None:
            self._names.add(group.name)
            del self._asked[group.key]

    def _note(self, group: Group, traits: Sequence[str], text: str, person: str) -> _Asked:
        """Who asked and spoke of what; words that may be somebody's name do not count."""
        asked = self._asked.setdefault(group.key, _Asked())
        asked.everyone.add(person)
        said = not_names(text)
        for trait in traits:
            if is_meaning(trait) or trait in said:
                asked.of.setdefault(trait, set()).add(person)
        return asked

    def _name(self, asked: _Asked) -> str | None:
        """What most of those who asked spoke of, and fewest others; told apart from other names."""
        said_by = {
            trait: len(people)
            for trait, people in asked.of.items()
            if (len(people) >= 2 if is_meaning(trait) else self._may_be_said(trait, len(people)))
        }
        worth = {trait: count * weight for trait, count in said_by.items() for weight in [self._tickets.tells(trait)]}
        best = sorted(worth, key=lambda trait: (-worth[trait], trait))
        if not best:
            return None
        told: list[str] = []
        for trait in best:
            is_worth = len(told) < _LONGEST_NAME and worth[trait] >= _WORTH_NAMING * worth[best[0]]
            if not is_worth and (name := _joined(told)) not in self._names:
                return name
            alike = [other for other in told if plain(trait) in plain(other) or plain(other) in plain(trait)]
            told = [one for one in told if one not in alike] + [max([*alike, trait], key=len)]
        if (name := _joined(told)) not in self._names:
            return name
        return next(other for n in itertools.count(2) if (other := f"{name}-{n}") not in self._names)

    def _may_be_said(self, word: str, people: int) -> bool:
        """Whether a word of tickets may stand in a name: it is nobody's name, and not in whatever anybody writes."""
        return people >= _LEAST_WRITERS and word not in self._people_named and self._tickets.is_of_few(word)


def _joined(traits: Sequence[str]) -> str:
    return "-".join(plain(trait) for trait in in_order(traits))


def _identity(of: str) -> str:
    return sha256(of.encode()).hexdigest()[:12]
