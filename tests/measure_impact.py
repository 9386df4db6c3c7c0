"""Measures proof of impact on worlds with a known effect, for docs/impact.md: `python -m tests.measure_impact`."""

from __future__ import annotations

import argparse
import math

from tests.impact_world import EFFECT, Scene, estimates, truth

SCENES = {
    **{f"no effect, {one}": Scene(one) for one in EFFECT},
    **{f"no effect, size trains and helps, {one}": Scene(one, size=1.0) for one in EFFECT},
    **{f"effect, size trains and helps, {one}": Scene(one, effect=1.0, size=1.0) for one in EFFECT},
    "effect, keenness shows in prior use, adoption": Scene("adoption", effect=1.0, keenness=0.7),
    "effect, and training lifts use at once, adoption": Scene("adoption", effect=1.0, keenness=0.7, lifts_use=1.5),
    "no effect, keenness that nothing records, adoption": Scene("adoption", keenness=0.7, shows=False),
    "no effect, many leave before they could train, retention": Scene("retention", dies_early=True),
}


def measured(scene: Scene, worlds: int, accounts: int, seed: int) -> dict[str, float]:
    """What was found in a scene: means over the worlds that were told, and how often intervals hold the truth."""
    found, naive = estimates(scene, worlds, accounts, seed)
    told = found[found["status"] == "observed"].merge(naive, on="program_id")
    true = truth(scene)
    return {
        "truth": true,
        "told": len(told) / worlds,
        "naive": told["naive"].mean() if scene.dies_early else float("nan"),
        "unadjusted": told["unadjusted"].mean(),
        "held": told.eval("unadjusted_low <= @true <= unadjusted_high", local_dict={"true": true}).mean(),
        "adjusted": told["adjusted"].mean(),
        "holds": told.eval("adjusted_low <= @true <= adjusted_high", local_dict={"true": true}).mean(),
        "half_width": (told["adjusted_high"] - told["adjusted_low"]).mean() / 2,
        "match_rate": told["match_rate"].mean(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.measure_impact")
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--accounts", type=int, nargs="+", default=[80, 300])
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    columns = ["truth", "told", "naive", "unadjusted", "held", "adjusted", "holds", "half_width", "match_rate"]
    for accounts in args.accounts:
        print(f"\n{args.worlds} worlds of {accounts} accounts each, seed {args.seed}\n")
        print(f"| world | {' | '.join(columns)} |")
        print("|" + " --- |" * (len(columns) + 1))
        for name, scene in SCENES.items():
            row = measured(scene, args.worlds, accounts, args.seed)
            print(f"| {name} | {' | '.join(_shown(row[column]) for column in columns)} |", flush=True)


def _shown(number: float) -> str:
    return f"{number + 0.0:.2f}".replace("-0.00", "0.00") if math.isfinite(number) else ""


if __name__ == "__main__":
    main()
