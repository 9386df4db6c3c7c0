"""What the classifier of intents looks at in a ticket: words, pairs of them, letters, groups of words, and shape."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from transforms.concepts import groups_of, words_of
from transforms.intent_tickets import WORDS

_SENTENCE: Final = re.compile(r"(?<=[.!;:])\s+|(?<=[?\uff1f\u3002\uff01])|\n+")
_WORD: Final = re.compile(r"\w")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々ー]+")
_SCRIPT: Final = re.compile(r"[\u3400-\u9fff々]+|[\u30a0-\u30ffー]+|[\u3040-\u309f]+")
_WIDE_QUESTION: Final = "\uff1f"
_LETTERS: Final = (3, 4)  # of a word in runs of
_SIGNS: Final = (1, 2, 3, 4)  # of a text without blanks in runs of
_LONGEST_SHAPE: Final = 6  # the logarithm of its words to the base two
_KNOWN_WORDS: Final = 50_000

# One kind of feature has as much to say as another, times this: chosen by grouped cross-validation over rules/tickets.
KINDS: Final = {"words": 1.0, "pairs": 0.7, "letters": 1.2, "groups": 1.4, "together": 1.2, "shape": 0.3}


@dataclass(frozen=True)
class Features:
    """Names of features by kind."""

    words: set[str] = field(default_factory=set)
    pairs: set[str] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    together: set[str] = field(default_factory=set)  # two groups in one sentence
    length: int = 0  # words between blanks
    asks: bool = False  # whether it has a question mark

    @property
    def shape(self) -> set[str]:
        """The length in powers of two, and whether a question mark stands somewhere."""
        length = str(min(_LONGEST_SHAPE, (1 + self.length).bit_length() - 1))
        return {length, "?"} if self.asks else {length}


def sentences_of(text: str) -> list[str]:
    """The sentences of a text of `customer_text` that have a word."""
    return [sentence for sentence in _SENTENCE.split(text) if _WORD.search(sentence)]


def signs_of(text: str) -> tuple[list[str], str]:
    """The runs of one script each in what a text has in a language without blanks, and the text without them."""
    if text.isascii():
        return [], text
    return [sign for run in _UNSPACED.findall(text) for sign in _SCRIPT.findall(run)], _UNSPACED.sub(" ", text)


def features_of(sentence: str) -> Features:
    """The features of one sentence."""
    found = Features(length=len(sentence.split()), asks="?" in sentence or _WIDE_QUESTION in sentence)
    spaced = sentence
    if not sentence.isascii():
        for run in _UNSPACED.findall(sentence):
            found.letters.update(run[i : i + n] for n in _SIGNS for i in range(len(run) - n + 1))
            found.words.update(_SCRIPT.findall(run))
        spaced = _UNSPACED.sub(" ", sentence)
    words = words_of(spaced)
    if words:
        found.words.update(words)
        found.pairs.update(f"{a} {b}" for a, b in itertools.pairwise(["^", *words, "$"]))
        for word in words:
            found.letters.update(_letters(word))
    groups = groups_of(WORDS).in_sentence(sentence, words)
    found.groups.update(map(str, groups))
    found.together.update(f"{a} {b}" for a, b in itertools.combinations(groups, 2))
    return found


def together(sentences: Sequence[Features]) -> Features:
    """The features of sentences read as one text."""
    if len(sentences) == 1:
        return sentences[0]
    return Features(
        words=set().union(*(one.words for one in sentences)),
        pairs=set().union(*(one.pairs for one in sentences)),
        letters=set().union(*(one.letters for one in sentences)),
        groups=set().union(*(one.groups for one in sentences)),
        together=set().union(*(one.together for one in sentences)),
        length=sum(one.length for one in sentences),
        asks=any(one.asks for one in sentences),
    )


@lru_cache(maxsize=_KNOWN_WORDS)
def _letters(word: str) -> tuple[str, ...]:
    bounded = f"<{word}>"
    return tuple(bounded[i : i + n] for n in _LETTERS for i in range(len(bounded) - n + 1))
