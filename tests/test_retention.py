"""`retention:` takes text out of landing when it is old enough, and nothing else changes by it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from connectors.identity import load_key
from connectors.land import land
from connectors.manifest import read_manifest
from pipelines import retention, session
from tests import tiny_world
from tests.conftest import Waystage
from tests.places import holding
from tests.quick_runs import quick_runs
from tests.tiny_world import ask, rows
from transforms.topic import Content, Topics

SOURCE = """\
      - connector: table
        entity: search
        path: exports/alder/searches.csv
        columns: {searched_at: When, query: Query, email: Who, result_count: Found}
"""


@pytest.fixture
def searching(world: Path) -> Path:
    """A workspace with a search log besides tickets, that keeps text for so long that two thirds of it is too old."""
    said = (world / "waystage.yaml").read_text()
    days = (dt.datetime.now(dt.UTC).date() - dt.date(2025, 3, 1)).days
    said = said.replace("  - id: birch", SOURCE + "  - id: birch") + f"retention: {{ticket_text: {days} days}}\n"
    (world / "waystage.yaml").write_text(said)
    log = [
        [
            (tiny_world.FIRST_DAY + dt.timedelta(days=day, minutes=one)).isoformat(),
            query,
            f"p{day % 9}@a.example",
            day % 3,
        ]
        for day in range(300)
        for one, query in enumerate(("Export a report ZZold" if day < 150 else "export a report", "export a report"))
    ]
    tiny_world.write_csv(world / "exports/alder/searches.csv", ["When", "Query", "Who", "Found"], log)
    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write("T-bad,2025-99-99,x@company1.example,N,Rejected zzcanary subject,Rejected zzcanary here,A,open\n")
    return world


def texts(folder: Path) -> list[tuple[str, str]]:
    """When landed tickets were opened, and their subjects."""
    landed = duckdb.read_parquet(str(folder / ".waystage/landing/*table__ticket.parquet"), union_by_name=True)
    return landed.select("cast(created_at as date), subject").order("all").fetchall()


def test_text_goes_when_it_is_old_and_verdicts_labels_and_topics_stay(searching: Path, waystage: Waystage) -> None:
    assert waystage("run", "-w", searching).code == 3  # one row is rejected
    before = rows(searching, without=("load", "stage_reported", "run"))
    assert ask(searching, "select count(*) filter (where topic is not null) > 100, count(*) from ticket")[0][0]
    old = [subject for day, subject in texts(searching) if day < dt.date(2025, 3, 1)]
    new = [subject for day, subject in texts(searching) if day > dt.date(2025, 3, 1)]
    assert len(old) > 300
    assert all(subject.startswith("purged-") for subject in old)
    assert not any(subject.startswith("purged-") for subject in new)
    assert holding(searching / ".waystage", "ZZold") == []  # searches too
    assert holding(searching / ".waystage", "Rejected zzcanary") == []  # and rejected rows
    # all is made again without the text
    with quick_runs():
        assert waystage("run", "-w", searching, "--from", "2000-01").code == 3
        assert rows(searching, without=("load", "stage_reported", "run")) == before
        assert waystage("forget", "-w", searching, "p3@a.example").code == 0  # makes the warehouse anew
    kept = "select count(*) from ticket where intent is null or intent_version is null"
    assert ask(searching, kept) == [(0,)]

    # landed again, the text of the same exports goes again
    state = searching / ".waystage"
    for path in (state / "landing").iterdir():
        path.unlink()
    opened = session.validate(searching)
    report = land(state, opened.workspace.programs, load_key(state))
    assert holding(state / "landing", "ZZold")
    labelled = {load.identity for load in report.files}
    assert retention.purge_text(opened.workspace, opened.exports, labelled) > 300
    assert holding(state / "landing", "ZZold") == []


def test_links_and_merges_of_a_comment_outlive_its_text(tmp_path: Path) -> None:
    said = (
        "ticket_id,created_at,body\n"
        '1,2020-01-01T00:00:00Z,"Dear zzcanary, see https://help.example/a). Merged into request #77, <a href=""https://x.example/b"">it</a>"\n'
        '1,2020-01-02T00:00:00Z,""\n'
        '1,2026-01-02T00:00:00Z,"zznew"\n'
    )
    (tmp_path / "comments.csv").write_text(said)
    (tmp_path / "waystage.yaml").write_text(
        "retention: {ticket_text: 2 years}\nprograms:\n  - id: pine\n    name: Pine\n    sources:\n"
        "      - {connector: table, entity: ticket_comment, path: comments.csv, "
        "columns: {ticket_id: ticket_id, created_at: created_at, body: body}}\n"
    )
    opened = session.validate(tmp_path)
    state = opened.workspace.state
    report = land(state, opened.workspace.programs, load_key(state))
    (state / "labels.duckdb").touch()
    assert retention.purge_text(opened.workspace, opened.exports, {load.identity for load in report.files}) == 1
    landed = duckdb.read_parquet(str(state / "landing/*.parquet")).select("body").fetchall()
    assert [body for (body,) in landed][1:] == [None, "zznew"]
    assert "zzcanary" not in landed[0][0]
    assert "https://help.example/a" in landed[0][0]
    assert 'href="https://x.example/b"' in landed[0][0]
    assert "Merged into request #77" in landed[0][0]
    assert retention.purge_text(opened.workspace, opened.exports, ()) == 0
    (tmp_path / "waystage.yaml").write_text((tmp_path / "waystage.yaml").read_text().replace("2 years", "1 day"))
    retention.purge_text(session.validate(tmp_path).workspace, opened.exports, ())
    assert read_manifest(state / "landing").landed == {}


@pytest.mark.parametrize(
    ("now", "period", "then"),
    [
        (dt.datetime(2026, 3, 31), "1 month", dt.datetime(2026, 2, 28)),
        (dt.datetime(2026, 1, 31, 5), "18 months", dt.datetime(2024, 7, 31, 5)),
        (dt.datetime(2024, 2, 29), "1 year", dt.datetime(2023, 2, 28)),
        (dt.datetime(2026, 12, 15), "12 months", dt.datetime(2025, 12, 15)),
        (dt.datetime(2026, 3, 31, 5, 4, 3, 2), "999 years", dt.datetime(1027, 3, 31, 5, 4, 3, 2)),
        (dt.datetime(2026, 1, 1), "90 days", dt.datetime(2025, 10, 3)),
    ],
)
def test_how_long_a_period_is(now: dt.datetime, period: str, then: dt.datetime) -> None:
    assert retention.earlier(now, period) == then


def test_new_tickets_join_the_topics_of_those_that_lost_their_text() -> None:
    topics = Topics([Content("c", "Exporting reports", None)])
    gone = topics.recalled("", "a", "k1", "webhook-retry", is_as_before=True)
    live = topics.recalled("The webhook retry never fires", "b", "k1", "webhook-retry", is_as_before=True)
    assert gone is live
    new = topics.asked("t9", "webhook retry does not fire", "c")
    assert new is not None
    assert (new.key, new.name) == ("k1", "webhook-retry")


@pytest.mark.parametrize("said", ["18", "a while", "0 days", "18 moons", "-1 days"])
def test_a_retention_that_is_no_period_is_refused(world: Path, waystage: Waystage, said: str) -> None:
    path = world / "waystage.yaml"
    path.write_text(path.read_text() + f"retention: {{ticket_text: {said}}}\n")
    refused = waystage("check", "-w", world)
    assert (refused.code, "retention.ticket_text" in refused.err + refused.out) == (2, True)
