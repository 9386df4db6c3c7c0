"""Reads what earlier runs judged by and published, as `pipelines.run_store` keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from connectors.declaration import DeclarationError
from pipelines.problem import RunFailed, UserError
from pipelines.run_store import FILE
from rules.given import Given
from rules.load import LoadedPack, from_said

AGAIN = "publish anew with: waystage run --from 2000-01"


@dataclass(frozen=True)
class KeptRun:
    """One run whose rows are kept; `programs` narrows what is read of it, None for all."""

    con: duckdb.DuckDBPyConnection
    number: int
    run_id: str
    programs: tuple[str, ...] | None = None

    def rows(self, table: str) -> pd.DataFrame:
        """The rows that held in this run."""
        chosen = "" if self.programs is None else "and program_id in (select unnest($programs::varchar[]))"
        values: dict[str, object] = {"number": self.number}
        if self.programs is not None:
            values["programs"] = list(self.programs)
        return self.con.execute(
            f"select * exclude (since, until) from {table} "
            f"where since <= $number and (until is null or until > $number) {chosen} order by all",
            values,
        ).df()

    def given(self) -> Given:
        """What was judged in this run."""
        settings = self.rows("setting")
        waivers = settings.loc[settings["what"] == "waiver", "value"]
        columns = ["program", "condition", "reason", "owner", "until", "model"]
        return Given(
            signals=self.rows("signal"),
            program_months=self.rows("program_month"),
            waivers=pd.DataFrame([json.loads(one) for one in waivers], columns=columns).rename(
                columns={"program": "program_id"}
            ),
            coverage=self.rows("coverage"),
            told=self.rows("told"),
            breaks=self.rows("source_break"),
        )

    def pack(self, model: str, rules_version: str) -> LoadedPack:
        """A rule pack that was in force. RunFailed where it was kept in a shape that is no longer read."""
        row = self.con.execute(
            "select said from pack where model = ? and rules_version = ?", [model, rules_version]
        ).fetchone()
        try:
            return from_said(str(row[0]) if row else "")
        except DeclarationError as error:
            raise RunFailed(f"the rules {model} {rules_version} were kept by another Waystage; {AGAIN}") from error


@dataclass(frozen=True)
class KeptRuns:
    """All runs that are kept, oldest first."""

    con: duckdb.DuckDBPyConnection
    run_ids: Sequence[str]
    numbers: Sequence[int]

    def run(self, run_id: str, programs: Sequence[str] | None = None) -> KeptRun:
        """One of `run_ids`."""
        number = self.numbers[self.run_ids.index(run_id)]
        return KeptRun(self.con, number, run_id, None if programs is None else tuple(programs))


@contextmanager
def open_kept(workspace: Path) -> Iterator[KeptRuns]:
    """The runs kept in a workspace. UserError where none is, RunFailed where they cannot be read."""
    path = workspace / ".waystage" / FILE
    if not path.is_file():
        raise UserError(f"{path}: what runs judged is not kept here yet; {AGAIN} --workspace {workspace}")
    try:
        con = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise RunFailed(f"{path}: cannot be opened ({error}); delete it, then {AGAIN}") from error
    with con:
        rows = con.execute("select run_id, seq from run order by seq").fetchall()
        yield KeptRuns(con, [str(run_id) for run_id, _ in rows], [int(number) for _, number in rows])
