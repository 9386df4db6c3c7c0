"""What the portfolio needs of a program once its page is written: little, so that a thousand fit in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards import sentences
from dashboards.facts import Program, Site
from dashboards.published import Row
from dashboards.words import present

MONTHS = 13
REASONS = 3


@dataclass(frozen=True)
class Standing:
    """Where one program stands under each model, where it stood the month before, and what asks for a look."""

    program_id: str
    name: str
    month: date | None
    now: Mapping[str, Row]
    before: Mapping[str, Row]
    history: tuple[int | None, ...]  # stages of the leading model in the last months, oldest first
    friction: Row | None
    attention: tuple[str, ...]
    through: Any
    missing: tuple[str, ...]

    def stage(self, model: str) -> int | None:
        """The stage that `model` names, if it names one."""
        row = self.now.get(model)
        return row["stage"] if row and present(row["stage"]) else None

    def rise(self, model: str) -> int:
        """Stages gained since the month before; negative where it fell, 0 where either month names none."""
        before, stage = self.before.get(model), self.stage(model)
        return 0 if stage is None or before is None or not present(before["stage"]) else stage - before["stage"]

    @property
    def has_fallen(self) -> bool:
        """Whether any model has it lower than the month before."""
        return any(self.rise(model) < 0 for model in self.now)


def standing(site: Site, program: Program) -> Standing:
    """The standing of `program`."""
    lead = site.lead
    now = {model: row for model in site.ladders if (row := program.now(model)) is not None}
    row = now.get(lead.model) if lead else None
    judged = program.stages.get(lead.model, []) if lead else []
    return Standing(
        program_id=program.program_id,
        name=program.name,
        month=program.month,
        now=now,
        before={model: row for model in site.ladders if (row := program.before(model)) is not None},
        history=tuple(r["stage"] for r in judged if program.month and r["month"] <= program.month)[-MONTHS:],
        friction=sentences.felt(program, row["bottleneck_job"]) if row else None,
        attention=tuple(sentences.attention(program, lead)) if lead else (),
        through=program.observed_through(),
        missing=tuple(reason for reason, _ in sentences.unknowns(program))[:REASONS],
    )
