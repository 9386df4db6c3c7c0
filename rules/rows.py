"""Frames as rows of plain Python values, absent ones as None."""

from __future__ import annotations

from typing import Any

import pandas as pd

Row = dict[str, Any]


def plain_rows(frame: pd.DataFrame) -> list[Row]:
    """One dictionary a row; months as dates, whole numbers as int."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def row_set(frame: pd.DataFrame) -> set[tuple[Any, ...]]:
    """The rows as a set, absent values as None, which unlike NaN are alike."""
    return set(frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None))
