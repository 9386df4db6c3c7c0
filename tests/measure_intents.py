"""Measures the classifier of intents: `python -m tests.measure_intents [development|kinds|test|adversarial|blind]`.

Development tickets are read by the models of the folds that did not see them, or, as `kinds`, by models that saw no
ticket of their kind, which is what follows the language in the name of a file; the other parts by the model that ships.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from transforms.intent import Label, classify
from transforms.intent_model import shipped_model
from transforms.intent_tickets import TICKETS, Ticket, intent_names, read_tickets
from transforms.intent_training import examples_of, heat_of, held_out, likely

PARTS = Path(__file__).parent / "tickets"
WARY = "resend_request"
Judged = list[tuple[Ticket, Label]]


def development(*, by_kind: bool = False) -> Judged:
    """Each development ticket with the label that the other folds, or the other kinds of ticket, give it."""
    intents = intent_names()
    tickets = read_tickets(TICKETS.glob("*.txt"), intents)
    examples = examples_of(tickets, intents)
    if by_kind:
        kinds = [ticket.family.split(":")[0].partition("_")[2] for ticket in tickets]
        examples = replace(examples, fold=np.unique(kinds, return_inverse=True)[1])
    scores = held_out(examples, len(intents))
    given = likely(scores / heat_of(scores, examples.intent))
    certain = shipped_model().certain_from
    judged: Judged = []
    for ticket, row in zip(tickets, given, strict=True):
        best = int(row.argmax())
        if row[best] < certain.get(intents[best], certain["*"]):
            best = intents.index("other")
        judged.append((ticket, Label(intents[best], float(row[best]))))
    return judged


def part(name: str) -> Judged:
    """Each ticket of tests/tickets/*_<name>.txt with the label that ships."""
    tickets = [t for path in sorted(PARTS.glob(f"*_{name}.txt")) for t in read_tickets([path], intent_names())]
    return list(zip(tickets, classify([t.subject for t in tickets], [t.body for t in tickets]), strict=True))


def f1(judged: Judged, intent: str) -> float:
    """The harmonic mean of precision and recall of one intent; nan where it neither is nor is named."""
    hit = sum(t.intent == label.intent == intent for t, label in judged)
    either = sum(t.intent == intent for t, _ in judged) + sum(label.intent == intent for _, label in judged)
    return 2 * hit / either if either else float("nan")


def macro_f1(judged: Judged) -> float:
    """The mean over intents."""
    return float(np.nanmean([f1(judged, intent) for intent in intent_names()]))


def precision(judged: Judged, intent: str) -> float:
    """The share of the labels of an intent that are right."""
    named = [t.intent == intent for t, label in judged if label.intent == intent]
    return sum(named) / len(named) if named else float("nan")


def recall(judged: Judged, intent: str) -> float:
    """The share of the tickets of an intent that are found."""
    there = [label.intent == intent for t, label in judged if t.intent == intent]
    return sum(there) / len(there) if there else float("nan")


def calibration_error(judged: Judged, bins: int = 10) -> float:
    """How far, on average, a probability is from the share of labels of about that probability that are right."""
    given = np.array([label.probability for _, label in judged])
    right = np.array([t.intent == label.intent for t, label in judged], dtype=float)
    bin_of = np.minimum((given * bins).astype(int), bins - 1)
    return float(sum(abs(right[bin_of == b].sum() - given[bin_of == b].sum()) for b in range(bins)) / len(judged))


def table(judged: Judged) -> str:
    """The figures of docs/intents.md, as Markdown."""
    lines = [
        f"{len(judged)} tickets: macro-F1 {macro_f1(judged):.3f}, "
        f"{WARY} precision {precision(judged, WARY):.3f} and recall {recall(judged, WARY):.3f}, "
        f"calibration error {calibration_error(judged):.3f}",
        "",
        "| language | tickets | macro-F1 | right |",
        "| --- | --- | --- | --- |",
    ]
    for language in sorted({t.language for t, _ in judged}):
        own = [(t, label) for t, label in judged if t.language == language]
        right = sum(t.intent == label.intent for t, label in own) / len(own)
        lines.append(f"| {language} | {len(own)} | {macro_f1(own):.2f} | {right:.0%} |")
    lines += ["", "| intent | tickets | precision | recall |", "| --- | --- | --- | --- |"]
    for intent in intent_names():
        count = sum(t.intent == intent for t, _ in judged)
        lines.append(f"| {intent} | {count} | {precision(judged, intent):.2f} | {recall(judged, intent):.2f} |")
    return "\n".join(lines)


def main(names: Sequence[str]) -> None:
    """Prints the table of each part named, of all of them if none is."""
    for name in names or ("development", "kinds", "test", "adversarial", "blind"):
        judged = development(by_kind=name == "kinds") if name in {"development", "kinds"} else part(name)
        sys.stdout.write(f"{name}: {table(judged)}\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
