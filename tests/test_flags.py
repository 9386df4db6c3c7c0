"""Integrity flags and what is left out: where a reader meets them, and how they are worded."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboards.page import build_site
from pipelines.commands.explain import FLAGS
from rules.friction_catalogue import load_frictions
from tests.site_world import build
from tests.test_site import Reader

PROGRAM = "harborline-academy"
FLAG = "In October 2026 26% of what staff sent was a link to a file; it may also be on the way to pages."
ACCUSING = ("cheat", "fraud", "gaming", "manipulat", "fake", "dishonest", "lied", "blame", "guilty")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published database with one flag, one plain event and a share left out."""
    path = build(tmp_path_factory.mktemp("flags") / "waystage.duckdb", programs=(PROGRAM,))
    with duckdb.connect(str(path)) as con:
        con.execute("insert into event_catalogue values ('files_behind_links', 'files', true), ('rise', 'rise', false)")
        con.execute(
            "insert into friction_event by name select ? as program_id, 'F08' as friction, date '2026-10-01' as month, "
            "'files_behind_links' as kind, ? as text",
            [PROGRAM, FLAG],
        )
        con.execute(
            "insert into signal by name select ? as program_id, date '2026-10-01' as month, "
            "'excluded_activity_share' as signal, 'observed' as status, 0.125 as value, 40 as numerator, "
            "320 as denominator",
            [PROGRAM],
        )
    return path


def test_the_program_page_shows_the_flag_and_what_is_left_out(database: Path, tmp_path: Path) -> None:
    build_site(database, tmp_path / "site")
    text = Reader(tmp_path / "site" / "programs" / f"{PROGRAM}.html").text
    shown = text[text.index("Worth a look") :]
    assert "It need not: each says what would settle it." in shown
    assert FLAG in shown
    assert "of activity is left out" in text
    assert "40 of 320 records were by staff, test users or bots" in text
    quality = Reader(tmp_path / "site" / "data-quality.html").text
    assert "Left out" in quality


def test_explain_asks_for_flags_of_the_last_year_alone(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as con:
        assert [row[-1] for row in con.execute(FLAGS, [PROGRAM, "2026-10", "2026-10"]).fetchall()] == [FLAG]
        assert con.execute(FLAGS, [PROGRAM, "2026-09", "2026-09"]).fetchall() == []
        assert con.execute(FLAGS, [PROGRAM, "2027-11", "2027-11"]).fetchall() == []


@pytest.mark.parametrize("kind", [one.kind for one in load_frictions().patterns])
def test_a_flag_is_one_sentence_that_accuses_nobody(kind: str) -> None:
    (pattern,) = (one for one in load_frictions().patterns if one.kind == kind)
    said = pattern.says.format(month="March 2026", before="1%", after="26%")
    assert said.endswith(".")
    assert not {". ", "; "} & {said[at : at + 2] for at in range(len(said))}  # charts list events with "; "
    assert not [word for word in ACCUSING if word in said.lower()]
    if pattern.is_integrity:
        assert " may " in said or " though " in said
