"""What people must hear of a new version that the one they last heard of did not say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dashboards import published
from dashboards.sentences import reading, requirement, title
from dashboards.words import CAUSES, counted, human, listed, month_name, present

Row = dict[str, Any]

VERDICTS = """
    select stage.*, program.name from stage join program using (program_id)
    where not is_provisional
    qualify row_number() over (partition by program_id, model order by month desc) = 1
    order by program_id, model
"""
FINDINGS = """
    select finding.*, signal_catalogue.kind, signal_catalogue.unit
    from finding left join signal_catalogue using (signal)
    where program_id = $program_id and model = $model and month = $month
    order by stage, condition
"""
LAST_COMPLETE = "(select program_id, max(month) as month from stage where not is_provisional group by program_id)"
RISING = f"""
    select friction.program_id, program.name, friction, friction_catalogue.title, level, slope, p_value
    from friction join {LAST_COMPLETE} using (program_id, month)
    join program using (program_id) left join friction_catalogue using (friction)
    where trend = 'rising' and level > 0 order by all
"""
# changes of level are of the page; what has a name of its own is told, while it is new
PATTERNS = f"""
    select friction_event.program_id, program.name, kind, friction_event.friction, friction_event.month, text
    from friction_event join {LAST_COMPLETE} as last using (program_id) join program using (program_id)
    where kind not in ('rise', 'fall') and friction_event.month > last.month - interval 3 month order by all
"""
SOURCES = """
    select program_id, program.name, source, status, max(observed_through) as observed_through
    from coverage join program using (program_id)
    where status in ('stale', 'rejected', 'missing') group by all order by all
"""
REJECTED = """
    select program_id, program.name, file, sha256, rows_rejected, status, reason
    from load join program using (program_id)
    where rows_rejected > 0 or status = 'rejected' order by all
"""
OLDER = """
    select program_id, program.name, file, reason
    from load join program using (program_id)
    where status = 'stale' order by all
"""


@dataclass(frozen=True)
class News:
    """What is new, as one message: a line that says how much, a line for each thing, and whom it is about."""

    title: str
    lines: tuple[str, ...]
    programs: tuple[str, ...]  # ids


def news(before: Path, after: Path) -> News | None:
    """What the published database `after` says that `before` did not; None where that is nothing."""
    with published.connect(before) as old, published.connect(after) as new:
        moves = _moves(old, new)
        rising = _added(old, new, RISING, ("program_id", "friction"))
        patterns = _added(old, new, PATTERNS, ("program_id", "kind", "friction", "month"))
        sources = _added(old, new, SOURCES, ("program_id", "source", "status"))
        rejected = _added(old, new, REJECTED, ("program_id", "file", "sha256"))
        older = _added(old, new, OLDER, ("program_id", "file"))
    parts = [
        ([move["moved"] for move in moves if move["moved"]], "stage moved", "stages moved"),
        ([move["pending"] for move in moves if move["pending"]], "change pending", "changes pending"),
        ([_rising(row) for row in rising], "friction rising", "frictions rising"),
        ([f"{row['name']}: {row['text']}" for row in patterns], "pattern found", "patterns found"),
        ([_source(row) for row in sources], "source in trouble", "sources in trouble"),
        ([_rejected(row) for row in rejected], "file with rejected rows", "files with rejected rows"),
        (
            [f"{row['name']}: {row['file']}: {row['reason']}." for row in older],
            "older copy in use",
            "older copies in use",
        ),
    ]
    said = [(lines, counted(len(lines), one, many)) for lines, one, many in parts if lines]
    if not said:
        return None
    lines = tuple(line for lines, _count in said for line in lines)
    about = [row["program_id"] for row in (*moves, *rising, *patterns, *sources, *rejected, *older)]
    return News(", ".join(count for _lines, count in said), lines, tuple(dict.fromkeys(about)))


def _moves(old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection) -> list[Row]:
    """For each verdict that moved, or is about to: what to say of the one and of the other, with why."""
    known = {(row["program_id"], row["model"]): row for row in published.records(old, VERDICTS)}
    moves: list[Row] = []
    for row in published.records(new, VERDICTS):
        was = known.get((row["program_id"], row["model"]))
        if was is None:
            continue
        has_moved = row["stage"] != was["stage"]
        is_pending = row["pending_stage"] is not None and row["pending_stage"] != was["pending_stage"]
        if not has_moved and not is_pending:
            continue
        who, month = f"{row['name']} ({human(row['model'])})", month_name(row["month"])
        why = _turned(_findings(old, was), _findings(new, row))
        cause = f", because {CAUSES[row['change_cause']]}" if row["change_cause"] in CAUSES else ""
        moves.append(
            {
                "program_id": row["program_id"],
                "moved": f"{who}: {_stage(was)} → {_stage(row)} in {month}{cause}{why}." if has_moved else None,
                "pending": f"{who}: {month} reads as stage {row['pending_stage']}{why}; "
                f"{_stage(row)} stays until that is confirmed."
                if is_pending
                else None,
            }
        )
    return moves


def _findings(con: duckdb.DuckDBPyConnection, verdict: Row) -> list[Row]:
    key = {name: verdict[name] for name in ("program_id", "model", "month")}
    return published.records(con, FINDINGS, **key)


def _turned(was: Iterable[Row], now: Iterable[Row]) -> str:
    """`: attachment send share 6% (needs at most 10%)`: the conditions whose outcome is another."""
    before = {row["condition"]: row["outcome"] for row in was}
    turned = [
        f"{title(row).lower()} {reading(row)} (needs {requirement(row)})"
        for row in now
        if before.get(row["condition"], row["outcome"]) != row["outcome"]
    ]
    return f": {listed(turned)}" if turned else ""


def _stage(row: Row) -> str:
    return "not enough data" if row["stage"] is None else f"stage {row['stage']}, {row['stage_name']}"


def _added(
    old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection, query: str, key: tuple[str, ...]
) -> list[Row]:
    known = {tuple(row[name] for name in key) for row in published.records(old, query)}
    return [row for row in published.records(new, query) if tuple(row[name] for name in key) not in known]


def _rising(row: Row) -> str:
    """`Alder: Findability is rising: its level is 0.62 of 1, up 0.04 a month (p 0.01).`"""
    chance = f" (p {row['p_value']:.2g})" if present(row["p_value"]) else ""
    by = f", up {row['slope']:.2g} a month{chance}" if present(row["slope"]) and row["slope"] > 0 else ""
    return f"{row['name']}: {row['title'] or row['friction']} is rising: its level is {row['level']:.2f} of 1{by}."


def _source(row: Row) -> str:
    newest = f", its newest fact of {row['observed_through']:%Y-%m-%d}" if row["observed_through"] else ""
    return f"{row['name']}: source {row['source']} is {row['status']}{newest}."


def _rejected(row: Row) -> str:
    reason = f" ({row['reason']})" if row["reason"] else ""
    what = "refused" if row["status"] == "rejected" else f"{counted(int(row['rows_rejected']), 'row')} rejected"
    return f"{row['name']}: {row['file']}: {what}{reason}."
