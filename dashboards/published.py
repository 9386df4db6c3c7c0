"""The one door to the published database: read-only, by the columns of the contract.

Tables or columns that an older or partial database lacks appear empty, so pages and charts need no special case.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboards.small_groups import hide_small_groups

Row = dict[str, Any]

_KEYS = "program_id varchar, model varchar, month date"
_SHAPE = {
    "program": "program_id varchar, name varchar, timezone varchar",
    "stage": f"{_KEYS}, stage integer, stage_name varchar, stage_low integer, stage_high integer,"
    " confidence double, pending_stage integer, straddles varchar, bottleneck_job varchar, next_step varchar,"
    " next_step_text varchar, is_provisional boolean, change_cause varchar, rules_version varchar, run_id varchar",
    "sensitivity": f"{_KEYS}, condition varchar, direction varchar, threshold double, threshold_then double,"
    " stage integer, stage_then integer, is_changed boolean",
    "stage_probability": f"{_KEYS}, stage integer, probability double",
    "job": f"{_KEYS}, job varchar, solved boolean, reached_stage integer, deciding_condition varchar",
    "finding": f"{_KEYS}, stage integer, condition varchar, signal varchar, outcome varchar, value double, low double,"
    " high double, comparison varchar, threshold double, sample_size double, probability_met double, reason varchar",
    "signal": "program_id varchar, month date, signal varchar, status varchar, value double, low double, high double,"
    " numerator double, denominator double, sample_size double, unit varchar, observed_through timestamp",
    "friction": "program_id varchar, month date, friction varchar, job varchar, level double, trend varchar,"
    " slope double, p_value double, status varchar",
    "top_friction": "program_id varchar, month date, friction varchar",
    "friction_event": "program_id varchar, friction varchar, month date, kind varchar, before double, after double,"
    " p_value double, text varchar",
    "stage_reported": f"run_id varchar, {_KEYS}, stage integer, rules_version varchar, input_fingerprint varchar,"
    " change_cause varchar",
    "coverage": "program_id varchar, source varchar, connector varchar, entity varchar, first_at timestamp,"
    " observed_through timestamp, row_count bigint, status varchar, envelope varchar",
    "coverage_month": "program_id varchar, source varchar, entity varchar, month date, row_count bigint,"
    " is_covered boolean",
    "source_break": "program_id varchar, entity varchar, month date, from_source varchar, to_source varchar,"
    " from_ended_at timestamp, to_began_at timestamp",
    "identity_match": "program_id varchar, kind varchar, method varchar, item_count bigint, total_count bigint,"
    " share double",
    "load": "file varchar, sha256 varchar, connector varchar, program_id varchar, rows_read bigint,"
    " rows_loaded bigint, rows_rejected bigint, landed_at timestamp, status varchar, reason varchar",
    "rejected": "file varchar, row_number bigint, \"column\" varchar, reason varchar",
    "account": "program_id varchar, account_key varchar, started_at timestamp, ended_at timestamp, segment varchar",
    "content_item": "program_id varchar, content_id varchar, content_type varchar, topic varchar, status varchar,"
    " published_at timestamp, edited_at timestamp, reviewed_at timestamp",
    "learning_month": "program_id varchar, month date, surface varchar, active_learners bigint,"
    " active_accounts bigint, active_days bigint",
    "content_month": "program_id varchar, month date, content_id varchar, active_learners bigint,"
    " active_accounts bigint, active_days bigint",
    "search_month": "program_id varchar, month date, topic varchar, searches bigint,"
    " searches_without_result bigint, searches_with_click bigint",
    "ticket": "program_id varchar, ticket_id varchar, created_at timestamp, month date, account_key varchar,"
    " requester_key varchar, intent varchar, intent_probability double, topic varchar, is_repeat boolean,"
    " intent_version varchar, topic_key varchar",
    "question": "program_id varchar, month date, topic varchar, tickets bigint, tickets_before bigint,"
    " requesters bigint, accounts bigint, is_small boolean, published_items bigint",
    "impact": "program_id varchar, month date, business_outcome varchar, status varchar, unit varchar, better varchar,"
    " trained_accounts bigint, untrained_accounts bigint, compared_accounts bigint, match_rate double,"
    " trained_value double, untrained_value double, unadjusted double, unadjusted_low double, unadjusted_high double,"
    " adjusted double, adjusted_low double, adjusted_high double, adjusted_for varchar, reason varchar",
    "run": "run_id varchar, as_of date, started_at timestamp, finished_at timestamp, status varchar,"
    " waystage_version varchar, rules_version varchar, input_fingerprint varchar",
    "review": "program_id varchar, reviewed_on date",
    "assessment": "program_id varchar, model varchar, assessed_on date, month date, stage_low integer,"
    " stage_high integer",
    "assessment_answer": "program_id varchar, model varchar, position integer, statement varchar, stage integer,"
    " says varchar, conditions varchar[], answer varchar, evidence varchar, gap varchar",
    "condition_catalogue": "model varchar, stage integer, stage_name varchar, job varchar, condition varchar,"
    " signal varchar, asked varchar, comparison varchar, threshold double, \"window\" varchar, why varchar,"
    " next_step_text varchar",
    "signal_catalogue": "signal varchar, description varchar, job varchar, unit varchar, direction varchar,"
    " kind varchar, minimum_sample double, sources varchar, friction varchar, fields varchar, \"window\" varchar,"
    " pooled varchar, census boolean, is_of_people boolean, lifecycle varchar, notes varchar, query varchar",
    "friction_catalogue": "friction varchar, title varchar, job varchar, description varchar",
    "event_catalogue": "kind varchar, title varchar, is_integrity boolean",
    "model_catalogue": "model varchar, position integer, title varchar, stage integer, stage_name varchar, "
    " phase varchar, job varchar, summary varchar, fixes varchar[], key_benefit varchar, primary_challenge varchar,"
    " tooling varchar[], practices varchar[]",
    "phase_catalogue": "model varchar, position integer, phase varchar, job varchar, summary varchar,"
    " friction varchar, key_benefit varchar, primary_challenge varchar",
    "job_catalogue": "model varchar, position integer, job varchar, summary varchar, ai_takes_over varchar[],"
    " people_decide varchar[]",
    "check_result": "check_name varchar, table_name varchar, passed boolean, severity varchar, failing_rows bigint,"
    " text varchar",
}  # fmt: skip


def shape() -> dict[str, list[tuple[str, str]]]:
    """Every published table that a chart may read: its columns and their DuckDB types."""
    return {
        table: [(name.strip('"'), kind) for name, kind in (part.split() for part in columns.split(","))]
        for table, columns in _SHAPE.items()
    }


def connect(database: Path) -> duckdb.DuckDBPyConnection:
    """Open `database` read-only; give missing tables no rows and missing columns no values."""
    connection = duckdb.connect(str(database), read_only=True)
    catalogue = connection.execute("select current_database()").fetchall()[0][0]
    present: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns where table_catalog = ?", [catalogue]
    ).fetchall():
        present.setdefault(table, set()).add(column)
    for table, columns in shape().items():
        absent = [(name, kind) for name, kind in columns if name not in present.get(table, set())]
        if not absent:
            continue
        nulls = ", ".join(f'null::{kind} as "{name}"' for name, kind in absent)
        select = (
            f'select *, {nulls} from "{catalogue}".main."{table}"'
            if table in present
            else f"select {nulls} where false"
        )
        connection.execute(f'create temp view "{table}" as {select}')
    hide_small_groups(connection)
    return connection


def _bound(query: str, parameters: Row) -> Row:
    """DuckDB refuses parameters a query does not name."""
    return {name: value for name, value in parameters.items() if re.search(rf"\${name}\b", query)}


def frame(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> pd.DataFrame:
    """The rows of `query` as a DataFrame."""
    return connection.execute(query, _bound(query, parameters)).df()


def records(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> list[Row]:
    """The rows of `query` as dictionaries, absent values as None."""
    cursor = connection.execute(query, _bound(query, parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
