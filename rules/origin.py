"""What made each row of what two runs judged differ: the workspace, the sources that cover it, or else the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.attribution import DATA, RULES, SCOPE, SOURCES, Blend, CauseOf, Masks, splice
from rules.given import Given
from rules.rows import row_set
from transforms.header import SignalHeader

# settings that decide what is counted, and into which month
MEASURED_BY = ("timezone", "staff_domains", "locales", "forgotten_keys")
WITHOUT_ROWS = ("missing", "rejected")
Cells = set[tuple[str, str, int]]


@dataclass(frozen=True)
class Side:
    """One of two runs: what it judged, and the facts around it as (program_id, …) rows."""

    given: Given
    settings: pd.DataFrame  # program_id, what, value
    sources: pd.DataFrame  # program_id, source, connector, entity, status
    exports: pd.DataFrame  # program_id, source, fingerprint
    rules: pd.DataFrame  # program_id, model, rules_version


@dataclass(frozen=True)
class Origins:
    """Where two runs differ, by program; months as numbers."""

    headers: Mapping[str, SignalHeader]
    settings: Mapping[str, set[str]]
    exports: set[str]
    entities: set[tuple[str, str]]
    covered: Cells
    open_from: Mapping[str, int]

    def of_signals(self, keys: pd.DataFrame) -> Masks:
        """Causes of signal rows that differ, from program_id, month, signal."""
        months = _numbers(keys["month"])
        rows = zip(keys["program_id"], months, keys["signal"], strict=True)
        return np.array([self._of_signal(program, month, signal) for program, month, signal in rows], dtype=np.int64)

    def _of_signal(self, program: str, month: int, signal: str) -> int:
        header = self.headers.get(signal)
        entities = header.entities if header else set()
        months = range(month - (header.window_months if header and header.pooled == "sql" else 1) + 1, month + 1)
        if any((program, one) in self.entities for one in entities):
            return SOURCES
        if any((program, one, each) in self.covered for one in entities for each in months):
            return SOURCES
        if month >= self.open_from.get(program, month + 1):
            return SCOPE
        if not self.settings.get(program, set()).isdisjoint(MEASURED_BY):
            # both may have changed what is counted, and only measuring again could tell them apart
            return SCOPE | DATA if program in self.exports else SCOPE
        return DATA

    def of_months(self, keys: pd.DataFrame) -> Masks:
        """Causes of months that differ, from program_id, month."""
        return np.array(
            [
                SCOPE
                if month >= self.open_from.get(program, month + 1)
                or not self.settings.get(program, set()).isdisjoint(("launch", *MEASURED_BY))
                else DATA
                for program, month in zip(keys["program_id"], _numbers(keys["month"]), strict=True)
            ],
            dtype=np.int64,
        )


def origins(before: Side, after: Side, headers: Mapping[str, SignalHeader]) -> Origins:
    """Where the two differ."""
    covered = _covered(before.given) ^ _covered(after.given)
    spine = _months(before.given) & _months(after.given)
    given = [
        row_set(rows[~rows["status"].isin(WITHOUT_ROWS)][["program_id", "source", "entity"]])
        for rows in (before.sources, after.sources)
    ]
    return Origins(
        headers=headers,
        settings=_settings(before.settings, after.settings),
        exports={str(row[0]) for row in row_set(before.exports) ^ row_set(after.exports)},
        entities={(program, entity) for program, _, entity in given[0] ^ given[1]},
        covered={cell for cell in covered if (cell[0], cell[2]) in spine},
        open_from=_open_from(before.settings, after.settings),
    )


def blend(before: Given, after: Given, found: Origins) -> Blend:
    """What the two judged, each row with what made it differ."""
    by_sources = _always(SOURCES)
    return Blend(
        signals=splice(before.signals, after.signals, ["program_id", "month", "signal"], found.of_signals),
        program_months=splice(before.program_months, after.program_months, ["program_id", "month"], found.of_months),
        breaks=splice(_frame(before.breaks), _frame(after.breaks), list(_frame(before.breaks).columns), by_sources),
        waivers=(before.waivers, after.waivers),
    )


def present(before: Side, after: Side, blended: Blend, found: Origins) -> dict[str, int]:
    """By program, the causes of which anything differs at all, as their sum."""
    at_work: dict[str, int] = {}

    def add(programs: Iterable[str], masks: Iterable[int]) -> None:
        for program, mask in zip(programs, masks, strict=True):
            at_work[program] = at_work.get(program, 0) | int(mask)

    for part in (blended.signals, blended.program_months, blended.breaks):
        programs = part.stacked["program_id"].to_numpy()[np.where(part.after >= 0, part.after, part.before)]
        add(programs[part.mask > 0], part.mask[part.mask > 0])
    waived = [program for program, what in found.settings.items() if "waiver" in what]
    add(waived, [SCOPE] * len(waived))
    turned = {str(row[0]) for row in row_set(before.rules) ^ row_set(after.rules)}
    add(turned, [RULES] * len(turned))
    return at_work


def _settings(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, set[str]]:
    changed: dict[str, set[str]] = {}
    for program, what, _ in row_set(before) ^ row_set(after):
        changed.setdefault(str(program), set()).add(str(what))
    return changed


def _open_from(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    """From which month on the two cannot have judged alike, by program, where they judged as of different months."""
    days = [
        {program: dt.date.fromisoformat(value) for program, what, value in row_set(side) if what == "as_of"}
        for side in (before, after)
    ]
    months = [{program: 12 * day.year + day.month for program, day in side.items()} for side in days]
    return {
        program: min(months[0][program], months[1][program])
        for program in months[0].keys() & months[1].keys()
        if months[0][program] != months[1][program]
    }


def _always(cause: int) -> CauseOf:
    return lambda keys: np.full(len(keys), cause, dtype=np.int64)


def _frame(frame: pd.DataFrame | None) -> pd.DataFrame:
    return (
        pd.DataFrame(columns=["program_id", "entity", "month", "from_source", "to_source"]) if frame is None else frame
    )


def _covered(given: Given) -> Cells:
    rows = given.coverage
    return set() if rows is None else set(zip(rows["program_id"], rows["entity"], _numbers(rows["month"]), strict=True))


def _months(given: Given) -> set[tuple[str, int]]:
    rows = given.program_months
    return set(zip(rows["program_id"], _numbers(rows["month"]), strict=True))


def _numbers(months: pd.Series) -> list[int]:
    stamps = pd.to_datetime(months)
    return [int(number) for number in 12 * stamps.dt.year + stamps.dt.month]
