"""Reads waystage.yaml: environment, shape, and the names it uses; all its problems at once."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.contract import ProgramConfig, SourceConfig
from connectors.declaration import DeclarationError, Document, Fault, check, read
from connectors.fetched import VARIABLE
from connectors.nearest import nearest
from pipelines.complaint import Complaint
from pipelines.problem import InvalidWorkspace, UserError
from pipelines.source_address import FILE, as_written, check_address, raw_at, remote_of
from pipelines.workspace_model import DEFAULT_MODELS, ProgramModel, SourceModel, WorkspaceModel
from pipelines.workspace_pull import as_texts, pull_complaints

FILE_NAME = "waystage.yaml"
SHAPES = {
    "string_type": "text; put a number or a word such as no or on in quotes",
    "list_type": "a list, such as [a, b]",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "date_from_datetime_parsing": "a date such as 2026-06-30",
    "date_parsing": "a date such as 2026-06-30",
    "date_type": "a date such as 2026-06-30",
    "too_short": "at least one",
    "string_too_short": "at least one character",
}
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Workspace:
    """A checked workspace. Paths are absolute; identities of the machine stay out of everything derived from it."""

    directory: Path
    model: WorkspaceModel
    programs: tuple[ProgramConfig, ...]
    document: Document

    def complaint(self, path: Place, seen: str, legal: str, do: str) -> Complaint:
        """What is wrong at one place of waystage.yaml."""
        where = ".".join(str(part) for part in path)
        return Complaint(FILE_NAME, self.document.line(path), where, seen, legal, do)

    @property
    def state(self) -> Path:
        return self.directory / ".waystage"

    @property
    def publish(self) -> Path:
        return (self.directory / self.model.publish).resolve()

    def as_of(self, given: dt.date | None) -> dt.date:
        """The last day judged: the command's, else the workspace's, else today in UTC.

        UserError for a day that has not come: it would call every source stale. A workspace may name one itself,
        as a frozen sample does on a machine whose clock runs behind.
        """
        today = dt.datetime.now(dt.UTC).date()
        latest = max(today + dt.timedelta(days=1), self.model.as_of or today)  # it is tomorrow already somewhere
        if given is not None and given > latest:
            raise UserError(f"--as-of {given}: that day has not come yet; give a day up to {latest}")
        return given or self.model.as_of or today


def load(directory: Path, connectors: set[str], entities: set[str]) -> Workspace:
    """The workspace in `directory`, or InvalidWorkspace with every problem found, or UserError where there is none."""
    path = directory / FILE_NAME
    if not path.is_file():
        raise UserError(
            f"{path}: no workspace here; make one with: waystage init {directory}, "
            "or name another folder with --workspace DIR"
        )
    try:
        document = read(path)
    except DeclarationError as error:
        raise InvalidWorkspace(
            [
                Complaint(FILE_NAME, p.line, "", p.message, "plain YAML in UTF-8", "see: waystage init")
                for p in error.problems
            ]
        ) from error
    problems: list[Complaint] = []
    filled = _fill_environment(document.data, (), document, problems)
    if not isinstance(filled, dict):
        seen = f"seen {_short(filled)}"
        raise InvalidWorkspace([Complaint(FILE_NAME, 1, "", seen, "a mapping with `programs:`", "see: waystage init")])
    model = check(WorkspaceModel, replace(document, data=filled))
    if isinstance(model, list):
        written = [as_written(fault, document.data) for fault in model]
        raise InvalidWorkspace(sorted([*problems, *map(_complaint, written)]))
    problems += _names(model, document, connectors, entities)
    if directory.resolve().is_relative_to((directory / model.publish).resolve()):
        seen = f"seen {_short(model.publish)}, the workspace itself or a folder above it"
        problems.append(Complaint(FILE_NAME, document.line(("publish",)), "publish", seen, "a folder of its own", ""))
    if problems:
        raise InvalidWorkspace(sorted(problems))
    written = [raw_at(document.data, ("programs", p)) for p in range(len(model.programs))]
    programs = tuple(map(_program, model.programs, written))
    return Workspace(directory.resolve(), model, programs, document)


def models_named(directory: Path) -> list[str]:
    """The models that a workspace names, even where something else is wrong with it; none where that cannot be told."""
    try:
        data = read(directory / FILE_NAME).data
    except DeclarationError:
        return []
    given = data.get("models", DEFAULT_MODELS) if isinstance(data, dict) else []
    return [name for name in given if isinstance(name, str) and name] if isinstance(given, list) else []


def _fill_environment(value: Any, path: Place, document: Document, problems: list[Complaint]) -> Any:
    if isinstance(value, dict):
        return {key: _fill_environment(item, (*path, str(key)), document, problems) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill_environment(item, (*path, index), document, problems) for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if found is None:
            problems.append(
                Complaint(
                    FILE_NAME,
                    document.line(path),
                    ".".join(map(str, path)),
                    f"${{{match[1]}}} is not set in the environment",
                    "a set variable",
                    f"export {match[1]}=… before the command, or put it in the service's environment",
                )
            )
            return ""
        return found

    return VARIABLE.sub(fill, value)


def _complaint(fault: Fault) -> Complaint:
    path, line, where, kind, given = fault.path, fault.line, fault.where, fault.kind, fault.seen
    if kind == "extra_forbidden":
        do = nearest(str(path[-1]), fault.legal)
        return Complaint(FILE_NAME, line, where, "unknown key", ", ".join(fault.legal), do)
    if kind == "missing":
        return Complaint(FILE_NAME, line, where, "missing", "this key is needed", f"add `{path[-1]}:`")
    if kind == "string_pattern_mismatch":
        legal_text = {
            "id": "lower-case letters, digits and single hyphens, such as harborline-academy",
            "from": "a month such as 2026-03",
            "site_url": "an address such as https://stages.example.com, without ? and #",
            "delimiter": 'one character such as ; or | or "\\t", or leave it out to have it found',
        }
        return Complaint(
            FILE_NAME,
            line,
            where,
            f"seen {_short(given)}",
            legal_text.get(str(path[-1]), fault.message),
            "rename it" if path[-1] == "id" else "",
        )
    if kind == "value_error" and "time zone" in fault.message:
        from zoneinfo import available_timezones  # noqa: PLC0415  reads the zone folder: only when a name is wrong

        return Complaint(
            FILE_NAME,
            line,
            where,
            f"seen {_short(given)}",
            "an IANA time zone such as Europe/Berlin",
            nearest(str(given), available_timezones()),
        )
    legal_shape = SHAPES.get(kind, fault.message)
    if "columns" in path[:-1]:
        legal_shape = "a column's name, {value: constant} or {sql: expression}"
    return Complaint(FILE_NAME, line, where, f"seen {_short(given)}", legal_shape, "")


def _names(model: WorkspaceModel, document: Document, connectors: set[str], entities: set[str]) -> list[Complaint]:
    problems: list[Complaint] = []

    def add(path: Place, seen: str, legal: str, do: str) -> None:
        where = ".".join(str(part) for part in path)
        problems.append(Complaint(FILE_NAME, document.line(path), where, seen, legal, do))

    ids = [program.id for program in model.programs]
    for p, program in enumerate(model.programs):
        if program.id in ids[:p]:
            add(
                ("programs", p, "id"),
                f"{program.id!r} is used twice",
                "a unique id per program",
                "rename one of them",
            )
        names: set[str] = set()
        for s, export in enumerate(program.sources):
            here: Place = ("programs", p, "sources", s)
            if export.connector not in connectors:
                add(
                    (*here, "connector"),
                    f"unknown connector {export.connector!r}",
                    ", ".join(sorted(connectors)),
                    nearest(export.connector, connectors),
                )
            if export.name is not None and export.name in names:
                add(
                    (*here, "name"),
                    f"{export.name!r} is used twice in this program",
                    "a unique name per source",
                    "rename one of them",
                )
            names.add(export.name or "")
            check_address(export, raw_at(document.data, here), here, add)
            _check_source(export, here, entities, add)
            if export.pull is not None and export.connector in connectors:
                problems += pull_complaints(export, here, document, FILE_NAME)
    for key, items in (
        ("launches", [launch.program for launch in model.launches]),
        ("waivers", [waiver.program for waiver in model.waivers]),
        ("reviews", [review.program for review in model.reviews]),
    ):
        for i, program_id in enumerate(items):
            if program_id not in ids:
                add(
                    (key, i, "program"),
                    f"unknown program id {program_id!r}",
                    ", ".join(ids),
                    nearest(program_id, ids),
                )
    return problems


def _check_source(export: SourceModel, here: Place, entities: set[str], add: Any) -> None:
    if export.connector == "table":
        if export.entity is None:
            add(
                here,
                "a `table` source without `entity`",
                ", ".join(sorted(entities)),
                "say what one row of the file is: add `entity:`",
            )
        elif export.entity not in entities:
            add(
                (*here, "entity"),
                f"unknown entity {export.entity!r}",
                ", ".join(sorted(entities)),
                nearest(export.entity, entities),
            )
        if not export.columns:
            add(
                here,
                "a `table` source without `columns`",
                "canonical column: name in the export",
                "add `columns:`",
            )
    elif export.columns or export.entity:
        add(
            here,
            f"`entity` and `columns` on connector {export.connector!r}",
            "only connector `table` takes them",
            "remove them",
        )


def _program(model: ProgramModel, raw: Any) -> ProgramConfig:
    taken: dict[str, int] = {}
    sources: list[SourceConfig] = []
    for s, export in enumerate(model.sources):
        base = export.name or (f"table:{export.entity}" if export.connector == "table" else export.connector)
        taken[base] = taken.get(base, 0) + 1
        name = base if taken[base] == 1 else f"{base}-{taken[base]}"
        remote = remote_of(export, raw_at(raw, ("sources", s)), name)
        here = export.path if export.path is not None else (export.url or "").removeprefix(FILE)
        sources.append(
            SourceConfig(
                name=name,
                connector=export.connector,
                paths=() if export.pull is not None else (remote.shown if remote else here,),
                remote=remote,
                pull=None if export.pull is None else as_texts(export.pull),
                unpack_limit_gb=export.unpack_limit_gb,
                entity=export.entity,
                columns=dict(export.columns),
                timezone=export.timezone or "UTC",
                delimiter=export.delimiter,
                encoding=export.encoding,
                sheet=export.sheet,
                instance=export.instance,
                observed_through=export.observed_through.isoformat() if export.observed_through else None,
                stale_after_days=export.stale_after_days,
                ended=export.ended.isoformat() if export.ended else None,
                snapshot=export.snapshot,
                date_order=export.date_order,
            )
        )
    return ProgramConfig(
        id=model.id,
        name=model.name,
        timezone=model.timezone,
        staff_domains=tuple(domain.strip().lower() for domain in model.staff_domains),
        locales=tuple(model.locales),
        sources=tuple(sources),
    )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
