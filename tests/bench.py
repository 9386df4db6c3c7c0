"""`make bench`: our commands beside plain ones, in turn on the same machine, as ratios of medians.

python -m tests.bench [--events 20000000] [--rounds 3] [--keep DIR]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent.parent
PROGRAMS = 4
IMPORTS = "import dagster, duckdb, great_expectations, plotly.graph_objects, plotly.io"
DISTINCT_LEARNERS = """
import duckdb, sys
duckdb.sql(f'''
    select filename, date_trunc('month', occurred_at) as month, count(distinct learner_id)
    from read_csv('{sys.argv[1]}/*.csv', filename = true)
    group by all
''').fetchall()
"""
LAND_STAGE_MEASURE = """
import sys
from pathlib import Path
from pipelines import night, session
from transforms import measure
opened = session.validate(Path(sys.argv[1]))
with session.open_night(opened, session.Options(), lambda text: None) as tonight:
    night.land(tonight)
    night.build_staging(tonight)
    measure.measure(tonight.con, tonight.catalogue)
"""


@dataclass(frozen=True)
class Measured:
    """One finished process and those it began: wall-clock and CPU seconds, the largest resident set of one, in MiB."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Pair:
    """Our command beside a plain one, and the ratio we promise."""

    name: str
    ours: list[str]
    plain: list[str]
    promised: float
    fresh: Path | None = None  # removed before each of our runs


def main() -> int:
    """Prints the ratio table; exit 1 when a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--events", type=int, default=20_000_000, help="learning events in CSV (default: 20,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each command (default: 3)")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waystage-bench-") as scratch:
        folder = args.keep or Path(scratch)
        pairs = _pairs(folder, args.events)
        print(f"{os.cpu_count()} cores, {args.rounds} rounds in turn, medians\n")
        print("| what | ours | against | theirs | ratio | promised | our peak memory |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        kept = [_compare(pair, args.rounds) for pair in pairs]
        kept.append(_sites(folder))
    return 0 if all(kept) else 1


def _pairs(folder: Path, events: int) -> list[Pair]:
    sample, large = folder / "sample", folder / "large"
    shutil.rmtree(sample, ignore_errors=True)
    python = sys.executable
    begin = [python, "-m", "pipelines.cli", "init", str(sample), "--sample"]
    subprocess.run(begin, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    run = [python, "-m", "pipelines.cli", "run", "--workspace", str(sample)]
    imports = [python, "-c", IMPORTS]
    _write_events(large, events)
    return [
        Pair("`waystage run` on the sample | importing the libraries", run, imports, 3.0, sample / ".waystage"),
        Pair("the same, nothing new | importing the libraries", run, imports, 2.0),
        Pair(
            f"{events / 1e6:g} M learning events, CSV to signals | DuckDB counting distinct learners",
            [python, "-c", LAND_STAGE_MEASURE, str(large)],
            [python, "-c", DISTINCT_LEARNERS, str(large / "exports")],
            4.0,
            large / ".waystage",
        ),
    ]


def _write_events(folder: Path, events: int) -> None:
    """A workspace of PROGRAMS programs with `events` rows of CSV in all; seeded by the row number."""
    exports = folder / "exports"
    each = events // PROGRAMS
    marker = folder / f"events-{each}"
    if marker.exists():
        return
    exports.mkdir(parents=True, exist_ok=True)
    lines = ["as_of: 2026-01-05", "programs:"]
    with duckdb.connect() as con:
        for number in range(PROGRAMS):
            con.execute(
                f"""
                copy (
                    select
                        md5('{number}-' || i) as event_id,
                        'learner-' || (hash(i * 7 + {number}) % 50000) as learner_id,
                        'course-' || (hash(i * 11) % 400) as content_id,
                        (['launched', 'progressed', 'progressed', 'completed'])[1 + (hash(i * 13) % 4)::bigint] as verb,
                        timestamp '2024-01-01' + to_seconds((hash(i * 17) % 63158400)::bigint) as occurred_at
                    from range({each}) as t(i)
                ) to '{exports}/program-{number}.csv' (header)
                """
            )
            lines += [
                f"  - id: program-{number}",
                f"    name: Program {number}",
                "    sources:",
                "      - connector: table",
                "        entity: learning_event",
                f"        path: exports/program-{number}.csv",
                "        columns: {event_id: event_id, learner_id: learner_id, content_id: content_id, verb: verb, "
                "occurred_at: occurred_at}",
            ]
    (folder / "waystage.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    marker.touch()


def _sites(folder: Path) -> bool:
    from tests.bench_site import PROMISED, sites  # noqa: PLC0415  it measures with what is here

    return sites(folder, list(PROMISED))


def _compare(pair: Pair, rounds: int) -> bool:
    measured(pair.plain)  # warms the disk cache for both
    ours: list[Measured] = []
    plain: list[Measured] = []
    for _ in range(rounds):
        if pair.fresh:
            shutil.rmtree(pair.fresh, ignore_errors=True)
        ours.append(measured(pair.ours))
        plain.append(measured(pair.plain))
    seconds = statistics.median(one.seconds for one in ours)
    against = statistics.median(one.seconds for one in plain)
    ratio = seconds / against
    what, other = pair.name.split(" | ")
    peak = max(one.peak_mib for one in ours) / 1024
    cells = [what, f"{seconds:.1f} s", other, f"{against:.1f} s", f"{ratio:.2f} ×", f"≤ {pair.promised:g} ×"]
    print(f"| {' | '.join([*cells, f'{peak:.1f} GiB'])} |")
    sys.stdout.flush()
    return ratio <= pair.promised


def measured(command: list[str]) -> Measured:
    """Runs one command from outside and asks the system what it cost."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        sys.exit(f"{' '.join(command[:4])} exited {process.returncode}:\n{said.decode(errors='replace')}")
    return Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main())
