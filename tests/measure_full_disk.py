"""Lets runs meet a full disk at random points, then gives them room.

`python -m tests.measure_full_disk --runs 40 --seed 6` prints the table of docs/reliability.md. Half of the runs are on
a disk of their own (a tmpfs, where mounting is allowed) with a random part of the room that a run needs; the others may
write no file beyond a random size (RLIMIT_FSIZE).
"""

from __future__ import annotations

import random
import resource
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.disturbed_world import Rows, Said, Scene, apart, asked_for, copy, read, run, scenes

MB = 1 << 20
SMALLEST, LARGEST = 500, 40 * MB  # bytes of a file; the largest of a night is the warehouse
DISK, FILES = "a disk with too little room", "a limit on the size of files"


def main(argv: list[str] | None = None) -> int:
    """Prints the table; 1 where anything was torn, misled the user or did not converge."""
    runs, _, dice, counts, wrong = asked_for("runs", 40, argv)
    with tempfile.TemporaryDirectory(prefix="full-") as scratch:
        both = scenes(Path(scratch))
        ways = [DISK, FILES] if can_mount(Path(scratch)) else [FILES]
        with suppress(KeyboardInterrupt):  # then the figures are of what was done
            for number in range(runs):
                way, scene = ways[number % len(ways)], dice.choice(both)
                trouble = (_on_a_full_disk if way == DISK else _with_small_files)(scene, Path(scratch), dice, counts)
                wrong += [f"run {number}, {scene.folder.name}, {way}: {said}" for said in trouble]
    print(
        "| what | runs | stopped short | had room enough | then gave the same rows |\n| --- | --- | --- | --- | --- |"
    )
    for way in ways:
        shown = [counts[f"{way} {what}"] for what in ("stopped", "had room", "converged")]
        print(f"| {way} | {sum(shown[:2])} | {shown[0]} | {shown[1]} | {shown[2]} |")
    print("\n".join(["", *wrong]))
    return 1 if wrong else 0


def can_mount(scratch: Path) -> bool:
    """Whether a small disk can be had."""
    with small_disk(scratch / "try", MB) as disk:
        return disk is not None


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path | None]:
    """A disk of so many bytes; None where mounting is not allowed."""
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _on_a_full_disk(scene: Scene, scratch: Path, dice: random.Random, counts: Counter[str]) -> list[str]:
    room = int(dice.uniform(0, 1.2) * (_used(scene.undisturbed) - _used(scene.folder)))
    with small_disk(scratch / "disk", _used(scene.folder) + MB + room) as disk:
        assert disk is not None
        folder = copy(scene.folder, disk / "ws")
        said = run(folder)
        rows = _rows(folder)
        more = ["mount", "-o", f"remount,size={1 << 30}", str(disk)]
        subprocess.run(more, check=True)
        return _judged(DISK, scene, Met(said, rows), Met(run(folder), _rows(folder)), counts)


def _with_small_files(scene: Scene, scratch: Path, dice: random.Random, counts: Counter[str]) -> list[str]:
    size = int(SMALLEST * (LARGEST / SMALLEST) ** dice.random())
    folder = copy(scene.folder, scratch / "small-files")
    said = run(folder, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    rows = _rows(folder)
    return _judged(FILES, scene, Met(said, rows), Met(run(folder), _rows(folder)), counts)


def _used(folder: Path) -> int:
    blocks = [path.lstat().st_size // 4096 + 1 for path in folder.rglob("*")]
    return sum(blocks) * 4096


def _rows(folder: Path) -> Rows | Exception:
    try:
        return apart(lambda: read(folder))
    except Exception as error:  # noqa: BLE001  whatever a reader met
        return error


@dataclass(frozen=True)
class Met:
    """What a run said, and what a reader finds after it."""

    said: Said
    rows: Rows | Exception


def _judged(way: str, scene: Scene, full: Met, after: Met, counts: Counter[str]) -> list[str]:
    """What was wrong with a run that met a full disk, and with the one after it that did not."""
    wrong = []
    said, rows, again = full.said, full.rows, after.said
    had_room = said.code == 0
    counts[f"{way} {'had room' if had_room else 'stopped'}"] += 1
    if rows != (scene.after if had_room else scene.before) and not (said.code == 3 and rows == scene.after):
        wrong.append(f"ended with {said.code} and published {rows if isinstance(rows, Exception) else 'other rows'}")
    if said.code not in (0, 1, 3):
        wrong.append(f"ended with {said.code}")
    if not had_room and (len(said.text.splitlines()) != 1 or "then run again" not in said.text):
        wrong.append(f"said {said.text!r}")
    if again.code == 0 and after.rows == scene.after:
        counts[f"{way} converged"] += 1
    else:
        wrong.append(f"the next run ended with {again.code} and said {again.text!r}")
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
