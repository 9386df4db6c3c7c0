"""Writes the sample's exports: `python data/sample/generate [FOLDER]`.

The same code gives the same bytes, on any machine. FOLDER defaults to the exports beside this package.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from programs import brackenholt, ferrolake, ferrolake_lms, lumenfold, osprel, pellgrove, quillmoor, tidewick

PROGRAMS = (ferrolake, ferrolake_lms, tidewick, quillmoor, brackenholt, lumenfold, osprel, pellgrove)


def main(target: Path) -> None:
    """Replace the exports in `target` by freshly told ones."""
    if target.exists():
        shutil.rmtree(target)
    for program in PROGRAMS:
        program.build(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "exports")
