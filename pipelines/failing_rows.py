"""Why a check failed: some of the rows that broke its law, each with the reason, as the Dagster UI shows them.

Asked for only where a check has failed. Identities are hashed long before, so rows are named by their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from rules.condition import OUTCOMES

SHOWN = 20


@dataclass(frozen=True)
class Law:
    """What no row of `relation` may do, and why one that does is wrong (both SQL)."""

    relation: str
    condition: str
    reason: str


MEASURED = "signal.signal join declared using (signal)"
SUMMED = "(select program_id, model, month, sum(probability) as total from judged.stage_probability group by all)"
LAWS = {
    "signal.signal": {
        "leaves_its_range": Law(
            MEASURED,
            "value < declared.least or value > declared.most or isnan(value) or isinf(value)",
            "'value ' || value || ' is outside ' || declared.least || ' to ' || declared.most",
        ),
        "leaves_its_interval": Law(
            MEASURED,
            "low > value or high < value or low > high",
            "'value ' || value || ' is outside its interval ' || low || ' to ' || high",
        ),
        "could_not_be_measured": Law(MEASURED, "status = 'error'", "coalesce(message, 'no reason is known')"),
    },
    "judged.stage": {
        "stage_outside_its_range": Law(
            "judged.stage",
            "not (stage_low <= stage and stage <= stage_high)",
            "model || ': stage ' || stage || ' is outside ' || stage_low || ' to ' || stage_high",
        ),
        "confidence_is_no_probability": Law(
            "judged.stage",
            "confidence < 0 or confidence > 1 or isnan(confidence)",
            "model || ': confidence ' || confidence || ' is outside 0 to 1'",
        ),
    },
    "judged.stage_probability": {
        "probabilities_do_not_sum_to_one": Law(
            SUMMED, "abs(total - 1) > 1e-6", "model || ': the probabilities sum to ' || total"
        ),
    },
    "judged.finding": {
        "outcome_not_a_legal_word": Law(
            "judged.finding", f"outcome not in {OUTCOMES}", "model || ', ' || condition || ': outcome ' || outcome"
        ),
    },
}


@dataclass(frozen=True)
class FailingRow:
    """One row that breaks a law: whose it is (a program's, a signal's), which, and why."""

    of: str
    row: str
    reason: str


def count_sql(table: str, key: str, grain: Sequence[str] = ()) -> str:
    """Select of how many rows break each law of `table`, by `key`: a program or a signal."""
    laws = LAWS[table]
    [relation] = {law.relation for law in laws.values()}
    counts = [f"count(*) filter (where {law.condition}) as {name}" for name, law in laws.items()]
    if grain:
        counts.append(f"count(*) - count(distinct ({', '.join(grain)})) as repeats_its_grain")
    return f"select {', '.join([key, *counts])} from {relation} group by {key} order by {key}"


def failing_rows(
    con: duckdb.DuckDBPyConnection, table: str, law: str, broken_by: Sequence[str], grain: Sequence[str]
) -> list[FailingRow]:
    """Up to SHOWN rows of `table` that break `law`. `broken_by` are the programs, or the signals, that have some;
    `grain` is the key of the table. The range of each signal stands in a table `declared`."""
    if told := LAWS.get(table, {}).get(law):
        of, row = (
            ("signal", "program_id || ', month ' || month")
            if table == "signal.signal"
            else ("program_id", "'month ' || month")
        )
        return _rows(
            con,
            f"select {of}, {row}, {told.reason} from {told.relation}"
            f" where {of} in (select unnest($1)) and ({told.condition})",
            broken_by,
        )
    named = " || ', ' || ".join(f"coalesce('{column} ' || \"{column}\"::varchar, 'no {column}')" for column in grain)
    columns = ", ".join(f'"{column}"' for column in grain)
    if law == "repeats_its_grain":
        reason, more = "count(*) || ' rows, where there may be one'", f"group by {columns} having count(*) > 1"
    else:
        missing = " or ".join(f'"{column}" is null' for column in grain)
        reason, more = "'a part of its key is missing'", f"and ({missing})"
    return _rows(
        con,
        f"select program_id, {named}, {reason} from {table} where program_id in (select unnest($1)) {more}",
        broken_by,
    )


def _rows(con: duckdb.DuckDBPyConnection, sql: str, broken_by: Sequence[str]) -> list[FailingRow]:
    found = con.execute(f"{sql} order by all limit {SHOWN}", [list(broken_by)]).fetchall()
    return [FailingRow(str(of), str(row), str(reason)) for of, row, reason in found]
