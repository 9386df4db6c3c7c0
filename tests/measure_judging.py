"""How well judging finds the truth of simulated programs: the tables of docs/judging.md.

python -m tests.measure_judging [--seed 1] [--programs 60] [--sources full,some,core]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from tests.simulator.canonical import CORE, OPTIONAL, Measured, measured, packs, without
from tests.simulator.facts import Frames
from tests.simulator.practice import MODELS
from tests.simulator.program import Program, draw_program
from tests.simulator.score import SETTLED_MONTHS, Score, calibration, joined, score
from tests.simulator.story import tell
from transforms.catalogue import shipped

AT_A_TIME = 15  # programs staged together: memory, not speed
SOURCES = {
    "full": "everything is exported",
    "some": "each source but the core three is missing with a chance of 0.4",
    "core": "learning platform, knowledge base and tickets alone",
    "lost": "one of the core three is missing",
}


def variants(program: Program, seed: int, number: int, wanted: Sequence[str]) -> Iterator[tuple[str, Frames]]:
    """One told program with the sources of each variant left; its id says which."""
    frames = tell(program)
    draw = np.random.default_rng([seed, number, 9])
    missing = [name for name in OPTIONAL if draw.random() < 0.4]
    gone = {"full": [], "some": missing, "core": list(OPTIONAL), "lost": [str(draw.choice(CORE))]}
    for name in wanted:
        yield f"{program.program_id}+{name}", without(frames, gone[name])


def world(seed: int, count: int, wanted: Sequence[str]) -> tuple[list[Program], list[Measured]]:
    """The programs of one seed, and what the product measures of them, a few programs at a time."""
    programs = [draw_program(seed, number) for number in range(count)]
    parts = []
    for first in range(0, count, AT_A_TIME):
        told = {
            name: frames
            for number, program in enumerate(programs[first : first + AT_A_TIME], first)
            for name, frames in variants(program, seed, number, wanted)
        }
        parts.append(measured(told))
    return programs, parts


def verdicts(programs: Sequence[Program], parts: Sequence[Measured], model: str) -> pd.DataFrame:
    """Verdicts of one model beside the truth."""
    pack, catalogue = packs()[model], shipped()
    stages = [part.judge(pack, catalogue).stage for part in parts]
    return joined(programs, pd.concat(stages, ignore_index=True), model)


def table(rows: pd.DataFrame, model: str) -> Iterator[tuple[str, Score]]:
    """The score of each variant, and of all together."""
    for name, some in rows.groupby("variant", sort=False):
        yield str(name), score(some, model)
    if rows["variant"].nunique() > 1:
        yield "all", score(rows, model)


def main() -> None:
    """Prints one table of scores, and one of confidence, by model."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_judging")
    parser.add_argument("--seed", type=int, default=1, help="which world (development: 1 to 4, 11 and 12; test: 13)")
    parser.add_argument("--programs", type=int, default=60)
    parser.add_argument("--sources", default="full,some,core", help=f"of {', '.join(SOURCES)}")
    args = parser.parse_args()
    started = time.monotonic()
    programs, parts = world(args.seed, args.programs, args.sources.split(","))
    months = len(programs[0].months)
    print(f"seed {args.seed}, {len(programs)} programs of {months} months, settled after {SETTLED_MONTHS}")
    names = [field.name for field in fields(Score) if field.name != "model"]
    for model in MODELS:
        rows = verdicts(programs, parts, model)
        print(f"\n{model}\n| sources | {' | '.join(names)} |\n|{' --- |' * (len(names) + 1)}")
        for variant, one in table(rows, model):
            cells = (getattr(one, name) for name in names)
            print(f"| {variant} | {' | '.join(f'{cell:.3f}'.rstrip('0').rstrip('.') for cell in cells)} |")
        settled = rows[(rows["since"] >= SETTLED_MONTHS) & rows["stage"].notna()]
        print(calibration(settled).round(3).to_string())
    print(f"\n{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
