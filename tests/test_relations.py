"""How published tables hang together: every one that is of programs says what its rows belong to, by columns it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines import relations
from pipelines.publish import published_tables
from transforms.header import HeaderError


def test_every_table_of_programs_belongs_to_another() -> None:
    told = {one.table for one in relations.relations()}
    of_programs = {table.name for table in published_tables() if "program_id" in table.header.columns}
    assert of_programs - told == {"program"}


def test_the_diagram_has_every_table_with_its_key_and_every_relation() -> None:
    drawn = "\n".join(relations.diagram())
    assert "    account {\n        key program_id\n        key account_key\n    }" in drawn
    assert "    stage ||--o{ finding : has" in drawn
    assert "    account |o--o{ ticket : has" in drawn
    assert drawn.count(" {\n") == len(published_tables())


@pytest.mark.parametrize(
    ("said", "wrong"),
    [("acount", "'acount'; did you mean 'account'"), ("finding", "'condition'"), ("load", "told apart by nothing")],
)
def test_a_relation_that_leads_nowhere_is_refused(monkeypatch: pytest.MonkeyPatch, said: str, wrong: str) -> None:
    tables = [
        replace(table, header=table.header.model_copy(update={"belongs_to": [said]}))
        if table.name == "ticket"
        else table
        for table in published_tables()
    ]
    monkeypatch.setattr(relations, "published_tables", lambda: tables)
    with pytest.raises(HeaderError, match=f"ticket.sql:1: belongs_to names .*{wrong}"):
        relations.relations()
