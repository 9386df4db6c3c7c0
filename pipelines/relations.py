"""How the published tables hang together, as their headers say: for the entity diagram and the data dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.nearest import nearest_or_legal
from pipelines.publish import PublishedTable, published_tables
from transforms.header import HeaderError


@dataclass(frozen=True)
class Relation:
    """A row of `table` belongs to one of `parent` by `columns`, its grain; `is_optional`: or to none."""

    table: str
    parent: str
    columns: tuple[str, ...]
    is_optional: bool

    @property
    def in_words(self) -> str:
        return f"`{self.parent}`{', if any,' if self.is_optional else ''} by {', '.join(self.columns)}"


def relations() -> list[Relation]:
    """Every relation, by table. HeaderError where one leads to no table, or by columns that the table has not."""
    tables = {table.name: table for table in published_tables()}
    return [relation for table in tables.values() for relation in _of(table, tables)]


def _of(table: PublishedTable, tables: dict[str, PublishedTable]) -> Iterator[Relation]:
    where = f"transforms/published/{table.name}.sql:1: belongs_to names"
    for said in table.header.belongs_to:
        name = said.removesuffix("?")
        if name not in tables:
            raise HeaderError([f"{where} {name!r}; {nearest_or_legal(name, list(tables))}"])
        grain = tables[name].header.grain
        missing = [column for column in grain if column not in table.header.columns]
        if missing or not grain:
            raise HeaderError(
                [f"{where} {name!r}, whose rows are told apart by {missing or 'nothing'}, no column here"]
            )
        yield Relation(table.name, name, tuple(grain), said.endswith("?"))


def diagram() -> Iterator[str]:
    """The tables and their relations as a Mermaid entity diagram, each table with its key."""
    yield "erDiagram"
    for table in published_tables():
        yield f"    {table.name} {{"
        for column in table.header.grain:
            yield f"        key {column}"
        yield "    }"
    for one in relations():
        yield f"    {one.parent} {'|o' if one.is_optional else '||'}--o{{ {one.table} : has"
