"""`waystage new connector`: an unknown export becomes a folder, or the lines of a table source."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from connectors.catalogue import CONNECTORS, OWN
from connectors.contract import NAME
from connectors.discover import shown
from connectors.drafting.draft import Drafted, Tried, draft_of, try_folder, try_table, write_folder
from connectors.drafting.unknown import shown_name
from connectors.drafting.write_folder import folder_files
from connectors.drafting.write_source import doubts_of, folder_source, table_source
from connectors.drafting.write_source import what as what_it_holds
from connectors.nearest import legal_and_nearest
from connectors.problem import UnusableExport
from pipelines.problem import UserError
from pipelines.session import declarations
from pipelines.workspace import FILE_NAME

LONGEST_NAME = 40
WIDEST = 28  # characters of a name on the screen


def new_connector(args: argparse.Namespace) -> str:
    """Drafts what the arguments ask for; what to print. UserError where it cannot."""
    if args.source is None:
        raise UserError("say which export to draft it from: waystage new connector NAME --from FILE")
    path: Path = args.source
    if not path.is_file():
        raise UserError(f"--from {path}: no such file; name one export, which may be packed with gzip")
    exports, _ = declarations(None if args.table else args.workspace)
    if args.entity is not None and args.entity not in exports.entities:
        raise UserError(f"--entity {args.entity}: no such entity; {legal_and_nearest(args.entity, exports.entities)}")
    folder = None if args.table else _folder(args.name, args.workspace, set(exports.connectors))
    try:
        drafted = draft_of(path, shown(path.absolute(), args.workspace.absolute()), exports, args.entity, args.part)
        if folder is None:
            return _table_only(drafted)
        tried = try_folder(args.name, drafted.draft, path.absolute())
        as_table = try_table(drafted.draft, path.absolute(), exports) if drafted.draft.table.is_only else None
    except UnusableExport as error:
        raise UserError(str(error.at(str(path)))) from error
    try:
        write_folder(folder, folder_files(args.name, drafted.draft))
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}); nothing was changed") from error
    return "\n".join(_told(args, drafted, tried, as_table, folder))


def _folder(name: str | None, workspace: Path, taken: set[str]) -> Path:
    if not name:
        raise UserError("give the connector a name: waystage new connector NAME --from FILE")
    if not NAME.fullmatch(name) or "__" in name or len(name) > LONGEST_NAME:
        meant = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_0123456789")[:LONGEST_NAME].strip("_")
        hint = f"; did you mean '{meant}'?" if meant and NAME.fullmatch(meant) else ""
        seen = shown_name(name[:60])
        raise UserError(
            f"{seen!r} is no name; legal: lower_case_with_underscores, up to {LONGEST_NAME} characters{hint}"
        )
    if name in taken:
        raise UserError(f"there is a connector '{name}' already and it was left as it is; choose another name")
    connectors = workspace / OWN
    is_checkout = connectors.is_dir() and connectors.resolve() == CONNECTORS.resolve()
    if not is_checkout and not (workspace / FILE_NAME).is_file():
        raise UserError(
            f"{workspace / FILE_NAME}: no workspace here; make one with: waystage init {workspace}, "
            "or name another folder with --workspace DIR"
        )
    folder = connectors / name
    if folder.exists() or folder.is_symlink() or (is_checkout and (connectors / f"{name}.py").exists()):
        raise UserError(f"{folder} exists already and was left as it is; choose another name, or remove it first")
    return folder


def _table_only(drafted: Drafted) -> str:
    if not drafted.draft.table.is_only:
        raise UnusableExport(
            "the file holds several lists, or its list lies deep; a table source reads a file of one list",
            "an array, NDJSON, or an object with one list",
            "leave out --table for a connector of its own, or export the list alone",
        )
    return table_source(drafted.draft).rstrip("\n")


def _told(
    args: argparse.Namespace, drafted: Drafted, tried: Tried, as_table: Tried | None, folder: Path
) -> Iterator[str]:
    draft = drafted.draft
    entity = draft.proposal.entity
    counted = f"{draft.rows_looked_at:,} rows" if draft.rows_looked_at else "no rows"
    yield f"wrote {folder}: {', '.join(folder_files(args.name, draft))}"
    grain = f"{entity.description[0].lower()}{entity.description[1:].rstrip('.')}"
    yield f"{args.source}: {counted}, {len(draft.table.names)} columns; {grain}"
    part = drafted.part or next(iter(drafted.parts), "")
    if others := [shown_name(name) for name in drafted.parts if name != part]:
        yield f"this is part '{part}'; others, each with --part: {', '.join(others[:20])}"
    if tried.rows_read:
        lost = tried.rows_read - tried.rows_loaded
        yield f"tried: {tried.rows_loaded:,} of {tried.rows_read:,} rows land" + (
            f"; {tried.reason.split('; not used')[0]}" if lost else ""
        )
    yield ""
    yield from _columns(drafted)
    doubts = [*doubts_of(draft), *(f"waystage check will say: {problem}" for problem in tried.problems)]
    if doubts:
        yield ""
        yield "to look at:"
        yield from (f"  - {doubt}" for doubt in doubts)
    yield ""
    yield f"put this under `sources:` of a program in {args.workspace / FILE_NAME}:"
    yield ""
    yield folder_source(args.name, draft)
    if as_table is not None:
        yield f"or, without the folder (then remove {folder}), the same as a plain table:"
        yield ""
        yield table_source(draft)
    yield f"then: waystage check --workspace {args.workspace}"


def _columns(drafted: Drafted) -> Iterator[str]:
    draft = drafted.draft
    fed = {one.profile.name: column for column, one in draft.proposal.mapped.items()}
    lines = [
        (
            shown_name(profile.name)[:WIDEST],
            what_it_holds(profile),
            ", ".join(profile.shapes),
            fed.get(profile.name, "-"),
        )
        for profile in draft.profiles
    ]
    lines.insert(0, ("column", "holds", "looks like", "feeds"))
    widths = [max(len(line[number]) for line in lines) for number in range(3)]
    for line in lines:
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=False)) + "  " + line[3]
