"""`whatif --set`: what is supposed, and the verdict it would give beside the one published."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from connectors.nearest import legal_and_nearest
from pipelines.asked import Asked, Row
from pipelines.kept_runs import KeptRun
from pipelines.problem import UserError
from rules.evaluate import conclude, weigh
from rules.rows import plain_rows
from rules.supposed import judge_supposed
from transforms.header import SignalHeader

EXAMPLE = "--set attachment_send_share=0.4 or --set attachment_send_share=40%"
FLIP = ("stage", "condition", "signal", "comparison", "threshold")


def read_settings(given: Sequence[str], headers: Mapping[str, SignalHeader]) -> dict[str, float]:
    """Signals and their supposed values, from `signal=value`. UserError for what cannot be a value of the signal."""
    values: dict[str, float] = {}
    for one in given:
        name, separator, text = (part.strip() for part in one.partition("="))
        if not separator or not name or not text:
            raise UserError(f"--set {one}: write it as signal=value, such as {EXAMPLE}")
        if name not in headers:
            raise UserError(f"--set {one}: no signal {name!r}; {legal_and_nearest(name, sorted(headers))}")
        if name in values:
            raise UserError(f"--set {one}: {name} is set twice; give each signal one value")
        values[name] = _value(one, name, text, headers[name])
    return values


def _value(given: str, name: str, text: str, header: SignalHeader) -> float:
    is_percent = text.endswith("%")
    try:
        value = float(text.removesuffix("%").strip())
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UserError(f"--set {given}: {text!r} is not a number; write it as 0.4 or 40%")
    if is_percent:
        if header.unit != "ratio":
            raise UserError(f"--set {given}: {name} is measured in {header.unit}, not in %; write a plain number")
        value /= 100
    low, high = header.range
    if (low is not None and value < low) or (high is not None and value > high):
        legal = f"{_end(low, 'any number')} to {_end(high, 'any number')}"
        percent = f"; for a percentage write {name}={text}%" if header.unit == "ratio" and not is_percent else ""
        raise UserError(f"--set {given}: {name} ({header.unit}) is never {value:g}; legal: {legal}{percent}")
    if header.kind == "count" and value != round(value):
        raise UserError(f"--set {given}: {name} counts whole things; write a whole number")
    return value


def _end(bound: float | None, unbounded: str) -> str:
    return unbounded if bound is None else f"{bound:g}"


def suppose(run: KeptRun, asked: Asked, values: Mapping[str, float], headers: Mapping[str, SignalHeader]) -> list[Row]:
    """One answer a model: the verdict now, the verdict then, the conditions that turn, and what no condition reads."""
    if asked.month is None:
        raise UserError(f"{asked.program}: no month to judge; no export gave a dated fact")
    given = run.given()
    stages = run.rows("stage")
    month = pd.Timestamp(f"{asked.month}-01")
    answers = []
    for model in asked.models:
        version = stages.loc[stages["model"] == model, "rules_version"].iloc[0]
        weighed = weigh(run.pack(model, str(version)), given, headers)
        now = conclude(weighed)
        then = judge_supposed(weighed, values, asked.program, month)
        before, after = (_at(one.finding, asked.program, month) for one in (now, then))
        read = {condition.signal for condition in weighed.model.pack.conditions}
        answers.append(
            {
                "program_id": asked.program,
                "model": model,
                "month": month.date(),
                "rules_version": version,
                "supposed": dict(values),
                "read_by_no_condition": [name for name in values if name not in read],
                "now": _verdict(_at(now.stage, asked.program, month)[0]),
                "then": _verdict(_at(then.stage, asked.program, month)[0]),
                "flips": [
                    _flip(old, new) for old, new in zip(before, after, strict=True) if old["outcome"] != new["outcome"]
                ],
            }
        )
    return answers


def _at(frame: pd.DataFrame, program: str, month: pd.Timestamp) -> list[Row]:
    return plain_rows(frame[(frame["program_id"] == program) & (frame["month"] == month)])


def _verdict(stage: Row) -> Row:
    return {key: value for key, value in stage.items() if key not in {"program_id", "model", "month", "change_cause"}}


def _flip(now: Row, then: Row) -> Row:
    changed = {
        f"{key}_{when}": row[key] for key in ("outcome", "value") for when, row in (("now", now), ("then", then))
    }
    return {key: then[key] for key in FLIP} | changed
