"""Opens a workspace for one run: everything is validated before anything is read, and one writer holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.catalogue import Catalogue as Exports
from connectors.catalogue import read_catalogue
from connectors.declaration import DeclarationError
from connectors.nearest import legal_and_nearest, nearest
from pipelines import warehouse
from pipelines.night import Night, Say
from pipelines.problem import Complaint, InvalidWorkspace, UserError
from pipelines.workspace import FILE_NAME, Workspace, load
from rules.friction_catalogue import load_frictions
from rules.lint import lint
from rules.load import LoadedPack
from rules.load import load as load_pack
from transforms.catalogue import Catalogue, shipped
from transforms.header import HeaderError


@dataclass(frozen=True)
class Opened:
    """A validated workspace with the declarations it is run by."""

    workspace: Workspace
    exports: Exports
    catalogue: Catalogue
    packs: list[LoadedPack]


@dataclass(frozen=True)
class Options:
    """What one run was asked for, beyond its workspace."""

    as_of: dt.date | None = None
    only_programs: frozenset[str] = frozenset()
    is_forced: bool = False
    is_strict: bool = False


def declarations(workspace: Path | None = None) -> tuple[Exports, Catalogue]:
    """Connectors, entities, staging and signals as declared, and the connectors that a workspace brings itself.

    Raises InvalidWorkspace for one that cannot be read.
    """
    try:
        return read_catalogue(workspace=workspace), shipped()
    except HeaderError as error:
        raise InvalidWorkspace(error.problems) from error
    except DeclarationError as error:
        raise InvalidWorkspace(error.problems) from error


def validate(directory: Path) -> Opened:
    """The workspace, its rule packs and our own declarations. Raises InvalidWorkspace with every problem at once."""
    exports, catalogue = declarations(directory)
    workspace = load(directory, set(exports.connectors), set(exports.entities))
    problems = _unknown_columns(workspace, exports)
    packs: list[LoadedPack] = []
    headers = {key: signal.header for key, signal in catalogue.signals.items()}
    frictions = [friction.id for friction in load_frictions().frictions]
    for index, name in enumerate(workspace.model.models):
        try:
            pack = load_pack(name, workspace.directory)
        except DeclarationError as error:
            problems += error.problems
            continue
        problems += lint(pack, headers, frictions)
        if any(pack.pack.name == other.pack.name for other in packs):
            seen = f"the model {pack.pack.name!r} is listed twice"
            problems.append(Complaint(FILE_NAME, 0, f"models.{index}", seen, "each model once", "remove one"))
        packs.append(pack)
    conditions = {condition.id for pack in packs for condition in pack.pack.conditions}
    for index, waiver in enumerate(workspace.model.waivers):
        if packs and waiver.condition not in conditions:
            seen = f"unknown condition {waiver.condition!r}"
            hint = nearest(waiver.condition, conditions)
            legal = "a condition of the models in force: waystage describe model NAME"
            problems.append(Complaint(FILE_NAME, 0, f"waivers.{index}.condition", seen, legal, hint))
    if problems:
        raise InvalidWorkspace(problems)
    return Opened(workspace, exports, catalogue, packs)


def _unknown_columns(workspace: Workspace, exports: Exports) -> list[object]:
    found: list[object] = []
    for p, program in enumerate(workspace.programs):
        for s, source in enumerate(program.sources):
            if source.entity is None:
                continue
            legal = list(exports.entities[source.entity].columns)
            for name in source.columns:
                if name not in legal:
                    place = f"programs.{p}.sources.{s}.columns.{name}"
                    seen = f"not a column of {source.entity}"
                    found.append(Complaint(FILE_NAME, 0, place, seen, ", ".join(legal), nearest(name, legal)))
    return found


@contextmanager
def open_night(opened: Opened, options: Options, say: Say) -> Iterator[Night]:
    """A run on a validated workspace, alone: RunFailed when another one is at work, UserError for a wrong option."""
    ids = {program.id for program in opened.workspace.programs}
    for program in sorted(options.only_programs - ids):
        raise UserError(f"--program {program}: no such program; {legal_and_nearest(program, sorted(ids))}")
    as_of = opened.workspace.as_of(options.as_of)
    workspace = opened.workspace
    if options.only_programs:
        chosen = tuple(program for program in workspace.programs if program.id in options.only_programs)
        workspace = replace(workspace, programs=chosen)
    with (
        warehouse.writer_lock(opened.workspace.state),
        closing(warehouse.open_warehouse(opened.workspace.state)) as con,
    ):
        yield Night(
            workspace=workspace,
            as_of=as_of,
            exports=opened.exports,
            catalogue=opened.catalogue,
            packs=opened.packs,
            con=con,
            is_forced=options.is_forced,
            is_strict=options.is_strict,
            say=say,
        )


def schedule(directory: Path) -> tuple[str, str]:
    """The workspace's cron line and its time zone; the defaults where there is no readable workspace."""
    try:
        exports = read_catalogue(workspace=directory)
        model = load(directory, set(exports.connectors), set(exports.entities)).model
    except (InvalidWorkspace, UserError, DeclarationError):
        return "0 2 * * *", "UTC"
    return model.schedule, model.schedule_timezone
