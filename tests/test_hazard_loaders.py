"""Loaders' own files: Singer messages as Airbyte's, and Parquet whose records are structs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.landing_world import source
from tests.staged_world import counts, told
from tests.zendesk_pages import ticket, user

SCHEMA = {"type": "SCHEMA", "stream": "tickets", "schema": {"properties": {"id": {}}}, "key_properties": ["id"]}
STATE = {"type": "STATE", "value": {"bookmarks": {"tickets": {"updated_at": "2026-01-06T10:00:00Z"}}}}


def singer(stream: str, record: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RECORD", "stream": stream, "record": record, "time_extracted": "2026-01-07T00:00:00Z"}


def lines(*messages: dict[str, Any]) -> str:
    return "".join(json.dumps(message) + "\n" for message in messages)


def test_singer_messages_are_read_as_the_streams_they_name(tmp_path: Path) -> None:
    said = lines(SCHEMA, singer("tickets", ticket(1)), STATE, singer("users", user(70, "ada@quarry.example")),
                 singer("tickets", ticket(2)), singer("macros", {"id": 5, "title": "Close"}), STATE)  # fmt: skip
    world = told(tmp_path, "zendesk_support", {"tap.jsonl": said})
    assert counts(world) == {"tap.jsonl": ("loaded", 3, 0)}
    assert world.rows("select ticket_id from source.ticket order by 1") == [("1",), ("2",)]
    assert world.rows("select email_domain from source.learner") == [("quarry.example",)]
    (file,) = world.report.files
    assert file.envelope == "singer"
    assert "Singer streams the connector does not use: 'macros'" in (file.reason or "")


def test_singer_messages_of_another_vendor_are_told_what_differs(tmp_path: Path) -> None:
    said = lines(SCHEMA, singer("tickets", {"ticket_no": 1, "opened": "2026-01-05"}))
    world = told(tmp_path, "zendesk_support", {"tap.jsonl": said})
    assert counts(world)["tap.jsonl"][0] == "rejected"
    assert "the records of the Singer streams 'tickets' have the shape of none" in world.messages[0]


def test_singer_messages_of_one_stream_are_a_table(tmp_path: Path) -> None:
    said = lines(SCHEMA, singer("orgs", {"account_id": "a1", "name": "Quarry"}), STATE)
    world = told(tmp_path, source("account"), {"tap.jsonl": said})
    assert world.rows("select account_id, name from source.account") == [(world.rows(
        "select account_id from source.account")[0][0], "Quarry")]  # fmt: skip
    assert [file.envelope for file in world.report.files] == ["singer"]


@pytest.mark.parametrize("column", ["r.*", "r as _airbyte_data"], ids=["a column each", "the record in one column"])
def test_parquet_with_structs_is_read_by_the_paths_of_the_record(tmp_path: Path, column: str) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "records.json").write_text(json.dumps([ticket(1), ticket(2, via={"channel": "chat"})]))
    duckdb.execute(
        f"copy (select 'x' as _airbyte_raw_id, now() as _airbyte_extracted_at, {column}"
        f" from read_json('{tmp_path / 'records.json'}') as r)"
        f" to '{tmp_path / 'exports' / 'tickets.parquet'}'"
    )
    world = told(tmp_path, "zendesk_support", {})
    assert counts(world) == {"tickets.parquet": ("loaded", 2, 0)}
    assert world.rows("select ticket_id, channel from source.ticket order by 1") == [("1", "web"), ("2", "chat")]
    assert [file.envelope for file in world.report.files] == ["airbyte"]


def test_a_struct_of_an_own_table_is_mapped_by_a_dotted_name(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    duckdb.execute(
        f"copy (select {{'id': 'a1', 'owner': {{'region': 'north'}}}} as org) to '{tmp_path / 'exports' / 'a.parquet'}'"
    )
    columns = {"account_id": "org.id", "segment": "org.owner.region"}
    world = told(tmp_path, source("account", columns=columns), {})
    assert world.rows("select segment from source.account") == [("north",)]
