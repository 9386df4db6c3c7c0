"""Workbooks, gzip, Parquet, JSON and NDJSON as people really have them: every row lands or is told by its number."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.contract import ProgramConfig
from connectors.shape import check_source
from tests.landing_world import landed, source

ACCOUNTS = "select name, started_at from landing.table__account order by _row"
HEADER = ["account_id", "name", "started_at"]
START = dt.datetime(2025, 3, 1, 9, 30)
PROGRAM = ProgramConfig(id="p", name="P")


def workbook(**sheets: list[list[Any]]) -> bytes:
    """An XLSX file with these sheets in this order."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def parquet(folder: Path, sql: str) -> bytes:
    path = folder / "made.parquet"
    duckdb.execute(f"copy ({sql}) to '{path}'")
    return path.read_bytes()


def test_a_workbook_keeps_its_dates_numbers_and_booleans(tmp_path: Path) -> None:
    day = dt.date(2025, 3, 2)
    people = [["learner_id", "created_at", "is_staff"], [4711, START, True], [4712.0, day, False]]
    world = landed(tmp_path, {"a.xlsx": workbook(People=people)}, source("learner"))
    assert world.messages == []
    assert world.rows("select created_at, is_staff from landing.table__learner order by _row") == [
        (START, True),
        (dt.datetime(2025, 3, 2), False),
    ]
    text = landed(tmp_path / "text", {"a.csv": "learner_id\n4711\n4712\n"}, source("learner"))
    ids = "select learner_id from landing.table__learner order by _row"
    assert world.rows(ids) == text.rows(ids)


def test_empty_rows_of_a_sheet_are_no_rows(tmp_path: Path) -> None:
    rows = [HEADER, [1, "Ada", START], [None, None, None], [], ["2", "Bo", "soon"], [3, "Cy", None], [None]]
    world = landed(tmp_path, {"a.xlsx": workbook(Accounts=rows)}, source("account"))
    file = world.report.files[0]
    assert (file.rows_read, file.rows_loaded, file.rows_rejected) == (3, 2, 1)
    assert [(row, column) for row, column, _ in world.rejected] == [(2, "started_at")]


def test_a_sheet_is_chosen_by_name_and_a_wrong_name_lists_them(tmp_path: Path) -> None:
    book = workbook(Notes=[["hello"]], Accounts=[HEADER, [1, "Ada", START]])
    right = landed(tmp_path / "right", {"a.xlsx": book}, source("account", sheet="Accounts"))
    assert right.rows(ACCOUNTS) == [("Ada", START)]
    config = source("account", sheet="Acounts")
    wrong = landed(tmp_path / "wrong", {"a.xlsx": book}, config)
    told = "there is no sheet 'Acounts'; legal: 'Notes', 'Accounts'; correct `sheet:` of the source"
    assert told in wrong.messages[0]
    assert told in str(check_source(tmp_path / "wrong", PROGRAM, config)[0])


def test_an_empty_sheet_names_the_others(tmp_path: Path) -> None:
    world = landed(tmp_path, {"a.xlsx": workbook(First=[], Accounts=[HEADER])}, source("account"))
    assert "the sheet 'First' is empty" in world.messages[0]
    assert "'Accounts'" in world.messages[0]


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.ndjson", "a.parquet", "a.xlsx"])
def test_every_format_may_be_gzipped_and_a_cut_off_copy_is_told(tmp_path: Path, name: str) -> None:
    record = {"account_id": "1", "name": "Ada", "started_at": START.isoformat()}
    content = {
        "a.csv": lambda: b"account_id,name,started_at\n1,Ada,2025-03-01 09:30\n",
        "a.json": lambda: json.dumps([record]).encode(),
        "a.ndjson": lambda: json.dumps(record).encode() + b"\n",
        "a.parquet": lambda: parquet(
            tmp_path, "select 1 as account_id, 'Ada' as name, timestamp '2025-03-01 09:30' as started_at"
        ),
        "a.xlsx": lambda: workbook(Accounts=[HEADER, [1, "Ada", START]]),
    }[name]()
    whole = landed(tmp_path / "whole", {f"{name}.gz": gzip.compress(content)}, source("account"))
    assert whole.messages == []
    assert whole.rows(ACCOUNTS) == [("Ada", START)]
    cut = landed(tmp_path / "cut", {f"{name}.gz": gzip.compress(content)[:-9]}, source("account"))
    assert "the gzip file is cut off or damaged" in cut.messages[0]


def test_a_file_called_gz_that_is_none_is_read_as_what_it_is(tmp_path: Path) -> None:
    world = landed(tmp_path, {"a.csv.gz": "account_id,name,started_at\n1,Ada,\n"}, source("account"))
    assert world.rows(ACCOUNTS) == [("Ada", None)]


def test_parquet_types_land_as_themselves(tmp_path: Path) -> None:
    sql = (
        "select 7::bigint as content_id, ['Start', 'Billing'] as collections, timestamptz '2025-03-01 10:30:00+01'"
        " as published_at, date '2025-03-02' as edited_at"
    )
    world = landed(tmp_path / "w", {"a.parquet": parquet(tmp_path, sql)}, source("content_item"))
    assert world.rows("select content_id, collections, published_at, edited_at from landing.table__content_item") == [
        ("7", ["Start", "Billing"], START, dt.datetime(2025, 3, 2))
    ]
    money = "select 1 as account_id, date '2025-03-01' as month, 12.50::decimal(18,2) as start_arr, 3::int1 as seats"
    world = landed(tmp_path / "m", {"a.parquet": parquet(tmp_path, money)}, source("account_month"))
    assert world.rows("select start_arr, seats, month from landing.table__account_month") == [
        (12.5, 3, dt.date(2025, 3, 1))
    ]


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_broken_line_of_ndjson_is_rejected_with_its_number(tmp_path: Path, broken: int) -> None:
    lines = [json.dumps({"account_id": number, "name": "Ada"}) for number in range(3)]
    lines[broken] = lines[broken][:12]
    world = landed(tmp_path, {"a.ndjson": "\n".join(lines) + "\n"}, source("account"))
    assert [row for row, _, _ in world.rejected] == [broken + 1]
    assert world.report.files[0].rows_loaded == 2


def test_a_refused_file_counts_the_rows_it_held(tmp_path: Path) -> None:
    columns = {"account_id": "Nope"}
    three = [{"id": number, "text": "a\nb"} for number in range(3)]
    quoted = 'id,text\n1,"a\nb"\n\n2\n3,c\n'
    files: dict[str, bytes | str] = {
        "a.csv": quoted,
        "b.csv": quoted.replace("c", "é").encode("latin-1"),
        "c.json": json.dumps(three),
        "d.json": json.dumps({"items": three, "next": None}, indent=1),
        "e.ndjson": "\n".join(map(json.dumps, three)),
        "f.parquet": parquet(tmp_path, "select range as id from range(3)"),
        "g.xlsx": workbook(Sheet=[["id"], [1], [None], [2], [3]]),
        "h.json": "[1, 2, 3]",
    }
    world = landed(tmp_path, files, source("account", columns=columns))
    assert {file.file: (file.rows_read, file.rows_rejected, file.status) for file in world.report.files} == {
        f"exports/{name}": (3, 3, "rejected") for name in files
    }


def test_what_is_not_used_is_noted_and_is_no_problem(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "a.csv": "account_id,name,Plan,Owner\n1,Ada,x,y\n",
        "b.json": '[{"account_id": 2, "plan": {"a": 1}}]',
        "c.parquet": parquet(tmp_path, "select 3 as account_id, 1 as plan"),
    }
    world = landed(tmp_path, files, source("account"))
    assert world.messages == []
    assert [file.reason for file in world.report.files] == [
        "not used: 'Plan', 'Owner'",
        "not used: 'plan'",
        "not used: 'plan'",
    ]
    mapped = source("account", columns={"account_id": {"sql": "upper(Plan)"}, "name": "name"})
    told = landed(tmp_path / "sql", {"a.csv": files["a.csv"]}, mapped).report.files[0].reason
    assert told == "not used: 'account_id', 'Owner'"


def test_a_missing_header_repeats_no_address(tmp_path: Path) -> None:
    world = landed(tmp_path, {"a.csv": "jo@x.example,Jo\nal@x.example,Al\n"}, source("learner"))
    assert "'a text with @', 'Aa'" in world.messages[0]
    assert "x.example" not in world.messages[0]
