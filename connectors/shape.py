"""`waystage check`: the shape of every export, told without landing a row."""

import datetime as dt
import tempfile
from pathlib import Path

import duckdb

from connectors.cast import literal
from connectors.catalogue import Catalogue, read_catalogue, undeclared
from connectors.contract import ProgramConfig, SourceConfig
from connectors.discover import brought
from connectors.json_objects import malformed
from connectors.judge_rows import try_expressions
from connectors.open_export import open_export
from connectors.problem import NoRows, Problem, Severity, UnusableExport, unread
from connectors.recognise import recognise


def check_source(
    workspace: Path, program: ProgramConfig, source: SourceConfig, catalogue: Catalogue | None = None
) -> list[Problem]:
    """Everything wrong with the shape of a source's exports; relative paths count from the folder `workspace`."""
    catalogue = catalogue or read_catalogue()
    place = ", ".join(source.paths) or f"{program.id}/{source.name}"
    if reason := undeclared(program, source, catalogue):
        return [Problem(place, 0, "", reason, "", "correct waystage.yaml")]
    found = brought(source, workspace)
    problems = [Problem(place, 0, "", reason, "", "") for reason in found.reasons]
    problems += [
        Problem(name, 0, "", "the name is not an export's, so the file is left out", "",
                "name it in `path:` if it is one", "warning")
        for name in found.ignored
    ]  # fmt: skip
    older: Severity = "warning" if source.has_ended(dt.datetime.now(dt.UTC).date()) else "stale"
    problems += [
        Problem(file.name, 0, "", file.trouble, "", "", older if file.path else "error")
        for file in found.files
        if file.trouble
    ]
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"set timezone = {literal(source.timezone)}")
        for file in found.files:
            if file.path is not None:
                problems += _check_file(con, file.path, file.name, source, catalogue)
    finally:
        con.close()
    return problems


def _check_file(
    con: duckdb.DuckDBPyConnection, path: Path, file: str, source: SourceConfig, catalogue: Catalogue
) -> list[Problem]:
    with tempfile.TemporaryDirectory(prefix="waystage-") as scratch:
        try:
            export = open_export(path, source, Path(scratch, "copy"), head_only=True)
            for _, inputs, rows in recognise(con, export, file, source, catalogue):
                try_expressions(con, rows, inputs)
        except NoRows as error:
            empty = error.at(file)
            return [Problem(file, 0, "", empty.seen, empty.legal, empty.what_to_do, "warning")]
        except UnusableExport as error:
            return [error.at(file)]
        except OSError as error:
            return [unread(error).at(file)]
        except duckdb.Error as error:
            return [malformed(error).at(file)]
    return []
