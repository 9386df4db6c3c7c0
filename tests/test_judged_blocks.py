"""Programs judged in blocks, in processes of their own, are judged as all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines import judged_block, judgement, session


def test_blocks_in_other_processes_say_what_one_block_says(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = session.validate(published)
    shutil.copyfile(published / ".waystage" / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        given = con, opened.workspace, opened.packs, opened.catalogue
        judgement.judge(*given)
        whole = {name: con.execute(f"from judged.{name} order by all").fetchall() for name in judgement.BY_PROGRAM}
        monkeypatch.setattr(judgement, "PROGRAMS", 1)
        monkeypatch.setattr(judged_block, "MOST_ALONE", 1)
        rows = judgement.judge(*given)
        parts = {name: con.execute(f"from judged.{name} order by all").fetchall() for name in judgement.BY_PROGRAM}
    assert repr(parts) == repr(whole)  # a number that is none is not equal to itself
    assert {name: len(found) for name, found in parts.items()} == {name: rows[name] for name in parts}
    assert len({row[0] for row in parts["stage"]}) > 1
