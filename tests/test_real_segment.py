"""Segment through the whole night: a table of pages somebody made, archives and tables written from the spec.

No raw archive and no set of warehouse tables is public under a licence that lets us copy it: those are written here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from connectors.contract import SourceConfig
from pipelines import cli
from tests.landing_world import landed
from tests.quick_runs import quick_runs

PAGES = Path(__file__).parent / "real" / "segment" / "example_segment_pages.csv"
AS_OF = "2026-02-28"
HELP = "https://help.acme.example/hc/en-us"
SEGMENT = SourceConfig(name="s", connector="segment", paths=("exports",))


def call(kind: str, number: int, **more: Any) -> dict[str, Any]:
    """A raw call as the archive has it, one a minute."""
    at = f"2026-02-01T10:{number:02}"
    return {
        "_metadata": {"bundled": ["Segment.io"]},
        "anonymousId": "1f45380a-ecee",
        "channel": "client",
        "context": {"ip": "8.8.8.8", "locale": "de-DE", "userAgent": "Mozilla/5.0 (Macintosh)"},
        "integrations": {},
        "messageId": f"ajs-{number}",
        "originalTimestamp": f"{at}:09.580Z",
        "receivedAt": f"{at}:01.615Z",
        "sentAt": f"{at}:09.583Z",
        "timestamp": f"{at}:00.580Z",
        "type": kind,
        "userId": None,
        "version": "2",
        **more,
    }


def page(number: int, url: str, referrer: str = "", **more: Any) -> dict[str, Any]:
    return call("page", number, properties={"url": url, "path": "/", "referrer": referrer, "title": "x"}, **more)


ADA = {"email": "Ada@Quarry.example", "name": "zzcanary", "role": "admin", "isInternal": False}
ACME = {"name": "zzcanary", "website": "quarry.example", "plan": "enterprise"}
GOOGLEBOT = {"userAgent": "Googlebot/2.1", "groupId": "pine"}
HOUR = [
    page(0, f"{HELP}/articles/360-Set-up-SSO?x=1", f"{HELP}/search?query=sso"),
    page(1, "https://www.acme.example/pricing"),
    call("identify", 2, userId="u1", traits=ADA),
    call("group", 3, userId="u1", groupId="acme", traits=ACME),
    call("track", 4, userId="u1", event="Report Shared", properties={"is_value_event": True, "email": "b@o.example"}),
    call("track", 5, userId="u1", event="Video Played", context={"page": {"url": "https://academy.acme.example/c/1"}}),
    call("track", 6, event="CTA Clicked"),
    call("alias", 7, userId="u1", previousId="old"),
    page(8, f"{HELP}/articles/361", userId="u2@pine.example", context=GOOGLEBOT),
]  # fmt: skip
# the same call in the table of all events and of its own, a day later another
TRACKS = (
    "id,anonymous_id,context_group_id,event,event_text,received_at,sent_at,timestamp,user_id,uuid_ts\n"
    "ajs-4,b,,report_shared,Report Shared,2026-02-01 10:04:01.615,2026-02-01,2026-02-01 10:04:00.58,u1,2026-02-01\n"
    "ajs-50,b,,report_shared,Report Shared,2026-02-02 10:04:01,2026-02-02,2026-02-02 10:04:00,u1,2026-02-02\n"
)
REPORT_SHARED = (
    "id,anonymous_id,event,event_text,received_at,sent_at,timestamp,user_id,format,url,title\n"
    "ajs-50,b,report_shared,Report Shared,2026-02-02 10:04:01,2026-02-02 10:04:09,2026-02-02 10:04:00,u1,pdf,,\n"
)
USERS = (
    "id,received_at,uuid_ts,email,is_staff,context_locale\nu9,2026-02-03 10:00:00,2026-02-03,eve@acme.example,true,en\n"
)
IDENTIFIES = (
    "id,user_id,anonymous_id,received_at,timestamp,email\ni1,u2@pine.example,b2,2026-02-03,2026-02-03 09:00:00,\n"
)
GROUPS = (
    "id,group_id,user_id,anonymous_id,received_at,timestamp,name,domain\ng1,pine,u2@pine.example,b2,2026-02-03,"
    "2026-02-03 09:00:00,zzcanary,pine.example\n"
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One night on a raw archive, given twice in part, and the tables."""
    workspace = tmp_path_factory.mktemp("segment")
    logs = workspace / "exports" / "segment-logs"
    (logs / "day").mkdir(parents=True)
    packed = "\n".join(map(json.dumps, HOUR)).encode()
    (logs / "day" / "1470859200000.e67c.1.6.0.gz").write_bytes(gzip.compress(packed))
    (logs / "batch.json").write_text(json.dumps({"batch": HOUR[:3], "sentAt": "2026-02-01T10:00:00Z"}))
    for name, text in {
        "tracks": TRACKS,
        "report_shared": REPORT_SHARED,
        "users": USERS,
        "x": IDENTIFIES,
        "y": GROUPS,
    }.items():
        (workspace / "exports" / f"{name}.csv").write_text(text, encoding="utf-8")
    (workspace / "exports" / "pages.csv").write_bytes(PAGES.read_bytes())
    sources = [{"connector": "segment", "path": path} for path in ("exports/", "exports/segment-logs/**/*.gz")]
    program = {"id": "p", "name": "P", "sources": sources}
    (workspace / "waystage.yaml").write_text(
        yaml.safe_dump({"programs": [program], "models": ["trainn"]}), encoding="utf-8"
    )
    with quick_runs():
        assert cli.main(["run", "-w", str(workspace), "--as-of", AS_OF, "--json"]) == 0
    connection = duckdb.connect(str(workspace / ".waystage" / "warehouse.duckdb"), read_only=True)
    yield connection
    connection.close()


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return con.execute(sql).fetchall()


def test_every_file_is_known_by_its_content(warehouse: duckdb.DuckDBPyConnection) -> None:
    read = "select parse_filename(file), rows_read, rows_loaded, status from landing.load order by all"
    assert rows(warehouse, read) == [
        ("1470859200000.e67c.1.6.0.gz", 9, 9, "loaded"),
        ("batch.json", 3, 3, "loaded"),
        ("pages.csv", 1, 1, "loaded"),
        ("report_shared.csv", 1, 1, "loaded"),
        ("tracks.csv", 2, 2, "loaded"),
        ("users.csv", 1, 1, "loaded"),
        ("x.csv", 1, 1, "loaded"),
        ("y.csv", 1, 1, "loaded"),
    ]


def test_use_counts_once_and_is_known_users_in_the_product(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        warehouse, "select cast(occurred_at as varchar), feature, is_value_event from source.usage_event order by all"
    ) == [
        ("2026-02-01 10:04:00.58", "report shared", True),
        ("2026-02-02 10:04:00", "report shared", None),
    ]
    assert rows(warehouse, "select count(distinct account_key), count(account_key) from staging.usage_event") == [
        (1, 2)
    ]


def test_pages_of_education_are_views_and_bots_see_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(warehouse, "select content_id, entry, learner_id is not null from source.content_view") == [
        ("help.acme.example/articles/360", "search", True)
    ]


def test_people_and_accounts_come_of_identify_and_group(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        warehouse, "select email_domain, role, locale, is_staff, account_id is not null from source.learner order by 1"
    ) == [
        ("acme.example", None, "en", True, False),
        ("pine.example", None, None, None, True),
        ("quarry.example", "admin", "de-DE", False, True),
    ]
    assert rows(warehouse, "select domain, segment from source.account order by 1") == [
        ("pine.example", None),
        ("quarry.example", "enterprise"),
    ]


def test_nobody_is_named_in_what_is_kept(warehouse: duckdb.DuckDBPyConnection) -> None:
    for (table,) in rows(warehouse, "select view_name from duckdb_views() where schema_name = 'landing'"):
        assert "zzcanary" not in str(rows(warehouse, f'select * from landing."{table}"'))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "event_type,user_id,uuid,event_time\nx,1,2,2026-01-01\n", "fit none of the connector's exports"),
        ("a.json", '{"things": [{"a": 1}]}', "has the shape of none"),
        ("a.csv", "id,email,name\n1,a@b.example,x\n", "fit none of the connector's exports"),
    ],
)
def test_what_is_not_segments_is_told(tmp_path: Path, name: str, content: str, said: str) -> None:
    assert said in landed(tmp_path, {name: content}, SEGMENT).messages[0]


def test_what_archives_have_at_times_costs_no_call(tmp_path: Path) -> None:
    odd = [
        call("track", 1, userId=4711, event="A", sentAt=1769940000790, timestamp=None, traits={"createdAt": "soon"}),
        call("track", 2, userId="", event=None, extra={"a": [1]}),
        {"type": "page", "messageId": "m", "userId": "u", "receivedAt": "2026-02-01T10:00:00Z"},
        call("track", 3, messageId=None),
    ]
    found = landed(tmp_path, {"a.json": "\n".join(map(json.dumps, odd))}, SEGMENT)
    assert [(row, column) for row, column, _ in found.rejected] == [(4, "messageId")]
    assert found.rows("select cast(occurred_at as varchar) from landing.segment__calls order by _row") == [
        ("2026-02-01 10:01:01.615",),
        ("2026-02-01 10:02:00.58",),
        ("2026-02-01 10:00:00",),
    ]
