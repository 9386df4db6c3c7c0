"""Which tables each SQL file that ships reads, written down by `make docs`, since finding out parses all of them.

`reads.json` has the queries by fingerprint: of one that was changed since, or is no part of what ships, nothing is
known, and whoever asks parses it. Only queries that every engine answers alike stand in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from transforms.header import without_header

FILE = Path(__file__).with_name("reads.json")
LAWS = Path(__file__).with_name("portable.py")  # what every engine answers alike


def known_reads(sql: str) -> frozenset[str] | None:
    """The tables (`schema.name`) that a query of a shipped file reads; None where that is not written down."""
    tables = _written_down().get(_fingerprint(sql))
    return None if tables is None else frozenset(tables)


def written(files: Iterable[tuple[str, frozenset[str]]]) -> str:
    """The text of `reads.json` for the SQL of files and the tables that each reads."""
    lines = sorted(f'"{_fingerprint(sql)}": {json.dumps(sorted(tables))}' for sql, tables in files)
    return "{\n" + ",\n".join(lines) + "\n}\n"


@cache
def _written_down() -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # then all is parsed
        return {}
    return found


def _fingerprint(sql: str) -> str:
    return hashlib.sha256(_laws() + without_header(sql).encode()).hexdigest()[:16]


@cache
def _laws() -> bytes:
    return LAWS.read_bytes()
