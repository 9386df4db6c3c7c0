"""Lets readers query the published files without pause while version after version is published.

`python -m tests.measure_readers --readers 30 --publishings 50` prints the figures of docs/reliability.md. A reader
resolves `published/current` once, reads database, Parquet and site of it, and compares their run ids; then it asks the
database by its fixed name, where all tables must be of one run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.synchronize
import os
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines import night, publish, session
from pipelines.published_file import DATABASE
from tests import tiny_world
from tests.disturbed_world import judge, run

NEWEST = "select max(run_id) from"
OF_ONE_RUN = "select max(run_id), (select max(run_id) from stage), (select min(run_id) from stage) from run"
Told = tuple[int, int, list[str]]  # looks, versions seen, errors


def main(argv: list[str] | None = None) -> int:
    """Prints the figures; 1 where a reader met an error or two versions in one."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_readers")
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--publishings", type=int, default=50)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two publishings")
    args = parser.parse_args(argv)
    processes = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="readers-") as scratch:
        folder = tiny_world.write(Path(scratch, "ws"))
        said = run(folder)
        assert said.code == 0, said.text
        stop, answers = processes.Event(), processes.Queue()
        readers = [
            processes.Process(target=read_on, args=(folder / "published", stop, answers)) for _ in range(args.readers)
        ]
        for reader in readers:
            reader.start()
        publisher = processes.Process(target=publish_on, args=(folder, args.publishings, args.pause))
        publisher.start()
        publisher.join()
        stop.set()
        told: list[Told] = [answers.get(timeout=120) for _ in readers]
        for reader in readers:
            reader.join()
    errors = [error for _, _, found in told for error in found]
    looks, seen = sum(one[0] for one in told), max(one[1] for one in told)
    print(f"{args.readers} readers looked {looks:,} times through {args.publishings} publishings; one saw up to {seen} "
          f"versions; errors or mixed versions: {len(errors)}")  # fmt: skip
    print("\n".join(sorted(set(errors))[:20]))
    return 1 if errors or publisher.exitcode else 0


def publish_on(folder: Path, publishings: int, pause: float) -> None:
    """Publishes the workspace so many times, as a night does."""
    with session.open_night(session.validate(folder), session.Options(is_forced=True), lambda _: None) as tonight:
        night.land(tonight)
        judge(tonight)
        for _ in range(publishings):
            night.publish_version(tonight)
            time.sleep(pause)


def read_on(published: Path, stop: multiprocessing.synchronize.Event, answers: multiprocessing.Queue[Told]) -> None:
    """Looks without pause until told to stop."""
    os.nice(10)  # thirty who never pause would leave the one who publishes next to nothing of two cores
    looks, seen, errors = 0, set(), []
    while not stop.is_set():
        try:
            version, complaint = look(published)
            seen.add(version)
            errors += [complaint] if complaint else []
        except (duckdb.Error, OSError) as error:
            errors.append(repr(error))
        looks += 1
    answers.put((looks, len(seen), errors))


def look(published: Path) -> tuple[str, str | None]:
    """The version that a reader finds, and what is wrong with it if anything is."""
    version = Path(os.path.realpath(published / "current"))
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        con.execute(f"attach '{version / DATABASE}' as held (read_only)")
        [(held,)] = con.execute(f"{NEWEST} held.run").fetchall()
        [(beside,)] = con.execute(f"{NEWEST} read_parquet('{version / publish.PARQUET}/run.parquet')").fetchall()
        [(verdicts,)] = con.execute(f"{NEWEST} read_parquet('{version / publish.PARQUET}/stage.parquet')").fetchall()
    site = (version / publish.SITE / publish.VERSION).read_text(encoding="utf-8").strip()
    if {held, beside, verdicts, site} != {version.name}:
        return version.name, f"in {version.name}: database {held}, Parquet {beside} and {verdicts}, site {site}"
    with duckdb.connect(str(published / DATABASE), read_only=True) as con:
        [found] = con.execute(OF_ONE_RUN).fetchall()
    return version.name, None if len(set(found)) == 1 else f"by its fixed name: {found}"


if __name__ == "__main__":
    raise SystemExit(main())
