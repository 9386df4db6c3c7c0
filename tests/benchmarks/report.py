"""Keeps the figures: docs/performance.json has them all, and docs/performance.md the tables made of it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.row import Line, machine

DOCS = Path(__file__).parents[2] / "docs"
FIGURES, PAGE = DOCS / "performance.json", DOCS / "performance.md"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"
HEADINGS = ["what", "ours", "against", "theirs", "ratio", "promised", "kept", "peak memory"]
ORDER = ["large", "medium", "small"]


def table(lines: list[dict[str, Any]]) -> str:
    """Lines as a Markdown table."""
    told = ["| " + " | ".join(HEADINGS) + " |", "| " + " | ".join(["---"] * len(HEADINGS)) + " |"]
    for line in lines:
        kept = {True: "yes", False: "**no**", None: "–"}[line["kept"]]
        cells = [line[name] or "–" for name in ("what", "ours", "against", "theirs", "ratio", "reach")]
        told.append("| " + " | ".join([*cells, kept, line["memory"] or "–"]) + " |")
    return "\n".join(told)


def keep(size: str, rounds: int, found: dict[str, list[Line]], rows: list[str]) -> None:
    """Adds what was found to the figures kept, row by row, and writes the tables of the page anew.

    `rows` is the order of all rows; those not measured this time keep the figures they had.
    """
    kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    of_size = kept.setdefault(size, {})
    on, at = machine(), f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    for name, lines in found.items():
        of_size[name] = {"machine": on, "on": at, "rounds": rounds, "lines": [asdict(line) for line in lines]}
    kept[size] = {name: of_size[name] for name in rows if name in of_size}
    FIGURES.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{_sections(kept)}\n\n{END}{after}", encoding="utf-8")


def _sections(kept: dict[str, Any]) -> str:
    return "\n\n".join(_section(size, kept[size]) for size in ORDER if kept.get(size))


def _section(size: str, rows: dict[str, Any]) -> str:
    lines = [line for row in rows.values() for line in row["lines"]]
    when = sorted({(row["on"], row["rounds"], row["machine"]) for row in rows.values()})
    measured = "; ".join(f"{on}, medians of {rounds}" if rounds > 1 else f"{on}, once" for on, rounds, _ in when)
    on = ", ".join(sorted({name for *_, name in when}))
    return f"### `make bench SIZE={size}`\n\nMeasured {measured}, on {on}.\n\n{table(lines)}"
