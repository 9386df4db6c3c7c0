"""`waystage forget`: a person is gone from landing to published, stays out of later runs, and what is left is what
would be there had the exports never held them."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from connectors.forgotten import Forgotten, read_forgotten
from connectors.identity import IdentityKey, load_key
from connectors.manifest import read_manifest
from connectors.scrub import where_named
from pipelines import cli, forget, session, traces
from pipelines.commands import forget as command
from pipelines.problem import UserError
from tests import tiny_world
from tests.conftest import Waystage
from tests.places import holding
from tests.run_world import Night, between
from tests.small_pack import MONTHS
from tests.tiny_world import ask, rows

ADDRESS = f"{tiny_world.CANARY}.person3@company3.example"
OTHER = f"{tiny_world.CANARY}.person5@company5.example"
AUTHOR = f"{tiny_world.PERSON_ID}-author-1"


def key_of(folder: Path, address: str = ADDRESS) -> str:
    return load_key(folder / ".waystage").hashed("email", address)


@pytest.fixture(scope="module")
def after(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A workspace in which somebody was forgotten, and what the command said."""
    folder = tmp_path_factory.mktemp("forget") / "ws"
    shutil.copytree(published, folder, symlinks=True)
    with sqlite3.connect(next((folder / ".waystage/dagster/history/runs").glob("*.db"))) as con:
        con.execute("create table if not exists note (text varchar)")
        con.execute("insert into note values (?)", [f"a message of an earlier version named {ADDRESS}"])
    assert holding(folder / ".waystage", key_of(folder))
    assert holding(folder / "published", key_of(folder))
    with pytest.MonkeyPatch.context() as patch, open(folder / "said.txt", "w+") as said:  # noqa: PTH123
        patch.setattr("sys.stdout", said)
        assert cli.main(["forget", "-w", str(folder), f" {ADDRESS.upper()}"]) == 0
        said.seek(0)
        text = said.read()
    (folder / "said.txt").unlink()
    yield folder, text
    shutil.rmtree(folder)


def test_it_says_where_the_person_was_and_that_they_are_nowhere(after: tuple[Path, str]) -> None:
    _, said = after
    assert "exports/alder/tickets.csv (landed), 2 rows" in said
    assert '("main"."ticket"), ' in said
    assert "history/runs" in said
    assert "files: none is found" in said
    assert "@" not in said


def test_no_file_of_state_or_results_holds_them(after: tuple[Path, str]) -> None:
    folder, _ = after
    for word in (key_of(folder), ADDRESS, ADDRESS.split("@", maxsplit=1)[0] + "@"):
        assert holding(folder / ".waystage", word) == []
        assert holding(folder / "published", word) == []
    assert holding(folder, ADDRESS) == [
        f"exports/{program}/{name}.csv" for program in ("alder", "birch") for name in ("events", "tickets")
    ]


def test_the_list_of_the_forgotten_tells_nobody_who_they_are(after: tuple[Path, str]) -> None:
    folder, _ = after
    path = folder / "forgotten.json"
    assert path.stat().st_mode & 0o777 == 0o600
    said = path.read_text()
    assert "@" not in said
    assert key_of(folder) not in said
    assert not (folder / ".waystage/forgetting.json").exists()


@pytest.mark.usefixtures("quick")
def test_what_is_left_is_what_exports_without_them_say(
    after: tuple[Path, str], tmp_path: Path, waystage: Waystage
) -> None:
    folder, _ = after
    other = tiny_world.write(tmp_path / "ws")
    for path in (other / "exports").rglob("*.csv"):
        with path.open(newline="") as file:
            kept = [row for row in csv.reader(file) if ADDRESS not in row]
        tiny_world.write_csv(path, kept[0], kept[1:])
    shutil.copy(folder / ".waystage/key", tmp_path / "key")
    (other / ".waystage").mkdir()
    shutil.move(tmp_path / "key", other / ".waystage/key")
    assert waystage("run", "-w", other).code == 0
    without = ("load", "stage", "stage_reported", "run", "check_result")
    assert rows(folder, without=without) == rows(other, without=without)
    stages = "select * exclude (run_id, change_cause) from stage order by all"
    assert ask(folder, stages) == ask(other, stages)
    restated = "select count(*) > 0 from stage where change_cause = 'scope'"
    assert (ask(folder, restated), ask(other, restated)) == ([(True,)], [(False,)])
    counts = "select program_id, file, rows_read, rows_loaded, rows_rejected from load order by all"
    assert ask(folder, counts) == ask(other, counts)
    told = "select count(*) from load where reason like '%2 rows of forgotten people left out'"
    assert ask(folder, told) == [(4,)]


def test_the_diff_names_the_cause(after: tuple[Path, str], waystage: Waystage) -> None:
    folder, _ = after
    assert "forgotten keys none → " in waystage("diff", "-w", folder).out


def test_later_exports_do_not_bring_them_back(after: tuple[Path, str], waystage: Waystage) -> None:
    folder, _ = after
    with (folder / "exports/alder/tickets.csv").open("a") as export:
        export.write(f"T-late,2025-06-29T12:00:00,{ADDRESS},New,How do I start,Hello,A,open\n")
        export.write("T-other,2025-06-29T12:00:00,new@company1.example,New,How do I start,Hello,A,open\n")
        export.write(f"T-bad,2025-99-99,{ADDRESS},New,How do I start,Hello,A,open\n")
    assert waystage("run", "-w", folder).code == 0  # the bad row is not read, so there is nothing to mend
    assert ask(folder, "select ticket_id from ticket where ticket_id in ('T-late', 'T-other', 'T-bad')") == [
        ("T-other",)
    ]
    assert holding(folder / ".waystage", key_of(folder)) == []
    assert ask(folder, "select count(*) from load where rows_read <> rows_loaded + rows_rejected") == [(0,)]
    said = waystage("forget", "-w", folder, ADDRESS)
    assert (said.code, "nowhere" in said.out) == (0, True)


def test_a_condition_that_forgetting_turns_says_that_the_scope_changed(tmp_path: Path) -> None:
    first = Night()
    fewer = dict(first.signals) | {"search": [0.9] * MONTHS}
    then = first.but(signals=fewer, settings={**first.settings, "forgotten_keys": "1"})
    with between(tmp_path, first, then) as found:
        assert found.conditions
        assert {row["cause"] for row in found.conditions} == {"scope"}


@pytest.mark.parametrize("stop", ["scrub", "write_manifest", "take_out", "finish"])
def test_stopped_anywhere_it_is_finished_by_asking_again(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waystage: Waystage, stop: str
) -> None:
    folder = tmp_path / "ws"
    shutil.copytree(published, folder, symlinks=True)
    key = key_of(folder, OTHER)
    monkeypatch.setattr(command, "_run_again", lambda *_: None)  # a run that is cut short has tests of its own

    def stopped(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(forget, stop, stopped)
        assert waystage("forget", "-w", folder, OTHER).code == 130
    refused = waystage("forget", "-w", folder, ADDRESS)
    assert (refused.code, "first finish it with: waystage forget " in refused.err) == (2, True)
    assert waystage("forget", "-w", folder, OTHER).code == 0
    assert holding(folder / ".waystage", key) == []
    assert holding(folder / "published", key) == []
    shutil.rmtree(folder)


def test_a_run_that_fails_leaves_the_person_gone_all_the_same(
    world: Path, monkeypatch: pytest.MonkeyPatch, waystage: Waystage
) -> None:
    monkeypatch.setattr(command, "_run_again", lambda *_: "the source cannot be reached")
    said = waystage("forget", "-w", world, AUTHOR)
    assert said.code == 1
    assert "the person is gone, but what is published was not made anew: the source cannot be reached" in said.err
    author = load_key(world / ".waystage").hashed("id", AUTHOR)
    assert holding(world / ".waystage", author) == holding(world / "published", author) == []
    # what somebody wrote is not about them: it stays, without its author
    landed = duckdb.read_parquet(str(world / ".waystage/landing/*content_item*.parquet"), union_by_name=True)
    assert landed.aggregate("count(*), count(author_id)").fetchall() == [(20, 14)]


def test_whom_an_id_or_a_key_means(published: Path) -> None:
    opened = session.validate(published)
    key = key_of(published)
    assert forget.find(opened.workspace, opened.exports, key).keys == {key}
    by_address = forget.find(opened.workspace, opened.exports, f"mailto:{ADDRESS.title()}")
    assert key in by_address.keys
    with pytest.raises(UserError, match="nobody has this id or key"):
        forget.find(opened.workspace, opened.exports, "nobody-17")


def test_ids_that_two_vendors_share_are_not_taken_for_one_person(tmp_path: Path, waystage: Waystage) -> None:
    (tmp_path / "exports").mkdir()
    user = '{"users": [{"id": 7, "email": "ada@pine.example", "name": "Ada", "role": "end-user"}]}'
    (tmp_path / "exports/zendesk.json").write_text(user)
    (tmp_path / "exports/learners.csv").write_text("Learner,Mail\n7,bob@oak.example\n8,ada@pine.example\n")
    (tmp_path / "waystage.yaml").write_text(
        "as_of: 2025-06-30\nprograms:\n  - id: pine\n    name: Pine\n    sources:\n"
        "      - {connector: zendesk_support, path: exports/zendesk.json}\n"
        "      - {connector: table, entity: learner, path: exports/learners.csv, "
        "columns: {learner_id: Learner, email: Mail}}\n"
    )
    opened = session.validate(tmp_path)
    from connectors.land import land  # noqa: PLC0415

    land(opened.workspace.state, opened.workspace.programs, load_key(opened.workspace.state))
    with pytest.raises(UserError, match="7 is an id of 2 people"):
        forget.find(opened.workspace, opened.exports, "7")
    # an address is one person, with every id that lists of people name beside it
    ada = forget.find(opened.workspace, opened.exports, "Ada@pine.example")
    assert forget.find(opened.workspace, opened.exports, "8").keys <= ada.keys
    manifest = read_manifest(opened.workspace.state / "landing")
    assert sum(where_named(manifest, ada.keys, opened.exports).values()) == 2


def test_rows_are_taken_out_of_any_kind_of_file_and_nothing_else(tmp_path: Path) -> None:
    con = duckdb.connect(str(tmp_path / "a.duckdb"))
    con.execute("create table t (a varchar, b varchar[])")
    con.execute("insert into t values ('stays', ['x']), ('goes', ['zzcanary'])")
    con.execute("comment on table t is 'what it is'; comment on column t.a is 'a''s'")
    con.execute(f"copy t to '{tmp_path}/a.parquet'")
    con.close()
    with sqlite3.connect(tmp_path / "a.db") as lite:
        lite.execute("create table t (a, b)")
        lite.executemany("insert into t values (?, ?)", [("stays", "x"), ("goes", "y" * 9000 + "zzcanary")])
    (tmp_path / "a.txt").write_text("zzcanary")
    for path in sorted(tmp_path.iterdir()):
        assert len(traces.traces_in(path, ["zzcanary"])) == 1, path
        traces.take_out(path, ["zzcanary"])
        assert not path.exists() or traces.traces_in(path, ["zzcanary"]) == []
    assert not (tmp_path / "a.txt").exists()
    assert b"zzcanary" not in (tmp_path / "a.db").read_bytes() + (tmp_path / "a.duckdb").read_bytes()
    assert duckdb.read_parquet(str(tmp_path / "a.parquet")).fetchall() == [("stays", ["x"])]
    with duckdb.connect(str(tmp_path / "a.duckdb"), read_only=True) as con:
        assert con.execute("from t").fetchall() == [("stays", ["x"])]
        assert con.execute("select comment from duckdb_tables()").fetchall() == [("what it is",)]
        assert con.execute("select comment from duckdb_columns() where column_name = 'a'").fetchall() == [("a's",)]


def test_a_list_that_cannot_be_read_brings_nobody_back(world: Path, waystage: Waystage) -> None:
    (world / "forgotten.json").write_text("{")
    said = waystage("run", "-w", world, "--from", "2000-01")
    assert said.code == 1
    assert "who was forgotten cannot be read; put back a copy of the file" in said.err


def test_the_list_knows_its_people_under_the_key_it_was_made_with(tmp_path: Path) -> None:
    old, new = IdentityKey(b"a" * 32), IdentityKey(b"b" * 32)
    forgotten = Forgotten({}).with_keys(old, ["k"]).with_keys(new, ["m"])
    assert len(forgotten.under(old)) == len(forgotten.under(new)) == 1
    with pytest.raises(ValueError, match="forgotten under another"):
        forgotten.require(new)
    Forgotten({}).with_keys(old, ["k"]).require(old)
    assert read_forgotten(tmp_path).fingerprint is None
