"""The page of each signal: what a reader can look up there, and what nobody may see there."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from dashboards.page import build_site
from dashboards.signal_page import METHODS
from dashboards.words import DIRECTIONS
from tests.site_models import SIGNALS
from tests.site_world import CAST, build
from transforms.inputs import entity_names, is_of_people
from transforms.interval import INTERVALS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signals")
    build_site(build(folder / "waystage.duckdb"), folder / "site")
    return folder / "site"


def test_a_signal_is_defined_measured_asked_of_and_shown_program_by_program(built: Path) -> None:
    page = (built / "signals/resend_request_rate.html").read_text(encoding="utf-8")
    for told in (
        "What was found among what was asked for.",
        "per 100",
        "lower is better",
        "support tickets",
        "Exact interval of a Poisson rate",
        "20; below it is unknown",
        "Mind &lt;small&gt; samples &amp; old ones.",
        "select program_id, month, 1 &lt; 2 as numerator from staging.ticket",
        "Trainn, stage 4",
        "at most 20 per 100",
        'href="../programs/harborline-academy.html"',
        "Dotted: what a condition needs, 20 per 100.",
        "waystage describe signal resend_request_rate",
    ):
        assert told in page, told


def test_the_history_of_every_program_is_one_csv(built: Path) -> None:
    with (built / "data/signals/resend_request_rate/signal_history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    judged = {key for key in CAST if key != "nothing-yet"}
    assert {row["Program id"] for row in rows} == judged
    assert {sum(row["Program id"] == key for row in rows) for key in judged} == {23}  # without the month in progress


@pytest.mark.parametrize("page", ["programs/quarry-learning.html", "method.html"])
def test_what_is_judged_leads_to_its_page(built: Path, page: str) -> None:
    text = (built / page).read_text(encoding="utf-8")
    judged = [signal for signal in SIGNALS if not signal.startswith("trained")]
    assert [signal for signal in judged if f'signals/{signal}.html"' not in text] == []


def test_every_kind_and_direction_is_in_words() -> None:
    assert set(METHODS) == set(INTERVALS)
    assert set(DIRECTIONS) == {"up", "down", "context"}


def test_a_signal_nobody_knew_of_has_a_page_and_one_of_a_hostile_name_has_a_harmless_address(tmp_path: Path) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    with duckdb.connect(str(database)) as con:
        for name in ("brand_new_rate", "../../<script>alert(1)</script>"):
            con.execute("insert into signal_catalogue by name select $1 as signal, 'rate' as kind", [name])
            con.execute(
                "insert into signal by name select 'quarry-learning' as program_id, date '2026-09-01' as month, "
                "$1 as signal, 'observed' as status, 7.5 as value, 40 as sample_size, 'per 100' as unit",
                [name],
            )
    build_site(database, tmp_path / "site")
    assert "7.5 per 100" in (tmp_path / "site/signals/brand_new_rate.html").read_text(encoding="utf-8")
    assert {path.parent for path in tmp_path.rglob("*.html")} <= {
        tmp_path / "site",
        tmp_path / "site/programs",
        tmp_path / "site/signals",
    }
    assert all("<script>alert" not in path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html"))


def test_what_is_about_people_follows_from_its_contract() -> None:
    about = {entity for entity in entity_names() if is_of_people(entity)}
    assert {"learner", "ticket", "search", "staff_send"} <= about
    assert about.isdisjoint({"account", "release", "content_item", "opportunity"})  # authors and contacts stand aside


def test_fewer_than_five_people_are_on_no_page_and_in_no_download(tmp_path: Path) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    few = "value = 0.83917, low = 0.83917, high = 0.83917, sample_size = 4"
    with duckdb.connect(str(database)) as con:
        con.execute(f"update signal set {few} where signal = 'resend_request_rate'")
        con.execute(
            f"update finding set {few}, outcome = 'unknown', reason = '4 of 20 needed' "
            "where signal = 'resend_request_rate'"
        )
        con.execute("update signal_catalogue set is_of_people = false where signal = 'topic_coverage_rate'")
        con.execute("update signal set value = 0.25, sample_size = 4 where signal = 'topic_coverage_rate'")
    build_site(database, tmp_path / "site")
    for path in (tmp_path / "site").rglob("*"):
        if path.is_file() and path.suffix in {".html", ".csv"}:
            text = path.read_text(encoding="utf-8")
            assert all(told not in text for told in ("0.83917", "83.917", "4 of 20 needed")), path
    page = (tmp_path / "site/programs/quarry-learning.html").read_text(encoding="utf-8")
    assert "fewer than 5 cases" in page
    assert "Too few to tell of." in page
    # four accounts are no people
    assert "1 of 4" in (tmp_path / "site/signals/topic_coverage_rate.html").read_text(encoding="utf-8") or (
        "25" in (tmp_path / "site/data/signals/topic_coverage_rate/signal_history.csv").read_text(encoding="utf-8")
    )
