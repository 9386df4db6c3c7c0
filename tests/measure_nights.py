"""Runs night after night on exports that come as they come, and each night once more from nothing.

`python -m tests.measure_nights --nights 90 --seed 6` prints the figures of docs/reliability.md. What a night publishes
must be what a workspace gives that never ran before and is given the same files, row by row but for clocks, run ids and
the tables of what was published when. The steps of the night run one after the other as Dagster runs them, without
Dagster; and that no row breaks a law is looked at without Great Expectations: the imports of both, and the record of
the one, take longer than such a night.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from pipelines import checks, expectations, night, session
from tests.disturbed_world import Rows, apart, judge, read
from tests.nightly_world import NightlyWorld, differences


def main(argv: list[str] | None = None) -> int:
    """Prints the figures; 1 where a night gave other rows than a run from nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_nights")
    parser.add_argument("--nights", type=int, default=90)
    parser.add_argument("--seed", type=int, default=6)
    args = parser.parse_args(argv)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    since = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nights-") as scratch, suppress(KeyboardInterrupt):
        world = NightlyWorld(Path(scratch, "kept"), args.seed)
        for number in range(args.nights):
            if number:
                world.next_night()
            wrong += [f"{world.as_of}: {text}" for text in compared(world, Path(scratch, "anew"), counts)]
            print(f"{number + 1} nights, {len(wrong)} wrong", file=sys.stderr, flush=True)
    print(f"{counts['nights']} nights, seed {args.seed}: {counts['equal']} gave the rows of a run from nothing; "
          f"{counts['files']} exports in the last of them; {counts['rejected']} times one was rejected and "
          f"{counts['partial']} times loaded in part; {(time.monotonic() - since) / 60:.0f} minutes")  # fmt: skip
    print("\n".join(wrong))
    return 1 if wrong else 0


def compared(world: NightlyWorld, anew: Path, counts: Counter[str]) -> list[str]:
    """Runs the night, and a workspace from nothing beside it; what was wrong."""
    rows = apart(lambda: _published(world.folder, world))
    shutil.rmtree(anew, ignore_errors=True)
    shutil.copytree(world.folder, anew, ignore=shutil.ignore_patterns("published", ".waystage"))
    (anew / ".waystage").mkdir()
    shutil.copy(world.folder / ".waystage/key", anew / ".waystage/key")
    wrong = differences(rows, apart(lambda: _published(anew, world)))
    counts["nights"] += 1
    counts["equal"] += not wrong
    counts["files"] = len(rows["load"])
    for status in ("rejected", "partial"):
        counts[status] += sum(f"'{status}'" in row for row in rows["load"])
    return wrong


def _published(folder: Path, world: NightlyWorld) -> Rows:
    """What a reader finds after this night."""
    checks.above_zero = _above_zero
    with session.open_night(session.validate(folder), session.Options(as_of=world.as_of), lambda _: None) as tonight:
        night.land(tonight)
        if not night.is_settled(tonight):
            judge(tonight)
            night.publish_version(tonight)
    return read(folder)


def _above_zero(_name: str, counted: expectations.Counts) -> expectations.Counts:
    return [row for row in counted if row["rows"] > 0]


if __name__ == "__main__":
    raise SystemExit(main())
