"""Ladders drawn at random, and an oracle that knows no three-valued logic: it tries every way the unknown may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd
import yaml
from hypothesis import strategies as st

from connectors.declaration import Document
from rules.evaluate import Judgement, evaluate
from rules.load import LoadedPack
from rules.model import Gate, Pack
from tests.rule_world import header, program_months, signal_rows

JOBS = ["create", "deliver", "scale"]
KNOWN = ["met", "not_met", "not_applicable", "waived"]
UNKNOWN = ["unknown", "error"]
GIVEN = [*KNOWN, *UNKNOWN]
MOST_UNKNOWN = 9  # the oracle doubles its work with each
WHOLE = ["met", "not_met"]  # what an unknown one may turn out to be


@dataclass(frozen=True)
class Drawn:
    """A pack, and what each of its conditions came to."""

    pack: LoadedPack
    outcomes: Mapping[str, str]

    @property
    def gates(self) -> list[tuple[int, str, Gate]]:
        """Number, job and gate of every stage that has one."""
        return [(stage.number, stage.job, stage.gate) for stage in self.pack.pack.stages if stage.gate]


@st.composite
def ladders(draw: st.DrawFn) -> Drawn:
    """Two to four stages, each with conditions of its own in `all` and in up to two groups."""
    names = iter(f"c{index}" for index in range(40))
    first = draw(st.integers(0, 2))
    stages: list[dict[str, object]] = [{"number": first, "name": "Low", "job": "create", "summary": "low"}]
    for step in range(1, draw(st.integers(2, 4))):
        gate: dict[str, object] = {"all": [condition(next(names)) for _ in range(draw(st.integers(0, 2)))]}
        groups = []
        for _ in range(draw(st.integers(0 if gate["all"] else 1, 2))):
            size = draw(st.integers(1, 3))
            groups.append({"count": draw(st.integers(1, size)), "of": [condition(next(names)) for _ in range(size)]})
        job = draw(st.sampled_from(JOBS))
        stage = {"number": first + step, "name": f"Step {step}", "job": job, "summary": "step"}
        stages.append({**stage, "gate": {**gate, "at_least": groups}})
    data = {
        "name": "drawn",
        "title": "Drawn",
        "version": "1.0.0",
        "lifecycle": "experimental",
        "source": "drawn",
        "evidence_floor": draw(st.sampled_from([0.01, 0.5, 1.0])),
        "unknown_prior": 0.5,
        "jobs": JOBS,
        "stages": stages,
    }
    pack = Pack.model_validate(data)
    outcomes: dict[str, str] = {}
    for one in pack.conditions:
        left = MOST_UNKNOWN - sum(given in UNKNOWN for given in outcomes.values())
        outcomes[one.id] = draw(st.sampled_from(GIVEN if left > 0 else KNOWN))
    document = Document(Path("drawn/model.yaml"), data, yaml.compose("drawn"))
    return Drawn(LoadedPack(pack, document, "1.0.0+drawn"), outcomes)


def condition(name: str) -> dict[str, object]:
    """One that is met from a half."""
    words = {"why": "so", "next_step": "Do it.", "measured_as": "of all"}
    return {"signal": name, "window": "T1", "at_least": 0.5, **words}


def judge(drawn: Drawn) -> Judgement:
    """The ladder judged on one month in which every condition comes to its outcome."""
    values = {"met": 0.8, "not_met": 0.2, "waived": 0.2}
    headers = {name: header(name) for name in drawn.outcomes}
    rows = signal_rows({name: [values.get(given, given)] for name, given in drawn.outcomes.items()}, headers)
    waived = [
        ("quarry-school", name, "agreed", "head", None) for name, given in drawn.outcomes.items() if given == "waived"
    ]
    waivers = pd.DataFrame(waived, columns=["program_id", "condition", "reason", "owner", "until"])
    return evaluate(drawn.pack, rows, program_months(1), waivers, headers)


def worlds(drawn: Drawn) -> Iterator[dict[str, str]]:
    """Every way in which what is unknown may be: each such condition met or not, and each gate that asks for nothing
    that applies open or shut, by its number."""
    unknown = [name for name, given in drawn.outcomes.items() if given in UNKNOWN]
    empty = [f"gate {number}" for number, _, gate in drawn.gates if not applying(drawn, gate)]
    for chosen in product(WHOLE, repeat=len(unknown) + len(empty)):
        yield {**drawn.outcomes, **dict(zip([*unknown, *empty], chosen, strict=True))}


def applying(drawn: Drawn, gate: Gate) -> list[str]:
    """The conditions of a gate that apply."""
    return [one.id for one in gate.conditions if drawn.outcomes[one.id] != "not_applicable"]


def is_open(number: int, gate: Gate, world: Mapping[str, str]) -> bool:
    """Whether a gate is met where nothing is unknown."""
    if f"gate {number}" in world:
        return world[f"gate {number}"] == "met"
    passed = {name for name, outcome in world.items() if outcome in ("met", "waived")}
    asked = {name for name, outcome in world.items() if outcome != "not_applicable"}
    if any(one.id in asked and one.id not in passed for one in gate.all):
        return False
    for group in gate.at_least:
        ids = [one.id for one in group.of if one.id in asked]
        if len([name for name in ids if name in passed]) < min(group.count, len(ids)):
            return False
    return True


def stage_of(drawn: Drawn, world: Mapping[str, str]) -> int:
    """The stage where nothing is unknown."""
    stage = drawn.pack.pack.stages[0].number
    for number, _, gate in drawn.gates:
        if not is_open(number, gate, world):
            break
        stage = number
    return stage
