"""The program, models and month that a command asks about, among those published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from connectors.nearest import legal_and_nearest
from pipelines.problem import UserError

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A published program, the models asked for in the order of the workspace, and a month (None: it has none)."""

    program: str
    models: list[str]
    month: str | None


def asked(con: duckdb.DuckDBPyConnection, program: str, model: str | None, month: str | None) -> Asked:
    """With the last complete month where none is given, else the last. UserError for an unknown name."""
    programs = [row["program_id"] for row in rows(con, "select program_id from program")]
    if program not in programs:
        raise UserError(f"no program {program!r}; {legal_and_nearest(program, programs)}")
    models = [row["model"] for row in rows(con, "select distinct model, position from stage "
              "left join model_catalogue using (model) order by position, model")]  # fmt: skip
    if model is not None and model not in models:
        raise UserError(f"no model {model!r}; {legal_and_nearest(model, models)}")
    months = rows(con, "select strftime(month, '%Y-%m') as month, bool_and(is_provisional) as is_provisional "
                  "from stage where program_id = ? group by month order by month", program)  # fmt: skip
    complete = [row["month"] for row in months if not row["is_provisional"]]
    known = [row["month"] for row in months]
    if month is not None and month not in known:
        legal = f"{known[0]} to {known[-1]}" if known else "none: nothing was exported for it"
        raise UserError(f"--month {month}: not a month of {program}; legal: {legal}")
    chosen = month or (complete or known or [None])[-1]
    return Asked(program, [name for name in models if model in (None, name)], chosen)


def rows(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[Row]:
    """The rows of a query as dictionaries."""
    cursor = con.execute(sql, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
