"""Landing alone, export by export, beside DuckDB doing the least that must be done with the same files.

Both say themselves how long they took, so that imports count for neither.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.cost import Cost, in_turn, python, told
from tests.benchmarks.row import Bench, Line, compared

TITLE = "landing alone"
REACH = "≤ 2.5 × DuckDB, 20,000 files ≤ 2 × 20"
ORDER = 15
ROWS = {"tiny": 20_000, "small": 200_000}
ALL_ROWS = 1_000_000
ROWS_A_FILE = 50
FEW_FILES = 20
LAND = """
import time, sys
from pathlib import Path
from pipelines import night, session
opened = session.validate(Path(sys.argv[1]))
with session.open_night(opened, session.Options(), lambda text: None) as tonight:
    began = time.perf_counter()
    night.land(tonight)
    print(time.perf_counter() - began)
"""
PLAIN = """
import sys, time
import duckdb
began = time.perf_counter()
duckdb.sql(f"copy ({sys.argv[1]}) to '{sys.argv[2]}' (format parquet, compression zstd)")
print(time.perf_counter() - began)
"""
TICKETS = "connector: zendesk_support"
COLUMNS = ("event_id", "learner_id", "content_id", "verb", "occurred_at")
MAPPED = ", ".join(f"{name}: {name}" for name in COLUMNS)
EVENTS = f"connector: table, entity: learning_event, columns: {{{MAPPED}}}"


def measure(bench: Bench) -> list[Line]:
    rows = ROWS.get(bench.size_name, ALL_ROWS)
    many = rows // ROWS_A_FILE
    folder = bench.folder / f"landing-{rows}"
    bench.say(f"landing {rows:,} rows of each kind of export")
    ndjson = _made(folder / "ndjson", TICKETS, "json", _lines(rows, 1, _ndjson))
    pages = _made(folder / "pages", TICKETS, "json", _lines(rows, FEW_FILES, _page))
    many_pages = _made(folder / "many-pages", TICKETS, "json", _lines(rows, many, _page))
    tables = _made(folder / "tables", EVENTS, "csv", _lines(rows, FEW_FILES, _table))
    many_tables = _made(folder / "many-tables", EVENTS, "csv", _lines(rows, many, _table))
    largest = max(path.stat().st_size for path in (pages / "exports").iterdir()) + 1
    listed = f"select unnest(tickets) from read_json('{pages}/exports/*', maximum_object_size = {largest})"
    plain = folder / "plain.parquet"
    costs = in_turn(
        {
            "ndjson": lambda: _landed(ndjson),
            "plain ndjson": lambda: told(python(PLAIN, f"from read_json('{ndjson}/exports/*')", plain)),
            "pages": lambda: _landed(pages),
            "plain pages": lambda: told(python(PLAIN, listed, plain)),
            "many pages": lambda: _landed(many_pages),
            "tables": lambda: _landed(tables),
            "plain tables": lambda: told(
                python(PLAIN, f"from read_csv('{tables}/exports/*', all_varchar = true)", plain)
            ),
            "many tables": lambda: _landed(many_tables),
        },
        bench.rounds,
    )
    pairs = [
        (f"landing {rows:,} tickets in one NDJSON file", "ndjson", "DuckDB", "plain ndjson", 2.5),
        (f"landing {rows:,} tickets in {FEW_FILES} JSON pages", "pages", "DuckDB", "plain pages", 2.5),
        (f"landing them in {many:,} JSON pages", "many pages", f"in {FEW_FILES}", "pages", 2.0),
        (f"landing {rows:,} events in {FEW_FILES} CSVs", "tables", "DuckDB", "plain tables", 2.5),
        (f"landing them in {many:,} CSVs", "many tables", f"in {FEW_FILES}", "tables", 2.0),
    ]
    return [compared(what, costs[ours], against, costs[theirs], most) for what, ours, against, theirs, most in pairs]


def _ticket(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "requester_id": number % 5000,
        "subject": "How do I export",
        "status": "open",
        "via": {"channel": "web"},
        "created_at": f"2025-{1 + number % 12:02}-{1 + number % 28:02}T10:00:00Z",
        "updated_at": "2025-12-30T00:00:00Z",
        "tags": ["a", "b"],
    }


def _ndjson(numbers: range) -> str:
    return "".join(json.dumps(_ticket(number)) + "\n" for number in numbers)


def _page(numbers: range) -> str:
    return json.dumps({"tickets": [_ticket(number) for number in numbers], "end_of_stream": True})


def _table(numbers: range) -> str:
    rows = (
        f"e{number},l{number % 5000},c{number % 40},viewed,2025-{1 + number % 12:02}-{1 + number % 28:02}T10:00:00Z\n"
        for number in numbers
    )
    return ",".join(COLUMNS) + "\n" + "".join(rows)


def _lines(rows: int, files: int, text: Callable[[range], str]) -> Iterator[str]:
    each = rows // files
    return (text(range(number * each, (number + 1) * each)) for number in range(files))


def _made(folder: Path, source: str, suffix: str, texts: Iterator[str]) -> Path:
    exports = folder / "exports"
    if (folder / "waystage.yaml").exists():
        return folder
    exports.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (exports / f"{number}.{suffix}").write_text(text, encoding="utf-8")
    (folder / "waystage.yaml").write_text(
        f"as_of: 2026-01-05\nprograms:\n  - {{id: p, name: P, sources: [{{{source}, path: exports/}}]}}\n",
        encoding="utf-8",
    )
    return folder


def _landed(folder: Path) -> Cost:
    shutil.rmtree(folder / ".waystage", ignore_errors=True)
    return told(python(LAND, folder))
