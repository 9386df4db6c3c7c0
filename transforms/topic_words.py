"""The words of a text that can tell its topic, and what they mean whatever the language: rules/topics.words.yaml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from transforms.concepts import groups_of, words_of
from transforms.ticket_features import sentences_of, signs_of

WORDS: Final = Path(__file__).resolve().parent.parent / "rules" / "topics.words.yaml"
COMMON: Final = Path(__file__).with_name("common_words.txt")  # what support tickets say whatever they are about
_TOKEN: Final = re.compile(r"[^\W\d_][\w@-]*")
_LIKE_A_NAME: Final = re.compile(r"(?<=[^\W_][ ,])\s*([A-ZÀ-Þ][^\W\d_]*[a-zß-ÿ][\w-]*)")
_MEANING: Final = "="  # begins no word
_LONGEST_SLUG: Final = 60
_KNOWN_WORDS: Final = 50_000
_ACRONYM: Final = 6  # letters of the longest


def slug(text: str) -> str | None:
    """A declared topic as an identifier; None when nothing is left. `Single Sign-On` is `single-sign-on`."""
    words = [word for word in re.split(r"[\W_]+", _folded(text)) if word]
    return "-".join(words)[:_LONGEST_SLUG].strip("-") or None


def tokens(text: str) -> list[str]:
    """The words that can tell a topic: no digit, no address, not said in any ticket anyway; without endings.

    Of Japanese, which has no blanks, the runs of Chinese signs and of katakana.
    """
    signs, spaced = signs_of(text)
    return [stem for word in _TOKEN.findall(_folded(spaced)) if (stem := _telling(word))] + [
        sign for sign in signs if len(sign) > 1 and not "\u3040" <= sign[0] <= "\u309f"
    ]


def traits_of(text: str) -> list[str]:
    """What a text speaks of, in a fixed order: its meanings, then its tokens."""
    groups = groups_of(WORDS)
    spoken_of = {group for sentence in sentences_of(text) for group in groups.in_sentence(sentence, words_of(sentence))}
    return [_MEANING + groups.names[group] for group in sorted(spoken_of)] + sorted(set(tokens(text)))


def is_meaning(trait: str) -> bool:
    """Whether a trait is a meaning, the name of a group of rules/topics.words.yaml, not a word of the text."""
    return trait.startswith(_MEANING)


def plain(trait: str) -> str:
    """A trait as it stands in the name of a topic."""
    return trait.removeprefix(_MEANING)


def in_order(traits: Iterable[str]) -> list[str]:
    """Traits in the order that a name has them in: meanings as in rules/topics.words.yaml, then words."""
    places = {_MEANING + name: place for place, name in enumerate(groups_of(WORDS).names)}
    return sorted(traits, key=lambda trait: (places.get(trait, len(places)), trait))


def not_names(text: str) -> set[str]:
    """The tokens of a text that are written as no name is: in lower case, or all in capitals and short."""
    plain_words = (w for w in text.split() if w[:1].islower() or (w.isupper() and len(w) <= _ACRONYM))
    return set(tokens(" ".join(plain_words)))


def names_in(text: str) -> set[str]:
    """The tokens of a text that are written as a name is: with a capital, inside a sentence."""
    return set(tokens(" ".join(_LIKE_A_NAME.findall(text))))


@cache
def _said_anyway() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


@lru_cache(maxsize=_KNOWN_WORDS)
def _telling(word: str) -> str | None:
    """The stem of a word that can tell a topic; None for one that cannot."""
    stem = _stem(word)
    if len(word) <= 2 or "@" in word or any(c.isdigit() for c in word) or {word, stem} & _said_anyway():
        return None
    return stem


def _folded(text: str) -> str:
    lowered = text.lower().replace("ß", "ss").replace("'s", "").replace("\u2019s", "")
    if lowered.isascii():
        return lowered
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def _stem(word: str) -> str:
    """One form for singular and plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
