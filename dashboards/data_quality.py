"""The page of what was read: sources and how far they reach, files, rejected rows, failed checks."""

from __future__ import annotations

import duckdb

from dashboards.charts import charts
from dashboards.facts import Site
from dashboards.html import Markup, join, name, table, tag
from dashboards.layout import Files, chart_section, document, section
from dashboards.published import Row, records
from dashboards.words import counted, day, exact, human, present

COVERAGE = """
select coalesce(p.name, c.program_id) as name, c.* from coverage as c left join program as p using (program_id)
order by name, c.program_id, c.source, c.entity
"""
LOADS = """
select l.*, coalesce(p.name, l.program_id) as name from load as l left join program as p using (program_id)
order by case l.status when 'rejected' then 0 when 'partial' then 1 when 'empty' then 2 else 3 end, l.file, l.sha256
"""
REJECTED = """
select file, "column", reason, count(*) as row_count, min(row_number) as first_row
from rejected group by all order by row_count desc, file, "column", reason limit 200
"""
CHECKS = "select * from check_result where not passed order by severity, table_name, check_name"
SOURCES = {
    "ok": "current",
    "stale": "stale: nothing new for longer than usual",
    "rejected": "rejected",
    "missing": "missing",
}
LOADED = {"loaded": "loaded", "partial": "loaded in part", "rejected": "rejected", "empty": "empty"}


def data_quality_page(connection: duckdb.DuckDBPyConnection, site: Site, files: Files) -> None:
    """Add data-quality.html to `files`."""
    loads = records(connection, LOADS)
    parts: list[Markup] = [
        tag("div", tag("h1", "Data quality"), class_="heading"),
        tag("p", _balance(loads), class_="lede"),
        *(chart_section(connection, chart, files, folder="data") for chart in charts("data_quality")),
        _coverage(records(connection, COVERAGE)),
        _loads(loads),
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
    files.texts["data-quality.html"] = document(
        title="Data quality · Waystage", body=join(parts), run=site.run, current="data-quality.html"
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


def _coverage(rows: list[Row]) -> Markup:
    if not rows:
        return section("Sources", tag("p", "No source is described yet."))
    cells = [
        [
            name(row["source"]),
            name(row["name"]),
            human(row["connector"]),
            human(row["entity"]),
            day(row["first_at"]) if present(row["first_at"]) else "–",
            day(row["observed_through"]) if present(row["observed_through"]) else "never",
            exact(row["row_count"]),
            SOURCES.get(row["status"], row["status"]),
        ]
        for row in rows
    ]
    headings = ["Source", "Program", "Connector", "Entity", "First row", "Seen through", "Rows", "Status"]
    return section(
        "Sources",
        table(headings, cells, caption="Sources and how far they reach", class_="stack", numeric=frozenset({6})),
    )


def _loads(rows: list[Row]) -> Markup:
    if not rows:
        return section("Files", tag("p", "No file has been read yet."))
    cells = [
        [
            name(row["file"]),
            name(row["name"]),
            exact(row["rows_read"]),
            exact(row["rows_loaded"]),
            exact(row["rows_rejected"]),
            join([LOADED.get(row["status"], row["status"]), tag("small", row["reason"]) if row["reason"] else ""]),
        ]
        for row in rows
    ]
    headings = ["File", "Program", "Read", "Loaded", "Rejected", "Status"]
    return section(
        "Files",
        table(headings, cells, caption="Files and their rows", class_="stack", numeric=frozenset({2, 3, 4})),
    )


def _rejected(rows: list[Row]) -> Markup:
    if not rows:
        return section("Rejected rows", tag("p", "No row was rejected."))
    cells = [
        [
            row["reason"] or "–",
            name(row["file"]),
            row["column"] or "–",
            exact(row["row_count"]),
            exact(row["first_row"]),
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
