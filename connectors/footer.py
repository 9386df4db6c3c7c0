"""Lines below the rows of a report, such as totals, its name or its copyright: refused, and told as what they are."""

import duckdb

NAMED = "a total or footer line: "
MOST_LINES = 20  # below the last row in order
# the first word of a line of totals, in the languages that headers are read in
TOTALS = "(grand |sub)?(total|totals|summe|gesamt|gesamtsumme|gesamtergebnis|insgesamt|suma|somme|soma|totale|totaal)"


def name_footers(con: duckdb.DuckDBPyConnection, *, has_ragged: bool) -> None:
    """Says so in table `rejected` of lines below the last row that keeps the contract, which is in the view `numbered`.

    Such a line has one value of several words, or says that it is a total. A row that was cut off is none of these, and
    a file without a row in order has no footer.
    """
    kinds = [f"regexp_matches(raw, '\":\"{TOTALS}\\b', 'i')"]
    if has_ragged:
        kinds.append(
            "row_number in (select row_number from left_out where error_type = 'MISSING COLUMNS'"
            f' and (regexp_full_match(csv_line, \'"[^"]* [^"]*"|[^,;\\t|"]* [^,;\\t|"]*\')'
            f" or regexp_matches(csv_line, '^\"?{TOTALS}\\b', 'i')))"
        )
    con.execute(
        f"update rejected set reason = '{NAMED}' || reason"
        " from (select max(_row) as last from numbered where _bad is null)"
        f" where row_number > last and row_number <= last + {MOST_LINES} and ({' or '.join(kinds)})"
    )
