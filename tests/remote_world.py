"""A workspace whose one source lies elsewhere: read as a user's waystage.yaml, acquired and landed."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import duckdb

from connectors.acquire import acquire
from connectors.attach import attach
from connectors.catalogue import read_catalogue
from connectors.land import land
from connectors.report import LandingReport
from pipelines.workspace import Workspace, load
from tests.landing_world import KEY

CATALOGUE = read_catalogue()
ACCOUNTS = "account_id,started_at\nA1,2025-01-02\nA2,2025-02-03\n"
MORE = "account_id,started_at\nA3,2025-03-04\n"
CHANGED = "account_id,started_at\nA1,2025-01-02\nA2,2025-02-03\nA9,2025-02-04\n"
SECRET = "s3cr3t/Zq+9"  # noqa: S105  with letters that addresses spell otherwise
REQUIRE_ALL = os.environ.get("WAYSTAGE_REQUIRE_ALL") == "1"


def workspace(folder: Path, source: str, connector: str = "{connector: table, entity: account}") -> Workspace:
    """A workspace with `source`, the lines of YAML that say where the exports lie."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = textwrap.indent(textwrap.dedent(source).strip(), " " * 8)
    kind = connector.strip("{}").replace(", ", "\n        ")
    columns = "        columns: {account_id: account_id, started_at: started_at}\n" if "table" in connector else ""
    (folder / "waystage.yaml").write_text(
        f"programs:\n  - id: harborline\n    name: Harborline\n    sources:\n      - {kind}\n        name: s\n"
        f"{columns}{lines}\n"
    )
    return load(folder, set(CATALOGUE.connectors), set(CATALOGUE.entities))


def bring(folder: Path, source: str, connector: str = "{connector: table, entity: account}") -> LandingReport:
    """One run, as far as landing."""
    opened = workspace(folder, source, connector)
    programs = acquire(opened.state, opened.programs)
    return land(opened.state, programs, KEY, catalogue=CATALOGUE)


def told(report: LandingReport) -> dict[str, tuple[str, int]]:
    """Per file its status and the rows in use."""
    return {load.file: (load.status, load.rows_loaded) for load in report.files}


def reason(report: LandingReport) -> str:
    """Why the one file is not as it should be."""
    (load,) = report.files
    return load.reason or ""


def attached(report: LandingReport) -> duckdb.DuckDBPyConnection:
    """What landed, as tables."""
    con = duckdb.connect()
    attach(con, report, CATALOGUE)
    return con


def written(folder: Path) -> bytes:
    """All that a run left on disk, waystage.yaml aside, and the names of the files."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "waystage.yaml"]
    return b"\n".join(str(path).encode() + path.read_bytes() for path in files)
