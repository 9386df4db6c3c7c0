"""Reads the labelled tickets that the classifier of intents is trained on and measured by.

A file is named by its language (`de.txt`, `en_product.txt`). `== intent` opens an intent, `== intent ja` one of another
language. Each line is one ticket; `Subject | body` has a subject; `\\n` is a line break. Lines without a blank line
between them are one family: they tell of one case in several ways, and are never split between training and measuring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

INTENTS: Final = Path(__file__).resolve().parent.parent / "rules" / "intents.yaml"
TICKETS: Final = INTENTS.with_name("tickets")
WORDS: Final = INTENTS.with_name("intents.words.yaml")
_HEADING: Final = "== "
_SUBJECT: Final = " | "


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket and what it asks for; `family` numbers the tickets that tell of one case."""

    subject: str | None
    body: str
    intent: str
    language: str
    family: str


def intent_names() -> tuple[str, ...]:
    """The intents of rules/intents.yaml, in its order."""
    return tuple(yaml.safe_load(INTENTS.read_bytes())["intents"])


def read_tickets(paths: Iterable[Path], intents: Sequence[str]) -> list[Ticket]:
    """The tickets of the files, in order of file name and line. Raises ValueError naming file and line."""
    return [ticket for path in sorted(paths) for ticket in _of_file(path, intents)]


def _of_file(path: Path, intents: Sequence[str]) -> list[Ticket]:
    tickets: list[Ticket] = []
    intent, language, family = "", path.stem.split("_")[0], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(_HEADING):
            intent, *other = line[len(_HEADING) :].split()
            language = other[0] if other else path.stem.split("_")[0]
            family += 1
            if intent not in intents:
                raise ValueError(f"{path.name}:{number}: no intent named {intent!r}. Legal: {', '.join(intents)}")
        elif not line.strip():
            family += 1
        elif not intent:
            raise ValueError(f"{path.name}:{number}: a ticket before the first heading. Begin with `== intent`.")
        else:
            subject, found, body = line.replace("\\n", "\n").partition(_SUBJECT)
            of = f"{path.stem}:{family}"
            tickets.append(Ticket(subject if found else None, body if found else subject, intent, language, of))
    return tickets
