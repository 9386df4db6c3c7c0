"""Kills runs at random instants and looks at what is published, then lets the next run end.

`python -m tests.measure_kills --kills 200 --seed 6` prints the table of docs/reliability.md. SIGKILL goes to the whole
process group, Great Expectations included. A workspace is killed one to three times before a run may end on it, so that
what a killed run left behind is met by one that is killed as well.
"""

from __future__ import annotations

import random
import signal
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.disturbed_world import Scene, apart, asked_for, begin, copy, read, run, scenes

MOST_IN_A_ROW = 3
TENTHS = 10


def main(argv: list[str] | None = None) -> int:
    """Prints the table; 1 where anything was torn or did not converge."""
    kills, seed, dice, counts, wrong = asked_for("kills", 200, argv)
    with tempfile.TemporaryDirectory(prefix="kills-") as scratch:
        both = scenes(Path(scratch))
        with suppress(KeyboardInterrupt):  # then the figures are of what was done
            while counts["killed"] < kills:
                in_a_row = min(dice.randint(1, MOST_IN_A_ROW), kills - counts["killed"])
                wrong += _round(dice.choice(both), Path(scratch, "spoiled"), in_a_row, dice, counts)
    print(f"seed {seed}: {counts['killed']} runs killed on the way, {counts['ended']} ended before their instant")
    print("| instant, of a run's time | killed | the old version stood | the new one |\n| --- | --- | --- | --- |")
    for tenth in range(TENTHS + 1):
        old, new = counts[f"{tenth} old"], counts[f"{tenth} new"]
        shown = f"{tenth * 10}–{tenth * 10 + 10} %" if tenth < TENTHS else "later"
        print(f"| {shown} | {old + new} | {old} | {new} |")
    print(f"\ntorn: {counts['torn']}; next runs: {counts['rounds']}, of which {counts['converged']} gave the same rows")
    print("\n".join(wrong))
    return 1 if wrong else 0


def _round(scene: Scene, folder: Path, kills: int, dice: random.Random, counts: Counter[str]) -> list[str]:
    """Kills runs on one copy of the workspace, then lets one end; what was wrong."""
    copy(scene.folder, folder)
    wrong: list[str] = []
    place = 0
    while place < kills:
        instant = dice.uniform(0, scene.seconds)
        if not _killed(folder, instant):
            counts["ended"] += 1
            if apart(lambda: read(folder)) != scene.after:
                wrong.append(f"{scene.folder.name}: a run that was not killed gave other rows")
            copy(scene.folder, folder)
            continue
        place += 1
        counts["killed"] += 1
        try:
            rows = apart(lambda: read(folder))
        except Exception as error:  # noqa: BLE001  whatever a reader met
            counts["torn"] += 1
            wrong.append(f"{scene.folder.name}, killed after {instant:.2f} s: {error!r}")
            continue
        which = {True: "new", False: "old"}[rows == scene.after]
        if rows not in (scene.before, scene.after):
            counts["torn"] += 1
            wrong.append(f"{scene.folder.name}, killed after {instant:.2f} s: rows of neither version")
        counts[f"{int(instant / scene.seconds * TENTHS)} {which}"] += 1
    counts["rounds"] += 1
    said = run(folder)
    if said.code == 0 and apart(lambda: read(folder)) == scene.after:
        counts["converged"] += 1
    else:
        wrong.append(f"{scene.folder.name}: the next run ended with {said.code} and other rows: {said.text}")
    return wrong


def _killed(folder: Path, instant: float) -> bool:
    """Kills a run after so many seconds; False where it had ended by then."""
    begun = begin(folder)
    time.sleep(max(0.0, instant - (time.monotonic() - begun.since)))
    begun.end()
    return begun.wait().code == -signal.SIGKILL


if __name__ == "__main__":
    raise SystemExit(main())
