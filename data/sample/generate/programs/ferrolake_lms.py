"""Ferrolake again, seen through its learning platform alone: what one export can and cannot tell."""

from __future__ import annotations

from pathlib import Path

from shapes import skilljar

from programs.ferrolake import KNOWN, tell


def build(exports: Path) -> None:
    """The same academy export and nothing else."""
    world = tell()
    world.suffix = ".gz"
    skilljar.export(world, exports / "ferrolake-lms-only" / "skilljar", skilljar.members_of(world, KNOWN))
