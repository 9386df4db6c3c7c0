"""Lands spoiled exports of every connector and counts what becomes of them.

`python -m tests.measure_fuzz --exports 1000 --seed 6` prints the table of docs/reliability.md. Exports land one by
one, in processes that may take so much address space and no more; one that crashes or hangs is found by its number.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.connection
import resource
import sys
import tempfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz_world import FuzzWorld, Outcome
from tests.fuzzed_exports import fuzzed, wholes

A_BATCH = 40
LONGEST_S = 10
PATIENCE_S = 120  # then it hangs
MOST_ADDRESS_SPACE = 8 << 30  # bytes; what is really used is measured
MOST_MEMORY = 3 << 30


@dataclass
class Tally:
    """What became of the exports spoiled in one way."""

    exports: int = 0
    rows_read: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    seconds: list[float] = field(default_factory=list)


def main(argv: list[str] | None = None) -> int:
    """Prints the table; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_fuzz")
    parser.add_argument("--exports", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=6)
    args = parser.parse_args(argv)
    tallies: dict[str, Tally] = defaultdict(Tally)
    wrong: list[str] = []
    most_memory = told = 0
    number, end = args.first, args.first + args.exports
    with suppress(KeyboardInterrupt):  # then the figures are of what was done
        while number < end:
            number, memory = _batch(args.seed, number, min(number + A_BATCH, end), tallies, wrong)
            most_memory = max(most_memory, memory)
            print(f"{number - args.first} done", *wrong[told:], sep="\n", file=sys.stderr, flush=True)
            told = len(wrong)
    if most_memory > MOST_MEMORY:
        wrong.append(f"{most_memory >> 20:,} MiB of memory were used")
    print("| spoiled by | exports | rows read | loaded | rejected | slowest |\n| --- | --- | --- | --- | --- | --- |")
    for how, tally in sorted(tallies.items()):
        rows = f"{tally.rows_read:,} | {tally.rows_loaded:,} | {tally.rows_rejected:,}"
        print(f"| {how} | {tally.exports} | {rows} | {max(tally.seconds):.1f} s |")
    landed = sum(one.exports for one in tallies.values())
    print(f"\n{landed} exports, seed {args.seed}; wrong: {len(wrong)}; at most {most_memory >> 20:,} MiB of memory")
    print("\n".join(wrong))
    return 1 if wrong else 0


def _batch(seed: int, first: int, end: int, tallies: dict[str, Tally], wrong: list[str]) -> tuple[int, int]:
    """Lands exports in a process of their own; the number to go on from, and its peak memory in bytes."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_land, args=(seed, first, end, theirs))
    process.start()
    theirs.close()
    number = first
    try:
        while ours.poll(PATIENCE_S):
            told = ours.recv()
            if not isinstance(told, Outcome):
                wrong += [f"exports {first} to {end}: {text}" for text in told[1]]
                return end, told[0]
            _count(tallies[told.how], told)
            wrong += [f"export {number}, {told.how}: {text}" for text in told.wrong]
            if told.seconds > LONGEST_S:
                wrong.append(f"export {number}, {told.how}: took {told.seconds:.1f} CPU seconds")
            number += 1
        wrong.append(f"export {number}: hangs")
    except EOFError:
        process.join()
        wrong.append(f"export {number}: ended its process ({process.exitcode})")
    finally:
        process.kill()
        process.join()
    return number + 1, 0


def _count(tally: Tally, outcome: Outcome) -> None:
    tally.exports += 1
    tally.rows_read += outcome.rows_read
    tally.rows_loaded += outcome.rows_loaded
    tally.rows_rejected += outcome.rows_rejected
    tally.seconds.append(outcome.seconds)


def _land(seed: int, first: int, end: int, told: multiprocessing.connection.Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESS_SPACE, MOST_ADDRESS_SPACE))
    every = wholes()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        world = FuzzWorld(Path(folder))
        for number in range(first, end):
            told.send(world.add(fuzzed(every, seed, number), number))
        wrong = world.together()
        told.send((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10, wrong))


if __name__ == "__main__":
    raise SystemExit(main())
