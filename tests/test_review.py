"""Formal reviews: written in waystage.yaml, published, and told on the page with when the next is due."""

import datetime as dt
from pathlib import Path

import pytest

from dashboards.review import sentence
from tests.conftest import Waystage
from tests.tiny_world import ask

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (None, "No formal review is on record; one is due every six to twelve months, delivery first."),
        ("2026-05-31", "the next is due from November 2026 to May 2027, delivery first."),
        ("2025-12-12", "the next is due now, by December 2026 at the latest, delivery first."),
        ("2025-06-29", "the next has been overdue since June 2026, delivery first."),
    ],
)
def test_a_page_says_when_the_next_review_is_due(last: str | None, said: str) -> None:
    day = dt.date.fromisoformat(last) if last else None
    assert sentence(day, dt.date(2026, 6, 30), ", delivery first").endswith(said)


def test_reviews_of_the_workspace_are_published_up_to_the_day_of_the_run(world: Path, waystage: Waystage) -> None:
    with (world / "waystage.yaml").open("a", encoding="utf-8") as settings:
        settings.write(
            "reviews:\n  - {program: alder, date: 2025-02-03}\n  - {program: alder, date: 2024-01-01}\n"
            "  - {program: alder, date: 2026-01-01}\n"
        )
    assert waystage("run", "-w", world).code == 0
    assert ask(world, "select program_id, reviewed_on::varchar from review") == [
        ("alder", "2024-01-01"),
        ("alder", "2025-02-03"),
    ]
    page = (world / "published/site/programs/alder.html").read_text(encoding="utf-8")
    assert "Last formal review on 3 Feb 2025; the next is due from August 2025 to February 2026" in page
    page = (world / "published/site/programs/birch.html").read_text(encoding="utf-8")
    assert "No formal review is on record" in page
    assert "nothing new" in waystage("run", "-w", world).out


def test_a_review_of_no_program_or_no_day_is_told(world: Path, waystage: Waystage) -> None:
    with (world / "waystage.yaml").open("a", encoding="utf-8") as settings:
        settings.write("reviews:\n  - {program: aldr, date: 2025-02-03}\n")
    said = waystage("check", "-w", world)
    assert said.code == 2
    assert "reviews.0.program" in said.out + said.err
    assert "did you mean 'alder'?" in said.out + said.err
