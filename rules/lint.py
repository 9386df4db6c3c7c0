"""Reads rule packs for what the shape alone cannot see, before any data is opened.

Every finding is an instruction with file and line. None is a matter of taste: each names something that would make a
stage impossible, free, or different from what its author meant. Nothing in a pack refers to another part of it but by
the names of jobs, phases and frictions, so that there can be no circle.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from connectors.declaration import DeclarationError, Key, Problem, check, read
from connectors.nearest import nearest_or_legal
from rules.faults import told
from rules.lint_across import across
from rules.lint_condition import Catalogue, Found, placed_in, read_alone
from rules.load import LoadedPack, loaded, locate, misnamed
from rules.mend import mend
from rules.model import Pack, Stage

__all__ = ["Catalogue", "examine", "lint"]


def examine(
    name_or_path: str, base: Path, catalogue: Catalogue, friction_ids: Sequence[str]
) -> tuple[LoadedPack | None, list[Problem]]:
    """A pack by its name or path, and everything that is wrong with it, shape and meaning in one pass.

    The pack is None where its shape is wrong. What can still be read then is linted all the same.
    """
    try:
        document = read(locate(name_or_path, base))
    except DeclarationError as error:
        return None, list(error.problems)
    problems = misnamed(document)
    found = check(Pack, document)
    if isinstance(found, Pack):
        pack = loaded(found, document)
        return pack, _in_order([*problems, *lint(pack, catalogue, friction_ids)])
    problems += [Problem(document.file, fault.line, told(fault)) for fault in found]
    rest, silent = mend(document.data, found)
    if rest is not None:
        problems += [
            Problem(document.file, document.line(path), message)
            for path, message in _findings(rest, catalogue, friction_ids)
            if not any(tuple(path[: len(place)]) == place for place in silent)
        ]
    return None, _in_order(problems)


def lint(pack: LoadedPack, catalogue: Catalogue, friction_ids: Sequence[str] | None = None) -> list[Problem]:
    """Problems of one pack, in the order of its lines; `friction_ids` are those that it may name, any where None."""
    document = pack.document
    return _in_order(
        Problem(document.file, document.line(path), message)
        for path, message in _findings(pack.pack, catalogue, friction_ids)
    )


def _findings(pack: Pack, catalogue: Catalogue, friction_ids: Sequence[str] | None) -> Found:
    placed = list(placed_in(pack))
    yield from _ladder(pack)
    yield from _names(pack, friction_ids)
    yield from _phases(pack)
    yield from (one for item in placed for one in read_alone(item, catalogue))
    yield from across(pack, placed)


def _ladder(pack: Pack) -> Found:
    for index, stage in enumerate(pack.stages):
        path: tuple[Key, ...] = ("stages", index)
        if index:
            expected = pack.stages[index - 1].number + 1
            if stage.number != expected:
                slip = "a gap" if stage.number > expected else "an overlap"
                yield (*path, "number"), f"stage {stage.number} leaves {slip}: {expected} comes next"
        if index == 0 and stage.gate is not None:
            yield (*path, "gate"), f"stage {stage.number} is the lowest, which has no gate; remove the gate"
        if index and not stage.conditions:
            yield path, f"stage {stage.number} requires nothing, so it is reached with the one below; give it a gate"
        yield from _groups(path, stage)
    if len(pack.stages) < 2:
        yield ("stages",), "a ladder needs two stages or more"
    if pack.evidence_floor == 0:
        yield ("evidence_floor",), "an evidence floor of 0 names a stage without any evidence; raise it"


def _groups(path: tuple[Key, ...], stage: Stage) -> Found:
    for place, group in enumerate(stage.gate.at_least if stage.gate else []):
        where = (*path, "gate", "at_least", place, "count")
        if group.count > len(group.of):
            yield where, f"at least {group.count} of {len(group.of)} can never be met; lower the count"
        if group.count == len(group.of):
            yield where, f"at least {group.count} of {len(group.of)} is all of them; move them to 'all'"


def _names(pack: Pack, friction_ids: Sequence[str] | None) -> Found:
    yield from _twice("jobs", pack.jobs)
    above = {stage.job for stage in pack.stages[1:]}
    for place, job in enumerate(pack.jobs):
        if job not in above and above <= set(pack.jobs):
            yield (
                ("jobs", place),
                f"no stage of job {job!r} has a gate, so it is never judged; give it one or remove it",
            )
    for job in pack.job_notes:
        if job not in pack.jobs:
            yield ("job_notes", job), f"job {job!r} is not among the pack's jobs, {nearest_or_legal(job, pack.jobs)}"
    cleared: dict[str, int] = {}
    names: dict[str, int] = {}
    for index, stage in enumerate(pack.stages):
        if stage.job not in pack.jobs:
            path: tuple[Key, ...] = ("stages", index, "job")
            yield path, f"job {stage.job!r} is not among the pack's jobs, {nearest_or_legal(stage.job, pack.jobs)}"
        if stage.name in names:
            yield ("stages", index, "name"), f"stage {names[stage.name]} is called {stage.name!r} too; rename one"
        names.setdefault(stage.name, stage.number)
        for place, friction in enumerate(stage.fixes):
            path = ("stages", index, "fixes", place)
            if friction_ids is not None and friction not in friction_ids:
                yield path, f"no friction {friction!r}, {nearest_or_legal(friction, friction_ids)}"
            if friction in cleared:
                yield path, f"{friction} is fixed by stage {cleared[friction]} already; name it once"
            cleared.setdefault(friction, stage.number)


def _phases(pack: Pack) -> Found:
    names = [phase.name for phase in pack.phases]
    yield from _twice("phases", names)
    used = {stage.phase for stage in pack.stages}
    for place, phase in enumerate(pack.phases):
        if phase.job not in pack.jobs:
            path: tuple[Key, ...] = ("phases", place, "job")
            yield path, f"job {phase.job!r} is not among the pack's jobs, {nearest_or_legal(phase.job, pack.jobs)}"
        if phase.name not in used:
            yield ("phases", place), f"no stage is of phase {phase.name!r}; name it in a stage or remove it"
    for index, stage in enumerate(pack.stages):
        if stage.phase is not None and names and stage.phase not in names:
            path = ("stages", index, "phase")
            yield path, f"no phase {stage.phase!r} among the pack's phases, {nearest_or_legal(stage.phase, names)}"


def _twice(key: str, names: Sequence[str]) -> Found:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield (key, place), f"{name!r} is given twice; keep one"


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line)
