"""From an export to a draft: opened, profiled, proposed, and tried out on the export itself."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from connectors.cases import difference, read_cases, unlawful_columns
from connectors.catalogue import OWN, Catalogue, read_catalogue
from connectors.contract import ColumnMap, ProgramConfig, SourceConfig
from connectors.drafting.profile import profiles_of
from connectors.drafting.propose import propose
from connectors.drafting.unknown import Table, Unknown, open_unknown, shown_name
from connectors.drafting.write_folder import folder_files
from connectors.drafting.write_source import Draft, table_source
from connectors.identity import load_key
from connectors.land import land
from connectors.problem import UnusableExport, listing
from connectors.shape import check_source

LARGEST_TRIED_BYTES = 64 << 20  # a larger file is not landed for a trial


@dataclass(frozen=True)
class Tried:
    """What became of the export when it was landed for a trial. `problems`: what `waystage check` would say."""

    rows_read: int
    rows_loaded: int
    reason: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Drafted:
    """A draft and what else the file holds: names of its lists, streams or sheets."""

    draft: Draft
    part: str
    parts: tuple[str, ...]


def draft_of(
    path: Path, shown_path: str, catalogue: Catalogue, entity: str | None = None, part: str | None = None
) -> Drafted:
    """What the export is proposed to be. Raises UnusableExport where it cannot be read, or has no such part."""
    with tempfile.TemporaryDirectory(prefix="waystage-") as scratch, duckdb.connect() as con:
        unknown = open_unknown(con, path, Path(scratch), part)
        tables = {table.key or table.stream or "": table for table in unknown.tables}
        parts = tuple(unknown.sheets or (name for name in tables if name))
        if part is not None and part not in parts:
            raise UnusableExport(f"there is no part '{shown_name(part)}'", listing(list(parts)), "correct `--part`")
        chosen = {part: tables[part]} if part in tables else tables
        stem = path.name.split(".", 1)[0]
        found = []
        for name, table in chosen.items():
            hints = [name.rsplit("__", 1)[-1] or part or "", stem]
            drafted = _drafted(con, unknown, table, catalogue=catalogue, path=shown_path, entity=entity, hints=hints)
            found.append((name, drafted))
    best = max(found, key=lambda pair: pair[1].proposal.score)
    if not best[1].proposal.mapped:
        names = [shown_name(name) for name in best[1].table.names]
        raise UnusableExport(
            f"no column looks like anything an entity has: {listing(names)}",
            "one row per ticket, learner, course, enrolment, search, ...: waystage describe connector table",
            "map the columns by hand with `connector: table`, or rename them in the export",
        )
    return Drafted(best[1], part or best[0], parts)


def _drafted(
    con: duckdb.DuckDBPyConnection,
    unknown: Unknown,
    table: Table,
    *,
    catalogue: Catalogue,
    path: str,
    entity: str | None,
    hints: Sequence[str],
) -> Draft:
    profiles = profiles_of(con, table.rows, table.names)
    if not profiles or not profiles[0].rows:
        raise UnusableExport("the file has no rows", "at least one", "export it again with some")
    proposals = propose(catalogue.entities, profiles, [hint for hint in hints if hint])
    chosen = next(one for one in proposals if entity in (None, one.entity.name))
    return Draft(unknown, table, profiles, chosen, [one for one in proposals if one is not chosen][:3], path)


def try_table(draft: Draft, path: Path, catalogue: Catalogue) -> Tried:
    """The draft as a `connector: table` source on its own export."""
    return _tried(path, table_config(draft, path), catalogue)


def table_config(draft: Draft, path: Path) -> SourceConfig:
    """The source as waystage.yaml would be read."""
    said = yaml.safe_load(table_source(draft))[0]
    columns = {name: ColumnMap.model_validate(spec) for name, spec in said["columns"].items()}
    config = draft.unknown.config
    return config.model_copy(update={"entity": said["entity"], "columns": columns, "paths": (str(path),)})


def try_folder(name: str, draft: Draft, path: Path, workspace: Path | None = None) -> Tried:
    """The draft as a connector's folder on its own export: contract, query, cases and landing."""
    with tempfile.TemporaryDirectory(prefix="waystage-") as scratch:
        folder = Path(scratch, OWN, name)
        write_folder(folder, folder_files(name, draft))
        catalogue = read_catalogue(workspace=Path(scratch))
        entity = draft.proposal.entity.name
        problems = [difference(catalogue, case) for case in read_cases(folder)]
        problems += unlawful_columns(catalogue, name, entity)
        source = draft.unknown.config.model_copy(update={"connector": name, "paths": (str(path),)})
        tried = _tried(path, source, catalogue)
    return Tried(tried.rows_read, tried.rows_loaded, tried.reason, (*filter(None, problems), *tried.problems))


def write_folder(folder: Path, files: dict[str, str]) -> None:
    """Writes a connector's files; FileExistsError where the folder is there already."""
    folder.mkdir(parents=True, exist_ok=False)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _tried(path: Path, source: SourceConfig, catalogue: Catalogue) -> Tried:
    with tempfile.TemporaryDirectory(prefix="waystage-") as scratch:
        program = ProgramConfig(id="draft", name="Draft", sources=(source,))
        problems = tuple(
            str(one) for one in check_source(Path(scratch), program, source, catalogue) if one.severity == "error"
        )
        if problems or path.stat().st_size > LARGEST_TRIED_BYTES:
            return Tried(0, 0, "", problems)
        state = Path(scratch, ".waystage")
        state.mkdir()
        report = land(state, [program], load_key(state), catalogue=catalogue)
        one = report.files[0]
        return Tried(one.rows_read, one.rows_loaded, one.reason or "", ())
