"""Brings what lies elsewhere, and asks again only those that did not answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from connectors.acquire import acquire
from connectors.contract import ProgramConfig, SourceConfig

Come = dict[tuple[str, str], SourceConfig]  # by program and source: with what was brought of it


def ask(state: Path, programs: Sequence[ProgramConfig], come: Come, say: Callable[[str], None]) -> list[str]:
    """Asks the sources that have not come yet and adds what they bring to `come`; the names of those that gave no
    answer, or not all of one, and may when they are asked again."""
    waiting = [
        program.model_copy(update={"sources": tuple(s for s in program.sources if _is_awaited(come, program.id, s))})
        for program in programs
    ]
    for program in acquire(state, waiting, say):
        come.update({(program.id, source.name): source for source in program.sources})
    return [
        f"{program.id}: {source.name}"
        for program in waiting
        for source in program.sources
        if _is_awaited(come, program.id, source)
    ]


def with_files(programs: Sequence[ProgramConfig], come: Come) -> tuple[ProgramConfig, ...]:
    """The programs with what was brought for each of their sources."""
    return tuple(
        program.model_copy(update={"sources": tuple(come[program.id, source.name] for source in program.sources)})
        for program in programs
    )


def _is_awaited(come: Come, program_id: str, source: SourceConfig) -> bool:
    known = come.get((program_id, source.name))
    return known is None or (known.brought is not None and any(file.may_pass for file in known.brought.files))
