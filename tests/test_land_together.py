"""Small files are landed together for speed: a user must not be able to tell from what landed."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from connectors import land as landing
from connectors.contract import SourceConfig
from tests.landing_world import Landed, landed, source

ZENDESK = SourceConfig(name="s", connector="zendesk_support", paths=("exports",))
BRIEF = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
Files = dict[str, bytes | str]

instants = st.sampled_from(["2025-03-01T09:30:00Z", "2025-04-02T10:00:00+02:00", "yesterday", None, "2999-01-01"])
tickets = st.fixed_dictionaries(
    {"id": st.integers(1, 5), "created_at": instants, "updated_at": instants, "requester_id": st.integers(1, 3),
     "subject": st.text(max_size=5), "status": st.just("open")},
    optional={"odd": st.integers(), "tags": st.lists(st.text("ab", max_size=2))},
)  # fmt: skip
strangers = st.fixed_dictionaries({"id": st.integers(1, 5), "displayName": st.just("Ada")})
users = st.fixed_dictionaries({"id": st.integers(1, 5), "role": st.just("end-user"), "email": st.just("a@b.example")})


def ticket(number: int) -> dict[str, Any]:
    return {"id": number, "requester_id": 7, "subject": "Exports", "status": "open", "created_at": "2025-03-01"}


def page(stream: str, rows: list[Any]) -> str:
    return json.dumps({stream: rows, "users_of_no_use": [{"a": 1}], "end_of_stream": True})


pages = st.one_of(
    st.builds(page, st.just("tickets"), st.lists(tickets, max_size=4)),
    st.builds(page, st.just("users"), st.lists(users, max_size=4)),
    st.builds(page, st.just("users"), st.lists(strangers, min_size=1, max_size=2)),
    st.builds(lambda rows: "\n".join(map(json.dumps, rows)) + "\n", st.lists(tickets, min_size=2, max_size=4)),
    st.builds(json.dumps, st.lists(tickets, max_size=3)),
    st.sampled_from(["", "[]", '{"tickets": [{"id": 1}', "{}", "[1, 2]", '{"type": "LOG", "record": null}']),
    st.builds(lambda text: gzip.compress(text.encode(), mtime=0), st.just(page("tickets", [ticket(9)]))),
)
cells = st.sampled_from(["1", "2", "Ada", "", '"a ""b"""', '"open', "x,y", "2025-03-01", "31/02/2025", "é"])
lines = st.lists(st.builds(lambda a, b, c: f"{a},{b},{c}", cells, cells, cells), max_size=4)
tables = st.one_of(
    st.builds(
        lambda rows, end: end.join(["account_id,name,started_at", *rows, ""]),
        lines,
        st.sampled_from(["\n", "\r", "\r\n"]),
    ),
    st.builds(lambda rows: "\n".join(["name,account_id,started_at", *rows, ""]), lines),
    st.builds(
        lambda rows: json.dumps([{"account_id": n, "name": name, "started_at": None} for n, name in rows]),
        st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab")), max_size=3),
    ),
    st.just("account_id,name,started_at\n1,\xff,\n".encode("latin-1")),
)


def told(outcome: Landed) -> list[Any]:
    """All that can be seen of a landing but the clock."""
    views = [name for (name,) in outcome.rows("select distinct target from landing.part order by target")]
    rows = [(view, sorted(map(repr, outcome.rows(f'select * from landing."{view}"')))) for view in views]
    loads = outcome.rows("select * exclude (landed_at) from landing.load order by file")
    parts = outcome.rows("select file, target, has_distinct_keys from landing.part order by all")
    return [*rows, loads, parts, outcome.rows("select * from landing.rejected order by all")]


def alone(land: Callable[[], Landed]) -> Landed:
    with patch.object(landing, "land_together", return_value={}):
        return land()


@given(st.lists(pages, min_size=2, max_size=6), st.sampled_from(["tickets", "page"]))
@BRIEF
def test_vendor_files_land_together_as_they_land_alone(contents: list[bytes | str], name: str) -> None:
    files: Files = {
        f"{name}-{number}.{'json.gz' if isinstance(content, bytes) else 'json'}": content
        for number, content in enumerate(contents)
    }
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        together = told(landed(Path(one), files, ZENDESK))
        assert together == told(alone(lambda: landed(Path(other), files, ZENDESK)))


@example(  # one after the other in one file, the second would close the quote that the first leaves open
    [
        'account_id,name,started_at\n1,"open\n',
        'account_id,name,started_at\n2,",\n',
    ]
)
@example(  # read together, DuckDB forgets the row with the open quote
    [
        "account_id,name,started_at\n",
        "account_id,name,started_at\n1,1,\n",
        'account_id,name,started_at\n1,1,2025-03-01\n2,1,"open\n',
    ]
)
@given(st.lists(tables, min_size=2, max_size=6))
@BRIEF
def test_tables_land_together_as_they_land_alone(contents: list[bytes | str]) -> None:
    files: Files = {
        f"a-{number}.{'json' if str(content).startswith('[') else 'csv'}": content
        for number, content in enumerate(contents)
    }
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        together = told(landed(Path(one), files, source("account")))
        assert together == told(alone(lambda: landed(Path(other), files, source("account"))))


def test_many_pages_share_one_parquet_and_one_changed_page_replaces_its_rows_only(tmp_path: Path) -> None:
    files: Files = {f"{n}.json": page("tickets", [ticket(n)]) for n in range(20)}
    landed(tmp_path, files, ZENDESK)
    parquets = set((tmp_path / ".waystage" / "landing").glob("*.parquet"))
    assert len(parquets) == 1
    changed = landed(tmp_path, {"3.json": page("tickets", [ticket(77)])}, ZENDESK)
    assert set((tmp_path / ".waystage" / "landing").glob("*.parquet")) > parquets
    ids = {id for (id,) in changed.rows("select id from landing.zendesk_support__tickets")}
    assert ids == {str(n) for n in range(20) if n != 3} | {"77"}
    assert [file.is_new for file in changed.report.files].count(True) == 1
    (tmp_path / "exports" / "4.json").unlink()
    fewer = landed(tmp_path, {}, ZENDESK)
    assert fewer.rows("select count(*) from landing.zendesk_support__tickets") == [(19,)]


def test_a_file_that_vanishes_while_landing_is_told_and_the_others_land(tmp_path: Path) -> None:
    files: Files = {f"{n}.json": page("tickets", [ticket(n)]) for n in range(3)}

    def vanish(_con: duckdb.DuckDBPyConnection, jobs: Any, _catalogue: Any) -> dict[str, Any]:
        jobs[1].path.unlink()
        return {}

    with patch.object(landing, "land_together", side_effect=vanish):
        outcome = landed(tmp_path, files, ZENDESK)
    assert outcome.rows("select count(*) from landing.zendesk_support__tickets") == [(2,)]
    assert [(file.file, file.status) for file in outcome.report.files if file.status != "loaded"] == [
        ("exports/1.json", "rejected")
    ]
    assert "cannot be opened" in outcome.messages[0]
