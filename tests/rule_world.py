"""Small worlds for the rules: programs whose signals are given, measured on samples large enough to judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from rules.model import Condition, Pack
from transforms.header import SignalHeader

SAMPLE = 1000
FIRST_MONTH = pd.Timestamp("2025-01-01")
Given = float | int | str


def header(name: str, **other: object) -> SignalHeader:
    """A header for a signal that may not exist; shares need 30 of their sample."""
    known: dict[str, object] = {
        "description": name,
        "job": "deliver",
        "unit": "ratio",
        "kind": "share",
        "direction": "up",
        "window": "T12",
        "minimum_sample": 30,
        "sources": [name],
    }
    return SignalHeader.model_validate(known | other)


def months(count: int) -> list[pd.Timestamp]:
    return [FIRST_MONTH + pd.DateOffset(months=index) for index in range(count)]


def program_months(count: int, program: str = "quarry-school", **flags: Sequence[bool]) -> pd.DataFrame:
    """`count` complete months without a launch, unless is_complete or is_launch is given."""
    frame = pd.DataFrame({"program_id": program, "month": months(count), "is_complete": True, "is_launch": False})
    for name, values in flags.items():
        frame[name] = list(values)
    return frame


def signal_rows(
    given: Mapping[str, Sequence[Given]],
    headers: Mapping[str, SignalHeader],
    program: str = "quarry-school",
    sample: int = SAMPLE,
) -> pd.DataFrame:
    """The long frame of signals: a number is observed, a word is a status."""
    rows = []
    for name, values in given.items():
        for month, value in zip(months(len(values)), values, strict=True):
            row: dict[str, object] = {"program_id": program, "month": month, "signal": name, "status": value}
            if not isinstance(value, str):
                row |= {"status": "observed", "value": float(value), **_evidence(float(value), headers[name], sample)}
            rows.append(row)
    columns = ["program_id", "month", "signal", "status", "value", "low", "high", "numerator", "denominator"]
    return pd.DataFrame(rows, columns=[*columns, "sample_size"])


def _evidence(value: float, head: SignalHeader, sample: int) -> dict[str, float]:
    if head.kind in ("median", "difference"):
        return {"low": value * 0.9, "high": value * 1.1, "sample_size": sample}
    if head.kind == "count":
        return {"low": value, "high": value, "sample_size": max(value, float(head.minimum_sample))}
    denominator = float(sample)
    if head.kind == "rate":
        denominator /= head.per
    return {
        "numerator": value * denominator,
        "denominator": denominator,
        "sample_size": float(sample),
        "low": value * 0.95,
        "high": value * 1.05,
    }


def passing(condition: Condition) -> float:
    """A value that meets the condition with room to spare."""
    if condition.is_at_least:
        room = condition.threshold * 1.3
        return min(room, 0.99) if condition.threshold < 1 else room
    # what counts per thing is one at the least
    return condition.threshold * 0.5 if not 1 <= condition.threshold < 2 else 1.0


def failing(condition: Condition) -> float:
    """A value that misses the condition, its keep value too, by far."""
    if condition.is_at_least:
        return condition.threshold * 0.3
    return min(condition.threshold * 2.5, 0.95) if condition.threshold < 1 else condition.threshold * 4


def meeting(pack: Pack, stage: int) -> dict[str, float]:
    """Signals that meet every gate up to `stage` and fail all above."""
    values: dict[str, float] = {}
    for rung in reversed(pack.stages):
        for condition in rung.conditions:
            values[condition.signal] = passing(condition) if rung.number <= stage else failing(condition)
    return values
