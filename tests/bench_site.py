"""How long the site of many programs takes and what it weighs: 300 and 1,000 programs of 36 months each.

python -m tests.bench_site [--programs 300 1000] [--keep DIR]   (also part of `make bench`)
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import ROOT, measured
from tests.many_programs import multiply

PROMISED = {300: 60.0, 1000: 180.0}  # seconds
HEAVIEST_KB = 300
HEADINGS = ["programs of 36 months", "built in", "promised", "CPU time", "peak memory", "portfolio", "heaviest page"]
BUILD = """
import sys
from pathlib import Path
from dashboards.page import build_site
build_site(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def main() -> int:
    """Prints the table of sites; exit 1 when a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_site")
    parser.add_argument("--programs", type=int, nargs="+", default=list(PROMISED), help="default: 300 1000")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waystage-bench-") as scratch:
        return 0 if sites(args.keep or Path(scratch), args.programs) else 1


def sites(folder: Path, programs: list[int]) -> bool:
    """Builds the site of each number of programs, made of the sample's, and prints a row each; whether all kept."""
    sample = folder / "sample"
    if not (sample / "published").exists():
        for verb in (["init", str(sample), "--sample"], ["run", "--workspace", str(sample)]):
            command = [sys.executable, "-m", "pipelines.cli", *verb]
            subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print(f"\n| {' | '.join(HEADINGS)} |")
    print("| --- " * len(HEADINGS) + "|")
    kept = True
    for number in programs:
        database, site = folder / f"many-{number}.duckdb", folder / f"site-{number}"
        database.unlink(missing_ok=True)
        multiply(sample / "published" / "waystage.duckdb", database, number)
        cost = measured([sys.executable, "-c", BUILD, str(database), str(site)])
        heaviest = max(path.stat().st_size for path in (site / "programs").glob("*.html")) / 1000
        portfolio = (site / "index.html").stat().st_size / 1000
        promised = PROMISED.get(number)
        kept &= (promised is None or cost.seconds <= promised) and heaviest <= HEAVIEST_KB
        cells = [
            f"{number:,}",
            f"{cost.seconds:.0f} s",
            f"≤ {promised:g} s" if promised else "–",
            f"{cost.cpu_seconds:.0f} s",
            f"{cost.peak_mib:.0f} MiB",
            f"{portfolio:.0f} kB",
            f"{heaviest:.0f} kB (≤ {HEAVIEST_KB})",
        ]
        print(f"| {' | '.join(cells)} |")
        sys.stdout.flush()
    return kept


if __name__ == "__main__":
    sys.exit(main())
