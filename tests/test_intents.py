"""What a ticket asks for, and what it is about: as a support lead would label it, and never leaking who wrote it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import yaml

from tests.measure_intents import PARTS, WARY, macro_f1, part, precision
from transforms import intent_tickets
from transforms.intent import classify
from transforms.intent_model import WEIGHTS, shipped_model
from transforms.intent_tickets import INTENTS, intent_names, read_tickets
from transforms.intent_training import examples_of, fingerprint, trained
from transforms.ticket_text import customer_text

TAUGHT = intent_tickets.TICKETS
CASES: dict[str, Any] = yaml.safe_load(INTENTS.with_name("intents.cases.yaml").read_text(encoding="utf-8"))
Ticket = str | list[str]


def _intents(tickets: list[Ticket]) -> list[str]:
    subjects = [t[0] if isinstance(t, list) else None for t in tickets]
    bodies = [t[1] if isinstance(t, list) else t for t in tickets]
    return [label.intent for label in classify(subjects, bodies)]


LOOK_ALIKES = [
    pytest.param(ticket, intent, id=f"{row}: {str(ticket)[:40]}")
    for row, by_intent in CASES["look_alikes"].items()
    for intent, tickets in by_intent.items()
    for ticket in tickets
]


@pytest.mark.parametrize(("ticket", "intent"), LOOK_ALIKES)
def test_a_look_alike_is_decided_by_the_object_asked_for(ticket: Ticket, intent: str) -> None:
    assert _intents([ticket]) == [intent]


@pytest.mark.parametrize(("held_out", "right"), [("held_out", 0.93), ("held_out_later", 0.8)])
def test_tickets_that_training_never_saw_keep_their_intent(held_out: str, right: float) -> None:
    kept = [_intents([ticket]) == [intent] for intent, tickets in CASES[held_out].items() for ticket in tickets]
    assert sum(kept) / len(kept) >= right


def test_the_test_part_is_read_as_well_as_the_docs_say() -> None:
    judged = part("test")
    assert len(judged) > 500
    assert macro_f1(judged) >= 0.85
    assert precision(judged, WARY) >= 0.95
    for language in {ticket.language for ticket, _ in judged}:
        assert macro_f1([(t, label) for t, label in judged if t.language == language]) >= 0.75, language


def test_tickets_written_before_the_last_training_and_opened_after_it_are_read_as_well_as_the_docs_say() -> None:
    judged = part("blind")
    assert len(judged) > 140
    assert macro_f1(judged) >= 0.84
    assert precision(judged, WARY) >= 0.95


def test_a_named_request_to_send_again_is_hardly_ever_wrong_even_where_the_wording_is_meant_to_mislead() -> None:
    assert precision(part("adversarial"), WARY) >= 0.9


def test_no_ticket_that_is_measured_is_taught() -> None:
    taught = {ticket.body for ticket in read_tickets(TAUGHT.glob("*.txt"), intent_names())}
    assert not taught & {ticket.body for ticket in read_tickets(PARTS.glob("*.txt"), intent_names())}
    assert not taught & {str(t) for name in ("held_out", "held_out_later") for ts in CASES[name].values() for t in ts}


def test_every_intent_is_described_and_taught_in_every_language() -> None:
    declared = yaml.safe_load(INTENTS.read_text(encoding="utf-8"))["intents"]
    assert len(declared) == 14
    assert all(intent["description"] for intent in declared.values())
    taught = {(t.intent, t.language) for t in read_tickets(TAUGHT.glob("*.txt"), intent_names())}
    assert taught == {
        (intent, language) for intent in declared for language in ("en", "es", "de", "fr", "pt", "nl", "ja")
    }


def test_the_training_command_gives_the_weights_that_ship() -> None:
    shipped, intents = shipped_model(), intent_names()
    assert shipped.trained_on == fingerprint(), "run python -m transforms.intent_training"
    assert WEIGHTS.stat().st_size < 2_000_000
    tickets = read_tickets(TAUGHT.glob("*.txt"), intents)
    again = trained(examples_of(tickets, intents), intents, fingerprint())
    assert again.row == shipped.row
    # processors add in different orders, so a weight may come to lie on the other side of half a step
    apart = np.abs(again.weights.astype(int) - shipped.weights.astype(int))
    assert apart.max() <= 1
    assert (apart > 0).mean() < 0.001
    assert again.certain_from == pytest.approx(dict(shipped.certain_from), abs=0.02)


def test_reading_tickets_needs_none_of_the_libraries_that_training_needs() -> None:
    code = (
        "import sys; from transforms.intent import classify; classify([None], ['Where is the guide?']); "
        "sys.exit(bool({'scipy', 'sklearn', 'torch', 'onnxruntime'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=INTENTS.parent.parent).returncode == 0


def test_nonsense_and_pleasantries_are_other_and_a_plain_request_is_named_with_near_certainty() -> None:
    bodies = ["Zebra umbrella", "It was nice to meet you at the fair", "Please resend invoice 12 to our finance team."]
    vague, chat, clear = classify([None] * 3, bodies)
    assert vague.intent == chat.intent == "other"
    assert clear.intent == "billing"
    assert clear.probability > 0.9


@pytest.mark.parametrize("nothing", [None, "", "   ", "\n> quoted only", "???", "\U0001f642"])
def test_a_ticket_without_readable_words_is_other(nothing: str | None) -> None:
    (label,) = classify([None], [nothing])
    assert label.intent == "other"
    assert 0 <= label.probability < 0.5


# In a process of its own: the coverage tracer of a test run multiplies exactly this kind of work (2,000 tickets take
# 0.4 s, traced more than 1 s). The best of three: other work on the machine slows one, never all it could do.
TIMED = """
import time
from transforms.intent import classify
bodies = [
    f"Hello, in case {i} we lost the setup guide you sent us, could you share it again? "
    f"We use workspace {i % 97} with forty people and the export is slow on Mondays.\\n\\nRegards,\\nA"
    for i in range(2_000)
]
classify([None], ["warm up"])
seconds = []
for turn in range(3):
    started = time.process_time()
    classify([None] * len(bodies), [f"{body} {turn}" for body in bodies])
    seconds.append(time.process_time() - started)
print(min(seconds))
"""


def test_two_thousand_tickets_a_second() -> None:
    timed = subprocess.run(
        [sys.executable, "-c", TIMED], check=True, cwd=INTENTS.parent.parent, capture_output=True, text=True
    )
    assert float(timed.stdout) < 1


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("Saving fails.\n\n> old text\n> more", "Saving fails."),
        ("Saving fails.\nOn Tue, 3 Mar 2026 at 10:01, Ann wrote:\nold", "Saving fails."),
        ("Hi Ann,\nSaving fails.\nBest regards,\nKim\nTraining lead", "Saving fails."),
        ("<div>Saving &amp; loading fail.</div><blockquote>old</blockquote>", "Saving & loading fail."),
        ("Thanks,\nSaving fails.", "Thanks,\nSaving fails."),
        ("Geachte heer,\nOpslaan lukt niet.\nMet vriendelijke groet,\nKim", "Opslaan lukt niet."),
        ("Bom dia,\nNão salva.\nEm 3 de março, Ana escreveu:\nantigo", "Não salva."),
        ("保存できません。\nよろしくお願いいたします。\n田中", "保存できません。"),
        (
            "pls help\n\n---------- Forwarded message ----------\nFrom: Shop 12\nSubject: till\n\nTill 2 freezes.",
            "pls help\nTill 2 freezes.",
        ),
        (
            "Fixed, thanks.\n---------- Forwarded message ----------\nFrom: Acme Support\n\nWe resent the guide.",
            "Fixed, thanks.",
        ),
        (
            "It stops.\n2026-03-01 10:01:22 ERROR a\n2026-03-01 10:01:23 WARN guide resent\nSince noon.",
            "It stops.\n2026-03-01 10:01:22 ERROR a\nSince noon.",
        ),
    ],
)
def test_only_the_customers_own_words_are_read(body: str, left: str) -> None:
    assert customer_text(None, body) == left
