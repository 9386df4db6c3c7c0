"""What disturbs a night from outside is no fault of the exports: it ends the run in one line, the next one is whole."""

from __future__ import annotations

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from connectors import machine
from connectors.identity import BrokenKey, load_key
from pipelines import history, session
from pipelines.problem import RunFailed
from tests.conftest import Waystage
from tests.landing_world import landed, put, source
from tests.tiny_world import in_force

pytestmark = pytest.mark.usefixtures("quick")

ACCOUNTS = "account_id,name\n" + "".join(f"{number},Acme {number}\n" for number in range(2000))


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """As on a full disk: what is written beyond so many bytes fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_no_fault_of_the_export_and_is_not_remembered_as_one(tmp_path: Path) -> None:
    config = source("account", columns={"account_id": "account_id", "name": "name"})
    put(tmp_path, {"accounts.csv": ACCOUNTS})
    with no_file_beyond(2000), pytest.raises(duckdb.IOException, match="File too large") as failed:
        landed(tmp_path, {}, config)
    told = machine.instruction(failed.value)
    assert told is not None
    assert told.endswith("File too large; raise the limit on the size of files (ulimit -f), then run again")
    [file] = landed(tmp_path, {}, config).report.files
    assert (file.status, file.rows_loaded) == ("loaded", 2000)


def test_an_error_that_comes_from_itself_is_looked_at_once() -> None:
    first, second = OSError(errno.ENOSPC, "No space left on device"), ValueError("of no consequence")
    second.__cause__, first.__context__ = first, second
    assert machine.is_at_fault(second)
    second.__cause__ = second
    assert not machine.is_at_fault(second)


def test_an_export_that_speaks_of_full_disks_is_refused_as_any_other(tmp_path: Path) -> None:
    config = source("ticket", columns={"ticket_id": "id", "created_at": {"sql": "strptime(\"at\", '%d/%m/%Y')"}})
    wrong = "id,at\n1,IO Error: No space left on device\n2,database or disk is full\n3,01/02/2025\n"
    result = landed(tmp_path, {"tickets.csv": wrong, "broken.json": '[{"id": "1: No space left on device"'}, config)
    assert [(one.rows_loaded, one.status) for one in result.report.files] == [(0, "rejected"), (1, "partial")]


def test_signals_are_not_taken_for_unknown_for_want_of_room(
    world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = in_force(world)

    def full(*_: object) -> None:
        raise duckdb.IOException('IO Error: Could not write file "warehouse.duckdb.wal": No space left on device')

    monkeypatch.setattr("transforms.measure._shape_problem", full)
    said = waystage("run", "-w", world, "--from", "2025-01")
    assert (said.code, said.out, in_force(world)) == (1, "", before)
    assert said.err == (
        'waystage run: IO Error: Could not write file "warehouse.duckdb.wal": No space left on device; '
        "free some space, then run again; nothing was published\n"
    )


def test_a_landed_file_that_was_cut_short_since_lands_again(tmp_path: Path) -> None:
    config = source("account", columns={"account_id": "account_id", "name": "name"})
    first = landed(tmp_path, {"accounts.csv": ACCOUNTS}, config)
    [part] = first.report.files[0].parts
    part.parquet.write_bytes(part.parquet.read_bytes()[:-100])
    again = landed(tmp_path, {}, config)
    assert again.report.files[0].is_new
    assert again.rows("select count(*) from landing.table__account") == [(2000,)]


def test_half_a_key_is_no_key(world: Path, waystage: Waystage) -> None:
    key = world / ".waystage/key"
    for half in (b"", b"5a5a5a\n", b"\0" * 65):
        key.write_bytes(half)
        with pytest.raises(BrokenKey):
            load_key(key.parent)
    said = waystage("run", "-w", world)
    assert (said.code, said.out) == (1, "")
    assert f"{key}: this is no key; legal: 64 hexadecimal digits; put the copy of it back" in said.err


def test_ids_of_runs_stay_in_order_where_the_clock_is_set_back() -> None:
    with duckdb.connect() as con:
        con.execute(f"create schema history; {history.RUN}")
        given = "20260301T020000Z-00000a"
        assert history.run_id_after_all(con, given, []) == given
        con.execute("insert into history.run (run_id) values ('20360301T235959Z-ffffff')")
        assert history.run_id_after_all(con, given, ["mine"]) == "20360302T000000Z-00000a"
        assert history.run_id_after_all(con, given, ["20370101T000000Z-000001"]) == "20370101T000001Z-00000a"


def spoiled(state: Path, offset: int) -> None:
    """A warehouse of which some bytes are gone."""
    with session.warehouse_of(state) as con:
        con.execute("create table fact as select range as a, hash(range) as b from range(300000)")
    path = state / "warehouse.duckdb"
    content = bytearray(path.read_bytes())
    content[offset : offset + 5000] = bytes(5000)
    path.write_bytes(content)


def test_a_warehouse_whose_header_is_damaged_is_made_anew_at_once(tmp_path: Path) -> None:
    spoiled(tmp_path, 4096)
    with session.warehouse_of(tmp_path) as con:
        assert con.execute("select count(*) from duckdb_tables()").fetchall() == [(0,)]
    assert (tmp_path / "warehouse.broken").is_file()


def test_a_warehouse_that_turns_out_to_be_damaged_is_made_anew_by_the_next_run(tmp_path: Path) -> None:
    spoiled(tmp_path, 300_000)
    told = "warehouse.broken: the warehouse was damaged and is out of use; nothing was published; the next run makes it"
    with pytest.raises(RunFailed, match=told), session.warehouse_of(tmp_path) as con:
        con.execute("select sum(a), max(b) from fact")
    with session.warehouse_of(tmp_path) as con:
        assert con.execute("select count(*) from duckdb_tables()").fetchall() == [(0,)]
