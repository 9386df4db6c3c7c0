"""Judging: hands the signals to the rules, which know no database, and keeps what they say in `judged.*`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pandas as pd

from pipelines import assessments
from pipelines.judged_block import PROGRAMS, Rulebook, judge_blocks
from pipelines.judged_tables import append, begin, words_in_sql
from pipelines.model_tables import model_tables
from pipelines.workspace import Workspace
from rules.friction_catalogue import Frictions, load_frictions
from rules.given import Given
from rules.grid import BOUNDS, NUMBERS, STATUSES
from rules.load import LoadedPack
from transforms.catalogue import Catalogue
from transforms.header import without_header
from transforms.inputs import is_of_people
from transforms.transaction import transaction

PROGRAM_MONTHS = """
    with
    first_use as (
        select program_id, surface, min(month) as month from staging.learner_activity group by all
    ),
    launch as (
        select program_id, month from first_use
        union all
        select program_id, month from config.launch
    )
    select
        spine.program_id,
        spine.month,
        spine.is_complete,
        coalesce(
            bool_or(spine.month >= launch.month and spine.month < launch.month + to_months(3)), false
        ) as is_launch
    from staging.program_month as spine
    left join launch using (program_id)
    group by spine.program_id, spine.month, spine.is_complete
    order by spine.program_id, spine.month
"""

WAIVER_COLUMNS = ["program", "condition", "reason", "owner", "until", "model"]

BY_PROGRAM = ("finding", "stage", "stage_probability", "job", "sensitivity", "friction", "friction_event")


def judge(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, packs: Sequence[LoadedPack], catalogue: Catalogue
) -> dict[str, int]:
    """Judges every program-month under every pack and measures the frictions; rows per table of `judged`."""
    con.execute("create schema if not exists judged")
    con.execute(f"create or replace table judged.program_month as {PROGRAM_MONTHS}")
    headers = {name: signal.header for name, signal in catalogue.signals.items()}
    frictions = load_frictions()
    rulebook = Rulebook(packs, frictions, headers)
    programs = [
        str(row[0]) for row in con.execute("select distinct program_id from judged.program_month order by 1").fetchall()
    ]
    blocks = [programs[first : first + PROGRAMS] for first in range(0, len(programs), PROGRAMS)] or [[]]
    assessed = [
        one
        for one in assessments.newest(workspace.directory, {one.id for one in workspace.model.programs}, packs)
        if one.program_id in programs
    ]
    ours = [one.program_id for one in assessed]
    about: dict[str, list[pd.DataFrame]] = {"stage": [], "finding": []}
    with _one_thread(con), transaction(con):
        words = rulebook.words | {"program_id": programs or [""]}
        rows = {name: begin(con, name, words) for name in BY_PROGRAM}
        givens = (_given(con, workspace, rulebook.signals, block) for block in blocks)
        for block in judge_blocks(givens, len(blocks), rulebook):
            for name, frames in block.items():
                for frame in frames:
                    append(con, name, frame, words)
                    rows[name] += len(frame)
                    if name in about and ours:
                        about[name].append(frame[frame["program_id"].isin(ours)])
    stage, finding = (pd.concat(about[name]) if about[name] else pd.DataFrame() for name in ("stage", "finding"))
    tables = {
        **model_tables(packs),
        **assessments.tables(assessed, stage, finding),
        "signal_catalogue": _signals(catalogue),
        "friction_catalogue": _frictions(frictions),
        "event_catalogue": _events(frictions),
        "friction_clearing": _clearing(frictions, packs),
        "friction_signal": _friction_signals(frictions),
    }
    with transaction(con):
        for name, frame in tables.items():
            begin(con, name, {})
            append(con, name, frame, {})
    return rows | {name: len(frame) for name, frame in tables.items()}


@contextmanager
def _one_thread(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """DuckDB on one core: the others judge, and rows that come a block at a time are written in less time and room."""
    (threads,) = con.execute("select current_setting('threads')").fetchone() or (1,)
    con.execute("set threads = 1")
    try:
        yield
    finally:
        con.execute(f"set threads = {threads}")


def _given(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, signals: Sequence[str], programs: Sequence[str]
) -> Given:
    """What is known of some programs, neighbours in alphabetical order."""

    ends = [programs[0], programs[-1]] if programs else ["", ""]
    names = programs or [""]

    def of_them(select: str, **words: Sequence[str]) -> pd.DataFrame:
        """Their rows, words as numbers: there are millions of rows and few words."""
        coded = ", ".join(f"{column}::enum({words_in_sql(of)}) as {column}" for column, of in words.items())
        rows = f"{select} where program_id between ? and ?"
        return con.execute(f"select * replace ({coded}) from ({rows})" if coded else rows, ends).df()

    waivers = [waiver.model_dump() for waiver in workspace.model.waivers]
    numbers = ", ".join((*NUMBERS, *BOUNDS))
    return Given(
        signals=of_them(
            f"select program_id, signal, status, month, {numbers}, message "
            f"from (from signal.signal where signal in ({words_in_sql(signals)}))",
            program_id=names,
            signal=signals,
            status=STATUSES,
        ),
        program_months=of_them("select * from judged.program_month"),
        waivers=pd.DataFrame(waivers, columns=WAIVER_COLUMNS).rename(columns={"program": "program_id"}),
        coverage=of_them(
            "select program_id, entity, month, is_covered from coverage.entity_month",
            program_id=names,
            entity=_words(con, "entity", "coverage.entity_month"),
        ),
        told=of_them("select * from signal.told", program_id=names, field=_words(con, "field", "signal.told")),
        breaks=of_them("select program_id, entity, month, from_source, to_source from coverage.source_break"),
    )


def _words(con: duckdb.DuckDBPyConnection, column: str, table: str) -> list[str]:
    return [str(row[0]) for row in con.execute(f"select distinct {column} from {table} order by 1").fetchall()] or [""]


def _signals(catalogue: Catalogue) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "signal": name,
                "description": signal.header.description,
                "job": signal.header.job,
                "unit": signal.header.unit,
                "direction": signal.header.direction,
                "kind": signal.header.kind,
                "minimum_sample": signal.header.minimum_sample,
                "sources": _any_of(signal.header.sources),
                "friction": ", ".join(signal.header.friction),
                "fields": _any_of(signal.header.fields),
                "window": signal.header.window,
                "pooled": signal.header.pooled,
                "census": signal.header.census,
                "is_of_people": any(map(is_of_people, signal.header.entities)),
                "lifecycle": signal.header.lifecycle,
                "notes": signal.header.notes,
                "query": without_header(signal.sql),
            }
            for name, signal in catalogue.signals.items()
        ]
    )


def _any_of(needs: Sequence[str | list[str]]) -> str:
    """All of what is needed; where any one of several will do, with `or` between them."""
    return ", ".join(need if isinstance(need, str) else " or ".join(need) for need in needs)


def _frictions(declared: Frictions) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "friction": one.id,
                "title": one.name.replace("_", " "),
                "job": one.job,
                "description": one.says.replace(": {now}", ""),
            }
            for one in declared.frictions
        ]
    )


def _clearing(declared: Frictions, packs: Sequence[LoadedPack]) -> pd.DataFrame:
    """At which stage of each model a friction is expected to be gone: what the stages of a pack of one's own fix."""
    told = [(one.id, model, stage) for one in declared.frictions for model, stage in one.cleared_at.items()]
    known = {model for _, model, _ in told}
    told += [
        (friction, one.pack.name, stage.number)
        for one in packs
        if one.pack.name not in known
        for stage in one.pack.stages
        for friction in stage.fixes
    ]
    return pd.DataFrame(told, columns=["friction", "model", "stage"])


def _events(declared: Frictions) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"kind": kind, "title": kind.replace("_", " "), "is_integrity": is_integrity}
            for kind, is_integrity in declared.event_kinds.items()
        ]
    )


def _friction_signals(declared: Frictions) -> pd.DataFrame:
    """The signals by which each friction shows."""
    return pd.DataFrame(
        [{"friction": one.id, "signal": shown.signal} for one in declared.frictions for shown in one.signals]
    )
