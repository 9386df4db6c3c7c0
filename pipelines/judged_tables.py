"""The tables of `judged`: begun empty, then filled from frames, a block of programs at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pandas as pd

from connectors.cast import literal
from rules.layout import numbered

# What the rules return, typed: an empty frame has no types of its own.
COLUMNS = {
    "finding": "program_id varchar, model varchar, month date, stage integer, condition varchar, signal varchar, "
    "outcome varchar, value double, low double, high double, comparison varchar, threshold double, "
    "sample_size double, probability_met double, reason varchar",
    "stage": "program_id varchar, model varchar, month date, stage integer, stage_name varchar, stage_low integer, "
    "stage_high integer, confidence double, pending_stage integer, straddles varchar, bottleneck_job varchar, "
    "next_step varchar, next_step_text varchar, is_provisional boolean, change_cause varchar, rules_version varchar",
    "stage_probability": "program_id varchar, model varchar, month date, stage integer, probability double",
    "job": "program_id varchar, model varchar, month date, job varchar, solved boolean, reached_stage integer, "
    "deciding_condition varchar",
    "sensitivity": "program_id varchar, model varchar, month date, condition varchar, direction varchar, "
    "threshold double, threshold_then double, stage integer, stage_then integer",
    "friction": "program_id varchar, month date, friction varchar, job varchar, level double, trend varchar, "
    "slope double, p_value double, status varchar",
    "friction_event": "program_id varchar, friction varchar, month date, kind varchar, before double, after double, "
    "p_value double, text varchar",
    "model_catalogue": "model varchar, position integer, title varchar, stage integer, stage_name varchar, "
    "phase varchar, job varchar, summary varchar, fixes varchar[], key_benefit varchar, primary_challenge varchar, "
    "tooling varchar[], practices varchar[]",
    "phase_catalogue": "model varchar, position integer, phase varchar, job varchar, summary varchar, "
    "friction varchar, key_benefit varchar, primary_challenge varchar",
    "job_catalogue": "model varchar, position integer, job varchar, summary varchar, ai_takes_over varchar[], "
    "people_decide varchar[]",
    "condition_catalogue": "model varchar, stage integer, stage_name varchar, job varchar, condition varchar, "
    "signal varchar, asked varchar, comparison varchar, threshold double, window varchar, why varchar, "
    "next_step_text varchar",
    "assessment": "program_id varchar, model varchar, assessed_on date, month date, stage_low integer, "
    "stage_high integer",
    "assessment_answer": "program_id varchar, model varchar, position integer, statement varchar, stage integer, "
    "says varchar, conditions varchar[], answer varchar, evidence varchar, gap varchar",
    "signal_catalogue": "signal varchar, description varchar, job varchar, unit varchar, direction varchar, "
    "kind varchar, minimum_sample integer, sources varchar, friction varchar, fields varchar, window varchar, "
    "pooled varchar, census boolean, is_of_people boolean, lifecycle varchar, notes varchar, query varchar",
    "friction_catalogue": "friction varchar, title varchar, job varchar, description varchar",
    "event_catalogue": "kind varchar, title varchar, is_integrity boolean",
    "friction_clearing": "friction varchar, model varchar, stage integer",
    "friction_signal": "friction varchar, signal varchar",
}

# Tables of millions of rows and few words keep these as numbers, which are written in half the time; the words are in
# order, so that numbers and words sort alike. What is published of them is text.
NUMBERED = ("finding", "stage_probability", "job", "friction")

Words = Mapping[str, Sequence[str]]  # by column, every word that it may have


def begin(con: duckdb.DuckDBPyConnection, table: str, words: Words) -> int:
    """An empty table of the layer; no rows."""
    numbers = _numbered(table, words)
    types = {name: f"enum({words_in_sql(numbers[name])})" if name in numbers else kind for name, kind in _types(table)}
    # the names are quoted: `window` and `before` are words of SQL too
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    con.execute(f"create or replace table judged.{table} ({columns})")
    return 0


def append(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame, words: Words) -> None:
    """Adds rows. Raises ValueError for a word that its column may not have."""
    if len(frame):
        columns = {name: _among(frame[name], known) for name, known in _numbered(table, words).items()}
        con.register("given", frame.assign(**columns))
        con.execute(f"insert into judged.{table} by name select * from given")
        con.unregister("given")


def words_in_sql(words: Sequence[str]) -> str:
    return ", ".join(map(literal, words))


def _types(table: str) -> list[tuple[str, str]]:
    pairs = [column.split(" ", 1) for column in COLUMNS[table].split(", ")]
    return [(name, kind) for name, kind in pairs]


def _numbered(table: str, words: Words) -> dict[str, list[str]]:
    named = {name for name, kind in _types(table) if kind == "varchar" and table in NUMBERED}
    return {name: sorted(set(known)) for name, known in words.items() if name in named}


def _among(column: pd.Series, known: Sequence[str]) -> pd.Categorical:
    """The column with its words numbered as they stand among the known ones."""
    at = pd.Index(known).get_indexer(column.cat.categories)
    if (at < 0).any():
        raise ValueError(f"{column.name}: {column.cat.categories[at < 0][0]!r} is none of its words")
    return numbered(known, np.append(at, -1)[column.cat.codes])
