"""What is judged: the long frames that every judgement starts from, of one run."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Given:
    """The frames, in any order of rows; columns beyond those named here are ignored.

    signals: program_id, month, signal, status, value, low, high, numerator, denominator, sample_size, least, most, and
    optionally the message of those in error. Numbers that cannot be, such as an infinity, are in error too.
    program_months: program_id, month, is_complete, is_launch (a month in which launches cannot satisfy reach).
    waivers: program_id, condition, reason, owner, until (last day it holds; null for no end) and optionally model
    (null for every model), or None.
    coverage: program_id, entity, month, is_covered, to name what is missing; inferred from signals where None.
    told: program_id, month, field, has_rows, is_told, to name the field that sources leave empty.
    breaks: program_id, entity, month, from_source, to_source, where one tool took over from another.
    """

    signals: pd.DataFrame
    program_months: pd.DataFrame
    waivers: pd.DataFrame | None = None
    coverage: pd.DataFrame | None = None
    told: pd.DataFrame | None = None
    breaks: pd.DataFrame | None = None
