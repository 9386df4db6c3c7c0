"""Topics: questions that ask the same lie together, and the name of a topic is nobody's words."""

from __future__ import annotations

import itertools
import time

import pytest

from tests.measure_topics import Question, covered_right, grouped, mail, products, scored, titles
from transforms.ticket_text import customer_text
from transforms.topic import Content, Topics

PRODUCTS = [
    pytest.param(questions, 0.72 if part == "development" else 0.65, id=f"{part} {name}")
    for part in ("development", "test")
    for name, questions in products(part).items()
]


def topics_of(*said: str, items: tuple[Content, ...] = (), people: int | None = None) -> list[str | None]:
    """The names of the topics of tickets, each of another person or of so many in turn."""
    topics = Topics(items)
    groups = [topics.asked(str(n), text, f"p{n % (people or len(said))}") for n, text in enumerate(said)]
    return [group.name if group else None for group in groups]


@pytest.mark.parametrize(("questions", "least"), PRODUCTS)
def test_questions_are_grouped_as_well_as_the_docs_say(questions: list[Question], least: float) -> None:
    assert len(questions) > 100
    for covered in ([], titles(questions)):
        assert scored([q.topic for q in questions], [key for key, _ in grouped(questions, covered)]).f1 >= least
    precision, recall = covered_right(questions, titles(questions))
    assert precision >= 0.9
    assert recall >= 0.8


@pytest.mark.parametrize(("questions", "least"), PRODUCTS)
def test_what_is_asked_later_moves_no_question(questions: list[Question], least: float) -> None:
    for nights in (40, 90):
        assert [key for key, _ in grouped(questions[:nights])] == [key for key, _ in grouped(questions)][:nights]


def test_the_words_and_the_language_may_differ() -> None:
    asked = (
        "How can two employees swap a shift?",
        "Wie tauschen zwei Mitarbeiter ihre Schichten?",
        "our staff want to trade shifts",
        "シフトを交代するには",
        "¿Cómo intercambian un turno dos empleados?",
    )
    assert len(set(topics_of(*asked))) == 1


def test_content_names_what_it_covers_and_two_topics_share_no_name() -> None:
    items = (Content("c1", "Exporting timesheets to payroll", "Payroll export"), Content("c2", "Swapping shifts", None))
    said = topics_of("payroll export of hours?", "swap a shift", "clock in on a tablet", *["tablet time clock"] * 2,
                     *["clock in by GPS location only"] * 3, items=items)  # fmt: skip
    assert said[:2] == ["payroll-export", "swapping-shift"]
    assert len(set(said)) == 4


def test_fewer_than_three_people_give_a_topic_no_name() -> None:
    assert topics_of(*["How do I rotate an API key?"] * 6, people=2) == [None] * 6
    assert topics_of(*["How do I rotate an API key?"] * 3, people=3) == ["api-key-rotate"] * 3
    topics = Topics([])
    alike = {group.key for n in range(5) if (group := topics.asked(str(n), "How do I rotate an API key?", None))}
    assert len(alike) == 1
    assert topics.spoken_of("api key rotation") is None


@pytest.mark.parametrize("secret", ["zofia", "Zofia", "zofia.k@mail.example", "+48 555 0199", "IBAN PL6110901014"])
def test_a_name_that_many_write_is_no_topic(secret: str) -> None:
    """Somebody writes a name as names are written, so it is known for one; numbers and addresses never count."""
    others = [q.text for q in products("development")["rota"][:20]]
    said = topics_of("please ask Zofia about the frobnicator", *others, *[f"frobnicator, see {secret}"] * 6)
    assert said[-1] is not None
    assert "zofia" not in said[-1]
    assert not any(sign.isdigit() for sign in said[-1])


def test_a_word_that_is_in_every_ticket_or_that_few_wrote_is_no_name() -> None:
    assert topics_of(*[f"kalmarsund frobnicator {sign}" for sign in "abcdefgh" * 4])[-1] is None
    others = [q.text for q in products("development")["rota"][:20]]
    assert topics_of(*others, *["frobnicator"] * 4)[-1] is None


def test_the_order_of_reading_and_the_number_of_people_do_not_matter_to_content() -> None:
    items = [Content("c1", "Connect your warehouse", "Warehouse connection"), Content("c3", "Single sign-on", None),
             Content("c2", "Warehouse connections, part 2", None)]  # fmt: skip
    told = [Topics(order).of_content for order in itertools.permutations(items)]
    assert all(one == told[0] for one in told)
    assert told[0]["c1"] == told[0]["c2"] == "warehouse-connection"


@pytest.mark.parametrize(
    "nothing", ["", "   ", "???", "\U0001f642", "hello", "12345 67890", "x" * 4_000, "\u202e \u200f"]
)
def test_what_says_nothing_does_no_harm(nothing: str) -> None:
    assert topics_of(nothing, nothing, nothing)[0] in (None, "x" * 4_000)


def test_two_thousand_tickets_a_second() -> None:
    asked = [q for questions in products("development").values() for q in questions]
    texts = [customer_text(None, f"{mail(q)} case {'abcdefgh'[n % 8] * 4}") for n in range(8) for q in asked]
    topics = Topics([])
    started = time.process_time()
    for n, text in enumerate(texts):
        topics.asked(str(n), text, f"p{n}")
    assert len(texts) / (time.process_time() - started) > 2_000
