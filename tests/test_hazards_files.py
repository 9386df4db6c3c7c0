"""Ways in which an export is known to mislead about how a file is written.

Written in the vendors' shapes, nothing here is a recording. How a connector reads one stream in all its variants is in
the cases beside its SQL; here the same hazard goes the whole way from a file to `source.*` and `staging.*`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from tests.landing_world import source
from tests.staged_world import counts, told


class TestFiles:
    def test_repeated_headers_do_no_harm_unless_they_are_wanted(self, tmp_path: Path) -> None:
        text = "Issue key,Created,Comment,Comment,Labels,Labels\nA-1,2026-01-05,x,y,export,csv\n"
        columns = {"ticket_id": "Issue key", "created_at": "Created"}
        world = told(tmp_path, source("ticket", columns=columns), {"a.csv": text})
        assert world.rows("select ticket_id from source.ticket") == [("A-1",)]
        refused = told(tmp_path / "2", source("ticket", columns={**columns, "tags": "Labels"}), {"a.csv": text})
        assert counts(refused) == {"a.csv": ("rejected", 1, 1)}
        assert "Labels" in refused.messages[0]

    def test_repeated_headers_between_files_put_together_are_rows_told_of(self, tmp_path: Path) -> None:
        header = "ticket_id,created_at\n"
        world = told(tmp_path, source("ticket"), {"a.csv": f"{header}1,2026-01-05\n{header}2,2026-01-06\n"})
        assert [row for row, *_ in world.rejected] == [2]
        assert world.rows("select ticket_id from source.ticket order by 1") == [("1",), ("2",)]

    def test_footers_of_a_report_are_rows_told_of(self, tmp_path: Path) -> None:
        report = (
            "Case ID,Case Number,Status,Subject,Opened Date\n5005g00000A1b2C,00001,New,Exports,2026-01-05\n"
            '"Cases of the quarter"\n"Copyright (c) 2026 Harborline"\n"Confidential"\n'
        )
        world = told(tmp_path, "salesforce", {"report.csv": report})
        assert counts(world) == {"report.csv": ("partial", 4, 3)}
        assert [row for row, _, _ in world.rejected] == [2, 3, 4]
        assert world.rows("select count(*) from source.ticket") == [(1,)]

    def test_totals_below_the_rows_are_told_of_and_not_added(self, tmp_path: Path) -> None:
        text = "Page,Day,Visitor\n/hc/exports,2026-01-05,v1\n/hc/imports,2026-01-05,v2\n,2026-01-05,255826201\n"
        columns = {"content_id": "Page", "viewed_at": "Day", "session_id": "Visitor"}
        world = told(tmp_path, source("content_view", columns=columns), {"pages.csv": text})
        assert [(row, column) for row, column, _ in world.rejected] == [(3, "Page")]
        assert world.rows("select count(*) from source.content_view") == [(2,)]

    @pytest.mark.parametrize("end", ["\r", "\r\n", "\n"], ids=["CR", "CRLF", "LF"])
    def test_cr_only_line_ends_and_a_byte_order_mark_change_nothing(self, tmp_path: Path, end: str) -> None:
        lines = ["ticket_id,created_at,subject", "1,2026-01-05,Exports", "2,2026-01-06,Imports", ""]
        world = told(tmp_path, source("ticket"), {"a.csv": b"\xef\xbb\xbf" + end.join(lines).encode()})
        assert counts(world) == {"a.csv": ("loaded", 2, 0)}
        assert world.rows("select ticket_id from source.ticket order by 1") == [("1",), ("2",)]

    def test_all_null_columns_have_the_type_of_the_contract_whatever_the_file_took_them_for(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "exports").mkdir()
        duckdb.execute(
            "copy (select '1' as ticket_id, '2026-01-05T10:00:00Z' as created_at, cast(null as integer) as solved_at,"
            " cast(null as integer) as tags, cast(null as double) as requester_id)"
            f" to '{tmp_path / 'exports' / 'a.parquet'}'"
        )
        solved = {"ticket_id": "2", "created_at": "2026-01-06", "solved_at": "2026-01-07", "tags": ["x"]}
        world = told(tmp_path, source("ticket"), {"b.ndjson": solved})
        assert world.rows("select ticket_id, solved_at, tags, requester_id from source.ticket order by 1") == [
            ("1", None, None, None), ("2", dt.datetime(2026, 1, 7), ["x"], None),
        ]  # fmt: skip
