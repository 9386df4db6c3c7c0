"""Where sources are there but leave a column empty, the user is told which column, not that the sample is small."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from rules.evaluate import Judgement, evaluate
from rules.load import load
from rules.untold import field_in_words
from tests.case_runner import Case, fill_actual, load_cases, transform_unit
from tests.rule_world import Given, meeting, months, program_months, signal_rows
from transforms.catalogue import read_catalogue, shipped
from transforms.header import HeaderError
from transforms.inputs import contract, create_missing_inputs, entity_names
from transforms.told import build_told, parse_field

HEADERS = {name: signal.header for name, signal in shipped().signals.items()}
TRAINN = load("trainn")
SIGNAL = "self_navigated_view_share"
ENTRY = "content_view.entry"
KIND = "enrollment.enrollment_type"
WANTED = f"the entry of content views ({ENTRY}) or the enrollment type of course enrolments ({KIND})"


def judged(told: list[tuple[str, int, bool]], *, sample: int = 0, covered: tuple[str, ...] = ()) -> Judgement:
    """Three months at stage 1, whose stage 2 only `self_navigated_view_share` can open, on `sample` things a month;
    `told` has field, month and whether it is told; the entities `covered` are, beside all that others need."""
    values: dict[str, list[Given]] = {name: [value] * 3 for name, value in meeting(TRAINN.pack, 1).items()}
    values |= {"collection_coverage_rate": [0.9] * 3, "cannot_find_ticket_share": [0.01] * 3, SIGNAL: [0.0] * 3}
    values["article_helpfulness_rate"] = [0.9] * 3
    aside = {name: ["not_applicable"] * 3 for name in values if name.startswith("search_")}
    rows = signal_rows({**values, **aside}, HEADERS)
    is_ours = rows["signal"] == SIGNAL
    rows.loc[is_ours, ["numerator", "denominator", "sample_size"]] = [0.0, float(sample), float(sample)]
    rows.loc[is_ours, "value"] = 0.0 if sample else float("nan")
    entities = set(covered) | {"content_item", "ticket", "content_vote"}
    coverage = [("quarry-school", entity, month, True) for entity in entities for month in months(3)]
    facts = [("quarry-school", months(3)[month], field, True, is_told) for field, month, is_told in told]
    return evaluate(
        TRAINN,
        rows,
        program_months(3),
        None,
        HEADERS,
        coverage=pd.DataFrame(coverage, columns=["program_id", "entity", "month", "is_covered"]),
        told=pd.DataFrame(facts, columns=["program_id", "month", "field", "has_rows", "is_told"]),
    )


def reason(result: Judgement, month: int = 2) -> object:
    finding = result.finding[result.finding["condition"] == SIGNAL].sort_values("month")
    return finding.iloc[month]["reason"]


def test_a_column_left_empty_is_named_and_the_next_step_is_to_export_it() -> None:
    result = judged([(ENTRY, month, False) for month in range(3)], covered=("content_view",))
    assert reason(result) == f"needs {WANTED}, which no source tells"
    stage = result.stage.sort_values("month").iloc[-1]
    assert stage["next_step"] == SIGNAL
    assert stage["next_step_text"] == (
        "Export the entry of content views (content_view.entry): it would settle the one open condition."
    )


def test_a_column_told_before_is_said_to_be_missing_now() -> None:
    told = [(field, month, month == 2) for field in (ENTRY, KIND) for month in range(3)]
    result = judged(told, covered=("content_view", "enrollment"))
    assert reason(result, 1) == f"needs {WANTED}, which no source tells of this month"
    assert reason(result, 2) == "0 of 30 needed"  # told, of nobody who counts


def test_a_small_sample_is_a_small_sample() -> None:
    assert reason(judged([(ENTRY, month, True) for month in range(3)], sample=4), 0) == "4 of 30 needed"


def test_what_another_source_would_hold_is_said_where_its_stand_in_never_held_any() -> None:
    result = judged([], covered=("enrollment",))
    assert reason(result) == "nothing seen in course enrolments; needs content views, which no source gives"
    stage = result.stage.sort_values("month").iloc[-1]
    assert stage["next_step_text"].startswith("Connect a source of content views: it would settle")


def test_told_is_read_from_what_exports_hold() -> None:
    with duckdb.connect() as con:
        create_missing_inputs(con)
        con.execute("create schema staging")
        for name, entity in shipped().entities.items():
            con.execute(f"create table staging.{name} as {entity.sql}")
        con.execute("insert into staging.program_month by name select 'p' as program_id, date '2026-01-01' as month")
        con.execute("insert into staging.program_month by name select 'p' as program_id, date '2026-02-01' as month")
        for month, entry, is_internal in (("01", None, False), ("02", None, False), ("02", "search", True)):
            con.execute(
                f"insert into staging.content_view by name select 'p' as program_id, date '2026-{month}-01' as month, "
                "'c' as content_id, ? as entry, ? as is_internal",
                [entry, is_internal],
            )
        for kind, tags in (("article", ["admin"]), ("course", [])):
            con.execute(
                "insert into staging.content_item by name select 'p' as program_id, ? as content_id, "
                "? as content_type, ?::varchar[] as audience_tags",
                [kind, kind, tags],
            )
        for month, clicked in (("01", None), ("02", "c")):
            con.execute(
                f"insert into staging.search by name select 'p' as program_id, date '2026-{month}-01' as month, "
                "? as clicked_content_id",
                [clicked],
            )
        build_told(con, HEADERS.values())
        rows = con.execute("select field, month(month), is_told from signal.told order by all").fetchall()
    told = {(field, month): is_told for field, month, is_told in rows}
    assert told[ENTRY, 1] is told[ENTRY, 2] is False  # staff do not count
    assert told["content_item.audience_tags", 1] is True  # a list is what it is now, in every month
    assert told["content_item.audience_tags[content_type=course|path]", 1] is False
    assert told["search.clicked_content_id", 1] is True  # nobody clicked in January, but the log would say so
    assert (KIND, 1) not in told  # no enrolments at all: a source is missing, not a column


@pytest.mark.parametrize("name", HEADERS)
def test_a_column_without_which_nothing_is_measured_is_declared(name: str) -> None:
    """Empties each column in the signal's own cases; where nothing is measured then, the header must say so."""
    header, path = HEADERS[name], shipped().signals[name].path
    unit, declared = transform_unit(path), {field for group in header.field_groups for field in group}
    fields = {parse_field(field) for field in declared}
    known = {(field.entity, field.column) for field in fields}
    missing = set()
    for case in load_cases(path.with_name(f"{name}.cases.yaml")):
        columns = {(table, column) for table, rows in case.given.items() for row in rows for column in row}
        wanted = [(table.removeprefix("staging."), column) for table, column in sorted(columns)]
        wanted = [one for one in wanted if one not in known and one not in missing and may_be_empty(*one)]
        if wanted and is_measured(name, case):
            missing |= {one for one in wanted if re.search(rf"\b{one[1]}\b", unit.sql)
                        and not is_measured(name, case, emptied=one)}  # fmt: skip
    assert missing == set(), f"{path.name}: declare these under `fields`"


def may_be_empty(entity: str, column: str) -> bool:
    """Whether an export may leave out all that a staging column is made from."""
    if entity not in entity_names() or column in {"program_id", "month"}:
        return False
    columns = contract(entity)["columns"]
    made_from = parse_field(f"{entity}.{column}").export_columns
    one_of = contract(entity).get("one_of", [])
    is_required = any(columns.get(name, {}).get("required") for name in made_from)
    is_one_of = bool(one_of) and set(one_of) <= set(made_from)
    return all(name in columns for name in made_from) and not is_required and not is_one_of


def is_measured(name: str, case: Case, emptied: tuple[str, str] | None = None) -> bool:
    kind = HEADERS[name].kind
    with duckdb.connect() as con:
        table = (f"staging.{emptied[0]}", emptied[1]) if emptied else None
        fill_actual(con, transform_unit(shipped().signals[name].path), case, table)
        names = [row[0] for row in con.execute("describe actual").fetchall()]
        size = next(one for one in ("sample_size", "denominator", "value") if one in names)
        amount = "value is not null" if kind == "count" else f"{size} > 0"
        return con.execute(f"select coalesce(bool_or({amount}), false) from actual").fetchone() == (True,)


@pytest.mark.parametrize("field", ["content_view.entri", "content_vieww.entry", "config.program"])
def test_a_field_that_does_not_exist_is_refused(tmp_path: Path, field: str) -> None:
    for folder in ("staging", "signals"):
        (tmp_path / folder).mkdir()
    views = shipped().entities["content_view"].path
    (tmp_path / "staging" / views.name).write_text(
        "-- description: One row per view.\n-- grain: []\n-- columns: {entry: how it was entered}\nselect 1 as entry\n"
    )
    sql = shipped().signals[SIGNAL].path.read_text(encoding="utf-8").replace(ENTRY, field)
    (tmp_path / "signals/one.sql").write_text(sql)
    with pytest.raises(HeaderError, match=rf"one\.sql:1: fields names '{field}'; (columns of|write entity\.column)"):
        read_catalogue(tmp_path)


def test_every_field_reads_as_words_and_a_column_of_an_export() -> None:
    fields = {field for header in HEADERS.values() for group in header.field_groups for field in group}
    told = {field: field_in_words(field) for field in fields}
    person = "the user id or email of product use (usage_event.user_id or usage_event.email)"
    assert told["usage_event.person_key"] == person
    assert told["staff_send.account_key"].endswith("(staff_send.account_id)")
    for words in told.values():
        for entity, column in re.findall(r"([a-z_]+)\.([a-z_]+)", words):
            assert column in contract(entity)["columns"], words
