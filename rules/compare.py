"""Two judgements of the same programs side by side: which stage moved, which condition turned, how the rules differ."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from rules.model import Condition, Pack
from rules.rows import Row, plain_rows

STAGE_KEY = ["program_id", "model", "month"]
FINDING_KEY = [*STAGE_KEY, "condition"]
VERDICT = ("stage", "stage_low", "stage_high")
TOLD = (*VERDICT, "stage_name", "confidence", "pending_stage", "is_provisional")
EVIDENCE = ("stage", "outcome", "value", "comparison", "threshold", "sample_size", "reason")
ASKED = ("threshold", "comparison", "keep", "hold", "window", "reach", "signal")


def stage_changes(before: pd.DataFrame, after: pd.DataFrame, *, is_all: bool = False) -> list[Row]:
    """One row per program, model and month of which stage or range differ (or each, if `is_all`).

    `stage_before`, `stage_after` and so on; months judged by one alone have None for what the other says.
    """
    rows = _beside(before, after, STAGE_KEY, TOLD)
    return plain_rows(rows if is_all else rows[_differs(rows, VERDICT)])


def flipped(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    """One row per program, model, month and condition whose outcome differs; None where it was not asked."""
    rows = _beside(before, after, FINDING_KEY, EVIDENCE)
    return plain_rows(rows[_differs(rows, ("outcome",))])


def rule_differences(before: Pack, after: Pack) -> list[Row]:
    """What a condition asks before and after, one row per condition and word that differs; None where it is not asked.

    Of a pack itself: its evidence floor and how many of a group a gate wants.
    """
    rows = []
    then, now = _asked(before), _asked(after)
    for name in dict.fromkeys([*then, *now]):
        old, new = then.get(name, {}), now.get(name, {})
        for word in dict.fromkeys([*old, *new]):
            if old.get(word) != new.get(word):
                rows.append({"condition": name, "what": word, "before": old.get(word), "after": new.get(word)})
    return rows


def _asked(pack: Pack) -> dict[str | None, Mapping[str, object]]:
    asked: dict[str | None, Mapping[str, object]] = {
        None: {"evidence floor": pack.evidence_floor}
        | {
            f"stage {stage.number}, group {place} wants": group.count
            for stage in pack.stages
            for place, group in enumerate(stage.gate.at_least if stage.gate else [], 1)
        }
    }
    for stage in pack.stages:
        for condition in stage.conditions:
            asked[condition.id] = {"stage": stage.number} | _words(condition)
    return asked


def _words(condition: Condition) -> dict[str, object]:
    return {word: getattr(condition, word) for word in ASKED}


def _beside(before: pd.DataFrame, after: pd.DataFrame, key: list[str], told: tuple[str, ...]) -> pd.DataFrame:
    kept = [name for name in told if name not in key]
    merged = before[[*key, *kept]].merge(after[[*key, *kept]], on=key, how="outer", suffixes=("_before", "_after"))
    return merged.sort_values(key)


def _differs(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Where one of these is not the same before and after; absent values are alike."""
    differs = pd.Series(False, index=rows.index)
    for name in names:
        old, new = rows[f"{name}_before"], rows[f"{name}_after"]
        differs |= (old.isna() != new.isna()) | (old != new).fillna(False).astype(bool) & ~old.isna() & ~new.isna()
    return differs
