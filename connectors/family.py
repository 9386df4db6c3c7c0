"""Families: what the exports of several vendors have in common, declared and queried once for all of them.

`connectors/families/<family>/family.yaml`::

    name: lms                                # = folder
    description: Learning platforms that export people, courses and enrolments.
    words:                                   # what vendors call things, which a query reads as $name
      staff: {description: Roles of those who run the platform.}
      completed: {default: completed|complete, description: Statuses of a finished course.}
    fields:                                  # of a stream, what every member's fields are alike in
      users:
        id: {identity: person, scope: vendor, description: The vendor's id of the person.}

A connector joins with `family: lms` in its source.yaml. Its `words:` are its vendor's, and of a field it says only
what the family does not: mostly where it stands. The queries beside family.yaml are then the member's own, as if they
stood in its folder: `landing.lms__users` is its stream `users`, `landing._lms__person` its query `_person`,
`$connector` its name. A query in the member's own folder comes before the family's of that name; named after a stream,
such as `_users.sql`, it is what the family reads in place of the stream. Cases beside family.yaml hold for every
member; where the members have no streams in common, each has its own.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from connectors.cast import literal
from connectors.contract import Shape, Source
from connectors.declaration import DeclarationError, Document, Problem, read, validate
from connectors.nearest import nearest_or_legal

FOLDER = "families"
FILE = "family.yaml"


class Word(Shape):
    """What a vendor calls something: a regular expression."""

    description: str
    default: str | None = None


class Family(Shape):
    """A family.yaml."""

    name: str
    description: str
    words: dict[str, Word] = Field(default={})
    # stream -> field -> what its members need not repeat
    fields: dict[str, dict[str, dict[str, Any]]] = Field(default={})


@dataclass(frozen=True)
class Member:
    """A connector as the queries of its family know it. `own`: its private queries, without their `_`."""

    connector: str
    family: str
    words: tuple[tuple[str, str], ...]
    own: frozenset[str]

    def bound(self, text: str) -> str:
        """A query of the family on this member's tables and in its vendor's words."""

        def table(found: re.Match[str]) -> str:
            private = "_" if found[1] or found[2] in self.own else ""
            return f"landing.{private}{self.connector}__{found[2]}"

        words = {**dict(self.words), "connector": self.connector}
        text = re.sub(rf"\blanding\.(_?){self.family}__(\w+)", table, text)
        return re.sub(r"\$([a-z]\w*)", lambda found: literal(words[found[1]]), text)


@dataclass(frozen=True)
class Query:
    """One select of a connector: the file it stands in, and for one of its family's whose tables it reads."""

    path: Path
    member: Member | None = None

    @property
    def text(self) -> str:
        """The select as the connector runs it."""
        text = self.path.read_text(encoding="utf-8")
        return text if self.member is None else self.member.bound(text)


def read_family(connectors: Path, document: Document) -> Family | None:
    """The family that a source.yaml names. Raises DeclarationError where there is none of that name."""
    name = document.data.get("family") if isinstance(document.data, dict) else None
    if name is None:
        return None
    files = {path.parent.name: path for path in sorted((connectors / FOLDER).glob(f"*/{FILE}"))}
    if name not in files:
        message = f"there is no family `{name}`; {nearest_or_legal(str(name), files)}"
        raise DeclarationError([Problem(document.file, document.line(["family"]), message)])
    return validate(Family, read(files[name]))


def with_fields(family: Family, data: Any) -> Any:
    """A source.yaml's content, its fields completed by what the family says of them."""
    if not isinstance(data, dict) or not isinstance(data.get("streams"), dict):
        return data
    streams = dict(data["streams"])
    for name, fields in family.fields.items():
        stream = streams.get(name)
        if isinstance(stream, dict) and isinstance(own := stream.get("fields"), dict):
            alike = {
                key: {**spec, **own.get(key, {})} for key, spec in fields.items() if isinstance(own.get(key, {}), dict)
            }
            streams[name] = {**stream, "fields": {**own, **alike}}
    return {**data, "streams": streams}


def inherited(
    connectors: Path, family: Family, source: Source, document: Document, own: Collection[str]
) -> dict[str, Query]:
    """The family's queries by file name without suffix, as the member's.

    Raises DeclarationError where the member has not the words and streams that the family asks for.
    """
    problems = [
        Problem(
            document.file,
            document.line(["words", word]),
            f"unknown word `{word}`, {nearest_or_legal(word, family.words)}",
        )
        for word in source.words
        if word not in family.words
    ]
    words = {name: source.words.get(name, word.default) for name, word in family.words.items()}
    problems += [
        Problem(document.file, document.line(["words"]), f"`words:` lacks `{name}`: {family.words[name].description}")
        for name, word in words.items()
        if word is None
    ]
    problems += [
        Problem(document.file, document.line(["streams"]), f"stream `{name}` is missing, which the family reads")
        for name in family.fields
        if name not in source.streams
    ]
    if problems:
        raise DeclarationError(problems)
    private = frozenset(name.removeprefix("_") for name in own if name.startswith("_"))
    member = Member(source.name, family.name, tuple((name, word or "") for name, word in words.items()), private)
    folder = connectors / FOLDER / family.name
    return {path.stem: Query(path, member) for path in sorted(folder.glob("*.sql"))}
