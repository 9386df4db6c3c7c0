"""What topics learnt from tickets, from night to night: a ticket keeps its topic, so only later ones are read again.

`.waystage/landing/topics-<program>.json`, for its owner alone and beside the tickets whose words it holds; what takes
people or old text out of landing takes it away. It stands for the tickets of a program in the order they were opened,
up to a week before the newest, since the newest may yet be joined by some that come late. It is of use as long as all
of these, what they are compared with, and Waystage itself are as they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.durable import write_whole
from transforms.topic import Topics

Told = Sequence[object]  # all that decides what a ticket is about, or a hash of it


@dataclass(frozen=True)
class TopicMemory:
    """Memories in `folder`, the landing folder, made by that version of Waystage's own code."""

    folder: Path
    code: str

    def of(self, program: str, content: str) -> ProgramMemory:
        """That of a program; `content` is the fingerprint of the content that its topics are made of."""
        return ProgramMemory(self._path(program), f"{self.code}\x1f{content}")

    def keep_only(self, programs: Iterable[str]) -> None:
        """Forgets the tickets of all other programs."""
        known = {self._path(program) for program in programs}
        for path in self.folder.glob("topics-*.json"):
            if path not in known:
                path.unlink()

    def _path(self, program: str) -> Path:
        return self.folder / f"topics-{hashlib.sha256(program.encode()).hexdigest()[:16]}.json"


@dataclass(frozen=True)
class ProgramMemory:
    """What topics of one program learnt, in a file, of use where code and content are those of `basis`."""

    path: Path
    basis: str

    def recall(self, tickets: Sequence[Told], topics: Topics) -> list[str | None]:
        """Teaches `topics` what the first tickets said, if that is known; the key of what each of these is about."""
        try:
            digest, _, text = self.path.read_text(encoding="utf-8").partition("\n")
        except (OSError, ValueError):  # none is kept, or none that can be read: tickets are read anew
            return []
        if digest != hashlib.sha256(text.encode()).hexdigest():
            return []
        kept: dict[str, Any] = json.loads(text)
        keys: list[str | None] = kept["keys"]
        if len(keys) > len(tickets) or kept["of"] != self._mark(tickets[: len(keys)]):
            return []
        topics.learn(kept["learnt"])
        return keys

    def keep(self, tickets: Sequence[Told], keys: Sequence[str | None], learnt: dict[str, Any]) -> None:
        """Keeps what was learnt from these tickets, and the key of what each is about."""
        kept = {"of": self._mark(tickets), "keys": list(keys), "learnt": learnt}
        text = json.dumps(kept, separators=(",", ":")).encode()
        write_whole(self.path, hashlib.sha256(text).hexdigest().encode() + b"\n" + text)

    def _mark(self, tickets: Collection[Told]) -> str:
        digest = hashlib.sha256(self.basis.encode())
        for ticket in tickets:
            digest.update(repr(ticket).encode())
        return digest.hexdigest()
