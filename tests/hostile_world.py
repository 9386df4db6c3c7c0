"""The world of one ordinary program and one in which whatever somebody may type is as bad as it can be."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.site_world import HOSTILE, build

MINE = "where program_id = 'hostile-names'"
TYPED = (
    f"update coverage set source = $1, connector = $1 {MINE}",
    f"update coverage_month set source = $1 {MINE}",
    f"update load set file = 'exports/' || $1, reason = $1, status = 'rejected' {MINE}",
    "update rejected set file = 'exports/' || $1, reason = $1, \"column\" = $1 where file like '%hostile%'",
    f"update question set topic = $1 {MINE} and topic = 'week-copy'",
    f"update friction_event set text = $1 {MINE}",
    f"update finding set reason = $1 {MINE} and reason is not null",
    f"update stage set next_step_text = $1 {MINE}",
    "update friction_catalogue set title = $1, description = $1 where friction = 'findability'",
    "update model_catalogue set stage_name = $1 where stage = 2 and model = 'trainn'",
    "update condition_catalogue set why = $1, next_step_text = $1 where signal = 'resend_request_rate'",
    "update signal_catalogue set description = $1, notes = $1, query = $1 where signal = 'resend_request_rate'",
)


def hostile(database: Path) -> Path:
    """Write the world to `database`: markup, formulas, quotes, both directions of writing, 300 characters."""
    build(database, programs=("harborline-academy", "hostile-names"))
    with duckdb.connect(str(database)) as con:
        for statement in TYPED:
            con.execute(statement, [HOSTILE])
    return database
