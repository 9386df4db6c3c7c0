"""A published database of many programs, made of one of a few: every program copied, every history made longer."""

from __future__ import annotations

from pathlib import Path

import duckdb

MONTHS = 36


def multiply(few: Path, many: Path, programs: int, *, months: int = MONTHS) -> Path:
    """Write `many`: the database `few` with `programs` programs, each with `months` months.

    A program's copies differ in id and name only. Months before its first are those a year later, again; what has
    no month, such as files and sources, is copied with its program.
    """
    with duckdb.connect(str(many)) as con:
        con.execute(f"attach '{few}' as few (read_only)")
        cast(con, "few.main.program", programs)
        tables = con.execute("select distinct table_name from duckdb_columns() where database_name = 'few'").fetchall()
        for (table,) in tables:
            con.execute(f"create table {table} as {_copied(con, table, months)}")
        con.execute("drop table copy")
    return many


def _copied(con: duckdb.DuckDBPyConnection, table: str, months: int) -> str:
    if table == "program":
        return "select copied_id as program_id, copied_name as name, timezone from copy order by copied_id"
    if table == "account":  # its month is of its start, not of a history
        return stretched(con, "few.main.account", None, months)
    return stretched(con, f"few.main.{table}", "few.main.stage", months)


def cast(con: duckdb.DuckDBPyConnection, programs_of: str, programs: int) -> None:
    """Write the table `copy`: so many programs, taken in turn from those of the table `programs_of`."""
    con.execute(
        f"""
        create table copy as
        with cast_of as (select *, row_number() over (order by program_id) - 1 as place from {programs_of})
        select cast_of.program_id, cast_of.name, cast_of.timezone,
            cast_of.program_id || '-' || lpad(number::varchar, 4, '0') as copied_id,
            cast_of.name || ' ' || number as copied_name
        from range({programs}) as t(number)
        join cast_of on number % (select count(*) from cast_of) = place
        """
    )


def stretched(
    con: duckdb.DuckDBPyConnection, table: str, spine: str | None, months: int, *, is_ordered: bool = True
) -> str:
    """A select of the rows of `table` for every program of `copy`; where `spine` has the months of each program, with
    as many whole years earlier as it takes to reach back `months` months. Rows that are no program's stay as they are.
    """
    columns = {str(row[0]) for row in con.execute(f"describe from {table}").fetchall()}
    if "program_id" not in columns:
        return f"from {table}"
    rows, has_month = table, "month" in columns
    if has_month and spine:
        rows = f"""(
            select t.* replace ((t.month - to_years(back.years))::date as month)
            from {table} as t
            cross join range({months // 12 + 1}) as back(years)
            join (
                select program_id, min(month) as first_month, max(month) as last_month from {spine} group by all
            ) as span using (program_id)
            where t.month - to_years(back.years) > span.last_month - to_months({months})
                and (back.years = 0 or t.month < span.first_month + to_years(1))
        )"""
    order = f"order by {', '.join(['copied_id', *(['month'] if has_month else [])])}" if is_ordered else ""
    return f"""
        select t.* replace (copy.copied_id as program_id)
        from {rows} as t join copy using (program_id) {order}
    """
