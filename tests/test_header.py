"""A slip in a SQL header says where it is, what was seen and which key was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case_runner import warehouse_columns
from transforms import reads
from transforms.catalogue import Catalogue, read_catalogue, reads_to_write_down, shipped, tables_read
from transforms.header import EntityHeader, HeaderError, SignalHeader, parse_header

SIGNAL = """\
-- description: "Per program and month: tickets asked twice."
-- job: create
-- unit: ratio
-- direction: down
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [ticket, [content_view, enrollment]]
-- friction: [F01]
-- range: [0, 1]

select program_id, month, 1 as numerator, 2 as denominator
from staging.ticket
"""
ENTITY = """\
-- description: One row per thing.
-- grain: [program_id]
-- columns:
--   program_id: program the row belongs to

select program_id
from {table}
"""


def problems(sql: str) -> list[str]:
    with pytest.raises(HeaderError) as error:
        parse_header(sql, "x.sql", SignalHeader)
    return error.value.problems


def test_a_header_is_read_with_its_defaults() -> None:
    header = parse_header(SIGNAL, "x.sql", SignalHeader)
    assert (header.kind, header.per, header.pooled, header.window_months) == ("share", 1, "judging", 3)
    assert header.range == (0, 1)
    assert header.entities == {"ticket", "content_view", "enrollment"}


def test_all_outer_sources_are_needed_and_any_inner_one_will_do() -> None:
    header = parse_header(SIGNAL, "x.sql", SignalHeader)
    assert header.is_covered_by({"ticket", "enrollment"})
    assert not header.is_covered_by({"ticket"})
    assert not header.is_covered_by({"content_view", "enrollment"})


def test_an_unknown_key_names_its_line_and_the_nearest_legal_key() -> None:
    assert problems(SIGNAL.replace("-- direction:", "-- directoin:")) == [
        "x.sql:1: 'direction' is missing; add '-- direction: …'",
        "x.sql:4: unknown key 'directoin'; did you mean 'direction'?",
    ]


def test_an_unknown_value_names_the_legal_ones() -> None:
    assert problems(SIGNAL.replace("kind: share", "kind: shares")) == [
        "x.sql:5: kind is 'shares'; legal: 'share', 'rate', 'ratio', 'count', 'median', 'difference' or 'state_share'"
    ]


def test_a_key_that_does_not_fit_the_kind_says_so() -> None:
    assert problems(SIGNAL.replace("-- range: [0, 1]", "-- per: 100")) == [
        "x.sql:1: per is for kind rate only; this is a share"
    ]


def test_a_value_can_fall_short_only_without_a_source_that_has_another_in_its_place() -> None:
    up = SIGNAL.replace("direction: down", "direction: up")
    (problem,) = problems(up.replace("-- range: [0, 1]", "-- shown_without: {ticket: 0.5}"))
    assert problem == (
        "x.sql:1: shown_without names 'ticket'; legal: an entity of which sources has another in its place, "
        "content_view, enrollment"
    )
    assert problems(SIGNAL.replace("-- range: [0, 1]", "-- accumulates: true")) == [
        "x.sql:1: shown_without and accumulates are for direction up; this is down"
    ]


def test_a_colon_in_a_description_asks_for_quotes() -> None:
    (problem,) = problems("-- job: create\n-- description: per month: all\nselect 1")
    assert problem.startswith("x.sql:2: the header is not valid YAML")
    assert problem.endswith("quote text that contains ': '")


def test_a_file_without_a_header_says_how_to_begin_one() -> None:
    assert problems("select 1") == ["x.sql:1: no header; begin the file with '-- description: …'"]


def write(folder: Path, name: str, table: str) -> None:
    (folder / "staging").mkdir(exist_ok=True)
    (folder / "staging" / f"{name}.sql").write_text(ENTITY.format(table=table), encoding="utf-8")


def refused(folder: Path) -> str:
    with pytest.raises(HeaderError) as error:
        read_catalogue(folder)
    return str(error.value).replace(folder.as_posix(), "")


def test_entities_come_after_those_they_read(tmp_path: Path) -> None:
    write(tmp_path, "a_last", "staging.z_first")
    write(tmp_path, "z_first", "source.ticket")
    assert list(read_catalogue(tmp_path).entities) == ["z_first", "a_last"]


def test_a_circle_is_named(tmp_path: Path) -> None:
    write(tmp_path, "egg", "staging.hen")
    write(tmp_path, "hen", "staging.egg")
    assert "staging tables read each other in a circle: " in refused(tmp_path)
    assert "egg -> hen -> egg" in refused(tmp_path) or "hen -> egg -> hen" in refused(tmp_path)


def test_a_table_that_does_not_exist_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "ticket", "source.ticket")
    write(tmp_path, "answer", "staging.tickets")
    assert refused(tmp_path) == (
        "/staging/answer.sql:1: reads staging.tickets, which does not exist; did you mean 'ticket'?"
    )


def test_a_signal_that_needs_an_unknown_entity_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "ticket", "source.ticket")
    (tmp_path / "signals").mkdir()
    (tmp_path / "signals" / "x.sql").write_text(SIGNAL.replace("[ticket,", "[tickets,"), encoding="utf-8")
    assert refused(tmp_path) == "/signals/x.sql:1: sources names 'tickets'; did you mean 'ticket'?"


def test_a_table_without_its_schema_and_a_second_statement_are_refused() -> None:
    with pytest.raises(HeaderError, match=r"x.sql:1: reads 'ticket' without its schema; write staging.ticket"):
        tables_read("select * from ticket", "x.sql")
    with pytest.raises(HeaderError, match=r"2 statements; write exactly one select per file"):
        tables_read("select 1; select 2", "x.sql")


def test_a_common_table_expression_named_like_a_table_is_not_that_table() -> None:
    sql = "with ticket as (select * from source.ticket) select * from ticket"
    assert tables_read(sql, "x.sql") == {"source.ticket"}


def test_what_shipped_queries_read_is_written_down_and_fresh() -> None:
    """`make docs` writes it; without it each command that opens a workspace parses a hundred queries."""
    assert reads.FILE.read_text(encoding="utf-8") == reads_to_write_down()


def test_a_query_changed_by_one_table_is_parsed_again(catalogue: Catalogue) -> None:
    sql = catalogue.signals["how_to_ticket_share"].sql
    assert reads.known_reads(sql) == tables_read(sql, "x.sql")
    assert reads.known_reads("-- another header\n" + sql) == tables_read(sql, "x.sql")
    assert reads.known_reads(sql.replace("staging.ticket", "staging.learner")) is None


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return shipped()


def test_every_shipped_column_is_described_and_every_description_has_its_column(catalogue: Catalogue) -> None:
    for name, entity in catalogue.entities.items():
        assert list(warehouse_columns()[f"staging.{name}"]) == list(entity.header.columns), name


def test_no_shipped_signal_reads_past_staging(catalogue: Catalogue) -> None:
    for name, signal in catalogue.signals.items():
        # impact.* is made from staging.account_outcome, by statistics that are no SQL
        assert all(table.startswith(("staging.", "config.", "impact.")) for table in signal.reads), name


def test_types_name_every_column_in_its_order() -> None:
    typed = ENTITY.replace("-- columns:", "-- types: {program: VARCHAR}\n-- columns:")
    with pytest.raises(HeaderError) as error:
        parse_header(typed, "x.sql", EntityHeader)
    assert error.value.problems == ["x.sql:1: types and columns do not name the same columns in the same order"]
