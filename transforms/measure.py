"""Runs every signal's SQL and gives the numbers their status, interval and sample: `signal.signal`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from connectors.machine import is_at_fault
from transforms.catalogue import Catalogue, Signal
from transforms.header import SignalHeader
from transforms.impossible import impossible
from transforms.inputs import contract
from transforms.interval import Floats, interval

KEYS = ["program_id", "month"]
COUNTED = ("share", "rate", "ratio", "state_share")
NEEDED = {
    "share": ["numerator", "denominator"],
    "state_share": ["numerator", "denominator"],
    "rate": ["numerator", "denominator"],
    "ratio": ["numerator", "denominator"],
    "count": ["value"],
    "median": ["value", "low", "high", "sample_size"],
    "difference": ["value", "low", "high", "sample_size"],
}
# least and most: between what values the truth lies, where later changes hide what was so in a month
BOUNDS = ["least", "most"]
NEVER = np.datetime64("NaT", "us")
NUMBERS = ["value", "low", "high", "numerator", "denominator", "sample_size", *BOUNDS]

SIGNAL_TABLE = """
create or replace table signal.signal (
    program_id varchar,
    month date,
    signal varchar,
    status varchar,
    value double,
    low double,
    high double,
    numerator double,
    denominator double,
    sample_size double,
    least double,
    most double,
    unit varchar,
    observed_through date,
    is_complete boolean,
    message varchar
)
"""


Needs = tuple[tuple[str, ...], ...]
Ask = Callable[[duckdb.DuckDBPyConnection, Signal], pd.DataFrame]


@dataclass(frozen=True)
class Spine:
    """Months to measure and, by entity and in their order, which it covers and how far it was observed in those."""

    months: pd.DataFrame
    covered: Mapping[str, NDArray[np.bool_]]
    seen: Mapping[str, NDArray[np.datetime64]]


def ask_duckdb(con: duckdb.DuckDBPyConnection, signal: Signal) -> pd.DataFrame:
    """The rows of one signal's SQL. Raises duckdb.Error."""
    with closing(con.cursor()) as own:
        return own.execute(signal.sql).df()


def measure(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, ask: Ask = ask_duckdb) -> pd.DataFrame:
    """Measures all signals for every program and month of the spine; fills and returns `signal.signal`.

    `ask` gives the rows of one signal's SQL, or raises duckdb.Error.

    Status is `observed`, `unknown` (a needed source does not cover the month), `not_applicable` (the signal
    says so), or `error` with a message, in every month where its SQL fails and else where its numbers cannot be:
    a signal in error stops neither the others nor the run.
    """
    spine = _spine(con)
    known = {
        sources: _covered_months(sources, spine)
        for sources in {_needs(signal.header) for signal in catalogue.signals.values()}
    }
    # a signal over a few thousand rows keeps one core busy, mostly with planning
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        frames = list(
            pool.map(
                lambda signal: _measured(con, signal, known[_needs(signal.header)], ask), catalogue.signals.values()
            )
        )
    con.execute("create schema if not exists signal")
    con.execute(SIGNAL_TABLE)
    if frames:
        con.register("measured", pd.concat(frames, ignore_index=True))
        con.execute("insert into signal.signal by name select * from measured")
        con.unregister("measured")
    return con.execute("select * from signal.signal order by program_id, signal, month").df()


def _needs(header: SignalHeader) -> Needs:
    """The entities a signal needs, any one of each group; many signals need the same."""
    return tuple((need,) if isinstance(need, str) else tuple(need) for need in header.sources)


def _measured(con: duckdb.DuckDBPyConnection, signal: Signal, frame: pd.DataFrame, ask: Ask) -> pd.DataFrame:
    """One signal over every month of `frame`, in the columns of `signal.signal`."""
    try:
        rows = ask(con, signal)
        message = _shape_problem(rows, signal.header)
    except duckdb.Error as error:
        if is_at_fault(error):
            raise
        rows, message = pd.DataFrame(), str(error)
    if message is not None:
        numbers = frame.assign(**dict.fromkeys(NUMBERS, np.nan), status="error", message=message)
    else:
        numbers = _numbers(frame, rows, signal.header)
    numbers["message"] = f"{signal.path.as_posix()}: " + numbers["message"].astype("str")
    return numbers[[*KEYS, "is_complete", "observed_through", "status", *NUMBERS, "message"]].assign(
        signal=signal.name, unit=signal.header.unit
    )


def _spine(con: duckdb.DuckDBPyConnection) -> Spine:
    months = con.execute("select program_id, month, is_complete from staging.program_month order by all").df()
    keys = pd.MultiIndex.from_frame(months[KEYS])
    by_entity = dict(iter(con.execute("select * from coverage.entity_month").df().groupby("entity")))
    told = {str(name): rows.set_index(KEYS).reindex(keys) for name, rows in by_entity.items()}
    covered = {name: rows["is_covered"].eq(True).to_numpy() for name, rows in told.items()}
    seen = {
        name: np.where(covered[name], rows["observed_through"].to_numpy("datetime64[us]"), NEVER)
        for name, rows in told.items()
    }
    return Spine(months, covered, seen)


def _covered_months(sources: Needs, spine: Spine) -> pd.DataFrame:
    """The months, whether all needed sources cover each, and how far the least far was observed.

    A list of accounts may not have changed for a year: lists say how far only where a signal needs no events.
    """
    size = len(spine.months)
    nothing, never = np.zeros((1, size), dtype=bool), np.full((1, size), NEVER)

    def least_far(kind: str) -> NDArray[np.datetime64]:
        of_kind = [
            [name for name in names if name in spine.seen and contract(name)["kind"] == kind] for names in sources
        ]
        farthest = [np.fmax.reduce([*never, *(spine.seen[name] for name in names)]) for names in of_kind]
        least: NDArray[np.datetime64] = np.fmin.reduce([*never, *farthest])
        return least

    is_covered = np.all(
        [
            np.any([*nothing, *(spine.covered[name] for name in names if name in spine.covered)], axis=0)
            for names in sources
        ],
        axis=0,
    )
    events = least_far("event")
    observed_through = np.where(np.isnat(events), least_far("state"), events)
    return spine.months.assign(is_covered=is_covered, observed_through=observed_through)


def _shape_problem(rows: pd.DataFrame, header: SignalHeader) -> str | None:
    """What is wrong with the columns or the grain of a signal's result, if anything."""
    missing = [name for name in [*KEYS, *NEEDED[header.kind]] if name not in rows.columns]
    if missing:
        return f"kind {header.kind} needs column {missing[0]!r}; the SQL returns {', '.join(rows.columns)}"
    for name in (name for name in NUMBERS if name in rows.columns):
        told = rows[name].dropna()
        if len(told) and not pd.api.types.is_numeric_dtype(told):
            return f"column {name!r} holds {told.iloc[0]!r}; return numbers"
    return _key_problem(rows)


def _key_problem(rows: pd.DataFrame) -> str | None:
    """What is wrong with the program or the month of a row: one that fits no month would read as no events."""
    if not pd.api.types.is_datetime64_dtype(rows["month"]) or pd.api.types.is_numeric_dtype(rows["program_id"]):
        return "program_id must be text and month a date; return them as staging.program_month has them"
    dated = rows.dropna(subset=KEYS)  # what has no month is of none
    within = dated.loc[dated["month"].dt.day != 1, "month"]
    if len(within):
        return f"month {within.iloc[0]:%Y-%m-%d} is no first day of a month; return the month of the fact"
    twice = dated[dated.duplicated(KEYS)]
    if len(twice):
        first = twice.iloc[0]
        return f"two rows for program {first['program_id']!r} and month {first['month']:%Y-%m}; return one"
    return None


def _numbers(frame: pd.DataFrame, rows: pd.DataFrame, header: SignalHeader) -> pd.DataFrame:
    """Status, value, interval and sample of every month of the spine."""
    applicable = rows.get("is_applicable", pd.Series(True, index=rows.index)).fillna(True).astype(bool)
    given = rows.assign(is_applicable=applicable)[
        [*KEYS, "is_applicable", *(name for name in NUMBERS if name in rows.columns)]
    ]
    merged = frame.merge(given, on=KEYS, how="left", indicator="found")
    merged["status"] = np.select(
        [~merged["is_covered"], merged["is_applicable"].eq(False)],
        ["unknown", "not_applicable"],
        default="observed",
    )
    silent = (merged["found"] == "left_only").to_numpy()
    numbers = {
        name: merged[name].to_numpy(dtype=float, na_value=np.nan) if name in merged else np.full(len(merged), np.nan)
        for name in NUMBERS
    }
    top, bottom = numbers["numerator"], numbers["denominator"]
    if header.kind in COUNTED:
        # a covered month without a row had no events: nothing of nothing, which has no value
        top, bottom = np.where(silent, 0.0, top), np.where(silent, 0.0, bottom)
        value = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    else:
        value = np.where(silent & (header.kind == "count"), 0.0, numbers["value"])
    sample = np.where(np.isnan(numbers["sample_size"]), _sample(header, top, bottom, value), numbers["sample_size"])
    sample = np.where(silent, 0.0, sample)
    ends = (value, value) if header.census else (numbers["low"], numbers["high"])
    low, high = interval(header.kind, top, bottom, sample, value, *ends)
    low, high = np.fmin(low, numbers["least"]), np.fmax(high, numbers["most"])
    faults = impossible(header, value, top, bottom, sample)
    merged["message"] = pd.Series(faults, dtype="str").where(merged["status"] == "observed")
    merged.loc[merged["message"].notna(), "status"] = "error"
    observed = (merged["status"] == "observed").to_numpy()
    columns = {"value": value, "low": low, "high": high, "numerator": top, "denominator": bottom}
    columns |= {"sample_size": sample} | {name: numbers[name] for name in BOUNDS}
    return merged.assign(**{name: np.where(observed, column, np.nan) for name, column in columns.items()})


def _sample(header: SignalHeader, top: Floats, bottom: Floats, value: Floats) -> Floats:
    """The sample size where the SQL gives none: what the minimum sample is counted in."""
    if header.kind == "rate":
        return np.multiply(bottom, header.per)
    if header.kind == "ratio":
        return top + bottom
    return value if header.kind == "count" else bottom
