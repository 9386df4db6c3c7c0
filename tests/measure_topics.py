"""Measures the topics that questions are grouped into: `python -m tests.measure_topics [development|test]`.

Questions come in an order fixed by a hash, each from another person; every third is a longer mail, with asides and a
signature. Once there is no content, and once the titles of every other topic are there.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from transforms.ticket_text import customer_text
from transforms.topic import Content, Topics

PARTS: Final = Path(__file__).parent / "topics"
_HEADING: Final = "== "
_ALONE: Final = "?"  # each question under this heading is asked once
_ASIDES: Final = (
    "We have been with you for two years now and are quite happy.",
    "There are about forty of us in Leeds and Porto.",
    "My colleague Dana asked me to write to you.",
    "I already asked a friend who uses your product too.",
    "We are closing the month on Friday so it is a bit urgent.",
    "Sorry if this has been asked before.",
    "I am new in this job, my predecessor did all of that.",
    "Yesterday I spoke to Kim on the phone about something else, that is solved.",
)
_SIGNED: Final = "\n\nBest regards,\nJo Marsh\nHead of Operations"


@dataclass(frozen=True)
class Question:
    """A question, its language and the topic it is about; nobody else asks about a topic that begins with `?`."""

    text: str
    language: str
    topic: str


@dataclass(frozen=True)
class Scores:
    """How well a grouping agrees with the topics, in [0, 1]: of pairs of questions, and by B-cubed."""

    precision: float
    recall: float
    f1: float
    b_cubed: float


def products(part: str) -> dict[str, list[Question]]:
    """The questions of each product of a part, in the order of asking."""
    return {
        path.stem.removeprefix(f"{part}_"): sorted(_of_file(path), key=lambda q: sha256(q.text.encode()).digest())
        for path in sorted(PARTS.glob(f"{part}_*.txt"))
    }


def _of_file(path: Path) -> list[Question]:
    questions: list[Question] = []
    topic = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if line.startswith(_HEADING):
            topic = line.removeprefix(_HEADING)
        elif line.strip():
            language, text = (line[1:3], line[4:]) if line.startswith("@") else ("en", line)
            questions.append(Question(text, language, f"{_ALONE}{number}" if topic == _ALONE else topic))
    return questions


def mail(question: Question) -> str:
    """The question as it arrives."""
    number = int.from_bytes(sha256(question.text.encode()).digest()[:4])
    if number % 3:
        return question.text
    before, after = _ASIDES[number // 3 % len(_ASIDES)], _ASIDES[number // 24 % len(_ASIDES)]
    return f"Hi team,\n\n{before} {question.text}\n{after}{_SIGNED}"


def titles(questions: Sequence[Question]) -> list[str]:
    """Titles of content on every other topic: what the topic is called in the files."""
    return sorted({q.topic for q in questions if not q.topic.startswith(_ALONE)})[::2]


def grouped(questions: Sequence[Question], covered: Sequence[str] = ()) -> list[tuple[str | None, str | None]]:
    """Identity and name of the topic that each question is given."""
    topics = Topics([Content(str(place), title, None) for place, title in enumerate(covered)])
    groups = [topics.asked(str(i), customer_text(None, mail(q)), f"person {i}") for i, q in enumerate(questions)]
    return [(group.key, group.name) if group else (None, None) for group in groups]


def scored(wanted: Sequence[str], given: Sequence[str | None]) -> Scores:
    """Agreement of two groupings of the same questions; one without a group is alone."""
    alone = [key if key is not None else f"alone {i}" for i, key in enumerate(given)]
    both, ours, theirs = Counter(zip(wanted, alone, strict=True)), Counter(alone), Counter(wanted)
    precision, recall = _pairs(both) / max(1, _pairs(ours)), _pairs(both) / max(1, _pairs(theirs))
    b_precision = sum(n * n / ours[key] for (_, key), n in both.items()) / len(alone)
    b_recall = sum(n * n / theirs[topic] for (topic, _), n in both.items()) / len(alone)
    return Scores(precision, recall, _mean(precision, recall), _mean(b_precision, b_recall))


def covered_right(questions: Sequence[Question], covered: Sequence[str]) -> tuple[float, float]:
    """Of the questions said to be answered by content, the share that is; and the share of those answered found."""
    names = Topics([Content(title, title, None) for title in covered]).of_content
    of_name = {name: title for title, name in names.items()}
    said = [of_name.get(name or "") for _, name in grouped(questions, covered)]
    right = sum(q.topic == title for q, title in zip(questions, said, strict=True))
    return right / max(1, sum(t is not None for t in said)), right / sum(q.topic in covered for q in questions)


def _pairs(sizes: Counter[tuple[str, str]] | Counter[str]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())


def _mean(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def main(parts: Sequence[str]) -> None:
    """Prints the tables of docs/topics.md."""
    for part in parts or ("development", "test"):
        for product, questions in products(part).items():
            wanted, half = [q.topic for q in questions], titles(questions)
            for said, covered in (("no content", []), ("titles on every other topic", half)):
                s = scored(wanted, [key for key, _ in grouped(questions, covered)])
                sys.stdout.write(
                    f"{part} {product}, {len(questions)} questions, {said}: pairs precision {s.precision:.2f}, "
                    f"recall {s.recall:.2f}, F1 {s.f1:.2f}; B-cubed F1 {s.b_cubed:.2f}\n"
                )
            precision, recall = covered_right(questions, half)
            sys.stdout.write(f"  answered by content: precision {precision:.2f}, recall {recall:.2f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
