"""The rule packs of a workspace as tables: what is judged by, for whoever reads the published database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from rules.load import LoadedPack
from rules.model import Condition, Gate


def model_tables(packs: Sequence[LoadedPack]) -> dict[str, pd.DataFrame]:
    """Stages, phases, jobs and conditions, by the table of `judged` that holds them."""
    return {
        "model_catalogue": _stages(packs),
        "phase_catalogue": _phases(packs),
        "job_catalogue": _jobs(packs),
        "condition_catalogue": _conditions(packs),
    }


def _stages(packs: Sequence[LoadedPack]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "model": one.pack.name,
                "position": position,
                "title": one.pack.title,
                "stage": stage.number,
                "stage_name": stage.name,
                "phase": stage.phase,
                "job": stage.job,
                "summary": stage.summary,
                "fixes": stage.fixes,
                "key_benefit": stage.key_benefit,
                "primary_challenge": stage.primary_challenge,
                "tooling": stage.tooling,
                "practices": stage.practices,
            }
            for position, one in enumerate(packs, 1)
            for stage in one.pack.stages
        ]
    )


def _phases(packs: Sequence[LoadedPack]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "model": one.pack.name,
                "position": position,
                "phase": phase.name,
                "job": phase.job,
                "summary": phase.summary,
                "friction": phase.friction,
                "key_benefit": phase.key_benefit,
                "primary_challenge": phase.primary_challenge,
            }
            for one in packs
            for position, phase in enumerate(one.pack.phases, 1)
        ]
    )


def _jobs(packs: Sequence[LoadedPack]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "model": one.pack.name,
                "position": position,
                "job": job,
                "summary": note.summary if note else None,
                "ai_takes_over": note.ai_takes_over if note else [],
                "people_decide": note.people_decide if note else [],
            }
            for one in packs
            for position, job in enumerate(one.pack.jobs, 1)
            for note in [one.pack.job_notes.get(job)]
        ]
    )


def _conditions(packs: Sequence[LoadedPack]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "model": one.pack.name,
                "stage": stage.number,
                "stage_name": stage.name,
                "job": stage.job,
                "condition": condition.id,
                "signal": condition.signal,
                "asked": asked,
                "comparison": condition.comparison,
                "threshold": condition.threshold,
                "window": condition.window,
                "why": condition.why,
                "next_step_text": condition.next_step,
            }
            for one in packs
            for stage in one.pack.stages
            for asked, condition in _asked(stage.gate)
        ]
    )


def _asked(gate: Gate | None) -> Iterator[tuple[str, Condition]]:
    """How each condition of a gate is asked for: each, or so many of a group, told apart where there are several."""
    if gate is None:
        return
    yield from (("each", condition) for condition in gate.all)
    for place, group in enumerate(gate.at_least, 1):
        which = f", group {place}" if len(gate.at_least) > 1 else ""
        yield from ((f"{group.count} of {len(group.of)}{which}", condition) for condition in group.of)
