"""Groups of fewer than five people are not told of: the site's one door to the data gives no number for them."""

from __future__ import annotations

import duckdb

FEWEST_PEOPLE = 5
MEASURED = {
    "signal": ("value", "low", "high", "numerator", "denominator", "sample_size"),
    "finding": ("value", "low", "high", "sample_size", "probability_met"),
}
REASON = "too few to tell of"
COUNTED = {"learning_month": "active_learners", "content_month": "active_learners", "coverage_month": "row_count"}
TOO_FEW = "fewer than 5 cases"  # people, or what they did


def hide_small_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """Lay views over the published tables in which what is known of too few people is NULL and `is_small` says so."""
    # a sample of accounts, items or releases is none of people; of what nobody describes nobody knows
    said = connection.execute("select signal from signal_catalogue where is_of_people = false order by 1").fetchall()
    # a list, since DuckDB makes a join of `in`, for each column again
    listed = "[" + ", ".join("'" + signal.replace("'", "''") + "'" for (signal,) in said) + "]::varchar[]"
    few = f"coalesce(sample_size > 0 and sample_size < {FEWEST_PEOPLE} and not list_contains({listed}, signal), false)"
    for table, columns in MEASURED.items():
        hidden = ", ".join(f"case when not is_small then {column} end as {column}" for column in columns)
        if table == "finding":  # its reason says how many there are
            hidden += f", case when is_small and reason is not null then '{REASON}' else reason end as reason"
        _lay(connection, table, f"select * replace ({hidden})", f"select *, {few} as is_small")
    for table, column in COUNTED.items():
        hidden = f"case when {column} > 0 and {column} < {FEWEST_PEOPLE} then null else {column} end as {column}"
        _lay(connection, table, f"select * replace ({hidden})", "select *")


def _lay(connection: duckdb.DuckDBPyConnection, table: str, select: str, inner: str) -> None:
    """A view named as the table, which hides it; what is there already, a table or a view, is read through it."""
    found = connection.execute(
        "select database_name, schema_name from duckdb_views() where view_name = $name and not internal "
        "union all select database_name, schema_name from duckdb_tables() where table_name = $name",
        {"name": table},
    ).fetchall()
    catalogue, schema = found[0]
    if catalogue == "temp":
        connection.execute(f'alter view temp."{table}" rename to "{table}_as_published"')
        source = f'temp."{table}_as_published"'
    else:
        source = f'"{catalogue}"."{schema}"."{table}"'
    connection.execute(f'create temp view "{table}" as {select} from ({inner} from {source})')
