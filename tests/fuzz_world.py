"""Lands spoiled exports by the way of the product, and tells what is wrong with what became of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.acquire import acquire
from connectors.attach import attach
from connectors.catalogue import read_catalogue
from connectors.contract import ProgramConfig
from connectors.land import FileLoad, LandingReport, land
from connectors.source_views import build_sources
from tests.fuzzed_exports import ACCOUNTS, Fuzzed, Whole
from tests.landing_world import KEY
from tests.staged_world import CONFIG

CATALOGUE = read_catalogue()
WITNESS = Whole(
    "table", "accounts.csv",
    b"account_id,name,started_at,domain\n" + b"".join(b"W-%d,Witness,2024-01-05,w.example\n" % n for n in range(50)),
    "account", ACCOUNTS,
)  # fmt: skip
WITNESS_ROWS = "select * from landing.table__account where _program_id = 'witness' order by all"


@dataclass(frozen=True)
class Outcome:
    """What became of one spoiled export."""

    how: str
    seconds: float  # of a processor: the machine may have other work
    files: int
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    wrong: tuple[str, ...]


class FuzzWorld:
    """A workspace to which spoiled exports are added, each a program of its own beside a witness that is in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ws"
        self.state = self.folder / ".waystage"
        self.programs = [self._put("witness", WITNESS, {WITNESS.name: WITNESS.content})]
        with closing(duckdb.connect()) as con:
            attach(con, self._land(self.programs), CATALOGUE)
            self.witness = con.execute(WITNESS_ROWS).fetchall()
        self.around = self._all_around()

    def _put(self, program: str, whole: Whole, files: dict[str, bytes]) -> ProgramConfig:
        exports = self.folder / "exports" / program
        exports.mkdir(parents=True)
        for name, content in files.items():
            (exports / name).write_bytes(content)
        return ProgramConfig(id=program, name=program, sources=(whole.source(f"exports/{program}"),))

    def _land(self, programs: list[ProgramConfig]) -> LandingReport:
        return land(self.state, acquire(self.state, programs), KEY, catalogue=CATALOGUE)

    def add(self, fuzzed: Fuzzed, number: int) -> Outcome:
        """Lands one, alone."""
        program = self._put(f"fuzzed-{number}", fuzzed.whole, fuzzed.files)
        since = time.process_time()
        report = self._land([program])
        seconds = time.process_time() - since
        self.programs.append(program)
        wrong = [*self._wrong(report), *(f"{path} was written" for path in self._all_around() - self.around)]
        loads = report.files
        return Outcome(
            fuzzed.how, seconds, len(loads), sum(one.rows_read for one in loads),
            sum(one.rows_loaded for one in loads), sum(one.rows_rejected for one in loads), tuple(wrong),
        )  # fmt: skip

    def _wrong(self, report: LandingReport) -> Iterator[str]:
        if not report.files and not report.missing:
            yield "nothing is told of it"
        for one in report.files:
            if one.rows_read != one.rows_loaded + one.rows_rejected:
                yield f"{one}: rows read are not those loaded and rejected"
            if one.status in ("rejected", "partial", "empty") and not one.reason:
                yield f"{one}: no reason"
            if "\n" in str(one) or len(str(one)) > 3000:
                yield f"{one.file}: told in {len(str(one)):,} characters"
            with duckdb.connect() as con:
                yield from self._miscounted(con, one)

    def _miscounted(self, con: duckdb.DuckDBPyConnection, one: FileLoad) -> Iterator[str]:
        loaded = 0
        for part in one.parts:
            mine = f"where _file_no = {part.file_no}" if part.file_no is not None else ""
            loaded += con.execute(f"select count(*) from read_parquet('{part.parquet}') {mine}").fetchall()[0][0]
        if loaded != one.rows_loaded and one.same_as is None:
            yield f"{one}: {loaded} rows are there"
        if one.rejected:
            refused = f"from read_parquet('{one.rejected}')"
            mute_rows = "count(*) filter (where coalesce(reason, '') = '')"
            told, mute = con.execute(f"select count(*), {mute_rows} {refused}").fetchall()[0]
            if mute:
                yield f"{one}: {mute} rows refused without a reason"
            if one.status == "partial" and told != one.rows_rejected:
                yield f"{one}: {told} rows are told of as refused"
        elif one.rows_rejected:
            yield f"{one}: refused rows are not kept"

    def together(self) -> list[str]:
        """What is wrong once all of them are attached beside the witness, and read as entities."""
        report = self._land(self.programs)
        with closing(duckdb.connect()) as con:
            for statement in CONFIG:
                con.execute(statement)
            con.executemany(
                "insert into config.program values (?, 'fuzzed', 'UTC', [], [])", [[one.id] for one in self.programs]
            )
            attach(con, report, CATALOGUE)
            build_sources(con, CATALOGUE)
            for entity in CATALOGUE.entities:
                con.execute(f"create or replace temp table read as select * from source.{entity}")
            rows = con.execute(WITNESS_ROWS).fetchall()
        return [] if rows == self.witness else ["the rows of the witness are others"]

    def _all_around(self) -> set[Path]:
        """Files beside the workspace, and where names that climb would lead."""
        beside = {path for path in self.folder.parent.rglob("*climbed*") if self.folder not in path.parents}
        return beside | set(Path("/tmp").glob("climbed*")) | set(Path.home().glob("climbed*"))  # noqa: S108
