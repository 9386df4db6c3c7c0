"""What this run restates: months of which the run before published another stage or range, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.kept_runs import open_kept
from pipelines.run_diff import restated
from rules.rows import Row
from transforms.header import SignalHeader

TABLE = "create or replace table judged.restated (program_id varchar, model varchar, month date, cause varchar)"
# Since a restatement stands until the next one, its cause is told as long as no other run restated the month again.
TELL = """
    with
    told as (
        select program_id, model, month, cause, null as run_id from judged.restated
        union all
        select program_id, model, month, change_cause, run_id from history.stage_reported where change_cause is not null
    ),
    last as (
        select program_id, model, month, arg_max(cause, coalesce(run_id, $now)) as cause from told group by all
    )
    update judged.stage set change_cause = last.cause
    from last
    where stage.program_id = last.program_id and stage.model = last.model and stage.month = last.month
        and last.cause in ('rules', 'scope') and stage.change_cause is null
"""


def tell_restated(
    con: duckdb.DuckDBPyConnection,
    workspace: Path,
    before: str | None,
    run_id: str,
    headers: Mapping[str, SignalHeader],
) -> None:
    """Fills `judged.restated`, and tells rules and scope as causes of what they restated in `judged.stage`, where the
    month does not differ from the one before it, which has its own cause.

    Compares this run with the one in force `before` it, both as kept in the workspace's state.
    """
    con.execute(TABLE)
    rows = _restated(workspace, before, run_id, headers)
    if rows:
        con.register("given", pd.DataFrame(rows)[["program_id", "model", "month", "cause"]])
        con.execute("insert into judged.restated by name select * from given")
        con.unregister("given")
    con.execute(TELL, {"now": run_id})


def _restated(workspace: Path, before: str | None, run_id: str, headers: Mapping[str, SignalHeader]) -> list[Row]:
    with open_kept(workspace) as kept:
        if before is None or before not in kept.run_ids:
            return []
        return restated(kept.run(before), kept.run(run_id), headers)
