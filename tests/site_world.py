"""A small published database with programs of every kind a page must cope with. No exports, no rules, no clock."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboards.published import shape
from tests.site_impact import impact_rows
from tests.site_models import CONDITIONS, FRICTIONS, OTHER, OTHER_STAGES, STAGES, catalogues

HOSTILE = (
    "<script>alert(1)</script>\"'&amp; =HYPERLINK(1) <img src=x onerror=alert(2)> "
    "\u202eabc\u202c שלום العربية 🎓 " + "an academy name that somebody pasted a whole paragraph into " * 4
)[:300]
FIRST, MONTHS = date(2024, 12, 1), 24
AS_OF = date(2026, 11, 18)
# how far each program has come: stage at the start and at the end; None: too little evidence
CAST: dict[str, tuple[str, float | None, float | None]] = {
    "harborline-academy": ("Harborline Academy", 0.2, 1.6),
    "quarry-learning": ("Quarry Learning", 2.1, 4.6),
    "saltmarsh-school": ("Saltmarsh School", 3.4, 2.2),
    "tidewater-education": ("Tidewater Education", None, None),
    "hostile-names": (HOSTILE, 1.1, 3.2),
    "nothing-yet": ("Nothing Yet", 99.0, 99.0),
}


def months() -> list[date]:
    """The months of the world; the last is in progress."""
    return [date(FIRST.year + (FIRST.month - 1 + i) // 12, (FIRST.month - 1 + i) % 12 + 1, 1) for i in range(MONTHS)]


def build(database: Path, *, without: tuple[str, ...] = (), programs: tuple[str, ...] = tuple(CAST)) -> Path:
    """Write the world to `database`; tables in `without` do not exist."""
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in shape()}
    rows["run"].append(
        {
            "run_id": "r1",
            "as_of": AS_OF,
            "status": "done",
            "waystage_version": "0.1.0",
            "rules_version": "1.2.0+b49d71b7",
            "input_fingerprint": "3f9a1c77e0d24b5a",
            "started_at": datetime(2026, 11, 19, 2),
            "finished_at": datetime(2026, 11, 19, 2, 1),
        }
    )
    catalogues(rows)
    for key in programs:
        title, start, end = CAST[key]
        rows["program"].append({"program_id": key, "name": title, "timezone": "America/New_York"})
        if start != 99.0:
            _program(rows, key, start, end)
    connection = duckdb.connect(str(database))
    for table, columns in shape().items():
        if table in without or (table == "check_result" and not rows[table]):
            continue
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        connection.execute(f'create table "{table}" ({declared})')
        if rows[table]:
            frame = pd.DataFrame(rows[table]).reindex(columns=[name for name, _ in columns]).astype(object)  # noqa: F841
            connection.execute(f'insert into "{table}" select {", ".join(_cast(n, k) for n, k in columns)} from frame')
    connection.close()
    return database


def _cast(name: str, kind: str) -> str:
    return f"try_cast(nullif(cast(\"{name}\" as varchar), 'nan') as {kind})"


def _questions(at: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **at,
            "topic": topic,
            "tickets": asked,
            "tickets_before": asked - 2,
            "requesters": people,
            "accounts": people,
            "is_small": people < 5,
            "published_items": items,
        }
        for topic, asked, people, items in (("api-key-rotate", 11, 8, 0), ("week-copy", 9, 9, 2), ("sso", 6, 4, 0))
    ]


def _program(rows: dict[str, list[dict[str, Any]]], key: str, start: float | None, end: float | None) -> None:
    thin = start is None or end is None
    ids = {"program_id": key}
    last = MONTHS - 1
    for index, month in enumerate(months()):
        reach = (start or 0) + ((end or 0) - (start or 0)) * index / last
        here = None if thin or (key == "hostile-names" and index < 5) else int(reach)
        low, high = (0, 4) if here is None else (here - (index < 9 and here > 0), here + (reach % 1 > 0.5))
        at = {**ids, "month": month}
        for model, stages, offset in (("trainn", STAGES, 0), ("thought_industries", OTHER_STAGES, 1)):
            stage = None if here is None else min(here, 4) if offset == 0 else max(1, min(3, here))
            rows["stage"].append(
                {
                    **at,
                    "model": model,
                    "stage": stage,
                    "stage_name": None if stage is None else stages[stage - offset],
                    "stage_low": max(offset, low if stage is None else min(stage, low)),
                    "stage_high": max(offset, stage or 0, min(5, high)),
                    "confidence": None if thin else 0.55 + 0.4 * (1 - reach % 1),
                    "pending_stage": stage + 1 if stage is not None and reach % 1 > 0.9 else None,
                    "straddles": f"{stage}–{stage + 1}" if stage is not None and 0.5 < reach % 1 < 0.8 else None,
                    "bottleneck_job": None if thin else "deliver" if here and here > 0 else "create",
                    "next_step": None if thin else "resend_request_rate",
                    "next_step_text": None if thin else "Give each onboarding one link instead of files.",
                    "is_provisional": index == last,
                    "change_cause": "data",
                    "rules_version": "1.2.0+b49d71b7",
                    "run_id": "r1",
                }
            )
            for probable in range(offset, 6):
                rows["stage_probability"].append({**at, "model": model, "stage": probable, "probability": 1 / 6})
        for job, reached in (("create", min(reach, 1)), ("deliver", min(reach, 4)), ("scale", 0)):
            rows["job"].append(
                {
                    **at,
                    "model": "trainn",
                    "job": job,
                    "solved": job == "create" and reach >= 1,
                    "reached_stage": None if thin else int(reached),
                    "deciding_condition": {
                        "create": "topic_coverage_rate",
                        "deliver": "resend_request_rate",
                        "scale": "learner_reach_rate",
                    }[job],
                }
            )
        for model, conditions in (("trainn", CONDITIONS), ("thought_industries", OTHER)):
            for condition in conditions:
                _condition(rows, at, model, condition, reach=reach, index=index, thin=thin)
        for place, friction in enumerate(FRICTIONS):
            seen = not thin and friction != "unmeasured_impact" and (friction != "staleness" or index > last - 4)
            rows["friction"].append(
                {
                    **at,
                    "friction": friction,
                    "job": FRICTIONS[friction][1],
                    "status": "observed" if seen else "unknown",
                    "level": min(
                        1, max(0, 0.25 + 0.15 * place + 0.012 * index * (-1) ** place + 0.05 * math.sin(index * 1.7))
                    )
                    if seen
                    else None,
                    "trend": ("too short" if friction == "staleness" else "rising" if place % 2 == 0 else "falling")
                    if seen
                    else None,
                }
            )
        if not thin:
            rows["question"] += _questions(at)
            rows["impact"] += impact_rows(at, is_told=key == "quarry-learning")
    if not thin:
        rows["friction_event"].append(
            {
                **ids,
                "friction": "resend_attachment_loop",
                "month": months()[14],
                "kind": "change_point",
                "before": 30.0,
                "after": 79.0,
                "text": "Resend requests rose from 30 to 79 per 100 onboardings.",
            }
        )
        rows["friction_event"].append(
            {
                **ids,
                "friction": "findability",
                "month": months()[last - 1],
                "kind": "delivery_wall",
                "text": "Content grew while learners fell.",
            }
        )
    rows["stage_reported"].append(
        {
            **ids,
            "run_id": "r0",
            "model": "trainn",
            "month": months()[10],
            "stage": 0,
            "rules_version": "trainn 1.1",
        }
    )
    name = "<b>zendesk</b>" if key == "hostile-names" else "zendesk_support"
    for source, entity, status in (
        (name, "ticket", "ok"),
        ("skilljar", "enrollment", "stale" if thin else "ok"),
    ):
        rows["coverage"].append(
            {
                **ids,
                "source": source,
                "connector": source,
                "entity": entity,
                "first_at": datetime(2024, 12, 3),
                "observed_through": datetime(2026, 11, 17 if status == "ok" else 2),
                "row_count": 12345,
                "status": status,
                "envelope": "json",
            }
        )
        gap = months()[10] if name == source else None
        rows["coverage_month"] += [
            {
                **ids,
                "source": source,
                "entity": entity,
                "month": m,
                "row_count": 0 if m == gap else 500,
                "is_covered": True,
            }
            for m in months()
        ]
    _matches(rows, ids, thin=thin)
    _change_of_tool(rows, ids)
    rows["load"].append(
        {
            **ids,
            "file": f"exports/{key}/tickets.json",
            "sha256": "ab" * 32,
            "connector": "zendesk_support",
            "rows_read": 12350,
            "rows_loaded": 12345,
            "rows_rejected": 5,
            "status": "partial",
        }
    )
    for number in range(5):
        rows["rejected"].append(
            {
                "file": f"exports/{key}/tickets.json",
                "row_number": 40 + number,
                "column": "created_at",
                "reason": '"31/02/2026" is not a date; write 2026-02-28',
            }
        )


def _change_of_tool(rows: dict[str, list[dict[str, Any]]], ids: dict[str, Any]) -> None:
    """One program's new help desk, in the last complete month."""
    if ids["program_id"] == "quarry-learning":
        rows["source_break"].append(
            {
                **ids,
                "entity": "ticket",
                "month": months()[-2],
                "from_source": "zendesk_support",
                "to_source": "freshdesk",
                "from_ended_at": datetime(2026, 10, 9),
                "to_began_at": datetime(2026, 10, 7),
            }
        )


def _matches(rows: dict[str, list[dict[str, Any]]], ids: dict[str, Any], *, thin: bool) -> None:
    """How people were matched; conflicts where the program is more than thin."""
    for kind, method, items, total in (
        ("identifier", "email_beside_id", 900, 1400),
        ("person", "email_beside_id", 450, 950),
        ("person", "same_id", 25, 950),
        ("person", "one_source", 475, 950),
        ("account", "named", 600, 900),
        ("account", "domain", 180, 900),
        ("account", "none", 120, 900),
        ("conflict", "id_with_several_emails", 0 if thin else 3, 700),
        ("conflict", "domain_of_several_accounts", 0 if thin else 1, 40),
    ):
        rows["identity_match"].append(
            {
                **ids,
                "kind": kind,
                "method": method,
                "item_count": items,
                "total_count": total,
                "share": items / total,
            }
        )


def _condition(
    rows: dict[str, list[dict[str, Any]]],
    at: dict[str, Any],
    model: str,
    condition: tuple[int, str, str, str, float, str, str],
    *,
    reach: float,
    index: int,
    thin: bool,
) -> None:
    """A value that passes its threshold as the program reaches the stage."""
    stage, _, signal, comparison, threshold, unit, kind = condition
    ease = (reach + 1.4 - stage) * 0.25 + 0.03 * math.sin(index + stage)
    value = threshold * (1 + ease) if comparison == ">=" else threshold * (1 - ease * 1.4)
    value = max(0.0, min(1.0, value) if unit == "ratio" and kind != "ratio" else value)
    sample = 14.0 if signal == "collection_coverage_rate" else 60.0 + 8 * index
    if sample < 100 and unit == "ratio":
        value = round(value * sample) / sample
    if unit == "count":
        value = float(round(value))
    unknown = signal == "search_zero_result_rate" or (thin and stage > 1)
    outside = signal == "localization_coverage"
    met = value >= threshold if comparison == ">=" else value <= threshold
    seen = not unknown and not outside
    outcome = "not_applicable" if outside else "unknown" if unknown else "met" if met else "not_met"
    reason = "no search log is connected" if signal.startswith("search") else "12 of 30 needed" if unknown else None
    measured = {
        "value": value if seen else None,
        "low": value * 0.88 if seen else None,
        "high": value * 1.1 if seen else None,
    }
    rows["finding"].append(
        {
            **at,
            "model": model,
            "stage": stage,
            "condition": signal,
            "signal": signal,
            "outcome": outcome,
            **measured,
            "comparison": comparison,
            "threshold": threshold,
            "sample_size": sample if seen else None,
            "probability_met": 0.9 if met else 0.1,
            "reason": "everyone shares one language" if outside else reason,
        }
    )
    rows["signal"].append(
        {
            **at,
            "signal": signal,
            "status": "observed" if seen else "unknown",
            **measured,
            "sample_size": sample,
            "unit": unit,
        }
    )
