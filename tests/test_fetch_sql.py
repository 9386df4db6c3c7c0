"""Sources that are queries: on a PostgreSQL server started here, and on DuckDB and SQLite files."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest

from connectors import fetch_sql
from connectors.acquire import acquire
from pipelines.problem import InvalidWorkspace
from tests.remote_world import REQUIRE_ALL, SECRET, attached, bring, reason, told, workspace, written

ACCOUNTS = "create table accounts (account_id text, started_at timestamp, seats integer)"
ROWS = "insert into accounts values ('A1', '2025-01-02 03:04:05', 3), ('A2', null, null)"
QUERY = "query: select account_id, started_at from accounts order by account_id;"


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """A PostgreSQL of its own in a temporary folder, under a user without rights, on a free port of loopback."""
    programs = _postgres_programs()
    if programs is None:
        if REQUIRE_ALL:
            pytest.fail("PostgreSQL is not installed; apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed; apt-get install postgresql")
    pytest.importorskip("psycopg", reason="pip install -e .[test]")
    user = {"user": "postgres"} if os.geteuid() == 0 else {}  # it does not run as root
    with tempfile.TemporaryDirectory(prefix="waystage-pg-") as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
        free.close()
        if user:
            shutil.chown(folder, "postgres")
        data, secret = f"{folder}/data", Path(folder, "password")
        secret.write_text(SECRET)
        secret.chmod(0o644)

        def call(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, **user,
            )  # fmt: skip

        call("initdb", "-D", data, "-U", "ada", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-sync")
        options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        call("pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield port
        finally:
            call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


@pytest.fixture
def postgres(server: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection to an empty database, whose address the environment holds."""
    import psycopg  # noqa: PLC0415  where it is not installed these tests skip

    address = f"postgresql://ada:{quote(SECRET, safe='')}@127.0.0.1:{server}/postgres"
    monkeypatch.setenv("WAREHOUSE_URL", address)
    monkeypatch.setenv("PG_PASSWORD", SECRET)
    with psycopg.connect(address, autocommit=True) as con:
        con.execute("drop schema public cascade; create schema public")
        con.execute(ACCOUNTS)
        con.execute(ROWS)
        yield con


WAREHOUSE = "connection: ${WAREHOUSE_URL}\n"


def test_a_query_on_postgres_lands_under_the_name_of_its_connection(tmp_path: Path, postgres: Any, server: int) -> None:
    report = bring(tmp_path / "1", WAREHOUSE + QUERY)
    assert told(report) == {"${WAREHOUSE_URL}!/s": ("loaded", 2)}, report.problems
    assert attached(report).execute("select started_at::varchar from landing.table__account order by 1").fetchall() == [
        ("2025-01-02 03:04:05",),
        (None,),
    ]
    source = f"connection: postgresql://ada:${{PG_PASSWORD}}@127.0.0.1:{server}/postgres\n" + QUERY
    assert told(bring(tmp_path / "2", source)) == {
        f"postgresql://ada:${{PG_PASSWORD}}@127.0.0.1:{server}/postgres!/s": ("loaded", 2)
    }


def parquet(folder: Path, source: str) -> tuple[dict[str, str], list[tuple[Any, ...]]]:
    """Types and rows of what a query was fetched as."""
    opened = workspace(folder, source)
    (program,) = acquire(opened.state, opened.programs)
    brought = program.sources[0].brought
    assert brought is not None
    (file,) = brought.files
    assert file.path is not None, file.trouble
    rows = duckdb.sql(f"select * from read_parquet('{file.path}')")
    return dict(zip(rows.columns, map(str, rows.types), strict=True)), rows.fetchall()


def test_types_and_values_of_postgres_are_kept(tmp_path: Path, postgres: Any) -> None:
    postgres.execute("""create table every as select 9007199254740993::bigint as big, 1::smallint as small, true as yes,
        1.5::float8 as real, 12.30::numeric(10, 2) as money, 12345678901234567890.5::numeric as any_number,
        date '2025-01-02' as day, timestamp '2025-01-02 03:04:05.678901' as at,
        timestamptz '2025-01-02 03:04:05+02' as at_zone, 'a "b", c' || chr(10) || chr(13) || 'd' as text, '' as empty,
        '\\N' as like_null, null::text as nothing, '{"a": 1}'::jsonb as json, array['x', 'y, z'] as list,
        'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as id""")
    types, rows = parquet(tmp_path, WAREHOUSE + "query: select * from every")
    assert types == {
        "big": "BIGINT", "small": "SMALLINT", "yes": "BOOLEAN", "real": "DOUBLE", "money": "DECIMAL(10,2)",
        "any_number": "VARCHAR", "day": "DATE", "at": "TIMESTAMP", "at_zone": "TIMESTAMP WITH TIME ZONE",
        "text": "VARCHAR", "empty": "VARCHAR", "like_null": "VARCHAR", "nothing": "VARCHAR", "json": "VARCHAR",
        "list": "VARCHAR[]", "id": "UUID",
    }  # fmt: skip
    (row,) = rows
    said = dict(zip(types, row, strict=True))
    assert said["big"] == 9007199254740993
    assert said["any_number"] == "12345678901234567890.5"
    assert str(said["at"]) == "2025-01-02 03:04:05.678901"
    assert said["at_zone"].timestamp() == 1735779845
    assert said["text"] == 'a "b", c\n\rd'
    assert (said["empty"], said["like_null"], said["nothing"]) == ("", "\\N", None)
    assert said["list"] == ["x", "y, z"]


def test_a_single_column_of_nulls_and_empty_texts_keeps_its_rows(tmp_path: Path, postgres: Any) -> None:
    postgres.execute("create table thin as select unnest(array['', null, 'x', null]) as account_id")
    assert parquet(tmp_path, WAREHOUSE + "query: select * from thin")[1] == [("",), (None,), ("x",), (None,)]


def test_times_beyond_the_usual_are_kept_and_judged_by_landing(tmp_path: Path, postgres: Any) -> None:
    postgres.execute(
        "create table old as select 'A1' as account_id, date '0044-03-15 BC' as started_at,"
        " timestamp 'infinity' as ends_at"
    )
    query = "query: select account_id, started_at, ends_at, time '24:00' as late from old"
    types, _ = parquet(tmp_path, WAREHOUSE + query)
    shown = "query: select started_at::text as started_at, ends_at::text as ends_at from old"
    assert types["started_at"] == "DATE"
    assert parquet(tmp_path, WAREHOUSE + shown)[1] == [("0044-03-15 BC", "infinity")]
    assert list(told(bring(tmp_path, WAREHOUSE + "query: select * from old")).values()) == [("rejected", 0)]


def test_many_rows_stream_through_with_a_count(tmp_path: Path, postgres: Any) -> None:
    opened = workspace(
        tmp_path, WAREHOUSE + "query: select 'A' || n as account_id from generate_series(1, 250000) as n"
    )
    said: list[str] = []
    acquire(opened.state, opened.programs, said.append)
    assert "reading ${WAREHOUSE_URL}!/s: 10,000 rows" in said
    assert said[-1] == "reading ${WAREHOUSE_URL}!/s: 250,000 rows"


@pytest.mark.parametrize(
    "query",
    [
        "delete from accounts",
        "with gone as (delete from accounts returning *) select * from gone",
        "select account_id from accounts) as q; delete from accounts; --",
        "select account_id from accounts; delete from accounts",
        "select setval('counter', 7) as account_id",
    ],
)
def test_a_query_can_only_read(tmp_path: Path, postgres: Any, query: str) -> None:
    postgres.execute("create sequence counter")
    report = bring(tmp_path, f'{WAREHOUSE}query: "{query}"')
    assert list(told(report).values()) == [("rejected", 0)]
    assert postgres.execute("select count(*) from accounts").fetchone() == (2,)
    assert postgres.execute("select last_value from counter").fetchone() == (1,)
    assert "correct `query:`" in reason(report)


def test_what_a_function_writes_is_undone(tmp_path: Path, postgres: Any) -> None:
    bring(tmp_path, WAREHOUSE + "query: select lo_create(4711)::text as account_id, null::date as started_at")
    assert postgres.execute("select count(*) from pg_largeobject_metadata").fetchone() == (0,)


def test_several_queries_are_told_apart_by_their_names_and_fail_alone(tmp_path: Path, postgres: Any) -> None:
    source = (
        WAREHOUSE + "query:\n  first: select account_id, started_at from accounts where seats = 3\n"
        "  second: select nothing from nowhere\n"
        "  third: select account_id, started_at from accounts where seats is null"
    )
    report = bring(tmp_path, source, "{connector: table, entity: account}")
    assert told(report)["${WAREHOUSE_URL}!/second"] == ("rejected", 0)
    assert 'relation "nowhere" does not exist' in report.problems[0] + report.problems[-1]
    good = {name: said for name, said in told(report).items() if not name.endswith("second")}
    assert set(good) == {"${WAREHOUSE_URL}!/first", "${WAREHOUSE_URL}!/third"}


def test_columns_of_one_name_are_told(tmp_path: Path, postgres: Any) -> None:
    report = bring(tmp_path, WAREHOUSE + "query: select account_id, account_id from accounts")
    assert "columns of the query have the same name: 'account_id'" in reason(report)


def test_a_table_that_may_not_be_read_is_told(tmp_path: Path, postgres: Any, server: int) -> None:
    postgres.execute("drop role if exists guest")
    postgres.execute("grant usage on schema public to public")
    postgres.execute(f"create role guest login password '{SECRET}'")
    source = f"connection: postgresql://guest:${{PG_PASSWORD}}@127.0.0.1:{server}/postgres\n" + QUERY
    assert "grant select on them" in reason(bring(tmp_path, source))


def test_a_database_that_goes_away_leaves_the_last_good_copy(
    tmp_path: Path, postgres: Any, monkeypatch: pytest.MonkeyPatch, server: int
) -> None:
    assert told(bring(tmp_path, WAREHOUSE + QUERY)) == {"${WAREHOUSE_URL}!/s": ("loaded", 2)}
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://ada:x@127.0.0.1:9/postgres")
    report = bring(tmp_path, WAREHOUSE + QUERY)
    assert told(report) == {"${WAREHOUSE_URL}!/s": ("stale", 2)}
    assert "the database cannot be reached" in reason(report)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:wr0ng-s3cr3t@127.0.0.1:{port}/postgres",
        "postgresql://ada:s3cr3t/wr0ng@127.0.0.1:{port}/postgres",
        "postgresql://ada:half@s3cr3t@127.0.0.1:{port}/postgres",
        "postgresql://ada:s3cr3t@nowhere.invalid/postgres",
        "postgresql://ada:s3cr3t@127.0.0.1:{port}/no_such_database?nonsense=1",
    ],
)
def test_a_connection_that_fails_is_told_and_its_secret_is_not(
    tmp_path: Path, server: int, monkeypatch: pytest.MonkeyPatch, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", address.format(port=server))
    report = bring(tmp_path, WAREHOUSE + QUERY)
    assert list(told(report).values()) == [("rejected", 0)]
    seen = str(report) + "".join(capfd.readouterr())
    assert "s3cr3t" not in seen
    assert b"s3cr3t" not in written(tmp_path)


def test_check_reads_no_more_than_the_shape(tmp_path: Path, postgres: Any) -> None:
    opened = workspace(tmp_path, WAREHOUSE + "query: select 'A' || n as account_id from generate_series(1, 9999) as n")
    (program,) = acquire(opened.state, opened.programs, is_check=True)
    brought = program.sources[0].brought
    assert brought is not None
    assert duckdb.sql(f"select count(*) from '{brought.files[0].path}'").fetchone() == (fetch_sql.CHECKED_ROWS,)


@pytest.mark.parametrize("connection", ["duckdb:///dbs/a.duckdb", "dbs/a.duckdb", "duckdb:///{folder}/dbs/a.duckdb"])
def test_a_duckdb_file_is_read_and_nothing_else(tmp_path: Path, connection: str) -> None:
    (tmp_path / "dbs").mkdir()
    with duckdb.connect(str(tmp_path / "dbs/a.duckdb")) as con:
        con.execute(ACCOUNTS)
        con.execute(ROWS)
    given = connection.format(folder=tmp_path)
    assert told(bring(tmp_path, f"connection: {given}\n{QUERY}")) == {f"{given}!/s": ("loaded", 2)}
    (tmp_path / "private.csv").write_text("account_id\nA1\n")
    for query, message in {
        f"select * from '{tmp_path}/private.csv'": "the query cannot be run",
        "delete from accounts": "the query is not one select",
        "select 1; drop table accounts": "the query is not one select",
        "select account_id, account_id as Account_ID from accounts": "same name",
        "select nothing from accounts": "the query cannot be run",
    }.items():
        report = bring(tmp_path, f'connection: {given}\nquery: "{query}"')
        assert list(told(report).values()) == [("rejected", 0)], query
        assert message in reason(report)


def test_a_sqlite_file_is_read_with_the_types_of_its_values(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as con:
        con.execute("create table t (n, x, mixed, text, blob, missing)")
        con.executemany(
            "insert into t values (?, ?, ?, ?, ?, ?)",
            [(2**53 + 1, 1, 1, "a", b"\x00\xff", None), (None, 0.1, "b", '"q",\n', b"", None)],
        )
    con.close()
    before = (tmp_path / "a.db").read_bytes()
    types, rows = parquet(tmp_path, "connection: sqlite:///a.db\nquery: select * from t")
    assert types == {"n": "BIGINT", "x": "DOUBLE", "mixed": "VARCHAR", "text": "VARCHAR", "blob": "VARCHAR",
                     "missing": "VARCHAR"}  # fmt: skip
    assert rows == [(2**53 + 1, 1.0, "1", "a", "00ff", None), (None, 0.1, "b", '"q",\n', "", None)]
    for query in (
        "delete from t",
        "select 1; delete from t",
        "select * from t) ; delete from t --",
        "select n, n from t",
    ):
        report = bring(tmp_path / "w", f'connection: {tmp_path}/a.db\nquery: "{query}"')
        assert list(told(report).values()) == [("rejected", 0)], query
    assert (tmp_path / "a.db").read_bytes() == before
    assert parquet(tmp_path, "connection: a.db\nquery: select * from t where n = 0")[1] == []


def test_a_database_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("hello, this is no database")
    assert "the file is no database" in reason(bring(tmp_path, f"connection: a.db\n{QUERY}"))
    assert "did you mean 'a.db'?" in reason(bring(tmp_path, f"connection: b.db\n{QUERY}"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("connection: snowflake://x/y\nquery: select 1", "seen a connection to snowflake.*exported as Parquet"),
        ("connection: postgresql://ada:hunter2@host/db\nquery: select 1", "`password` is written out"),
        ("connection: a.db", "`connection` without `query`"),
        ("path: a.csv\nquery: select 1", "`query` without `connection`"),
        ("connection: a.db\nquery: {a/b: select 1}", "query"),
    ],
)
def test_a_connection_that_cannot_be_used_is_told(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(InvalidWorkspace, match=message) as caught:
        workspace(tmp_path, source)
    assert "hunter2" not in str(caught.value)
