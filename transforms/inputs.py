"""What staging, coverage and signals read that no SQL of ours makes: columns and types of `config.*`, `landing.load`,
`labels.*`, `impact.estimate` and `source.*`.

The columns of `source.<entity>` follow from the entity's contract, `transforms/staging/<entity>.yaml`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from connectors.contract import SQL_TYPE
from connectors.declaration import read

CONTRACTS = Path(__file__).parent / "staging"

GIVEN: dict[str, dict[str, str]] = {
    "config.program": {
        "program_id": "VARCHAR",
        "name": "VARCHAR",
        "timezone": "VARCHAR",
        "staff_domains": "VARCHAR[]",
        "locales": "VARCHAR[]",
    },
    "config.calendar": {
        "timezone": "VARCHAR",
        "month": "DATE",
        "starts_at": "TIMESTAMP",
        "ends_at": "TIMESTAMP",
    },
    "config.run": {"as_of": "DATE"},
    "config.launch": {"program_id": "VARCHAR", "month": "DATE", "surface": "VARCHAR"},
    "config.source": {
        "program_id": "VARCHAR",
        "source": "VARCHAR",
        "connector": "VARCHAR",
        "observed_through": "DATE",
        "stale_after_days": "INTEGER",
        "ended": "DATE",
    },
    "config.personal_domain": {"domain": "VARCHAR"},
    "labels.ticket": {
        "program_id": "VARCHAR",
        "ticket_id": "VARCHAR",
        "intent": "VARCHAR",
        "intent_probability": "DOUBLE",
        "topic": "VARCHAR",
        "topic_key": "VARCHAR",
        "classifier": "VARCHAR",
    },
    "labels.search": {
        "program_id": "VARCHAR",
        "file": "VARCHAR",
        "row_number": "BIGINT",
        "topic": "VARCHAR",
    },
    "landing.load": {"program_id": "VARCHAR", "source": "VARCHAR", "status": "VARCHAR", "envelope": "VARCHAR"},
    "source.repeat_free": {"entity": "VARCHAR", "program_id": "VARCHAR"},
    "labels.content": {"program_id": "VARCHAR", "content_id": "VARCHAR", "topic": "VARCHAR"},
    "impact.estimate": {
        "program_id": "VARCHAR",
        "month": "DATE",
        "outcome": "VARCHAR",
        "status": "VARCHAR",
        "unit": "VARCHAR",
        "better": "VARCHAR",
        "trained_accounts": "BIGINT",
        "untrained_accounts": "BIGINT",
        "compared_accounts": "BIGINT",
        "match_rate": "DOUBLE",
        "trained_value": "DOUBLE",
        "untrained_value": "DOUBLE",
        "unadjusted": "DOUBLE",
        "unadjusted_low": "DOUBLE",
        "unadjusted_high": "DOUBLE",
        "adjusted": "DOUBLE",
        "adjusted_low": "DOUBLE",
        "adjusted_high": "DOUBLE",
        "imbalance": "DOUBLE",
        "imbalance_left": "DOUBLE",
        "adjusted_for": "VARCHAR",
        "reason": "VARCHAR",
    },
}


def entity_names() -> list[str]:
    """The canonical entities that exports map onto, in alphabetical order."""
    return sorted(path.stem for path in CONTRACTS.glob("*.yaml") if not path.name.endswith(".cases.yaml"))


@cache
def contract(entity: str) -> dict[str, Any]:
    """The input contract of one canonical entity, as written in its YAML file."""
    content: dict[str, Any] = read(CONTRACTS / f"{entity}.yaml").data
    return content


def is_of_people(entity: str) -> bool:
    """Whether its rows are about people; a person whom a row only mentions, such as an author, stands aside."""
    columns = contract(entity)["columns"].values()
    return any(column.get("identity") in {"person", "email"} and not column.get("aside") for column in columns)


def source_columns(entity: str) -> dict[str, str]:
    """Columns of `source.<entity>` and their SQL types, in order."""
    columns = {"program_id": "VARCHAR", "source": "VARCHAR", "file": "VARCHAR", "row_number": "BIGINT"}
    for name, column in contract(entity)["columns"].items():
        columns[name] = SQL_TYPE[column["type"]]
        if column.get("identity") == "email":
            columns[f"{name}_domain"] = "VARCHAR"
    return columns | {"version": "TIMESTAMP", "month": "DATE"}


def input_columns() -> dict[str, dict[str, str]]:
    """Every table of those that may be read (`schema.name`), with its columns and SQL types."""
    sources = {f"source.{entity}": source_columns(entity) for entity in entity_names()}
    return GIVEN | sources


def create_missing_inputs(con: duckdb.DuckDBPyConnection) -> None:
    """Creates, empty, every input table that nobody has filled: an entity without a source has no rows."""
    tables = con.execute("select table_schema, table_name from information_schema.tables").fetchall()
    present = {f"{schema}.{name}" for schema, name in tables}
    for table, columns in input_columns().items():
        con.execute(f"create schema if not exists {table.split('.')[0]}")
        if table not in present:
            declared = ", ".join(f'"{name}" {sql_type}' for name, sql_type in columns.items())
            con.execute(f"create table {table} ({declared})")
