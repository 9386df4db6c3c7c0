"""The site of many programs: counted, found and left out of nobody's memory; in several processes as in one."""

from __future__ import annotations

import csv
import re
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from dashboards import crew, data_quality
from dashboards.facts import site
from dashboards.layout import Files
from dashboards.page import build_site
from dashboards.published import connect
from tests.many_programs import multiply
from tests.site_world import CAST, build

PROGRAMS = 78


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    return multiply(build(folder / "few.duckdb"), folder / "many.duckdb", PROGRAMS, months=9)


@pytest.fixture(scope="module")
def built(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build_site(database, folder)
    return folder


def test_a_world_of_copies_has_every_program_once_with_its_months(database: Path) -> None:

    with duckdb.connect(str(database), read_only=True) as con:
        assert con.execute("select count(*), count(distinct program_id) from program").fetchall() == [
            (PROGRAMS, PROGRAMS)
        ]
        spans = con.execute(
            "select distinct count(*), count(distinct month) from stage where model = 'trainn' group by program_id"
        ).fetchall()
    assert spans == [(9, 9)]


def test_the_roll_up_counts_everyone_and_those_without_data_apart(built: Path) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    counts = re.search(r"<table[^>]*counts.*?</table>", text, re.DOTALL)
    assert counts
    for row in re.findall(r"<tr.*?</tr>", counts[0], re.DOTALL)[1:]:
        numbers = [int(number) for number in re.findall(r"<strong>(\d+)</strong>", row)]
        assert sum(numbers) == PROGRAMS
        assert numbers[-1] == PROGRAMS * 2 / len(CAST)  # one of thin evidence, one of none
    assert "Not enough data" in counts[0]


def test_every_program_has_its_page_its_row_and_its_line_in_the_csv(built: Path) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    pages = {path.stem for path in (built / "programs").glob("*.html")}
    assert len(pages) == PROGRAMS
    assert set(re.findall(r'href="programs/([^"]+)\.html"', text)) == pages
    with (built / "data/programs.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["model"] == "trainn"]
    assert len(rows) == PROGRAMS - PROGRAMS / len(CAST)  # who was never judged has no line


def test_more_programs_than_anyone_reads_are_counted_by_month(built: Path) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    assert "Each column counts the programs by their stage." in text
    assert (built / "index.html").stat().st_size < 3_000 * PROGRAMS
    assert "The program in the middle" in (built / "signals/resend_request_rate.html").read_text(encoding="utf-8")


def test_several_processes_write_what_one_does(
    database: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "MOST_ALONE", PROGRAMS)
    build_site(database, tmp_path)
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert [file for file in files if (built / file).read_bytes() != (tmp_path / file).read_bytes()] == []


def test_of_very_many_sources_those_behind_come_first_and_the_csv_has_all(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_quality, "MOST_SOURCES", 15)
    with closing(connect(database)) as connection:
        data_quality.data_quality_page(connection, site(connection), Files(tmp_path))
    text = (tmp_path / "data-quality.html").read_text(encoding="utf-8")
    sources = text.split('id="s-sources"')[1].split("</table>")[0]
    behind = PROGRAMS // len(CAST)  # of each copy of the program of thin evidence, one source is stale
    assert f"15 of {PROGRAMS * 5 // len(CAST) * 2} sources, those behind first" in sources
    assert (sources.count(">stale<"), sources.count(">current<")) == (behind, 15 - behind)
    with (tmp_path / "data/sources.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == PROGRAMS * 5 // len(CAST) * 2
