"""Stages, values and runs of months as the commands that compare write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

NOTHING = "not asked"


def number(value: float | None) -> str:
    """Three digits of a value; a dash where there is none."""
    return "–" if value is None else f"{value:.3g}"


def stage_text(row: dict[str, Any], when: str) -> str:
    """`2`, `2 (2–4)` or `not enough data (0–5)`, of the columns stage_<when> and so on; `not judged` where none is."""
    low, high, stage = (row[f"{key}_{when}"] for key in ("stage_low", "stage_high", "stage"))
    if low is None:
        return "not judged"
    span = f" ({low}–{high})" if low != high or stage is None else ""
    return f"{'not enough data' if stage is None else stage}{span}"


def spans(months: Sequence[dt.date]) -> str:
    """`2025-01 to 2025-04, 2025-06`: months in a row as one span."""
    said: list[list[dt.date]] = []
    for month in sorted(set(months)):
        if said and _number(month) == _number(said[-1][-1]) + 1:
            said[-1].append(month)
        else:
            said.append([month])
    return ", ".join(f"{one[0]:%Y-%m}" if len(one) == 1 else f"{one[0]:%Y-%m} to {one[-1]:%Y-%m}" for one in said)


def _number(month: dt.date) -> int:
    return 12 * month.year + month.month
