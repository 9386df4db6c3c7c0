"""The frame of every page, and a chart within it: sentence, figure, data table, CSV."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import plotly.graph_objects as go

from dashboards.charts import Chart
from dashboards.html import Markup, csv_text, embedded_json, join, table, tag
from dashboards.published import Row, frame
from dashboards.words import day, digits, human, month_short, present

POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline';"
    " img-src 'self' file: data: blob:; base-uri 'none'; form-action 'none'"
)
PAGES = (("index.html", "Programs"), ("data-quality.html", "Data quality"), ("method.html", "Method"))
DETAIL_ROWS = 60
PRINTED_NOTES = 1


class Files:
    """The files of a site, written as they are made, so that no more than one page is in memory."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.written: list[Path] = []

    def write(self, path: str, text: str) -> None:
        """Write one file; `path` is its place inside the site."""
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
        self.written.append(target)


def document(
    *, title: str, body: Markup, run: Row, depth: int = 0, current: str = "", with_figures: bool = True
) -> str:
    """A whole page. `depth` is how many folders it lies below the site's root."""
    root = "../" * depth
    links = tag(
        "nav",
        tag("span", "Waystage", class_="brand"),
        *(tag("a", text, href=root + page, aria_current="page" if page == current else None) for page, text in PAGES),
        aria_label="Site",
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="stylesheet", href=f"{root}assets/site.css"),
        tag("link", rel="icon", href="data:,"),
        tag("script", src=f"{root}assets/plotly.min.js", defer=True) if with_figures else "",
        tag("script", src=f"{root}assets/site.js", defer=True),
    )
    page = tag(
        "body",
        tag("a", "Skip to content", href="#content", class_="skip"),
        tag("header", links, class_="bar"),
        tag("main", body, id="content", tabindex="-1"),
        footer(run),
    )
    return "<!doctype html>\n" + tag("html", head, page, lang="en")


def footer(run: Row) -> Markup:
    """What the page was made from, without clocks or run ids, so that the same rows give the same bytes."""
    facts = []
    if present(run.get("as_of")):
        facts.append(f"Judged as of {day(run['as_of'])}")
    if run.get("rules_version"):
        facts.append(f"rules {run['rules_version']}")
    if run.get("input_fingerprint"):
        facts.append(f"inputs {str(run['input_fingerprint'])[:12]}")
    if run.get("waystage_version"):
        facts.append(f"Waystage {run['waystage_version']}")
    return tag("footer", tag("p", " · ".join(facts) or "No run has been published."))


def anchor(heading: str) -> str:
    """The id of a section by its heading."""
    return "s-" + "".join(c if c.isalnum() else "-" for c in heading.lower())


def section(heading: str, *content: object, class_: str | None = None) -> Markup:
    """A section under its h2."""
    key = anchor(heading)
    return tag("section", tag("h2", heading, id=key), *content, aria_labelledby=key, class_=class_)


def chart_section(
    connection: duckdb.DuckDBPyConnection,
    chart: Chart,
    files: Files,
    *,
    folder: str,
    depth: int = 0,
    key: str | None = None,
    title: str | None = None,
    **parameters: object,
) -> Markup:
    """A chart as a section: its sentence, the figure, the data behind it and a CSV of it. A page that shows one chart
    twice gives each a `key` and a `title` of its own."""
    key, title = key or chart.name, title or chart.title
    rows = frame(connection, chart.query, **parameters)
    kept = chart.columns or {column: human(column) for column in rows.columns if column != "program_id"}
    data = rows[[column for column in kept if column in rows]]
    headings = [kept[column] for column in data.columns]
    drawn = chart.figure(rows)
    return section(
        title,
        tag("p", chart.sentence(rows), class_="says", id=f"says-{key}"),
        figure_block(key, drawn, class_=None if chart.is_on_paper else "screen") if drawn.data else "",
        _notes(chart.notes(rows), PRINTED_NOTES if chart.is_on_paper else 0) if drawn.data else "",
        data_block(
            headings,
            data,
            files,
            path=f"{folder}/{key}.csv",
            depth=depth,
            caption=f"{title}: data",
        )
        if drawn.data
        else "",
        # paper has no room to say that there is nothing
        class_=f"chart {chart.name.replace('_', '-')}{' screen' if rows.empty and not chart.is_on_paper else ''}",
    )


def figure_block(key: str, figure: go.Figure, class_: str | None = None) -> Markup:
    """The figure as JSON that the page's script draws; its sentence is what a screen reader reads."""
    spec = json.loads(figure.to_json())
    spec["layout"].pop("template", None)  # of the house, and said once for all figures
    return tag(
        "figure",
        tag("div", class_="plot"),
        tag("script", embedded_json({"data": spec["data"], "layout": spec["layout"]}), type="application/json"),
        aria_labelledby=f"says-{key}",
        class_=class_,
    )


def _notes(lines: list[str], printed: int) -> Markup:
    """What the marks of a figure stand for; paper has room for the first few, where it has the figure."""
    items = (tag("li", line, class_="screen" if index >= printed else None) for index, line in enumerate(lines))
    return tag("ul", *items, class_="notes") if lines else Markup("")


def data_block(headings: list[str], data: pd.DataFrame, files: Files, *, path: str, depth: int, caption: str) -> Markup:
    """The rows behind a figure: the latest ones folded in a table, all of them as CSV."""
    if data.empty:
        return Markup("")
    columns = [_plain_column(data[column]) for column in data.columns]
    files.write(path, csv_text(headings, zip(*columns, strict=True)))
    shown = data.tail(DETAIL_ROWS)
    numeric = frozenset(i for i, column in enumerate(data.columns) if pd.api.types.is_numeric_dtype(data[column]))
    note = f" The last {DETAIL_ROWS} of {len(data):,} rows; the CSV has all." if len(data) > DETAIL_ROWS else ""
    return tag(
        "details",
        tag("summary", "Data"),
        tag("p", download(path, depth), note),
        tag(
            "div",
            table(
                headings,
                [[cell_text(cell) for cell in row] for row in shown.itertuples(index=False)],
                caption=caption,
                numeric=numeric,
            ),
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label=caption,
        ),
    )


def download(path: str, depth: int) -> Markup:
    """A link that saves a CSV of the site."""
    return tag("a", "Download CSV", href="../" * depth + path, download=path.rsplit("/", 1)[-1])


def cell_text(value: Any) -> str:
    """A published value as a table shows it."""
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if not present(value):
        return "–"
    if isinstance(value, datetime | date):
        return month_short(value) if value.day == 1 else day(value)
    if isinstance(value, float | int):
        return digits(float(value))
    return str(value)


def _plain_column(column: pd.Series[Any]) -> list[object]:
    """The values of a column as a CSV has them; columns at a time, since a CSV may have a hundred thousand rows."""
    if pd.api.types.is_float_dtype(column):
        numbers: list[float] = column.astype("float64").tolist()
        return [(int(x) if x.is_integer() else x) if math.isfinite(x) else None for x in numbers]
    if pd.api.types.is_datetime64_dtype(column) and bool((column.dropna() == column.dropna().dt.normalize()).all()):
        return list(column.dt.strftime("%Y-%m-%d").where(column.notna(), None))
    return [_plain(value) for value in column.tolist()]


def _plain(value: Any) -> object:
    if not present(value):
        return None
    if isinstance(value, datetime):
        return (
            value.isoformat(sep=" ")
            if (value.hour, value.minute, value.second) != (0, 0, 0)
            else value.date().isoformat()
        )
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def sentences_row(parts: list[str]) -> Markup:
    """Clauses with middle dots between them, each kept whole as far as the line allows."""
    return join((tag("span", part, class_="clause") for part in parts), " · ")
