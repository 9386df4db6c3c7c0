"""Opens a workspace for one run: everything is validated before anything is read, and one writer holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from connectors.catalogue import Catalogue as Exports
from connectors.catalogue import read_catalogue
from connectors.declaration import DeclarationError
from connectors.nearest import legal_and_nearest, nearest
from pipelines import alerts, assessments, warehouse
from pipelines.night import Night, Say
from pipelines.problem import InvalidWorkspace, RunFailed, UserError
from pipelines.spark_run import engine_of
from pipelines.waived import waiver_complaints
from pipelines.workspace import Workspace, load, models_named
from rules.friction_catalogue import load_frictions
from rules.lint import examine
from rules.load import LoadedPack
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
    is_forced: bool = False  # measure again even where nothing is new
    from_month: dt.date | None = None  # the same, from there on
    is_strict: bool = False
    is_patient: bool = False
    engine: str = "duckdb"  # or spark


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
    workspace: Workspace | None = None
    problems: list[object] = []
    try:
        workspace = load(directory, set(exports.connectors), set(exports.entities))
    except InvalidWorkspace as error:
        problems += error.problems
    headers = {key: signal.header for key, signal in catalogue.signals.items()}
    frictions = [friction.id for friction in load_frictions().frictions]
    packs: list[LoadedPack] = []
    for name in workspace.model.models if workspace else models_named(directory):
        pack, found = examine(name, directory.resolve(), headers, frictions)
        problems += found
        packs += [pack] if pack else []
    if workspace is not None:
        problems += [*_unknown_columns(workspace, exports), *_repeated_models(workspace, packs)]
        # a pack that cannot be read may have the condition that a waiver names
        problems += waiver_complaints(workspace, packs) if len(packs) == len(workspace.model.models) else []
        problems += [*_assessment_problems(workspace, packs), *alerts.complaints(workspace)]
    if problems or workspace is None:
        raise InvalidWorkspace(problems)
    return Opened(workspace, exports, catalogue, packs)


def _assessment_problems(workspace: Workspace, packs: Sequence[LoadedPack]) -> list[object]:
    try:
        assessments.newest(workspace.directory, {program.id for program in workspace.programs}, packs)
    except DeclarationError as error:
        return list(error.problems)
    return []


def _repeated_models(workspace: Workspace, packs: Sequence[LoadedPack]) -> list[object]:
    names = [pack.pack.name for pack in packs]
    return [
        workspace.complaint(("models",), f"the model {name!r} is listed twice", "each model once", "remove one")
        for place, name in enumerate(names)
        if name in names[:place]
    ]


def _unknown_columns(workspace: Workspace, exports: Exports) -> list[object]:
    found: list[object] = []
    for p, program in enumerate(workspace.programs):
        for s, source in enumerate(program.sources):
            if source.entity is None:
                continue
            legal = list(exports.entities[source.entity].columns)
            for name in source.columns:
                if name not in legal:
                    place = ("programs", p, "sources", s, "columns", name)
                    seen = f"not a column of {source.entity}"
                    found.append(workspace.complaint(place, seen, ", ".join(legal), nearest(name, legal)))
    return found


@contextmanager
def open_night(opened: Opened, options: Options, say: Say) -> Iterator[Night]:
    """A run on a validated workspace, alone: RunFailed when another one is at work, UserError for a wrong option."""
    with warehouse.writer_lock(opened.workspace.state), night_of_holder(opened, options, say) as night:
        yield night


@contextmanager
def night_of_holder(opened: Opened, options: Options, say: Say) -> Iterator[Night]:
    """A run for whoever holds the workspace already. UserError for a wrong option."""
    ids = {program.id for program in opened.workspace.programs}
    for program in sorted(options.only_programs - ids):
        raise UserError(f"--program {program}: no such program; {legal_and_nearest(program, sorted(ids))}")
    as_of = opened.workspace.as_of(options.as_of)
    if options.from_month is not None and options.from_month > as_of:
        raise UserError(f"--from {options.from_month:%Y-%m}: that month has not begun; the last day judged is {as_of}")
    workspace = opened.workspace
    if options.only_programs:
        chosen = tuple(program for program in workspace.programs if program.id in options.only_programs)
        workspace = replace(workspace, programs=chosen)
    with (
        engine_of(options.engine, workspace, opened.catalogue) as engine,
        warehouse_of(opened.workspace.state) as con,
    ):
        yield Night(
            workspace=workspace,
            as_of=as_of,
            exports=opened.exports,
            catalogue=opened.catalogue,
            packs=opened.packs,
            con=con,
            engine=engine,
            is_forced=options.is_forced or options.from_month is not None,
            is_strict=options.is_strict,
            is_patient=options.is_patient,
            say=say,
        )


@contextmanager
def warehouse_of(state: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse; one that turns out to be damaged is set aside, and RunFailed says so."""
    try:
        with closing(warehouse.open_warehouse(state)) as con:
            yield con
    except (duckdb.Error, warehouse.DamagedWarehouse) as error:
        if not (isinstance(error, warehouse.DamagedWarehouse) or warehouse.is_damage(error)):
            raise
        raise RunFailed(
            f"{warehouse.set_aside(state)}: the warehouse was damaged and is out of use; nothing was published; the "
            "next run makes it anew from what has landed: waystage run"
        ) from error


def schedule(directory: Path) -> tuple[str, str]:
    """The workspace's cron line and its time zone; the defaults where there is no readable workspace."""
    try:
        model = workspace_alone(directory).model
    except (InvalidWorkspace, UserError):
        return "0 2 * * *", "UTC"
    return model.schedule, model.schedule_timezone


def workspace_alone(directory: Path) -> Workspace:
    """The workspace without its rules. Raises InvalidWorkspace, or UserError where there is none."""
    try:
        exports = read_catalogue(workspace=directory)
    except DeclarationError as error:
        raise InvalidWorkspace(error.problems) from error
    return load(directory, set(exports.connectors), set(exports.entities))
