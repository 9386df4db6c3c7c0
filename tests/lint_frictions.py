"""What frictions.yaml must hold to: it ships, so a slip in it is ours to find before anybody runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.declaration import Document, Key, Problem
from connectors.nearest import nearest_or_legal
from rules.friction_catalogue import Frictions
from rules.lint import Catalogue


def lint_frictions(
    frictions: Frictions, document: Document, catalogue: Catalogue, stages: Mapping[str, Sequence[int]]
) -> list[Problem]:
    """Signals that do not exist and stages that a model does not have."""
    found: list[tuple[Sequence[Key], str]] = []
    for index, friction in enumerate(frictions.frictions):
        for place, one in enumerate(friction.signals):
            if one.signal not in catalogue:
                path = ("frictions", index, "signals", place, "signal")
                found.append((path, f"no signal {one.signal!r}, {nearest_or_legal(one.signal, catalogue)}"))
        for model, number in friction.cleared_at.items():
            if model in stages and number not in stages[model]:
                legal = ", ".join(map(str, stages[model]))
                where = ("frictions", index, "cleared_at", model)
                found.append((where, f"{model} has no stage {number}; it has {legal}"))
    named: list[tuple[Sequence[Key], str]] = [
        (("delivery_wall", key), signal) for key, signal in frictions.delivery_wall.signals.items()
    ]
    named.append((("launch_spike", "learners"), frictions.launch_spike.learners))
    named += [(("patterns", index, "signal"), one.signal) for index, one in enumerate(frictions.patterns)]
    for path, signal in named:
        if signal not in catalogue:
            found.append((path, f"no signal {signal!r}, {nearest_or_legal(signal, catalogue)}"))
    return [Problem(document.file, document.line(path), message) for path, message in found]
