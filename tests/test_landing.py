# ruff: noqa: E501 - exports stand as they come
"""What lands: formats, types, identities, once per content, independent of order and splits."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import hmac
import json
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.catalogue import read_catalogue
from connectors.contract import SourceConfig
from connectors.identity import load_key
from connectors.land import build_sources
from tests.landing_world import KEY, landed, put, source

ACCOUNTS = "select name, started_at from landing.table__account order by _row"
HELP_DESK = "id,requester_id,status,created_at,updated_at"
WANTED = [("Ada", dt.datetime(2025, 3, 1, 9, 30)), ("Bo", None)]


def parquet(folder: Path, sql: str) -> bytes:
    path = folder / "made.parquet"
    duckdb.execute(f"copy ({sql}) to '{path}'")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "account_id,name,started_at\n1,Ada,2025-03-01T09:30:00Z\n2,Bo,\n"),
        ("a.csv", "account_id;name;started_at\r\n1;Ada;2025-03-01 10:30:00+0100\r\n2;Bo;\r\n"),
        ("a.csv", "account_id,name,started_at\r1,Ada,1740821400\r2,Bo,\r"),
        ("a.csv", "account_id,name,started_at\r\n1,Ada,1740821400\n2,Bo,\r\n"),
        ("a.tsv", "\ufeffaccount_id\tname\tstarted_at\n1\tAda\t1740821400000\n2\tBo\t\n"),
        ("a.csv", "account_id|name|started_at\n1|Ada|1740821400000000\n2|Bo|\n".encode("utf-16")),
        ("a.json", '[{"account_id": 1, "name": "Ada", "started_at": "2025-03-01T09:30:00.000+0000"},'
                   ' {"account_id": 2, "name": "Bo"}]'),
        ("a.json", '{"next": null, "items": [{"account_id": 1, "name": "Ada", "started_at": 1740821400},\n'
                   ' {"account_id": 2, "name": "Bo"}]}'),
        ("a.ndjson", '{"account_id": 1, "name": "Ada", "started_at": "2025-03-01 09:30"}\n{"account_id": 2, "name": "Bo"}\n'),
        ("a.csv.gz", gzip.compress(b"account_id,name,started_at\n1,Ada,2025-03-01T09:30:00Z\n2,Bo,\n", mtime=0)),
    ],
)  # fmt: skip
def test_every_format_lands_the_same_rows(tmp_path: Path, name: str, content: bytes | str) -> None:
    world = landed(tmp_path, {name: content}, source("account"))
    assert world.messages == []
    assert world.rows(ACCOUNTS) == WANTED


def test_parquet_lands_with_its_own_types(tmp_path: Path) -> None:
    ada = "select 1 as account_id, 'Ada' as name, timestamptz '2025-03-01 09:30:00+00' as started_at"
    sql = f"{ada} union all select 2, 'Bo', null"
    world = landed(tmp_path, {"a.parquet": parquet(tmp_path, sql)}, source("account"))
    assert sorted(world.rows(ACCOUNTS)) == sorted(WANTED)


def test_naive_times_are_in_the_sources_time_zone_and_offsets_win(tmp_path: Path) -> None:
    text = "account_id,started_at\n1,2025-01-01 00:00:00\n2,2025-07-01\n3,2025-01-01T00:00:00+02:00\n"
    world = landed(tmp_path, {"a.csv": text}, source("account", timezone="America/New_York"))
    assert world.rows("select started_at from landing.table__account order by _row") == [
        (dt.datetime(2025, 1, 1, 5),),
        (dt.datetime(2025, 7, 1, 4),),
        (dt.datetime(2024, 12, 31, 22),),
    ]


def test_a_column_map_takes_names_constants_and_expressions(tmp_path: Path) -> None:
    columns = {
        "account_id": "Account ID",
        "segment": {"value": "smb"},
        "started_at": {"sql": "strptime(\"Start\", '%d/%m/%Y')"},
        "name": {"sql": "upper(name) || '!'"},
    }
    world = landed(
        tmp_path, {"a.csv": "Account ID,Start,Name,Other\n7,31/12/2024,ada,x\n"}, source("account", columns=columns)
    )
    assert world.rows("select segment, started_at, name from landing.table__account") == [
        ("smb", dt.datetime(2024, 12, 31), "ADA!")
    ]


def test_booleans_lists_numbers_and_words_are_read_as_people_write_them(tmp_path: Path) -> None:
    text = 'content_id,collections,content_type,status\n1,Start; Admin |Billing,Course,published\n2,"[""a;b""]",,\n'
    world = landed(tmp_path, {"a.csv": text}, source("content_item"))
    assert world.rows("select collections, content_type from landing.table__content_item order by _row") == [
        (["Start", "Admin", "Billing"], "course"),
        (["a;b"], None),
    ]


def test_json_paths_reach_into_records(tmp_path: Path) -> None:
    columns = {"account_id": "id", "name": "profile.name", "domain": "profile.hosts[0]"}
    record = {"id": "a.1", "profile": {"name": "Ada", "hosts": ["ada.example"]}}
    world = landed(tmp_path, {"a.json": json.dumps([record])}, source("account", columns=columns))
    assert world.rows("select name, domain from landing.table__account") == [("Ada", "ada.example")]


def test_no_address_or_id_of_a_person_is_in_any_landed_byte(tmp_path: Path) -> None:
    text = "learner_id,email,account_id,created_at\nL-4711,Jo.Doe@Harbor.example,ACC-99,2025-01-01\n,Max@x.example,,broken\n"
    world = landed(tmp_path, {"people.csv": text}, source("learner"))
    key, domain = world.rows("select email, email_domain from landing.table__learner")[0]
    digest = hmac.new(KEY.secret, b"email|jo.doe@harbor.example", hashlib.sha256).digest()
    assert key == KEY.hashed("email", "jo.doe@harbor.example")
    assert len(key) == 12 and len(digest[:9]) == 9
    assert domain == "harbor.example"
    files = [path for path in (tmp_path / ".waystage").rglob("*") if path.is_file()]
    assert any(path.name.endswith(".rejected.parquet") for path in files)
    for path in files:
        # pages are compressed: look at the values, then at the bytes
        values = (
            repr(duckdb.execute("select * from read_parquet(?)", [str(path)]).fetchall())
            if ".parquet" in path.name
            else ""
        )
        for secret in ("L-4711", "ACC-99", "Jo.Doe", "jo.doe", "Max@", "max@"):
            assert secret not in values
            assert secret.encode() not in path.read_bytes()


def test_one_person_has_one_key_in_every_export(tmp_path: Path) -> None:
    text = "learner_id,email\n12.0,MAILTO:jo@x.example\n 12 , jo@X.example\n"
    world = landed(tmp_path, {"a.csv": text}, source("learner"))
    assert len(set(world.rows("select learner_id, email from landing.table__learner"))) == 1


def test_the_key_file_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    first, second = load_key(tmp_path / ".waystage"), load_key(tmp_path / ".waystage")
    assert first == second
    assert (tmp_path / ".waystage" / "key").stat().st_mode & 0o777 == 0o600
    assert first.secret.hex() not in repr(first)


def test_the_same_bytes_land_once_and_an_absent_file_leaves_the_result(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a.csv": "account_id,name\n1,a\n", "b.csv": "account_id,name\n2,b\n"}
    first = landed(tmp_path, files, source("account"))
    again = landed(tmp_path, {}, source("account"))
    assert [file.is_new for file in first.report.files] == [True, True]
    assert [file.is_new for file in again.report.files] == [False, False]
    assert first.report.has_changed and not again.report.has_changed
    (tmp_path / "exports" / "b.csv").unlink()
    fewer = landed(tmp_path, {}, source("account"))
    assert fewer.report.has_changed
    assert fewer.rows("select name from landing.table__account") == [("a",)]


def test_two_copies_of_a_file_count_once(tmp_path: Path) -> None:
    text = "searched_at,query\n2025-01-01,how\n"
    world = landed(tmp_path, {"a.csv": text, "a (1).csv": text}, source("search"))
    assert world.rows("select count(*) from landing.table__search") == [(1,)]
    assert "same content as exports/a (1).csv, counted once" in [file.reason for file in world.report.files]


def test_a_rejected_future_is_tried_again_once_it_has_come(tmp_path: Path) -> None:
    text = "account_id,started_at\n1,2031-05-01\n"
    before = landed(tmp_path, {"a.csv": text}, source("account"), now=dt.datetime(2031, 4, 1))
    after = landed(tmp_path, {}, source("account"), now=dt.datetime(2031, 6, 1))
    assert before.report.files[0].status == "rejected"
    assert after.report.files[0].status == "loaded"


def test_row_numbers_are_those_of_the_file_even_around_bad_rows(tmp_path: Path) -> None:
    rows = [f"{number},n{number}" if number % 1000 else f"{number}" for number in range(1, 300_001)]
    world = landed(tmp_path, {"a.csv": "account_id,name\n" + "\n".join(rows) + "\n"}, source("account"))
    assert world.rows("select count(*), count(*) filter (where name <> 'n' || _row) from landing.table__account") == [
        (299_700, 0)
    ]
    assert world.rows("select count(*), min(row_number), max(row_number) from landing.rejected") == [
        (300, 1000, 300_000)
    ]


def test_connectors_unite_under_the_canonical_columns_with_the_programs_month(tmp_path: Path) -> None:
    text = "occurred_at,learner_id,content_id,verb\n2025-02-01T03:00:00Z,1,c,viewed\n2025-03-01T12:00:00Z,1,c,viewed\n"
    world = landed(tmp_path, {"a.csv": text}, source("learning_event"), is_for_all=True)
    zone = "America/New_York"
    world.con.execute("create schema config")
    world.con.execute(f"create table config.program as select 'harborline' as program_id, '{zone}' as timezone")
    world.con.execute("create table config.run as select date '2025-02-28' as as_of")
    world.con.execute(
        f"create table config.calendar as select '{zone}' as timezone, cast(m as date) as month,"
        f" timezone('UTC', timezone('{zone}', m)) as starts_at,"
        f" timezone('UTC', timezone('{zone}', m + interval 1 month)) as ends_at"
        " from (select unnest(generate_series(timestamp '2024-01-01', timestamp '2025-02-01', interval 1 month)) as m)"
    )
    build_sources(world.con)
    assert world.rows("select month, row_number from source.learning_event") == [(dt.date(2025, 1, 1), 1)]
    for entity, shape in read_catalogue().entities.items():
        columns = [row[0] for row in world.rows(f"describe source.{entity}")]
        assert {"program_id", "source", "file", "row_number", "version", "month", *shape.columns} <= set(columns)


texts = st.one_of(st.none(), st.sampled_from(["x", "2025-01-01", "31/12/2025", "1740821400", " ", "é", 'a"b', "a,b"]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(texts, texts), min_size=1, max_size=12),
    cut=st.integers(min_value=0, max_value=12),
    ragged=st.booleans(),
)
def test_rows_in_are_rows_out_whatever_the_order_and_the_split(
    rows: list[tuple[str | None, str | None]], cut: int, ragged: bool
) -> None:
    def line(values: tuple[str | None, ...]) -> str:
        return ",".join('"' + (value or "").replace('"', '""') + '"' for value in values)

    header = "account_id,name,started_at"
    lines = [line((f"k{number}", *row)) for number, row in enumerate(rows)] + (['"cut"'] if ragged else [])
    content = "select account_id, name, started_at from landing.table__account order by all"
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        whole = landed(Path(one), {"a.csv": "\n".join([header, *lines]) + "\n"}, source("account"))
        parts: dict[str, bytes | str] = {
            "2.csv": "\n".join([header, *lines[:cut]]) + "\n",
            "1.csv": "\n".join([header, *lines[cut:]]) + "\n",
        }
        split = landed(Path(two), parts, source("account"))
        for world in (whole, split):
            for file in world.report.files:
                assert file.rows_read == file.rows_loaded + file.rows_rejected
        assert sum(file.rows_read for file in split.report.files) == whole.report.files[0].rows_read == len(lines)
        assert split.rows(content) == whole.rows(content)
        reasons = "select reason from landing.rejected order by all"
        assert split.rows(reasons) == whole.rows(reasons)


def test_the_fingerprint_of_tables_knows_content_only(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    a, b = "account_id,name\n1,a\n", "account_id,name\n2,b\n"
    first = landed(here, {"a.csv": a, "b.csv": b}, source("account")).report
    put(there, {"z.csv": a})
    second = landed(there, {"c.csv": b}, source("account")).report
    assert first.fingerprint == second.fingerprint


def test_a_file_that_is_renamed_changes_the_fingerprint_where_its_name_tells_something(tmp_path: Path) -> None:
    def renamed(before: str, after: str, content: str, config: SourceConfig) -> bool:
        workspace = tmp_path / before
        landed(workspace, {before: content}, config)
        (workspace / "exports" / before).rename(workspace / "exports" / after)
        return landed(workspace, {}, config).report.has_changed

    guide = SourceConfig(name="s", connector="zendesk_guide", paths=("exports",))
    votes = '{"articles": [{"id": 1, "section_id": 2, "title": "x", "vote_sum": 3, "vote_count": 5}]}'
    assert renamed("2026-01-31.json", "2026-02-28.json", votes, guide)
    # what was refused must be looked at again, and told of under its new name
    assert renamed("x.csv", "y.csv", "nothing,of,use\n1,2,3\n", source("account"))
    assert not renamed("a.csv", "b.csv", "account_id,name\n1,a\n", source("account"))


@pytest.mark.parametrize(
    ("name", "content", "envelope"),
    [
        (
            "a.json",
            '{"tickets": [{"id": 1, "subject": "x", "requester_id": 2, "status": "new", "created_at": "2025-01-01"}]}',
            "json",
        ),
        (
            "a.jsonl",
            '{"type": "RECORD", "record": {"stream": "tickets", "data": {"id": 1, "subject": "x", "status": "new", "requester_id": 2, "created_at":'
            ' "2025-01-01", "updated_at": "2025-01-01"}}}\n',
            "airbyte",
        ),
        (
            "a.jsonl",
            '{"_airbyte_data": {"id": 1, "subject": "x", "requester_id": 2, "created_at": "2025-01-01",'
            ' "status": "new", "updated_at": "2025-01-01"}}\n',
            "airbyte",
        ),
        ("ticket.csv", f"{HELP_DESK},_fivetran_synced\n1,2,new,2025-01-01,2025-01-01,2025-01-02\n", "fivetran"),
        ("ticket.csv", f"{HELP_DESK}\n1,2,new,2025-01-01,2025-01-01\n", "csv"),
    ],
)
def test_the_envelope_a_file_came_in_is_named(tmp_path: Path, name: str, content: str, envelope: str) -> None:
    config = SourceConfig(name="s", connector="zendesk_support", paths=("exports",))
    assert [load.envelope for load in landed(tmp_path, {name: content}, config).report.files] == [envelope]
