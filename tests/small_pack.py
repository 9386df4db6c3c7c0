"""A rule pack that uses every word of the vocabulary, judged on signals that a test makes up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml

from connectors.declaration import Document
from rules.evaluate import Judgement, evaluate
from rules.load import LoadedPack
from rules.model import Gate, Pack
from tests.rule_world import header, program_months, signal_rows

MONTHS = 5
SIGNALS = ("base", "reuse", "order", "search", "clicks", "reach", "proof")
HEADERS = {name: header(name, direction="down" if name == "search" else "up", sources=[name]) for name in SIGNALS}


def small_pack() -> LoadedPack:
    """Three gates that use every word of the vocabulary."""
    text = """
    name: small
    title: Small
    version: 1.0.0
    lifecycle: experimental
    source: none
    evidence_floor: 0.5
    unknown_prior: 0.5
    jobs: [create, deliver, scale]
    stages:
      - {number: 0, name: Nothing, job: create, summary: none}
      - number: 1
        name: Base
        job: create
        summary: a base
        gate:
          all:
            - {signal: base, at_least: 0.5, keep: 0.4}
            - {signal: reuse, at_least: 0.5}
      - number: 2
        name: Order
        job: deliver
        summary: in order
        gate:
          all:
            - {signal: order, at_least: 0.5, keep: 0.4}
          at_least:
            count: 1
            of:
              - {signal: search, at_most: 0.3, keep: 0.4}
              - {signal: clicks, at_least: 0.5}
      - number: 3
        name: Scale
        job: scale
        summary: at scale
        gate:
          all:
            - {signal: reach, at_least: 0.2, keep: 0.1, hold: 2, reach: true}
            - {signal: proof, at_least: 0.5}
    """
    data = yaml.safe_load(text)
    for stage in data["stages"]:
        gate = stage.get("gate", {})
        for condition in [*gate.get("all", []), *gate.get("at_least", {}).get("of", [])]:
            condition |= {"window": "T3", "why": "law", "next_step": "Do it.", "measured_as": "of all"}
    pack = Pack.model_validate(data)
    return LoadedPack(pack, Document(Path("small/model.yaml"), data, yaml.compose(text)), "1.0.0+law")


PACK = small_pack()
World = dict[str, list[float | str]]


def judge(world: World, sample: int = 400, months: pd.DataFrame | None = None) -> Judgement:
    frame = program_months(MONTHS) if months is None else months
    return evaluate(PACK, signal_rows(world, HEADERS, sample=sample), frame, None, HEADERS)


def ranges(result: Judgement) -> list[tuple[int, int]]:
    """Lowest and highest stage of each month, worked out from its findings by hand."""
    return [
        (
            held(PACK.pack, dict(zip(rows["condition"], rows["outcome"], strict=True)), False),
            held(PACK.pack, dict(zip(rows["condition"], rows["outcome"], strict=True)), True),
        )
        for _, rows in result.finding.groupby("month")
    ]


def held(pack: Pack, outcomes: dict[str, str], benefit_of_doubt: bool) -> int:
    number = pack.stages[0].number
    for stage in pack.stages[1:]:
        assert stage.gate is not None
        if not passes(stage.gate, outcomes, benefit_of_doubt):
            return number
        number = stage.number
    return number


def passes(gate: Gate, outcomes: dict[str, str], benefit_of_doubt: bool) -> bool:
    def met(name: str) -> bool:
        open_outcomes = ("unknown", "error")
        return outcomes[name] in ("met", "waived") or (benefit_of_doubt and outcomes[name] in open_outcomes)

    asked = [one.id for one in gate.conditions if outcomes[one.id] != "not_applicable"]
    if not asked:
        return benefit_of_doubt
    required = all(met(one.id) for one in gate.all if one.id in asked)
    groups = [[one.id for one in group.of if one.id in asked] for group in gate.at_least]
    counts = [min(group.count, len(ids)) for group, ids in zip(gate.at_least, groups, strict=True)]
    return required and all(sum(map(met, ids)) >= count for ids, count in zip(groups, counts, strict=True))


def outcome(is_at_least: bool, value: float, threshold: float) -> str:
    return "met" if (value >= threshold if is_at_least else value <= threshold) else "not_met"
