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
        con.execute(
            f"""
            create table copy as
            with cast_of as (select *, row_number() over (order by program_id) - 1 as place from few.main.program)
            select cast_of.program_id, cast_of.name, cast_of.timezone,
                cast_of.program_id || '-' || lpad(number::varchar, 4, '0') as copied_id,
                cast_of.name || ' ' || number as copied_name
            from range({programs}) as t(number)
            join cast_of on number % (select count(*) from cast_of) = place
            """
        )
        tables = con.execute(
            "select table_name, list(column_name) from duckdb_columns() where database_name = 'few' group by all"
        ).fetchall()
        for table, columns in tables:
            con.execute(f"create table {table} as {_copied(table, columns, months)}")
        con.execute("drop table copy")
    return many


def _copied(table: str, columns: list[str], months: int) -> str:
    if table == "program":
        return "select copied_id as program_id, copied_name as name, timezone from copy order by copied_id"
    if "program_id" not in columns:
        return f"from few.main.{table}"
    rows = f"few.main.{table}"
    if "month" in columns and table != "account":
        # as many whole years earlier as it takes to reach back `months` months
        rows = f"""(
            select t.* replace ((t.month - to_years(back.years))::date as month)
            from {rows} as t
            cross join range({months // 12 + 1}) as back(years)
            join (
                select program_id, min(month) as first_month, max(month) as last_month from few.main.stage group by all
            ) as span using (program_id)
            where t.month - to_years(back.years) > span.last_month - to_months({months})
                and (back.years = 0 or t.month < span.first_month + to_years(1))
        )"""
    order = ", ".join(["copied_id", *(["month"] if "month" in columns else [])])
    return f"""
        select t.* replace (copy.copied_id as program_id)
        from {rows} as t join copy using (program_id) order by {order}
    """
