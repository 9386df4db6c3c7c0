"""Why a check failed: some of the rows that broke its law, each with the reason, as the Dagster UI shows them.

Asked for only where a check has failed. Identities are hashed long before, so rows are named by their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from rules.condition import OUTCOMES

SHOWN = 20
LAWS = {
    "leaves_its_range": (
        "signal.signal",
        "value < declared.least or value > declared.most or isnan(value) or isinf(value)",
        "'value ' || value || ' is outside ' || declared.least || ' to ' || declared.most",
    ),
    "leaves_its_interval": (
        "signal.signal",
        "low > value or high < value or low > high",
        "'value ' || value || ' is outside its interval ' || low || ' to ' || high",
    ),
    "could_not_be_measured": ("signal.signal", "status = 'error'", "coalesce(message, 'no reason is known')"),
    "stage_outside_its_range": (
        "judged.stage",
        "not (stage_low <= stage and stage <= stage_high)",
        "model || ': stage ' || stage || ' is outside ' || stage_low || ' to ' || stage_high",
    ),
    "confidence_is_no_probability": (
        "judged.stage",
        "confidence < 0 or confidence > 1 or isnan(confidence)",
        "model || ': confidence ' || confidence || ' is outside 0 to 1'",
    ),
    "outcome_not_a_legal_word": (
        "judged.finding",
        f"outcome not in {OUTCOMES}",
        "model || ', ' || condition || ': outcome ' || outcome",
    ),
    "probabilities_do_not_sum_to_one": (
        "(select program_id, model, month, sum(probability) as total from judged.stage_probability group by all)",
        "abs(total - 1) > 1e-6",
        "model || ': the probabilities sum to ' || total",
    ),
}


@dataclass(frozen=True)
class FailingRow:
    """One row that breaks a law: whose it is (a program's, a signal's), which, and why."""

    of: str
    row: str
    reason: str


def failing_rows(
    con: duckdb.DuckDBPyConnection, table: str, law: str, broken_by: Sequence[str], grain: Sequence[str]
) -> list[FailingRow]:
    """Up to SHOWN rows of `table` that break `law`. `broken_by` are the programs, or the signals, that have some;
    `grain` is the key of the table. The range of each signal stands in a table `declared`."""
    if law in LAWS:
        relation, condition, reason = LAWS[law]
        if table == "signal.signal":
            of, row = "signal", "program_id || ', month ' || month"
            relation += " join declared using (signal)"
        else:
            of, row = "program_id", "'month ' || month"
        return _rows(
            con,
            f"select {of}, {row}, {reason} from {relation} where {of} in (select unnest($1)) and ({condition})",
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
