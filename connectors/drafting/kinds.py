"""Kinds of value as texts show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "empty",
    "email",
    "time",
    "local_time",
    "boolean",
    "percent",
    "integer",
    "number",
    "comma_number",
    "duration",
    "uuid",
    "url",
    "locale",
    "domain",
    "list",
    "category",
    "text",
    "long_text",
    "json",
]
UNITS = "s|sec|secs|seconds?|min|mins|minutes?|h|hrs?|hours?|std|minuten|minutos|minuti|stunden|horas|heures|ore"
FIGURE = r"\d{1,3}(?:(?:[.\s']\d{3})*,\d+|(?:,\d{3})+(?:\.\d+)?|\d*,\d+)"
PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    "email": re.compile(r"(?:.*<)?[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+>?"),
    "percent": re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*%"),
    "integer": re.compile(r"[+-]?\d{1,18}(?:\.0+)?"),
    "number": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"),
    "comma_number": re.compile(rf"[A-Z]{{0,3}}[^\w,.-]{{0,2}}\s?[+-]?{FIGURE}\s?[^\d,.]{{0,4}}"),
    "duration": re.compile(rf"\d{{1,3}}:\d{{2}}(?::\d{{2}})?|\d+(?:[.,]\d+)?\s?(?:{UNITS})\.?"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"),
    "url": re.compile(r"(?:https?://|www\.)\S+"),
    "json": re.compile(r"[\[{].*[\]}]", re.DOTALL),
    "locale": re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?"),
    "domain": re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}", re.IGNORECASE),
    "list": re.compile(r"[^;|]{1,60}(?:[;|][^;|]{1,60})+"),
}
CODES = "en de es fr pt nl it pl sv da fi nb no cs tr ru ja zh ko ar he el hu ro uk"
LANGUAGES = frozenset(CODES.split())


def is_kind(kind: Kind, text: str) -> bool:
    """Whether a text is of a kind that its letters alone tell."""
    return PATTERNS[kind].fullmatch(text) is not None


def shape_of(text: str) -> str:
    """`Ada Byron 12` as `Aa Aa 99`: how a text looks, and nothing of what it says."""
    folded = re.sub(r"[^\W\d_]", lambda mark: "A" if mark[0].isupper() else "a", text[:40])
    folded = re.sub(r"\d", "9", re.sub(r"a+", "a", re.sub(r"A{2,}", "A", folded)))
    return re.sub(r"9{5,}", "9…9", re.sub(r"\s+", " ", re.sub(r"(?:a ){3,}a?", "a … ", folded)))[:30].strip()
