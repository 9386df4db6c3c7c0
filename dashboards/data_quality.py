"""The page of what was read: sources and how far they reach, people matched, files, rejected rows, failed checks."""

from __future__ import annotations

from datetime import date, datetime

import duckdb

from dashboards.charts import charts
from dashboards.facts import Site
from dashboards.html import Markup, csv_text, join, name, parted_name, table, tag
from dashboards.identity_match import identity_section
from dashboards.integrity import left_out_section
from dashboards.layout import Files, chart_section, document, download, section
from dashboards.published import Row, records
from dashboards.words import counted, day, exact, human, month_name, present

COVERAGE = """
select coalesce(p.name, c.program_id) as name, c.program_id, c.source, c.connector,
    any_value(c.envelope) as envelope, string_agg(c.entity, ', ' order by c.entity) as entities,
    min(c.first_at) as first_at, max(c.observed_through) as observed_through, sum(c.row_count)::bigint as row_count,
    string_agg(distinct c.status, ', ' order by c.status) filter (c.status <> 'ok') as behind
from coverage as c left join program as p using (program_id)
group by all order by name, c.program_id, c.source, c.connector
"""
BREAKS = """
select coalesce(p.name, b.program_id) as name, b.*
from source_break as b left join program as p using (program_id)
order by name, b.program_id, b.month, b.entity, b.to_source
"""
LOADS = """
select l.*, coalesce(p.name, l.program_id) as name from load as l left join program as p using (program_id)
order by case l.status when 'rejected' then 0 when 'partial' then 1 when 'stale' then 2 when 'empty' then 3 else 4 end,
    l.file, l.program_id, l.connector
"""
REJECTED = """
select file, "column", reason, count(*) as row_count, min(row_number) as first_row
from rejected group by all order by row_count desc, file, "column", reason limit 200
"""
CHECKS = "select * from check_result where not passed order by severity, table_name, check_name"
FILES_CSV = "data/files.csv"
SOURCES_CSV = "data/sources.csv"
MOST_FILES = 100
MOST_SOURCES = 200
ENVELOPES = {"json": "JSON", "csv": "CSV", "parquet": "Parquet"}
LOADED = {
    "loaded": "loaded",
    "partial": "loaded in part",
    "stale": "older copy",
    "rejected": "rejected",
    "empty": "empty",
}


def data_quality_page(connection: duckdb.DuckDBPyConnection, site: Site, files: Files) -> None:
    """Add data-quality.html to `files`."""
    loads = records(connection, LOADS)
    parts: list[Markup] = [
        tag("div", tag("h1", "Data quality"), class_="heading"),
        tag("p", _balance(loads), class_="lede"),
        *(chart_section(connection, chart, files, folder="data") for chart in charts("data_quality")),
        _coverage(records(connection, COVERAGE), files),
        _breaks(records(connection, BREAKS)),
        left_out_section(connection),
        identity_section(connection),
        _loads(loads, files),
        _rejected(records(connection, REJECTED)),
    ]
    failed = records(connection, CHECKS)
    if failed:
        rows = [
            [row["check_name"], row["table_name"], row["severity"], exact(row["failing_rows"]), row["text"] or "–"]
            for row in failed
        ]
        parts.append(
            section(
                "Failed checks",
                table(
                    ["Check", "Table", "Severity", "Rows", "First of them"],
                    rows,
                    caption="Failed checks",
                    class_="stack",
                ),
            )
        )
    files.write(
        "data-quality.html",
        document(title="Data quality · Waystage", body=join(parts), run=site.run, current="data-quality.html"),
    )


def _balance(loads: list[Row]) -> str:
    """Rows in = rows loaded + rows rejected, said for the whole run."""
    if not loads:
        return "No file has been read yet."
    read, loaded, rejected = (
        sum(row[key] or 0 for row in loads) for key in ("rows_read", "rows_loaded", "rows_rejected")
    )
    whole = sum(row["status"] == "rejected" for row in loads)
    held = f"{counted(len(loads), 'file')} held {exact(read)} rows"
    text = f"{held}: {exact(loaded)} were loaded and {exact(rejected)} rejected."
    return text + (f" {counted(whole, 'file')} could not be used at all." if whole else "")


def _coverage(rows: list[Row], files: Files) -> Markup:
    """Every source; of very many, those behind first, and all of them as CSV."""
    if not rows:
        return section("Sources", tag("p", "No source is described yet."))
    columns = [
        "source",
        "program_id",
        "connector",
        "envelope",
        "entities",
        "first_at",
        "observed_through",
        "row_count",
        "behind",
    ]
    files.write(SOURCES_CSV, csv_text(columns, [[row[column] for column in columns] for row in rows]))
    shown = rows if len(rows) <= MOST_SOURCES else sorted(rows, key=lambda row: not row["behind"])[:MOST_SOURCES]
    says = f"{MOST_SOURCES} of {counted(len(rows), 'source')}, those behind first; the CSV has all."
    cells = [
        [
            parted_name(row["source"]),
            name(row["name"]),
            join([human(row["connector"]), tag("small", ENVELOPES.get(row["envelope"], row["envelope"]))])
            if present(row["envelope"])
            else "–",
            human(row["entities"]),
            _date(row["first_at"]) if present(row["first_at"]) else "–",
            _date(row["observed_through"]) if present(row["observed_through"]) else "never",
            exact(row["row_count"]),
            row["behind"] or "current",
        ]
        for row in shown
    ]
    headings = ["Source", "Program", "Read as", "Gives", "First row", "Seen through", "Rows", "Status"]
    caption = "Sources and how far they reach"
    return section(
        "Sources",
        tag("p", says, class_="says") if len(shown) < len(rows) else "",
        table(headings, cells, caption=caption, class_="stack", numeric=frozenset({6})),
        tag("p", download(SOURCES_CSV, 0)),
    )


def _date(moment: date | datetime) -> Markup:
    """A day that keeps its month on its line, and its year too where there is room."""
    return tag("span", day(moment).replace(" ", "\u00a0", 1), class_="date")


def _breaks(rows: list[Row]) -> Markup:
    """Where one tool took over from another; nothing where none did."""
    if not rows:
        return join([])
    cells = [
        [
            name(row["name"]),
            human(row["entity"]),
            month_name(row["month"]),
            join([name(row["from_source"]), tag("small", f"until {day(row['from_ended_at'])}")]),
            join([name(row["to_source"]), tag("small", f"from {day(row['to_began_at'])}")]),
        ]
        for row in rows
    ]
    says = "Here one source takes over from another: what changes in that month or the next may be the tool's doing."
    headings = ["Program", "What it gives", "Month", "Was", "Is"]
    return section(
        "Changes of tool",
        tag("p", says, class_="says"),
        table(headings, cells, caption="Changes of tool", class_="stack"),
    )


def _loads(rows: list[Row], files: Files) -> Markup:
    """Files that need a look one by one, all of them as CSV."""
    if not rows:
        return section("Files", tag("p", "No file has been read yet."))
    columns = ["file", "program_id", "connector", "rows_read", "rows_loaded", "rows_rejected", "status", "reason"]
    files.write(FILES_CSV, csv_text(columns, [[row[column] for column in columns] for row in rows]))
    odd = [row for row in rows if row["status"] != "loaded"]
    cells = [
        [
            parted_name(row["file"]),
            name(row["name"]),
            exact(row["rows_read"]),
            exact(row["rows_loaded"]),
            exact(row["rows_rejected"]),
            join([LOADED.get(row["status"], row["status"]), tag("small", row["reason"]) if row["reason"] else ""]),
        ]
        for row in odd[:MOST_FILES]
    ]
    headings = ["File", "Program", "Read", "Loaded", "Rejected", "Status"]
    whole = f"{exact(len(rows) - len(odd))} of {counted(len(rows), 'file')} were loaded in full."
    more = f" The first {MOST_FILES} of the others:" if len(odd) > MOST_FILES else " The others:" if odd else ""
    caption = "Files that were not loaded in full"
    return section(
        "Files",
        tag("p", whole, more, class_="says"),
        table(headings, cells, caption=caption, class_="stack", numeric=frozenset({2, 3, 4})) if odd else "",
        tag("p", download(FILES_CSV, 0)),
    )


def _rejected(rows: list[Row]) -> Markup:
    if not rows:
        return section("Rejected rows", tag("p", "No row was rejected."))
    cells = [
        [
            row["reason"] or "–",
            parted_name(row["file"]),
            row["column"] or "–",
            exact(row["row_count"]),
            exact(row["first_row"]) if present(row["first_row"]) else "whole file",
        ]
        for row in rows
    ]
    return section(
        "Rejected rows",
        table(
            ["Reason", "File", "Column", "Rows", "First at row"],
            cells,
            caption="Rejected rows by reason",
            class_="stack",
            numeric=frozenset({3, 4}),
        ),
    )
