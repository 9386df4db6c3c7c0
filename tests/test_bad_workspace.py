# ruff: noqa: E501 - messages stand as users read them
"""A workspace as a new user may leave it: mistakes in waystage.yaml, and a folder full of unusable exports."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import duckdb
import pytest
import yaml

from connectors.catalogue import read_catalogue
from pipelines.problem import InvalidWorkspace
from pipelines.workspace import load
from tests import tiny_world
from tests.conftest import Waystage

pytestmark = pytest.mark.usefixtures("quick")

GOOD = """\
programs:
  - id: a
    name: A
    sources:
      - connector: table
        entity: account
        path: e.csv
        columns: {account_id: id}
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join([f'*{before}'] * 9)}]\n" for before, key in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB + GOOD, "waystage.yaml:1: more than 1,000,000 values once its aliases are written out"),
        ("a: &a [*a]\n" + GOOD, "an alias that holds itself"),
        ("x: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        (GOOD + "# \0\n", "waystage.yaml:9: not valid YAML: special characters are not allowed"),
        (GOOD.replace("name", "\tname"), "waystage.yaml:3: not valid YAML"),
        ("- a\n", "legal: a mapping with `programs:`"),
        ("", "nothing is declared here"),
        (GOOD + "---\n" + GOOD, "not valid YAML"),
        (GOOD + "x: !!python/object/apply:os.system [id]\n", "could not determine a constructor"),
        (
            GOOD.replace("{account_id: id}", "{account_id: {vlaue: 1}}"),
            "legal: name, value, sql; did you mean 'value'?",
        ),
        (
            GOOD.replace("{account_id: id}", "{account_id: [id]}"),
            "a column's name, {value: constant} or {sql: expression}",
        ),
        (GOOD.replace("id: a", "id: 12"), "programs.0.id: seen 12; legal: text; put a number"),
        (GOOD.replace("path: e.csv", "path: ''"), "legal: at least one character"),
        (GOOD.replace("path: e.csv", "path: e.csv\n        delimiter: tab"), "legal: one character such as ; or |"),
        (GOOD + "publish: .\n", "the workspace itself or a folder above it"),
        (GOOD + "publish: /\n", "the workspace itself or a folder above it"),
        (GOOD + "schedule: 99 2 * * *\n", "is not a cron line of five fields"),
        (GOOD + "as_of: someday\n", "legal: a date such as 2026-06-30"),
    ],
)
def test_a_workspace_that_cannot_be_read_says_why_at_once(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "waystage.yaml").write_text(text, encoding="utf-8")
    declared = read_catalogue()
    with pytest.raises(InvalidWorkspace) as caught:
        load(tmp_path, set(declared.connectors), set(declared.entities))
    assert any(message in str(problem) for problem in caught.value.problems), caught.value.problems


def test_a_column_the_entity_does_not_have_is_refused_before_anything_is_read(
    tmp_path: Path, waystage: Waystage
) -> None:
    (tmp_path / "waystage.yaml").write_text(GOOD.replace("account_id:", "acount_id:"), encoding="utf-8")
    for verb in ("check", "run"):
        said = waystage(verb, "--workspace", tmp_path)
        assert said.code == 2
        assert "columns.acount_id: not a column of account" in said.err
        assert "did you mean 'account_id'?" in said.err
    assert not (tmp_path / ".waystage").exists()


H = "account_id,name,started_at\n"
BAD: dict[str, tuple[bytes | str, dict[str, object], str]] = {
    "empty.csv": ("", {}, "the file is empty (0 bytes)"),
    "header only.csv": (H, {}, "the file has no rows"),
    "cut.csv.gz": (gzip.compress((H + "1,a,\n" * 9000).encode())[:-20], {}, "cut off or damaged"),
    "cut.json": ('[{"account_id": 1}, {"acc', {}, "its last `]` is missing"),
    "cut.parquet": (b"PAR1 and no more", {}, "the Parquet file is damaged"),
    "cut.xlsx": (b"PK\x03\x04 and no more", {}, "cannot be read"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", {}, "the file is binary"),
    "latin.csv": ((H + "1,é,\n").encode("latin-1"), {}, "is not utf-8"),
    "latin.json": ('[{"account_id": "é"}]'.encode("latin-1"), {}, "is not utf-8"),
    "wide.csv": ((H + "1,a,\n").encode("utf-16-le"), {}, "`encoding: utf-16`"),
    "semicolons.csv": (H.replace(",", ";"), {"delimiter": ","}, "the header has no comma"),
    "renamed.csv": ("Account,name\n1,a\n", {}, "column 'account_id': no column has this name"),
    "twice.csv": ("account_id,name,name\n1,a,b\n", {"columns": {"account_id": "account_id", "name": "name"}}, "2 columns"),
    "dates.csv": (H + "1,a,31/12/2024\n", {}, "is not a time"),
    "ragged.csv": (H + "1,a\n2,b,,,\n", {}, "has fewer values than the header"),
    "quotes.csv": (H + '1,"a,\n2,b,\n', {}, "has a double quote that is not closed"),
    "long.csv": ("x" * 2_000_000, {}, "the header has a name of"),
    "-; 'a\" [b] ü.csv": (H + "1,a,soon\n", {}, "is not a time"),
    "page.csv": ("<!doctype html>", {}, "HTML or XML page"),
    "reads.csv": (H, {"columns": {"account_id": {"sql": "(select max(a) from read_csv('/etc/passwd'))"}}}, "uses (SELECT"),
    "attaches.csv": (H, {"columns": {"account_id": {"sql": "1; attach '/tmp/x'"}}}, "more than one expression"),
    "calls.csv": (H + "1,a,\n", {"columns": {"account_id": {"sql": "nosuch(name)"}}}, "uses nosuch"),
    "quoted.csv": (H + "1,a,\n", {"columns": {"account_id": {"sql": "\"Account ID\""}}}, "names the column 'Account ID'"),
    "sheet.xlsx.csv": (H, {"encoding": "klingon"}, "klingon is not known"),
    "nothing/*.csv": ("", {}, "no file matches"),
    "pipe.csv": ("", {}, "is a pipe, socket or device"),
    "link.csv": ("", {}, "is a link to a file that is not there"),
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good programs, and a third whose every source is unusable in its own way."""
    folder = tiny_world.write(tmp_path_factory.mktemp("hostile") / "w")
    bad = folder / "exports" / "bad"
    bad.mkdir()
    sources = []
    for number, (name, (content, more, _)) in enumerate(BAD.items()):
        # globs mean themselves only where the file is there
        if name == "pipe.csv":
            os.mkfifo(bad / name)
        elif name == "link.csv":
            (bad / name).symlink_to("nowhere.csv")
        elif "*" not in name:
            (bad / name).write_bytes(content.encode() if isinstance(content, str) else content)
        columns = {"account_id": "account_id", "started_at": "started_at"}
        if name in ("renamed.csv", "latin.json", "cut.json"):
            columns = {"account_id": "account_id"}
        sources.append(
            {"name": f"s{number}", "connector": "table", "entity": "account", "path": f"exports/bad/{name}"}
            | {"columns": columns}
            | more
        )
    declared = yaml.safe_load((folder / "waystage.yaml").read_text(encoding="utf-8"))
    declared["programs"].append({"id": "cedar", "name": "Cedar", "sources": sources})
    (folder / "waystage.yaml").write_text(yaml.safe_dump(declared, sort_keys=False), encoding="utf-8")
    return folder


def test_check_tells_every_unusable_export_and_exits_2(hostile: Path, waystage: Waystage) -> None:
    said = waystage("check", "--workspace", hostile, "--json")
    assert said.code == 2
    problems = json.loads(said.out)["problems"]
    assert {problem["program"] for problem in problems} == {"cedar"}
    told = " ".join(problem["text"] for problem in problems if problem["severity"] == "error")
    beyond_shape = {"dates.csv", "ragged.csv", "quotes.csv", "header only.csv", "-; 'a\" [b] ü.csv"}
    for name, (_, _, message) in BAD.items():
        assert (message in told) or name in beyond_shape, name


def test_bad_sources_stop_nobody_else_and_each_is_told(hostile: Path, waystage: Waystage) -> None:
    said = waystage("run", "--workspace", hostile, "--json")
    assert said.code == 3
    assert "Traceback" not in said.err
    problems = json.loads(said.out)["problems"]
    for name, (_, _, message) in BAD.items():
        assert any(message in problem for problem in problems), name
    with duckdb.connect(str(hostile / "published" / "waystage.duckdb"), read_only=True) as con:
        loads = con.execute("select file, rows_read, rows_loaded, rows_rejected, reason from load").fetchall()
        rejected = {file for (file,) in con.execute("select distinct file from rejected").fetchall()}
        judged = {
            name for (name,) in con.execute("select distinct program_id from stage where stage is not null").fetchall()
        }
        listed = {name for (name,) in con.execute("select program_id from program").fetchall()}
    assert {"alder", "birch"} <= judged
    assert listed == {"alder", "birch", "cedar"}
    assert all(read == loaded + refused for _, read, loaded, refused, _ in loads)
    without_file = {"nothing/*.csv", "pipe.csv", "link.csv"}
    told = {file: reason for file, *_, reason in loads}
    for name, (_, _, message) in BAD.items():
        if name in without_file:
            continue
        assert message in told[f"exports/bad/{name}"]
        assert f"exports/bad/{name}" in rejected or name == "header only.csv"


def test_strict_publishes_nothing(hostile: Path, waystage: Waystage, tmp_path: Path) -> None:
    folder = tiny_world.write(tmp_path / "w", programs=("alder",))
    (folder / "exports" / "alder" / "tickets-2.csv").write_bytes(b"\x00")
    said = waystage("run", "--workspace", folder, "--strict")
    assert said.code == 1
    assert "tickets-2.csv: rejected" in said.err
    assert not (folder / "published" / "waystage.duckdb").exists()
