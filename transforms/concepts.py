"""What a sentence speaks of: which groups of words of a list, such as rules/intents.words.yaml, it mentions.

A list gives the words of each group by language, so that a sentence says the same in any of seven.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

_GAP: Final = ".."
_VARIES: Final = ""  # stands for a second word that a gap or a star leaves open
_GAP_WORDS: Final = 3
_NO_PLURAL: Final = "zz"
_UNSPACED: Final = "ja"  # a language that writes no blanks between words
_LONG: Final = 6  # letters from which a word may be a compound
_KNOWN_WORDS: Final = 50_000
_WORD: Final = re.compile(r"\w+")
_CONTRACTIONS: Final = (
    (re.compile(r"\bcan(?:no|')t\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'(?:ve)\b"), " have"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\b(what|where|when|how|it|that|there|who)'s\b"), r"\1 is"),
    (re.compile(r"'s\b"), ""),
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What follows the beginning of an entry of several words."""

    rest: tuple[str, ...]
    group: int


_Next = dict[str, list[_Phrase]]  # phrases by their second word; under "" those whose second word may vary


@dataclass(frozen=True)
class Groups:
    """Groups of words, by how their entries are looked up; they are numbered in the order of the file."""

    names: tuple[str, ...]
    exact: dict[str, set[int]] = field(default_factory=dict)
    beginnings: dict[str, list[tuple[str, int]]] = field(default_factory=dict)  # by up to three letters
    endings: list[tuple[str, bool, int]] = field(default_factory=list)  # the flag says that any ending may follow
    phrases: dict[str, _Next] = field(default_factory=dict)  # by first word
    open_phrases: dict[str, list[tuple[str, _Phrase]]] = field(default_factory=dict)  # by three letters of a beginning
    unspaced: list[tuple[str, int]] = field(default_factory=list)
    known: dict[str, tuple[frozenset[int], _Next]] = field(default_factory=dict)  # words looked up before

    def in_sentence(self, sentence: str, words: Sequence[str]) -> list[int]:
        """The groups that a sentence mentions, ascending; `words` are its words as `words_of` gives them."""
        found: set[int] = set()
        for i, word in enumerate(words):
            groups, phrases = self._of_word(word)
            found |= groups
            if phrases:
                for phrase in phrases.get(words[i + 1], ()) if i + 1 < len(words) else ():
                    if not phrase.rest or (phrase.group not in found and _follows(phrase.rest, words, i + 2)):
                        found.add(phrase.group)
                for phrase in phrases.get(_VARIES, ()):
                    if phrase.group not in found and _follows(phrase.rest, words, i + 1):
                        found.add(phrase.group)
        if not sentence.isascii():
            found.update(group for text, group in self.unspaced if text in sentence)
        return sorted(found)

    def _of_word(self, word: str) -> tuple[frozenset[int], _Next]:
        """The groups that the word alone means, and the phrases that it may begin."""
        known = self.known.get(word)
        if known is None:
            if len(self.known) >= _KNOWN_WORDS:
                self.known.clear()
            known = self.known[word] = self._looked_up(word)
        return known

    def _looked_up(self, word: str) -> tuple[frozenset[int], _Next]:
        found = set(self.exact.get(word, ()))
        for letters in (1, 2, 3):
            found.update(group for start, group in self.beginnings.get(word[:letters], ()) if word.startswith(start))
        for part, any_ending, group in self.endings:
            is_part = (
                word.startswith(part) if len(word) < _LONG else part in word if any_ending else word.endswith(part)
            )
            if is_part:
                found.add(group)
        phrases = self.phrases.get(word, {})
        open_ones = [phrase for start, phrase in self.open_phrases.get(word[:3], ()) if word.startswith(start)]
        if open_ones:
            phrases = phrases | {_VARIES: [*phrases.get(_VARIES, ()), *open_ones]}
        return frozenset(found), phrases


def words_of(text: str) -> list[str]:
    """The words of a text: lower case, accents off, contractions spelt out, plural `s` off."""
    lowered = text.lower().replace("\u2019", "'").replace("ß", "ss")
    if "'" in lowered or "cannot" in lowered:
        for pattern, spelt_out in _CONTRACTIONS:
            lowered = pattern.sub(spelt_out, lowered)
    if not lowered.isascii():
        lowered = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return [_singular(word) for word in _WORD.findall(lowered)]


@lru_cache(maxsize=_KNOWN_WORDS)
def _singular(word: str) -> str:
    if word.endswith(("sses", "xes", "ches", "shes")) and len(word) > 4:
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def _follows(rest: Sequence[str], words: Sequence[str], at: int) -> bool:
    slack = 0
    for expected in rest:
        if expected == _GAP:
            slack = _GAP_WORDS
            continue
        while at < len(words) and not _is_word(expected, words[at]) and slack:
            at, slack = at + 1, slack - 1
        if at >= len(words) or not _is_word(expected, words[at]):
            return False
        at, slack = at + 1, 0
    return True


def _is_word(expected: str, word: str) -> bool:
    return word == expected or (expected.endswith("*") and word.startswith(expected[:-1]))


@cache
def groups_of(path: Path) -> Groups:
    """The groups of a file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    declared: dict[str, dict[str, list[Any]]] = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506  safe
    known = Groups(tuple(declared))
    for group, by_language in enumerate(declared.values()):
        for language, entries in by_language.items():
            for entry in entries:
                if language == _UNSPACED:
                    known.unspaced.append((str(entry), group))
                else:
                    _add(known, _pattern(str(entry)), group)
    return known


def _add(known: Groups, words: Sequence[str], group: int) -> None:
    first, rest = words[0], tuple(words[1:])
    if rest and first.endswith("*"):
        known.open_phrases.setdefault(first[:3], []).append((first[:-1], _Phrase(rest, group)))
    elif rest:
        varies = rest[0] == _GAP or rest[0].endswith("*")
        after = known.phrases.setdefault(first, {})
        after.setdefault(_VARIES if varies else rest[0], []).append(_Phrase(rest if varies else rest[1:], group))
    elif first.startswith("*"):
        known.endings.append((first.strip("*"), first.endswith("*"), group))
    elif first.endswith("*"):
        known.beginnings.setdefault(first[:-1][:3], []).append((first[:-1], group))
    else:
        known.exact.setdefault(first, set()).add(group)


def _pattern(entry: str) -> list[str]:
    """The words of an entry as `words_of` would give them, its stars kept."""
    words: list[str] = []
    for part in entry.split():
        if part == _GAP:
            words.append(_GAP)
            continue
        plain = part.strip("*")
        # the end of a beginning is not the end of a word, so there is no plural to take off
        end = _NO_PLURAL if part.endswith("*") else ""
        found = [word.removesuffix(end) for word in words_of(plain + end)]
        if found and part.startswith("*"):
            found[0] = "*" + found[0]
        if found and part.endswith("*"):
            found[-1] += "*"
        words += found
    return words
