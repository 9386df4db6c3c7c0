"""Sets the clock back and forward between runs, lets nights fall on a change of the clocks, and lets two runs meet.

`python -m tests.measure_clocks` prints the table of docs/reliability.md. The clock is Python's, shifted for one run in
its own process. Whatever it says, the rows published as of one day stay the same, the history keeps the order of the
runs, and a second run names the first and ends with 1.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.disturbed_world import apart, begin, copy, read, run, scenes
from tests.tiny_world import ask

DAY = 86400
ORDER = "select count(*), max(run_id) = (select max(run_id) from stage) from run"
JUMPS = {
    "an hour back": -3600,
    "a day back": -DAY,
    "ten years forward": 3653 * DAY,
    "back to today": 0,
    "to 1 January 2000": -(dt.date.today() - dt.date(2000, 1, 1)).days * DAY,
    "to 1970": -time.time() + 60,
    "and to today again": 0,
}
# UTC instants at which the clocks of Berlin jump: from 02:00 to 03:00, and from 03:00 to 02:00
NIGHTS = {
    "Berlin, a second before the hour that a spring night skips": "2026-03-29T00:59:59",
    "Berlin, a second after it": "2026-03-29T01:00:00",
    "Berlin, 02:30 for the first time in an autumn night": "2026-10-25T00:30:00",
    "Berlin, 02:30 for the second time": "2026-10-25T01:30:00",
}


def main() -> int:
    """Prints the table; 1 where a run gave other rows or lost its place."""
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="clocks-") as scratch:
        [_, scene] = scenes(Path(scratch))
        folder = copy(scene.folder, Path(scratch, "clocks"))
        print("| the clock | exit code | the same rows | runs in their order |\n| --- | --- | --- | --- |")
        nights = {
            name: dt.datetime.fromisoformat(f"{at}+00:00").timestamp() - time.time() for name, at in NIGHTS.items()
        }
        for place, (name, seconds) in enumerate({**JUMPS, **nights}.items(), 2):
            said = run(
                folder, "--from", "2025-01", before=_shifted(seconds, "Europe/Berlin" if name in NIGHTS else "UTC")
            )
            is_same = apart(lambda: read(folder)) == scene.after
            [(count, is_last)] = apart(lambda: ask(folder, ORDER))
            wrong += not (is_same and said.code == 0 and (count, is_last) == (place, True))
            print(
                f"| {name} | {said.code} | {is_same} | {is_last}, {count} of {place} |", said.text if said.code else ""
            )
        first = begin(folder, "--from", "2025-01")
        while not (folder / ".waystage/lock").read_text():
            time.sleep(0.01)
        second = run(folder)
        print(f"\ntwo at once: the second ended with {second.code} and said: {second.text.strip()}")
        wrong += second.code != 1 or f"process {first.pid} since" not in second.text or first.wait().code != 0
    return 1 if wrong else 0


def _shifted(seconds: float, zone: str) -> Callable[[], None]:
    """Sets the clock of a process, as Python tells it, by so many seconds, and the machine's time zone."""
    real, real_time = dt.datetime, time.time
    shift = dt.timedelta(seconds=seconds)

    class Kind(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, real)

    class Shifted(real, metaclass=Kind):  # type: ignore[valid-type, misc]
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return real.now(tz) + shift

    def shift_clock() -> None:
        dt.datetime = Shifted  # type: ignore[misc]
        time.time = lambda: real_time() + seconds
        os.environ["TZ"] = zone
        time.tzset()

    return shift_clock


if __name__ == "__main__":
    raise SystemExit(main())
