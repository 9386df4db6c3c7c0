"""Runs of a made-up warehouse, kept as the nightly job keeps them, so that what lies between two can be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pandas as pd
import yaml

from connectors.declaration import Document
from pipelines import run_store
from pipelines.kept_runs import open_kept
from pipelines.run_diff import RunDiff, compare
from rules.evaluate import evaluate
from rules.load import LoadedPack, rules_version
from rules.model import Pack
from tests.rule_world import months, program_months, signal_rows
from tests.small_pack import HEADERS, MONTHS, PACK, World

PROGRAM = "quarry-school"
MET: World = {name: [0.1 if name == "search" else 0.9] * MONTHS for name in HEADERS}
SETTINGS = {"timezone": "UTC", "as_of": "2025-05-31", "waystage": "1"}


@dataclass(frozen=True)
class Night:
    """All that one run is given."""

    signals: World = field(default_factory=lambda: dict(MET))
    pack: LoadedPack = PACK
    settings: Mapping[str, str] = field(default_factory=lambda: dict(SETTINGS))
    waivers: Sequence[Mapping[str, str]] = ()
    sources: Mapping[str, str] = field(default_factory=dict)  # entity -> status, beside those of the signals
    exports: str = "first"
    is_complete: Sequence[bool] = (True,) * MONTHS

    def but(self, **other: object) -> Night:
        return replace(self, **other)  # type: ignore[arg-type]


def pack_with(condition: str, **changes: float) -> LoadedPack:
    """The small pack with one condition asking otherwise."""
    data = PACK.pack.model_dump(mode="json")
    for stage in data["stages"]:
        gate = stage["gate"] or {"all": [], "at_least": []}
        for one in [*gate["all"], *(one for group in gate["at_least"] for one in group["of"])]:
            if one["id"] == condition:
                one.update(changes)
    pack = Pack.model_validate(data)
    return LoadedPack(pack, Document(Path("small/model.yaml"), data, yaml.compose("{}")), rules_version(pack))


def keep(
    folder: Path, run_id: str, night: Night, programs: Sequence[str] = (PROGRAM,), others: Sequence[str] = ()
) -> None:
    """One run that came into force."""
    state = folder / ".waystage"
    state.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        _warehouse(con, night, programs)
        facts = [(program, what, value) for program in programs for what, value in night.settings.items()]
        facts += [(one["program"], "waiver", pd.Series(dict(one)).to_json()) for one in night.waivers]
        run_store.keep(con, state, run_id, facts=facts, packs=[night.pack], others=others)
        con.execute("insert into history.run values (?)", [run_id])


def _warehouse(con: duckdb.DuckDBPyConnection, night: Night, programs: Sequence[str]) -> None:
    for schema in ("signal", "judged", "coverage", "landing", "history"):
        con.execute(f"create schema if not exists {schema}")
    con.execute("create table if not exists history.run (run_id varchar)")
    signals = pd.concat([signal_rows(night.signals, HEADERS, program, 400) for program in programs])
    spine = pd.concat([program_months(MONTHS, program, is_complete=night.is_complete) for program in programs])
    waivers = pd.DataFrame(night.waivers).rename(columns={"program": "program_id"}) if night.waivers else None
    judgement = evaluate(night.pack, signals, spine, waivers, HEADERS)
    entities = dict.fromkeys(HEADERS, "ok") | dict(night.sources)
    covered = [
        (program, entity, month, night.signals[entity][place] != "unknown")
        for program in programs
        for entity in HEADERS
        for place, month in enumerate(months(MONTHS))
    ]
    frames = {
        "signal.signal": signals.assign(least=float("nan"), most=float("nan"), message=None),
        "judged.program_month": spine,
        "judged.stage": judgement.stage,
        "judged.finding": judgement.finding,
        "signal.told": pd.DataFrame(columns=["program_id", "month", "field", "has_rows", "is_told"], dtype="str"),
        "coverage.entity_month": pd.DataFrame(covered, columns=["program_id", "entity", "month", "is_covered"]),
        "coverage.source_break": pd.DataFrame(
            columns=["program_id", "entity", "month", "from_source", "to_source"], dtype="str"
        ),
        "coverage.source": pd.DataFrame(
            [(program, f"table:{entity}", "table", entity, status) for program in programs
             for entity, status in entities.items()],
            columns=["program_id", "source", "connector", "entity", "status"],
        ),
        "landing.load": pd.DataFrame(
            [(program, "table:base", "base.csv", night.exports, "loaded") for program in programs],
            columns=["program_id", "source", "file", "sha256", "status"],
        ),
    }  # fmt: skip
    for table, frame in frames.items():
        con.register("given", frame)
        con.execute(f"create or replace table {table} as select * from given")
        con.unregister("given")


@contextmanager
def between(folder: Path, *nights: Night) -> Iterator[RunDiff]:
    """What lies between the last two of these runs."""
    for number, night in enumerate(nights):
        keep(folder, f"run-{number}", night)
    with open_kept(folder) as kept:
        yield compare(kept.run(kept.run_ids[-2]), kept.run(kept.run_ids[-1]), HEADERS)


def day(month: int) -> dt.date:
    """The first day of a month of the world."""
    return dt.date(2025, month, 1)
