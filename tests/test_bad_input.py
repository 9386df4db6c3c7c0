# ruff: noqa: E501 - messages stand as users read them
"""Every kind of bad input: the message a user reads, what is rejected, and that the rest still lands."""

from __future__ import annotations

import gzip
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import ProgramConfig, SourceConfig
from connectors.shape import check_source
from tests.landing_world import landed, put, source

H = "account_id,name,started_at,domain\n"
FINE = "1,a,2025-01-01,a.example\n"
ISO = "legal: ISO 8601 such as 2026-01-31T09:30:00Z, or epoch seconds, milliseconds or microseconds"
ISO_DO = "map it with {sql: strptime(\"started_at\", '%d/%m/%Y')} or export ISO dates"
ONE_SQL = "legal: one expression over the file's columns, such as strptime(\"Start\", '%d/%m/%Y')"
NO_MORE = f"{ONE_SQL}; no subqueries, aggregates, files, clocks or random values; leave it out"
FORMATS = "CSV, TSV, JSON, NDJSON, Parquet or XLSX"


@dataclass(frozen=True)
class Bad:
    """A file, and what becomes of it."""

    content: bytes | str
    message: str
    loaded: int = 0
    rejected: int = 0
    name: str = "a.csv"
    columns: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    seen_by_check: bool = True


CASES = {
    "empty": Bad("", "a.csv: rejected, 0 of 0 rows loaded; the file is empty (0 bytes); legal: at least a header; export it again"),
    "header only": Bad(
        H,
        "a.csv: empty, 0 of 0 rows loaded; the file has no rows; legal: at least one; export it again if there should be some",
        seen_by_check=False,
    ),
    "no records": Bad(
        "[]",
        "a.json: empty, 0 of 0 rows loaded; the JSON holds no records; legal: an array of objects, pages or NDJSON; export it again",
        name="a.json",
    ),
    "truncated gzip": Bad(
        gzip.compress((H + FINE * 90000).encode())[:200],
        "a.csv.gz: rejected, 0 of 0 rows loaded; the gzip file is cut off or damaged after 0 unpacked bytes (Compressed file"
        " ended before the end-of-stream marker was reached); legal: a whole gzip file; download it again",
        name="a.csv.gz",
    ),
    "truncated array": Bad(
        '[{"account_id": 1}, {"account_id": 2',
        "a.json: rejected, 0 of 0 rows loaded; the JSON array is cut off: its last `]` is missing; legal: whole JSON; export it again",
        name="a.json",
    ),
    "truncated page": Bad(
        '{"items": [{"account_id": 1}, {"account_id": 2',
        "a.json: rejected, 0 of 0 rows loaded; the JSON is cut off: its last `}` is missing; legal: whole JSON; export it again",
        name="a.json",
    ),
    "truncated line of NDJSON": Bad(
        '{"account_id": 1}\n{"account_id": 2, "na\n{"account_id": 3}\n',
        "a.ndjson: partial, 2 of 3 rows loaded; 1 row rejected, the first: row 2: is not a JSON object; legal: one whole {...} per"
        " record; export it again, the line may be cut off",
        loaded=2, rejected=1, name="a.ndjson", seen_by_check=False,
    ),
    "binary": Bad(
        H.encode() + b"1,\x00\n",
        f"a.csv: rejected, 0 of 1 rows loaded; the file is binary (NUL at byte 36); legal: {FORMATS}; export it as text, or give"
        " `encoding: utf-16` if it is UTF-16 without a byte order mark",
        rejected=1,
    ),
    "more columns than a spreadsheet has": Bad(
        ",".join(f"c{number}" for number in range(17_000)) + "\n1\n",
        "a.csv: rejected, 0 of 1 rows loaded; the header has 17,000 columns; legal: up to 16,384 columns, as many as a"
        " spreadsheet has; export fewer columns; check that lines end where rows do",
        rejected=1,
    ),
    "a login page": Bad(
        "<!doctype html><html></html>",
        f"a.csv: rejected, 0 of 0 rows loaded; the file is an HTML or XML page; legal: {FORMATS}; it may be a saved login or error"
        " page; export it again",
    ),
    "wrong encoding": Bad(
        (H + "1,é,2025-01-01,\n").encode("latin-1"),
        "a.csv: rejected, 0 of 1 rows loaded; byte 36 (0xE9) is not utf-8; legal: utf-8 text throughout; save the file as UTF-8, or"
        " give the source its encoding, such as `encoding: cp1252`",
        rejected=1,
    ),
    "unknown encoding": Bad(
        H + FINE,
        "a.csv: rejected, 0 of 1 rows loaded; encoding: klingon is not known; legal: utf-8, utf-16, cp1252, latin-1, shift_jis, ...;"
        " correct `encoding:` of the source, or leave it out for UTF-8",
        rejected=1, more={"encoding": "klingon"},
    ),
    "wrong delimiter": Bad(
        H + FINE,
        "a.csv: rejected, 0 of 1 rows loaded; the header has no semicolon, but 3 commas; legal: the delimiter the header uses; give"
        " `delimiter: ','`, or leave it out to have it found",
        rejected=1, more={"delimiter": ";"},
    ),
    "missing column": Bad(
        "ID,Title\n1,a\n",
        "a.csv: rejected, 0 of 1 rows loaded; column 'Id': no column has this name; legal: one of the file's columns: 'ID', 'Title';"
        " did you mean 'ID'?",
        rejected=1, columns={"account_id": "Id"},
    ),
    "required column not mapped": Bad(
        "Name\na\n",
        "a.csv: rejected, 0 of 1 rows loaded; nothing is mapped to `account_id`, which account requires; legal: one of the file's"
        " columns: 'Name'; add `account_id: ...` under `columns:`",
        rejected=1, columns={"name": "Name"},
    ),
    "repeated column": Bad(
        "Id,Name,Name\n1,a,b\n",
        "a.csv: rejected, 0 of 1 rows loaded; column 'Name': 2 columns have this name (positions 2, 3); legal: one column per name;"
        " rename or remove the others in the export, then map the one that is meant",
        rejected=1, columns={"account_id": "Id", "name": "Name"},
    ),
    "renamed key of JSON": Bad(
        '[{"accountid": 1}]',
        "a.json: rejected, 0 of 1 rows loaded; column 'account_id': no record has this key; legal: one of the records' keys:"
        " 'accountid'; did you mean 'accountid'?",
        rejected=1, name="a.json", columns={"account_id": "account_id"},
    ),
    "bad date": Bad(
        H + FINE + "2,b,31/12/2025,\n",
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2, column 'started_at': '99/99/9999' is not a time;"
        f" {ISO}; {ISO_DO}",
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "future date": Bad(
        H + FINE + "2,b,2999-01-01,\n",
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2, column 'started_at': '2999-01-01' is in the future;"
        " legal: a time that has passed; check the format and the time zone",
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "date before 1990": Bad(
        H + FINE + "2,b,1970-01-01,\n",
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2, column 'started_at': '1970-01-01' is before 1990-01-01;"
        " legal: 1990 or later; check the unit and format of the column",
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "an address in the wrong column is not repeated": Bad(
        H + FINE + "2,b,jo@x.example,\n",
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2, column 'started_at': a text with @ is not a time;"
        f" {ISO}; {ISO_DO}",
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "required value missing": Bad(
        H + FINE + ",b,,\n",
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2, column 'account_id': is empty, but required;"
        " fill it in the export",
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "duplicate key": Bad(
        H + "1,old,,\n2,b,,\n1,new,,\n2,b,,\n",
        "a.csv: partial, 3 of 4 rows loaded; 1 row rejected, the first: row 1, column 'account_id': duplicate key: a later row has the"
        " same key and other values; legal: one row per key; the last one is kept",
        loaded=3, rejected=1, seen_by_check=False,
    ),
    "ragged rows": Bad(
        H + FINE + "2,b\n3,c,,,extra\n4,d,,\n",
        "a.csv: partial, 2 of 4 rows loaded; 2 rows rejected, the first: row 2: has fewer values than the header; legal: one value"
        " per column; check for a cut-off line",
        loaded=2, rejected=2, seen_by_check=False,
    ),
    "too many values": Bad(
        H + FINE + "3,c,,,extra\n",
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2: has more values than the header; legal: one value per"
        " column; put values that hold the delimiter in double quotes",
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "open quote": Bad(
        H + FINE + '2,"b,,\n3,c,,\n',
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2: has a double quote that is not closed or not doubled;"
        ' legal: "a ""b"" c"; check the quotes from this row on: every line up to the next quote was taken for part of it',
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "header repeated below": Bad(
        H + FINE + H,
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2: repeats the header; legal: one header, at the top;"
        " remove the line from the export",
        loaded=1, rejected=1, seen_by_check=False,
    ),
    "an expression that fails on a row": Bad(
        "Id,Start\n1,31/12/2024\n2,soon\n",
        "a.csv: partial, 1 of 2 rows loaded; 1 row rejected, the first: row 2, column 'started_at': cannot be worked out for this row;"
        " legal: an expression that fits every row; correct the row in the export, or the expression, such as try_strptime for"
        " strptime where no value is meant",
        loaded=1, rejected=1, seen_by_check=False,
        columns={"account_id": "Id", "started_at": {"sql": "strptime(Start, '%d/%m/%Y')"}},
    ),
    "an expression with an unknown function": Bad(
        "Id,Start\n1,31/12/2024\n",
        "a.csv: rejected, 0 of 1 rows loaded; {sql: nosuch(Start)} uses nosuch; " + NO_MORE,
        rejected=1, columns={"account_id": "Id", "started_at": {"sql": "nosuch(Start)"}},
    ),
    "an expression that reads a file": Bad(
        "Id\n1\n",
        "a.csv: rejected, 0 of 1 rows loaded; {sql: read_text('/etc/passwd')} uses read_text; " + NO_MORE,
        rejected=1, columns={"account_id": "Id", "name": {"sql": "read_text('/etc/passwd')"}},
    ),
    "an expression with a subquery": Bad(
        "Id\n1\n",
        "a.csv: rejected, 0 of 1 rows loaded; {sql: (select 1)} uses (SELECT 1); " + NO_MORE,
        rejected=1, columns={"account_id": "Id", "name": {"sql": "(select 1)"}},
    ),
    "an expression and a statement": Bad(
        "Id\n1\n",
        "a.csv: rejected, 0 of 1 rows loaded; {sql: Id; attach 'x'} is more than one expression; " + ONE_SQL + "; leave only the"
        " expression",
        rejected=1, columns={"account_id": "Id", "name": {"sql": "Id; attach 'x'"}},
    ),
    "an expression over a column that is not there": Bad(
        "Id,Start\n1,x\n",
        "a.csv: rejected, 0 of 1 rows loaded; {sql: upper(\"Strat\")} names the column 'Strat', which the file does not have; legal:"
        " one of 'Id', 'Start'; names with blanks or capitals in double quotes, texts in single quotes; did you mean 'Start'?",
        rejected=1, columns={"account_id": "Id", "name": {"sql": 'upper("Strat")'}},
    ),
    "not what its name says": Bad(
        "hello",
        "a.parquet: rejected, 0 of 0 rows loaded; the name ends in .parquet, the content is something else; legal: a file whose"
        " content is what its name says; download it again; it may be cut off or an error page",
        name="a.parquet",
    ),
    "damaged workbook": Bad(
        b"PK\x03\x04nothing",
        "a.xlsx: rejected, 0 of 0 rows loaded; the file is an archive or workbook that cannot be read (invalid Zip archive: Could"
        " not find EOCD); legal: an XLSX workbook; unpack archives first; save the workbook again as XLSX",
        name="a.xlsx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bad", CASES.values(), ids=list(CASES))
def test_bad_input_is_told_and_the_rest_lands(tmp_path: Path, bad: Bad) -> None:
    config = source("account", columns=bad.columns, **bad.more)
    good = "account_id,name\n900,fine\n" if not bad.columns else None
    files: dict[str, bytes | str] = {bad.name: bad.content}
    if good and not bad.more:
        files["fine.csv"] = good
    world = landed(tmp_path, files, config)
    assert world.messages == [f"exports/{bad.message}"]
    file = world.report.files[0]
    assert (file.rows_loaded, file.rows_rejected) == (bad.loaded, bad.rejected)
    assert file.rows_read == file.rows_loaded + file.rows_rejected
    if "fine.csv" in files:
        assert world.rows("select count(*) from landing.table__account where name = 'fine'") == [(1,)]
    problems = check_source(tmp_path, ProgramConfig(id="p", name="P"), config)
    assert bool(problems) == bad.seen_by_check
    for problem in problems:
        assert bad.message.split("rows loaded; ")[1] in str(problem)


def test_rows_of_a_refused_file_are_counted_in_no_time_however_many_columns_one_has(tmp_path: Path) -> None:
    since = time.process_time()
    world = landed(tmp_path, {"a.csv": "other\n1\n" + "x," * 3_000_000 + "\n\n2\n"}, source("account"))
    assert time.process_time() - since < 5, "DuckDB would list each column for minutes"
    [file] = world.report.files
    assert (file.status, file.rows_read, file.rows_rejected) == ("rejected", 3, 3)


def test_numbers_with_commas_currency_or_percent_ask_for_an_expression(tmp_path: Path) -> None:
    text = 'account_id,month,seats,start_arr\n1,2024-01,"1,200",5\n1,2024-02,12.0,$5\n2,2024-03,1,5%\n3,2024-04,3,2.5\n'
    world = landed(tmp_path, {"a.csv": text}, source("account_month"))
    number = "legal: a number such as 0.75, without thousands separators, currency or percent signs"
    arr = "map it with {sql: replace(\"start_arr\", ',', '')} or export plain numbers"
    assert world.rejected == [
        (
            1,
            "seats",
            "'9,999' is not a whole number; legal: a whole number such as 12;"
            " map it with {sql: replace(\"seats\", ',', '')} or export plain numbers",
        ),
        (2, "start_arr", f"'$9' is not a number; {number}; {arr}"),
        (3, "start_arr", f"'9%' is not a number; {number}; {arr}"),
    ]
    assert world.rows("select count(*) from landing.table__account_month") == [(1,)]


def test_an_unknown_word_lists_the_legal_ones(tmp_path: Path) -> None:
    world = landed(tmp_path, {"a.csv": "content_id,status\n1,live\n"}, source("content_item"))
    assert world.rejected == [
        (1, "status", "'live' is not one of the accepted words; legal: published, draft, archived")
    ]


def test_columns_nobody_mapped_are_left_out_and_do_no_harm(tmp_path: Path) -> None:
    world = landed(tmp_path, {"a.csv": "account_id,Secret\n1,x\n"}, source("account"))
    assert world.messages == []
    assert world.rows("select count(*) from landing.table__account") == [(1,)]


def test_a_source_without_files_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"accounts.csv": "account_id\n1\n", "notes/readme.md": "hi"})
    for path, message in {
        "exports/acounts.csv": "no file matches exports/acounts.csv; legal: a file, a folder or a glob, relative to"
        " waystage.yaml; did you mean 'accounts.csv'?",
        "exports/*.xlsx": "no file matches exports/*.xlsx; legal: a file, a folder or a glob, relative to waystage.yaml;"
        " correct `path:`, or put the export there",
        "exports/notes": "the folder exports/notes holds no export; legal: .csv, .eml, .json, .jsonl, .mbox, .mbx, .ndjson,"
        " .parquet, .tsv, .xlsx, each also .gz, and .zip, .tar, .tar.gz, .tgz; put the export there",
    }.items():
        config = source("account", path=path)
        assert landed(tmp_path, {}, config).messages == [f"harborline/s: {message}"]
        assert message in str(check_source(tmp_path, ProgramConfig(id="p", name="P"), config)[0])


def test_an_unknown_connector_or_entity_is_told(tmp_path: Path) -> None:
    missing = SourceConfig(name="s", connector="zendsk", paths=("exports",))
    assert landed(tmp_path, {}, missing).messages[0].startswith("harborline/s: there is no connector 'zendsk'; legal: ")
    assert "there is no entity 'acount'; legal: account," in landed(tmp_path, {}, source("acount")).messages[0]


@pytest.mark.parametrize(
    "name", ["it's.csv", 'a "b".csv', "a b;c.csv", "[x]*?.csv", "ünï★.csv", "$HOME {a}.csv", "-- x.csv"]
)
def test_hostile_names_are_just_names(tmp_path: Path, name: str) -> None:
    world = landed(tmp_path, {name: "account_id,name\n1,a\n,b\n"}, source("account"))
    assert world.rows("select _file from landing.table__account") == [(f"exports/{name}",)]
    assert world.rows("select file, row_number from landing.rejected") == [(f"exports/{name}", 2)]
    again = landed(tmp_path, {}, source("account", path=f"exports/{name}"))
    assert again.rows("select count(*) from landing.table__account") == [(1,)]


@pytest.mark.parametrize("header", ["it's", 'say ""hi""', "a;b", "Ünï ★", "select", "a.b", "{x}"])
def test_hostile_headers_are_just_headers(tmp_path: Path, header: str) -> None:
    config = source("account", columns={"account_id": header.replace('""', '"')})
    world = landed(tmp_path, {"a.csv": f'"{header}",other\n1,2\n'}, config)
    assert world.messages == []
    assert world.rows("select count(*) from landing.table__account") == [(1,)]
