"""Where the pages of the site lie: file names that no id or name can leave."""

from __future__ import annotations

import re
from hashlib import sha256


def file_name(key: str, kind: str = "program") -> str:
    """The name of a page: the id, or a digest of an id that is not fit for a file name."""
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", key):
        return key
    return f"{kind}-" + sha256(key.encode()).hexdigest()[:12]


def program_address(program_id: str, depth: int = 0) -> str:
    """The page of a program, from a page `depth` folders below the root."""
    return f"{'../' * depth}programs/{file_name(program_id)}.html"


def signal_address(signal: str, depth: int = 0) -> str:
    """The page of a signal, from a page `depth` folders below the root."""
    return f"{'../' * depth}signals/{file_name(signal, 'signal')}.html"
