"""A record's values are had in one parse: they must be those that its paths lead to, letter by letter."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.cast import literal
from connectors.json_objects import json_path
from connectors.json_values import Values

NAMES = ["a", "b", "A", "é", "a b", "a.b", '"a.b"', "", "c\\d"]
numbers = st.one_of(st.integers(-(2**70), 2**70), st.floats(), st.sampled_from([1e16, -1.5e-7, 1.7e18, 1e400, 0.0]))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=4), st.sampled_from(["1e-05", "2024-05-01", "{}"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["a", "b", "A", "é"]), inner, max_size=3)
    ),
    max_leaves=6,
)
records = st.one_of(values, st.dictionaries(st.sampled_from(NAMES), values, max_size=5))
paths = st.lists(
    st.one_of(
        st.sampled_from(["a", "b", "A", "é", '"a.b"', "a b", "c\\d"]),
        st.sampled_from(["a.b", "a.b.a", "a.A", "b.a", "b[0]", "b[0].a", "é.é", "a.a", "[1]"]),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def texts(con: duckdb.DuckDBPyConnection, record: str, wanted: list[str]) -> tuple[Any, ...]:
    asked = Values("_record")
    names = [asked.text(path) for path in wanted]
    held = f"select _record, {', '.join(asked.made())} from (select {literal(record)}::json as _record)"
    row = con.execute(f"select {', '.join(names)} from (select {', '.join(asked.columns())} from ({held}))").fetchone()
    assert row is not None
    return row


@given(records, paths)
@example({"id": 36001234567890124.0, "a": {"b": 1e-7}}, ["id", "a.b"])
@example({"a": {"b": 1}}, ["a.b", "a", "A"])
@settings(max_examples=150, deadline=None)
def test_values_are_those_the_paths_lead_to(con: duckdb.DuckDBPyConnection, record: Any, wanted: list[str]) -> None:
    text = json.dumps(record)
    looked_up = ", ".join(f"json_extract_string(_record, {literal(json_path(path))})" for path in wanted)
    expected = con.execute(f"select {looked_up} from (select {literal(text)}::json as _record)").fetchone()
    assert texts(con, text, wanted) == expected


def test_of_a_name_that_comes_twice_the_first_is_taken(con: duckdb.DuckDBPyConnection) -> None:
    record = '{"a": {"b": 1, "b": 2}, "c": 3, "c": 4, "a": {"b": 5}}'
    assert texts(con, record, ["a.b", "c"]) == ("1", "3")
