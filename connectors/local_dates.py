"""Dates as a vendor's screens write them for a country: which of a field's `formats` a file uses."""

from collections.abc import Mapping

import duckdb

from connectors.cast import literal, quoted, text_sql, value_sql
from connectors.contract import Formats, StreamField
from connectors.mapping import Input, Target

Chosen = Mapping[tuple[Formats, ...], Formats]  # the alternatives of a field -> the one that a file uses
NO_FORMATS: Chosen = {}


def chosen_formats(con: duckdb.DuckDBPyConnection, target: Target, inputs: Mapping[str, Input]) -> Chosen:
    """Of each set of alternatives in use the one that reads most texts of the table `raw`; of two alike the first.

    One file is written for one country, so its columns decide together: 03/04 alone would not say which is the day.
    """
    columns: dict[tuple[Formats, ...], list[str]] = {}
    for name in inputs:
        field = target.columns[name]
        if isinstance(field, StreamField) and field.formats:
            columns.setdefault(field.formats, []).append(name)
    chosen = {}
    for alternatives, names in columns.items():
        texts = " union all ".join(
            f"select {text_sql(target.columns[name], quoted('r_' + name))} as t from raw" for name in names
        )
        counts = ", ".join(
            f"count(*) filter (where {_parsed(alternative)} is not null)" for alternative in alternatives
        )
        plain = value_sql(target.columns[names[0]], "t")
        row = con.execute(f"select {counts} from ({texts}) where t is not null and {plain} is null").fetchall()[0]
        best = max(range(len(alternatives)), key=lambda number: (row[number], -number))
        if row[best]:
            chosen[alternatives] = alternatives[best]
    return chosen


def dates_read(target: Target, inputs: Mapping[str, Input], formats: Chosen) -> tuple[str, ...]:
    """A note on every column whose texts are read in a format."""
    return tuple(
        f"'{given.name}' is read as {formats[field.formats][0]}"
        for name, given in inputs.items()
        if isinstance(field := target.columns[name], StreamField) and field.formats in formats
    )


def local_value_sql(field: StreamField, text: str, formats: Formats, is_utc: bool) -> str:
    """SQL for a time or date, ISO first, else in one of the formats on the clock of the session's time zone."""
    parsed = _parsed(formats, text)
    if field.type == "date":
        return f"coalesce({value_sql(field, text, is_utc)}, cast({parsed} as date))"
    return f"coalesce({value_sql(field, text, is_utc)}, make_timestamp(epoch_us(cast({parsed} as timestamptz))))"


def _parsed(formats: Formats, text: str = "t") -> str:
    return f"try_strptime({text}, [{', '.join(literal(one) for one in formats)}])"
