"""Landing alone beside DuckDB doing the least that must be done: `python -m tests.bench_landing`.

Prints, for each kind of export, wall-clock and CPU seconds of both and their ratios. Data is made in a scratch folder.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LAND = """
import os, sys, time
from pathlib import Path
from pipelines import night, session
opened = session.validate(Path(sys.argv[1]))
with session.open_night(opened, session.Options(), lambda text: None) as tonight:
    began, cpu = time.perf_counter(), sum(os.times()[:2])
    night.land(tonight)
    print(time.perf_counter() - began, sum(os.times()[:2]) - cpu)
"""
PLAIN = """
import os, sys, time
import duckdb
began, cpu = time.perf_counter(), sum(os.times()[:2])
duckdb.sql(f"copy ({sys.argv[1]}) to '{sys.argv[2]}' (format parquet, compression zstd)")
print(time.perf_counter() - began, sum(os.times()[:2]) - cpu)
"""
TICKETS = "connector: zendesk_support"
COLUMNS = ("event_id", "learner_id", "content_id", "verb", "occurred_at")
MAPPED = ", ".join(f"{name}: {name}" for name in COLUMNS)
EVENTS = f"connector: table, entity: learning_event, columns: {{{MAPPED}}}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_landing")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each kind of export (default: 1,000,000)")
    parser.add_argument("--files", type=int, default=20_000, help="small files they are spread over (default: 20,000)")
    args = parser.parse_args()
    print("| what | wall-clock | CPU seconds |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="waystage-bench-") as scratch:
        folder = Path(scratch)
        ndjson = _made(folder / "ndjson", TICKETS, "json", _lines(args.rows, 1, _ndjson))
        pages = _made(folder / "pages", TICKETS, "json", _lines(args.rows, 20, _page))
        many_pages = _made(folder / "many-pages", TICKETS, "json", _lines(args.rows, args.files, _page))
        tables = _made(folder / "tables", EVENTS, "csv", _lines(args.rows, 20, _table))
        many_tables = _made(folder / "many-tables", EVENTS, "csv", _lines(args.rows, args.files, _table))
        largest = max(path.stat().st_size for path in (pages / "exports").iterdir()) + 1
        listed = f"select unnest(tickets) from read_json('{pages}/exports/*', maximum_object_size = {largest})"
        _tell("one NDJSON file | DuckDB", _landed(ndjson), _plain(f"from read_json('{ndjson}/exports/*')", folder))
        of_pages = _landed(pages)
        _tell("20 JSON pages | DuckDB", of_pages, _plain(listed, folder))
        _tell(f"{args.files:,} JSON pages | 20", _landed(many_pages), of_pages)
        of_tables = _landed(tables)
        plain = _plain(f"from read_csv('{tables}/exports/*', all_varchar = true)", folder)
        _tell("20 CSVs | DuckDB", of_tables, plain)
        _tell(f"{args.files:,} CSVs | 20", _landed(many_tables), of_tables)


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
    exports.mkdir(parents=True)
    for number, text in enumerate(texts):
        (exports / f"{number}.{suffix}").write_text(text, encoding="utf-8")
    (folder / "waystage.yaml").write_text(
        f"as_of: 2026-01-05\nprograms:\n  - {{id: p, name: P, sources: [{{{source}, path: exports/}}]}}\n",
        encoding="utf-8",
    )
    return folder


def _landed(folder: Path) -> tuple[float, float]:
    return _seconds(LAND, str(folder))


def _plain(select: str, folder: Path) -> tuple[float, float]:
    return _seconds(PLAIN, select, str(folder / "plain.parquet"))


def _seconds(script: str, *given: str) -> tuple[float, float]:
    """Wall-clock and CPU seconds that a script says it took, in a process of its own; the better of two."""
    found = []
    for _ in range(2):
        if script is LAND:
            shutil.rmtree(Path(given[0], ".waystage"), ignore_errors=True)
        command = [sys.executable, "-c", script, *given]
        said = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        wall, cpu = map(float, said.stdout.split()[-2:])
        found.append((wall, cpu))
    return min(found)


def _tell(what: str, ours: tuple[float, float], theirs: tuple[float, float]) -> None:
    cells = [f"{one:.1f} s / {other:.1f} s = {one / other:.1f} ×" for one, other in zip(ours, theirs, strict=True)]
    print(f"| {' | '.join([what.replace(' | ', ' against '), *cells])} |", flush=True)


if __name__ == "__main__":
    main()
