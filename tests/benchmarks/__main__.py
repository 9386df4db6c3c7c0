"""`make bench`: our commands beside others, in turn on the same machine, as ratios of medians.

python -m tests.benchmarks [--size medium] [--rounds 3] [--rows night,judging] [--keep DIR] [--write]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks import report, world
from tests.benchmarks.cost import Failed
from tests.benchmarks.row import Bench, Line, NotMeasured, Row, machine, rows


def main() -> int:
    """Prints the table; exit 1 when a promise is broken."""
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="waystage-bench-") as scratch:
        folder = args.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder.resolve(), args.size, args.rounds, _say, args.others, args.write)
        found = {row.name: _measured(row, bench) for row in args.rows}
    if args.write:
        report.keep(args.size, args.rounds, found, [row.name for row in rows()])
    print(f"{machine()}; {args.rounds} rounds in turn, medians\n")
    print(report.table([asdict(line) for lines in found.values() for line in lines]))
    return 1 if any(line.kept is False for lines in found.values() for line in lines) else 0


def _arguments() -> argparse.Namespace:
    every = {row.name: row for row in rows()}
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        epilog="rows: " + "; ".join(f"{name} ({row.title}: {row.reach})" for name, row in every.items()),
    )
    parser.add_argument("--size", choices=list(world.SIZES), default="medium", help="default: medium, 20 M events")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each command (default: 3)")
    parser.add_argument("--rows", help="only these, with commas between them (default: all)")
    parser.add_argument("--others", default=sys.executable, metavar="PYTHON", help="the Python with the other engines")
    parser.add_argument("--keep", type=Path, help="work in this folder, use what it holds already, and leave it")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/performance.md and .json")
    args = parser.parse_args()
    names = args.rows.split(",") if args.rows else list(every)
    if unknown := [name for name in names if name not in every]:
        parser.error(f"no row {unknown[0]!r}; legal: {', '.join(every)}")
    args.rows = [every[name] for name in every if name in names]
    return args


def _measured(row: Row, bench: Bench) -> list[Line]:
    began = time.perf_counter()
    try:
        lines = row.measure(bench)
    except (NotMeasured, Failed) as why:
        lines = [Line(row.title, f"not measured: {str(why).strip().splitlines()[-1]}", reach=row.reach)]
        _say(f"{row.name}: {why}")
    _say(f"{row.name}: {time.perf_counter() - began:.0f} s")
    return lines


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
