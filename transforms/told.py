"""Whether sources tell the fields that a signal cannot do without: `signal.told`.

An export may hold the rows of an entity and leave a column of it empty. The signal then has nothing to measure,
which is not the same as nothing having happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from connectors.cast import literal
from transforms.header import FIELD, EntityHeader, SignalHeader
from transforms.inputs import contract, entity_names
from transforms.transaction import transaction

KEY_OF = {"person_key": ("person", "email"), "account_key": ("account",)}


@dataclass(frozen=True)
class Field:
    """A staging column, of all rows of its entity or of those where another column has one of some values."""

    name: str
    entity: str
    column: str
    of_column: str | None
    of_values: tuple[str, ...]

    @property
    def says_that_it_happened(self) -> bool:
        """Whether it is empty where nothing happened: a time, or a reference to another thing."""
        declared = contract(self.entity)["columns"].get(self.column, {})
        return declared.get("type") == "timestamp" or (self.column.endswith("_id") and "identity" not in declared)

    @property
    def export_columns(self) -> list[str]:
        """The columns of an export that it is made from: [account_id] of `account_key`."""
        columns = contract(self.entity)["columns"]
        if self.column in columns:
            return [self.column]
        stem = self.column.removesuffix("key")
        named = [name for name in columns if self.column.endswith("_key") and name.startswith(stem)]
        identities = KEY_OF.get(self.column, ())
        return named or [name for name, one in columns.items() if one.get("identity") in identities] or [self.column]


def parse_field(name: str) -> Field:
    """`entity.column`, or `entity.column[of_column=value|value]` for the rows with such a value. ValueError else."""
    found = re.fullmatch(FIELD, name)
    if found is None:
        raise ValueError(f"{name!r} is no field; write entity.column, such as content_view.entry")
    entity, column, of_column, values = found.groups()
    return Field(name, entity, column, of_column, tuple(values.split("|")) if values else ())


def field_problem(name: str, staging: Mapping[str, EntityHeader]) -> str | None:
    """What is wrong with a field that a header names, if anything."""
    field = parse_field(name)
    if field.entity not in entity_names() or field.entity not in staging:
        return f"fields names {name!r}; write entity.column, such as content_view.entry"
    known = staging[field.entity].columns
    if field.column not in known or (field.of_column or field.column) not in known:
        return f"fields names {name!r}; columns of {field.entity}: {', '.join(known)}"
    return None


def build_told(con: duckdb.DuckDBPyConnection, headers: Iterable[SignalHeader]) -> None:
    """Builds `signal.told` from `staging.*`: program_id, month, field, has_rows, is_told.

    One row per program, month of the spine and field named by a header, where the entity has rows: of that month
    for an event, at all for a list. Whether a thing happened is told where the program ever told it, since in a month
    of its own it may just not have happened.
    """
    with transaction(con):
        con.execute("create schema if not exists signal")
        con.execute(
            "create or replace table signal.told "
            "(program_id varchar, month date, field varchar, has_rows boolean, is_told boolean)"
        )
        for name in sorted({name for header in headers for group in header.field_groups for name in group}):
            con.execute(f"insert into signal.told {_told(con, parse_field(name))}")


def _told(con: duckdb.DuckDBPyConnection, field: Field) -> str:
    types = {name: str(kind) for name, kind, *_ in con.execute(f"describe staging.{field.entity}").fetchall()}
    tells = f"len({field.column}) > 0" if types[field.column].endswith("[]") else f"{field.column} is not null"
    rows = ["is_internal is not true"] if "is_internal" in types else []
    if field.of_column:
        rows.append(f"{field.of_column} in ({', '.join(map(literal, field.of_values))})")
    is_event = contract(field.entity)["kind"] == "event"
    ever = "or bool_or(given.tells) over (partition by given.program_id)" if field.says_that_it_happened else ""
    by_month = "and spine.month = given.month" if is_event else ""
    return f"""
        with given as (
            select program_id, {"month" if is_event else "null"} as month, bool_or({tells}) as tells
            from staging.{field.entity}
            where {" and ".join(rows) or "true"}
            group by all
        )
        select spine.program_id, spine.month, {literal(field.name)}, true, coalesce(given.tells {ever}, false)
        from staging.program_month as spine
        inner join given on spine.program_id = given.program_id {by_month}
    """
