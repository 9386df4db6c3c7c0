"""Who was forgotten: `forgotten.json` beside waystage.yaml, which keeps people out although exports still hold them.

It names nobody: of each key that a person had it holds a keyed hash, so that a key found in an export can be looked up
and none can be read off. It lies in the workspace and not in `.waystage/`, which may be deleted at any time, and holds
the secret that its hashes were made with, so that another key is noticed. Only its owner may read it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.durable import write_whole
from connectors.identity import IdentityKey

FILE = "forgotten.json"
NAMESPACE = "forgotten"


@dataclass(frozen=True)
class Forgotten:
    """Marks of forgotten keys, by the secret that both were made with."""

    marks: Mapping[bytes, frozenset[str]]

    @property
    def fingerprint(self) -> str | None:
        """Of all marks, in no order; None where nobody is forgotten."""
        every = sorted(mark for marks in self.marks.values() for mark in marks)
        return hashlib.sha256(" ".join(every).encode()).hexdigest()[:16] if every else None

    def under(self, key: IdentityKey) -> frozenset[str]:
        """The marks made under the workspace's key of now."""
        return self.marks.get(key.secret, frozenset())

    def require(self, key: IdentityKey) -> None:
        """ValueError where people were forgotten under another key: under this one nobody can tell who they are, and
        exports would bring them back."""
        if any(marks for secret, marks in self.marks.items() if secret != key.secret):
            raise ValueError(
                f"people were forgotten under another key; put back .waystage/key, or delete {FILE} and forget each"
            )

    def with_keys(self, key: IdentityKey, keys: Iterable[str]) -> Forgotten:
        """With these keys of people forgotten as well."""
        added = self.under(key) | {mark_of(key, one) for one in keys}
        return Forgotten({**self.marks, key.secret: added})


def mark_of(key: IdentityKey, hashed: str) -> str:
    """What stands for a person's key in the list."""
    return key.hashed(NAMESPACE, hashed)


def read_forgotten(workspace: Path) -> Forgotten:
    """The list of a workspace; empty where nobody was forgotten. ValueError where it cannot be read: rather than bring
    people back, nothing is landed then."""
    path = workspace / FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Forgotten({bytes.fromhex(one["secret"]): frozenset(one["marks"]) for one in said["forgotten"]})
    except FileNotFoundError:
        return Forgotten({})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: who was forgotten cannot be read; put back a copy of the file") from error


def write_forgotten(workspace: Path, forgotten: Forgotten) -> None:
    """Replaces the list, on disk when this returns."""
    listed = [{"secret": secret.hex(), "marks": sorted(marks)} for secret, marks in sorted(forgotten.marks.items())]
    text = json.dumps({"about": __doc__.splitlines()[0], "forgotten": listed}, indent=1) + "\n"
    write_whole(workspace / FILE, text.encode())
