"""The fast way from facts to verdicts: canonical tables straight into `source.*`, then the product's own SQL and rules.

What landing does (types, hashes, rejections) is left out: `vendor` goes the whole way for a few programs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd

from pipelines.judgement import PROGRAM_MONTHS
from rules.evaluate import Judgement, evaluate
from rules.load import LoadedPack, load
from tests.simulator.facts import Frames
from tests.simulator.practice import MODELS
from tests.simulator.program import AS_OF
from transforms import coverage, labels, measure, stage, told
from transforms.catalogue import Catalogue, shipped
from transforms.inputs import contract, create_missing_inputs, entity_names, source_columns

SOURCES = {
    "desk": ("ticket", "ticket_comment", "account"),
    "knowledge_base": ("content_item", "content_variant", "content_vote"),
    "academy": ("learner", "enrollment", "learning_event", "certification"),
    "live": ("live_session",),
    "hub": ("content_view",),
    "search_log": ("search",),
    "guides": ("guide_event",),
    "product": ("usage_event",),
    "revenue": ("account_month",),
    "sales": ("opportunity",),
    "outbox": ("staff_send",),
    "releases": ("release",),
}
CORE = ("desk", "knowledge_base", "academy")
OPTIONAL = tuple(name for name in SOURCES if name not in CORE)
SOURCE_OF = {entity: source for source, entities in SOURCES.items() for entity in entities}


@dataclass(frozen=True)
class Measured:
    """All that judging reads, of many programs."""

    signals: pd.DataFrame
    months: pd.DataFrame
    coverage: pd.DataFrame
    told: pd.DataFrame
    breaks: pd.DataFrame

    def judge(self, pack: LoadedPack, catalogue: Catalogue) -> Judgement:
        headers = {name: signal.header for name, signal in catalogue.signals.items()}
        return evaluate(
            pack, self.signals, self.months, None, headers, coverage=self.coverage, told=self.told, breaks=self.breaks
        )


def without(frames: Frames, sources: Iterable[str]) -> Frames:
    """The facts that are left when some sources are not exported."""
    gone = set(sources)
    return {entity: frame for entity, frame in frames.items() if SOURCE_OF[entity] not in gone}


def packs() -> dict[str, LoadedPack]:
    """The shipped packs, by name."""
    return {name: load(name) for name in MODELS}


def measured(worlds: Mapping[str, Frames]) -> Measured:
    """Stages and measures programs, by program id."""
    catalogue = shipped()
    with duckdb.connect() as con:
        con.execute(f"set threads = {os.cpu_count() or 2}")
        fill(con, worlds)
        labels.build_labels(con)
        stage.build_staging(con, catalogue)
        coverage.build_coverage(con)
        signals = measure.measure(con, catalogue)
        told.build_told(con, [signal.header for signal in catalogue.signals.values()])
        return Measured(
            signals=signals,
            months=con.execute(PROGRAM_MONTHS).df(),
            coverage=con.execute("select program_id, entity, month, is_covered from coverage.entity_month").df(),
            told=con.execute("select * from signal.told").df(),
            breaks=con.execute(
                "select program_id, entity, month, from_source, to_source from coverage.source_break"
            ).df(),
        )


def fill(con: duckdb.DuckDBPyConnection, worlds: Mapping[str, Frames]) -> None:
    """`config.*` and `source.*` of the programs, by program id."""
    _config(con, worlds)
    for entity in entity_names():
        _source(con, entity, worlds)
    create_missing_inputs(con)


def _config(con: duckdb.DuckDBPyConnection, worlds: Mapping[str, Frames]) -> None:
    con.execute("create schema config")
    con.execute(
        "create table config.program (program_id varchar, name varchar, timezone varchar,"
        " staff_domains varchar[], locales varchar[])"
    )
    # `sim-1-007+core` is the same program with fewer sources
    con.executemany(
        "insert into config.program values (?, ?, 'UTC', ?, null)",
        [(name, name, [f"{name.split('+')[0]}.example"]) for name in worlds],
    )
    con.execute("create table config.run (as_of date)")
    con.execute("insert into config.run values (?)", [AS_OF])
    con.execute(
        "create table config.calendar as select 'UTC' as timezone, cast(month as date) as month, month as starts_at,"
        " month + interval 1 month as ends_at"
        f" from unnest(generate_series(timestamp '1990-01-01', timestamp '{AS_OF:%Y-%m}-01', interval 1 month))"
        " as one (month)"
    )
    con.execute(
        "create table config.source (program_id varchar, source varchar, connector varchar, observed_through date,"
        " stale_after_days integer, ended date)"
    )
    rows = [
        (name, source, "table", AS_OF, None, None)
        for name, frames in worlds.items()
        for source in dict.fromkeys(SOURCE_OF[entity] for entity in frames)
    ]
    con.executemany("insert into config.source values (?, ?, ?, ?, ?, ?)", rows)


def _source(con: duckdb.DuckDBPyConnection, entity: str, worlds: Mapping[str, Frames]) -> None:
    pieces = [frames[entity].assign(program_id=name) for name, frames in worlds.items() if entity in frames]
    if not pieces:
        return
    rows = pd.concat(pieces, ignore_index=True)
    for name in rows.columns[rows.dtypes == "object"]:
        rows[name] = rows[name].where(rows[name].notna(), None)  # DuckDB would read NaN among texts as a word
    time = contract(entity).get("time")
    chosen = []
    for name, sql_type in source_columns(entity).items():
        if name == "source":
            chosen.append(f"'{SOURCE_OF[entity]}' as source")
        elif name == "file":
            chosen.append(f"'{entity}.csv' as file")
        elif name == "row_number":
            chosen.append("row_number() over () as row_number")
        elif name == "month" and time and "month" not in contract(entity)["columns"]:
            chosen.append(f"cast(date_trunc('month', \"{time}\") as date) as month")
        elif name.endswith("_domain") and name.removesuffix("_domain") in rows:
            chosen.append(f'split_part("{name.removesuffix("_domain")}", \'@\', 2) as "{name}"')
        elif name in rows:
            chosen.append(f'cast("{name}" as {sql_type}) as "{name}"')
        else:
            chosen.append(f'cast(null as {sql_type}) as "{name}"')
    con.execute("create schema if not exists source")
    con.register("told_rows", rows)
    where = f"where \"{time}\" < timestamp '{AS_OF}' + interval 1 day" if time else ""
    con.execute(f"create table source.{entity} as select {', '.join(chosen)} from told_rows {where}")
    con.unregister("told_rows")
