"""What operators read of a value: how it is written, and never what it says."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from connectors.outline import outline, outline_sql, quotes_outlined
from connectors.problem import listing, of_query, told_by


def test_a_value_keeps_its_form_alone() -> None:
    assert outline("31/02/2026 9:05") == "99/99/9999 9:99"
    assert outline("Ada Lovelace, £1,200") == "Aaa Aaaaaaaa, ?9,999"
    assert outline("x" * 60) == "a" * 40 + "…"


@given(st.text(max_size=60).filter(lambda text: "\0" not in text))
def test_no_letter_or_digit_of_a_value_is_told_and_sql_agrees(text: str) -> None:
    shown = outline(text)
    assert not any(one.isalnum() and one not in "Aa9" for one in shown)
    with duckdb.connect() as con:
        in_sql = con.execute(f"select {outline_sql('$1::varchar')}", [text]).fetchall()[0][0]
    assert not any(one.isalnum() and one not in "Aa9" for one in in_sql)
    assert len(in_sql) <= 41


def test_what_the_engine_repeats_is_outlined_and_what_a_query_names_is_not() -> None:
    assert quotes_outlined("Could not convert string 'Ada' to INT32") == "Could not convert string 'Aaa' to INT32"
    assert told_by(ValueError('Invalid Input Error: cannot read "Ada"')) == 'cannot read "Aaa"'
    assert of_query(ValueError('invalid input syntax for type integer: "Ada"\nLINE 1')).endswith('"Aaa"')
    assert of_query(ValueError('column "Status" does not exist')) == 'column "Status" does not exist'


def test_a_row_of_data_in_the_place_of_the_header_is_outlined() -> None:
    assert (
        listing(["Ada Lovelace", "2026-01-03", "How do I export?"])
        == "'Aaa Aaaaaaaa', '9999-99-99', 'Aaa aa A aaaaaa?'"
    )
    assert listing(["Ticket ID", "Opened 2", "custom_360012"]) == "'Ticket ID', 'Opened 2', 'custom_360012'"
