"""What `make bench` rests on: rows found by their place, exports that stay the same, figures that the page repeats."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks import report, world
from tests.benchmarks.cost import Failed, measured, python
from tests.benchmarks.row import Line, rows


def test_every_row_says_what_it_measures_and_what_is_promised() -> None:
    found = rows()
    assert len({row.order for row in found}) == len(found) >= 9
    assert all(row.title and row.reach for row in found)


def test_exports_are_the_same_each_time_and_a_further_night_adds_a_thousandth(tmp_path: Path) -> None:
    size = world.of_events(20_000, 2, months=6)
    texts = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        exports = world.write(folder, size)
        read = f"select * from read_csv('{exports}/*/events/*.csv', filename = true) order by all"
        texts.append(duckdb.sql(read.replace(", filename = true", "")).fetchall())
    assert texts[0] == texts[1]
    assert len(texts[0]) == size.events
    world.one_more_night(tmp_path / "one", size)
    late = duckdb.read_csv(f"{tmp_path}/one/exports/*/events/night-1.csv").fetchall()
    assert len(late) == size.events / 1000
    assert {row[-1].date().month for row in late} == {1}
    world.take_back(tmp_path / "one")
    assert not list((tmp_path / "one").glob("exports/*/*/night-*"))


def test_a_command_costs_its_time_and_the_memory_of_those_it_began() -> None:
    child = "import time; held = bytearray(80_000_000); time.sleep(0.6)"
    cost = measured(python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{child}'])"))
    assert cost.seconds > 0.6
    assert 80 < cost.peak_mib < 200
    with pytest.raises(Failed, match="exited 1"):
        measured(python("raise SystemExit('no such export')"))


def test_figures_of_a_row_replace_those_it_had_and_leave_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"# Performance\n\n{report.BEGIN}\n{report.END}\n\nThe rest.\n", encoding="utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(report, "FIGURES", tmp_path / "performance.json")
    report.keep("small", 3, {"a": [Line("a thing", "9 s")], "b": [Line("b thing", "1 s", kept=False)]}, ["a", "b"])
    report.keep("small", 3, {"a": [Line("a thing", "2 s", kept=True)]}, ["a", "b"])
    said = page.read_text(encoding="utf-8")
    assert "| a thing | 2 s |" in said and "9 s" not in said
    assert "| b thing | 1 s | – | – | – | – | **no** | – |" in said
    assert said.startswith("# Performance") and said.endswith("The rest.\n")


def test_the_page_repeats_the_figures_kept() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    for measured_rows in json.loads(report.FIGURES.read_text(encoding="utf-8")).values():
        for row in measured_rows.values():
            assert all(line["what"] in page and line["ours"] in page for line in row["lines"])
