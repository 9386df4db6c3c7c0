"""Bad input at size: shapes that break a naive reader, each beside as many rows in an ordinary shape.

One 5 GB file, 200,000 tiny files, one program with nine tenths of all rows, one account with a million learners, and
an export of a hundred columns, all at a tenth of that size (less for smaller sizes of the bench). Each must stay within
the memory of an ordinary night and cost no more than twice the time of as many ordinary rows.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from tests.benchmarks.cost import Cost, in_turn, measured, python
from tests.benchmarks.row import Bench, Line, compared
from tests.benchmarks.world import AS_OF

TITLE = "bad input at size"
REACH = "≤ 2 × as many ordinary rows, ≤ 4 GiB"
ORDER = 95
PART = {"tiny": 0.001, "small": 0.01}  # of the sizes above
TENTH = 0.1
ROWS_OF_5_GB = 70_000_000
TINY_FILES, ROWS_A_TINY_FILE = 200_000, 20
LEARNERS_OF_ONE = 1_000_000
PROGRAMS = 10
MOST, MOST_MIB = 2.0, 4 * 1024
TO_SIGNALS = """
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
EVENT_COLUMNS = "{event_id: event_id, learner_id: user_id, content_id: course_id, verb: verb, occurred_at: occurred_at}"
LEARNER_COLUMNS = "{learner_id: user_id, account_id: account, role: role}"


def measure(bench: Bench) -> list[Line]:
    part = PART.get(bench.size_name, TENTH)
    rows, files = int(ROWS_OF_5_GB * part), int(TINY_FILES * part)
    learners = int(LEARNERS_OF_ONE * part)
    folder = bench.folder / f"bad-{part:g}"
    shapes: dict[str, tuple[str, str, Callable[[Path, int], None]]] = {
        "one": (f"one file of {rows:,} events", "in 40 files", lambda at, count: _events(at, count, 1)),
        "skewed": (f"{rows:,} events, 90 % of one program", "spread evenly", _skewed),
        "wide": (
            f"{rows // 10:,} events in 100 columns",
            "in 5",
            lambda at, count: _events(at, count // 10, 40, width=100),
        ),
        "tiny": (
            f"{files * ROWS_A_TINY_FILE:,} events in {files:,} files",
            "in 40",
            lambda at, _: _events(at, files * ROWS_A_TINY_FILE, files),
        ),
        "crowd": (
            f"one account with {learners:,} learners",
            "in accounts of 100",
            lambda at, _: _learners(at, learners, learners),
        ),
    }
    ordinary: dict[str, Callable[[Path, int], None]] = {
        "one": lambda at, count: _events(at, count, 40),
        "skewed": lambda at, count: _events(at, count, 40),
        "wide": lambda at, count: _events(at, count // 10, 40),
        "tiny": lambda at, _: _events(at, files * ROWS_A_TINY_FILE, 40),
        "crowd": lambda at, _: _learners(at, learners, 100),
    }
    lines = []
    for name, (what, against, write) in shapes.items():
        bench.say(what)
        bad, good = folder / name, folder / f"{name}-ordinary"
        for at, made in ((bad, write), (good, ordinary[name])):
            if not (at / "waystage.yaml").exists():
                shutil.rmtree(at, ignore_errors=True)
                made(at, rows)
        costs = in_turn({"bad": lambda at=bad: _built(at), "good": lambda at=good: _built(at)}, bench.rounds)  # type: ignore[misc]
        line = compared(what, costs["bad"], against, costs["good"], MOST)
        lines.append(replace(line, kept=bool(line.kept) and costs["bad"].peak_mib <= MOST_MIB))
        for at in (bad, good):
            shutil.rmtree(at)
    return lines


def _built(folder: Path) -> Cost:
    shutil.rmtree(folder / ".waystage", ignore_errors=True)
    return measured(python(TO_SIGNALS, folder))


def _skewed(folder: Path, rows: int) -> None:
    _events(folder, rows, 40, first_share=0.9)


def _events(folder: Path, rows: int, files: int, *, width: int = 5, first_share: float = 1 / PROGRAMS) -> None:
    """Learning events of ten programs (one, where there is one file), as so many CSVs in all."""
    programs = 1 if files == 1 else PROGRAMS
    with duckdb.connect() as con:
        others = (1 - first_share) / max(programs - 1, 1)
        for program in range(programs):
            count = int(rows * (1 if programs == 1 else first_share if program == 0 else others))
            each = max(files // programs, 1)
            (folder / "exports" / f"p{program}").mkdir(parents=True, exist_ok=True)
            extra = ", ".join(f"hash(i * {n}) % 100000 as column_{n}" for n in range(width - 5))
            for file in range(each):
                first, last = count * file // each, count * (file + 1) // each
                con.execute(
                    f"""
                    copy (
                        select '{program}-' || i as event_id,
                            'learner-' || (hash(i * 7) % {max(count // 40, 20)}) as user_id,
                            'course-' || (hash(i * 11) % 400) as course_id, 'launched' as verb,
                            timestamp '{AS_OF}' - to_seconds((hash(i * 17) % 63158400)::bigint) as occurred_at
                            {"," if extra else ""} {extra}
                        from range({first}, {last}) as t(i)
                    ) to '{folder}/exports/p{program}/{file}.csv' (header)
                    """
                )
    _describe(folder, programs, [("learning_event", "", EVENT_COLUMNS)])


def _learners(folder: Path, learners: int, of_one_account: int) -> None:
    """So many learners, in accounts of so many each, who have learned twice each."""
    _events(folder, learners * 2, 1)
    (folder / "exports" / "who").mkdir()
    with duckdb.connect() as con:
        con.execute(
            f"""
            copy (
                select 'learner-' || i as user_id, 'account-' || (i // {of_one_account}) as account, 'admin' as role
                from range({learners}) as t(i)
            ) to '{folder}/exports/who/learners.csv' (header)
            """
        )
    _describe(folder, 1, [("learning_event", "", EVENT_COLUMNS), ("learner", "who", LEARNER_COLUMNS)])


def _describe(folder: Path, programs: int, sources: list[tuple[str, str, str]]) -> None:
    lines = [f"as_of: {AS_OF}", "programs:"]
    for program in range(programs):
        lines += [f"  - id: p{program}", f"    name: P{program}", "    sources:"]
        lines += [
            f"      - {{connector: table, entity: {entity}, path: exports/{at or f'p{program}'}/, columns: {columns}}}"
            for entity, at, columns in sources
        ]
    (folder / "waystage.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
