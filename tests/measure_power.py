"""Takes the power away from runs: what was not put on disk by then is lost, and the next run starts on what is left.

`python -m tests.measure_power --cuts 20 --seed 6` prints the figures of docs/reliability.md. The workspace lies on an
ext4 of its own in an image file (mounting must be allowed), which writes nothing by itself: `commit=600,data=writeback,
noauto_da_alloc`. A run is stopped at a random instant, or as soon as its version is in force; the image as it is then
is copied, mounted like after a power cut, read, and run on. Files never synced tell that something is lost at all.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.publish import in_force
from tests.disturbed_world import Scene, apart, asked_for, begin, read, run, scenes

IMAGE_MB = 400
LAZY = "loop,commit=600,data=writeback,noauto_da_alloc"
CONTROLS = 20


def main(argv: list[str] | None = None) -> int:
    """Prints the figures; 1 where anything was torn or did not converge, or nothing is ever lost."""
    cuts, _, dice, counts, wrong = asked_for("cuts", 20, argv)
    with tempfile.TemporaryDirectory(prefix="power-") as scratch, suppress(KeyboardInterrupt):
        both = [(scene, _image(scene, Path(scratch))) for scene in scenes(Path(scratch))]
        for number in range(cuts):
            scene, image = dice.choice(both)
            instant = dice.uniform(0, scene.seconds) if number % 2 else None
            wrong += [f"cut {number}, {text}" for text in _cut(scene, image, Path(scratch), instant, counts)]
    print("| cuts | right after the rename | old version | new version | torn | then the same rows | unsynced, lost |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    shown = [counts[what] for what in ("cuts", "in force", "old", "new", "torn", "converged")]
    print(f"| {' | '.join(map(str, shown))} | {counts['lost']} of {counts['controls']} |")
    print("\n".join(wrong))
    return 1 if wrong or not counts["lost"] else 0


def _image(scene: Scene, scratch: Path) -> Path:
    """An ext4 with the workspace on it, all of it on disk."""
    image = scratch / f"{scene.folder.name}.img"
    with image.open("wb") as file:
        file.truncate(IMAGE_MB << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    with mounted(image, scratch / "disk") as disk:
        shutil.copytree(scene.folder, disk / "ws", symlinks=True)
    return image


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """The image as a disk that writes only what it is told to."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", LAZY, str(image), str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _cut(scene: Scene, image: Path, scratch: Path, instant: float | None, counts: Counter[str]) -> list[str]:
    """Runs until the instant, or until the new version is in force; what was wrong on what is left of the disk."""
    running, left = scratch / "running.img", scratch / "left.img"
    _copy(image, running)
    with mounted(running, scratch / "disk") as disk:
        before = in_force(disk / "ws/published")
        begun = begin(disk / "ws")
        while not _is_due(instant, time.monotonic() - begun.since, in_force(disk / "ws/published") != before):
            if time.monotonic() - begun.since > 20 * scene.seconds:
                break
            time.sleep(0.0005 if instant is None else 0.01)
        begun.end(signal.SIGSTOP)
        for number in range(CONTROLS):
            (disk / f"never-synced-{number}").write_bytes(b"x" * 5000)
        _copy(running, left)
        begun.end()
        begun.wait()
    counts["cuts"] += 1
    counts["in force"] += instant is None
    with mounted(left, scratch / "disk") as disk:
        there = [path for path in disk.glob("never-synced-*") if path.stat().st_size]
        counts["controls"] += CONTROLS
        counts["lost"] += CONTROLS - len(there)
        return _judged(scene, disk / "ws", counts)


def _is_due(instant: float | None, seconds: float, is_new: bool) -> bool:
    return is_new if instant is None else seconds >= instant


def _copy(image: Path, to: Path) -> None:
    subprocess.run(["cp", "--sparse=always", str(image), str(to)], check=True)


def _judged(scene: Scene, folder: Path, counts: Counter[str]) -> list[str]:
    try:
        rows = apart(lambda: read(folder))
    except Exception as error:  # noqa: BLE001  whatever a reader met
        counts["torn"] += 1
        return [f"{scene.folder.name}: {error!r}"]
    if rows not in (scene.before, scene.after):
        counts["torn"] += 1
        return [f"{scene.folder.name}: rows of neither version"]
    counts["new" if rows == scene.after else "old"] += 1
    said = run(folder)
    if said.code == 0 and apart(lambda: read(folder)) == scene.after:
        counts["converged"] += 1
        return []
    return [f"{scene.folder.name}: the next run ended with {said.code} and other rows: {said.text}"]


if __name__ == "__main__":
    raise SystemExit(main())
