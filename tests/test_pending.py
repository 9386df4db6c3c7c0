"""While another stage waits to be confirmed, nothing says how sure the named one is: table, explain and site agree."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboards.page import build_site
from pipelines import summary
from pipelines.commands import explain
from rules.left_open import BY_CHANCE
from tests.site_world import build


@pytest.mark.parametrize("pending", [None, 5])
def test_sureness_is_told_of_a_stage_that_the_evidence_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pending: int | None
) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    with duckdb.connect(str(database)) as con:
        con.execute("update stage set confidence = 0.42, pending_stage = ?", [pending])
        con.execute("create table if not exists top_friction (program_id varchar, month date, friction varchar)")
        con.execute("alter table top_friction add column title varchar")
        explained = explain.as_text(explain.read(con, "quarry-learning", "trainn", None)[0])
    build_site(database, tmp_path / "site")
    summary.show(summary.read(database), ["trainn"])
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("quarry-learning"))
    page = (tmp_path / "site/programs/quarry-learning.html").read_text(encoding="utf-8").split("Three jobs")[0]
    portfolio = (tmp_path / "site/index.html").read_text(encoding="utf-8").split("sortable programs")[1]
    is_sure = pending is None
    assert ("42% sure" in explained) is is_sure
    assert ("42%" in row) is is_sure
    assert ("42%" in page) is is_sure
    assert ("42%" in portfolio) is is_sure
    if pending:
        assert "this month reads 5, to be confirmed" in explained
        assert "4, 5 pending" in row
        assert "stage 5 waits to be confirmed" in page
        assert "this month reads 5, to be confirmed" in portfolio


def test_what_chance_may_have_missed_is_told_among_what_is_not_known(tmp_path: Path) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    with duckdb.connect(str(database)) as con:
        con.execute("update finding set outcome = 'not_met', reason = ? where model = 'trainn'", [BY_CHANCE])
        explained = explain.as_text(explain.read(con, "quarry-learning", "trainn", None)[0])
    build_site(database, tmp_path / "site")
    page = (tmp_path / "site/programs/quarry-learning.html").read_text(encoding="utf-8")
    every_condition, not_known = page.split("Every condition</h2>")[1].split("What we do not know</h2>")
    assert f"not met</span><small>{BY_CHANCE}" in every_condition
    assert "Missed by so little that it may be chance. </strong>Leaves open:" in not_known
    assert BY_CHANCE in explained.split("what we do not know")[1]
