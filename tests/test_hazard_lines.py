"""Lines of a table that mislead: footers and totals below the rows, and ids that a loader turned into floats."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.landing_world import source
from tests.staged_world import counts, staged, told
from tests.zendesk_pages import article

NAMED = "a total or footer line: "


def test_footers_and_totals_are_told_as_what_they_are(tmp_path: Path) -> None:
    text = (
        "ticket_id,created_at,subject\n1,2026-01-05,Exports\n2,2026-01-06,Imports\nTotal,,2 tickets\n"
        '"Tickets of the month"\nTotal,2\nCopyright (c) 2026 Harborline\n'
    )
    world = told(tmp_path, source("ticket"), {"a.csv": text})
    assert counts(world) == {"a.csv": ("partial", 6, 4)}
    assert [(row, reason.startswith(NAMED)) for row, _, reason in world.rejected] == [
        (3, True), (4, True), (5, True), (6, True)
    ]  # fmt: skip


def test_a_line_that_says_total_where_a_time_must_be_is_one(tmp_path: Path) -> None:
    text = "ticket_id,created_at\n1,2026-01-05\n2,Gesamtsumme\n"
    ((row, _, reason),) = told(tmp_path, source("ticket"), {"a.csv": text}).rejected
    assert (row, reason.startswith(NAMED)) == (2, True)


def test_a_row_that_was_cut_off_or_is_wrong_is_no_footer(tmp_path: Path) -> None:
    header = "ticket_id,created_at,subject\n"
    cut = told(tmp_path, source("ticket"), {"cut.csv": f"{header}1,2026-01-05,x\n2,2026-0"})
    wrong = told(tmp_path / "2", source("ticket"), {"a.csv": f"{header}1,,x\n2,2026-01-05,x\n3,yesterday,x\n"})
    bad = told(tmp_path / "3", source("ticket"), {"a.csv": f"{header},2026-01-05,x\n"})
    assert not any(reason.startswith(NAMED) for world in (cut, wrong, bad) for *_, reason in world.rejected)
    assert [len(world.rejected) for world in (cut, wrong, bad)] == [1, 2, 1]


def test_ids_of_things_that_became_floats_still_join(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    votes = tmp_path / "exports" / "votes.parquet"
    duckdb.execute(
        "copy (select 9.0::double as id, 360001.0::double as item_id, 'Article' as item_type, 1 as value,"
        f" timestamp '2026-01-05' as created_at, 70.0::double as user_id) to '{votes}'"
    )
    world = staged(tmp_path, "zendesk_guide", {"articles.json": {"articles": [article(360001)]}})
    assert world.rows(
        "select item.content_id from staging.content_vote join staging.content_item as item using (content_id)"
    ) == [("zendesk_guide:360001",)]


def test_ids_of_things_that_became_floats_join_tables_of_ones_own(tmp_path: Path) -> None:
    text = "content_id,session_id,viewed_at\n12.0,s1,2026-01-05\n12,s2,2026-01-06\nv1.0,s3,2026-01-07\n"
    world = told(tmp_path, source("content_view"), {"a.csv": text})
    assert world.rows("select content_id, count(*) from source.content_view group by 1 order by 1") == [
        ("12", 2), ("v1.0", 1)
    ]  # fmt: skip
