"""Every `rules/<pack>/cases.yaml` holds: signal values in, stage and reasons out, named like sentences.

`meets: 2` gives every signal a value that meets all gates up to stage 2 and fails those above; `but` changes some of
them, by one value for all months or a list of the last months; `expect` is about the last month.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pydantic import BaseModel, ConfigDict

from connectors.declaration import read
from rules.evaluate import evaluate
from rules.load import LoadedPack, available, load
from tests.rule_world import Given, meeting, months, program_months, signal_rows
from transforms.catalogue import shipped

RULES = Path(__file__).parents[1] / "rules"


class Case(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    meets: int
    but: dict[str, Given | list[Given]] = {}
    months: int = 3
    sample: int = 1000
    launch: list[bool] = []
    waive: list[str] = []
    covered: dict[str, list[bool]] | None = None  # months by entity; where absent, inferred from the signals
    breaks: list[dict[str, str]] = []  # entity, month, from_source, to_source
    expect: dict[str, object]


def cases() -> list[object]:
    return [
        pytest.param(name, case, id=f"{name}: {case.name}")
        for name in available()
        for case in map(Case.model_validate, read(RULES / name / "cases.yaml").data)
    ]


@pytest.mark.parametrize(("pack_name", "case"), cases())
def test_case_holds(pack_name: str, case: Case) -> None:
    assert judged(load(pack_name), case) == case.expect


def test_every_pack_has_a_case_for_each_of_its_stages() -> None:
    for name in available():
        numbers = {stage.number for stage in load(name).pack.stages}
        named = {case["expect"].get("stage") for case in read(RULES / name / "cases.yaml").data}
        assert numbers <= named, name


def judged(model: LoadedPack, case: Case) -> dict[str, object]:
    """What the case expects, as it came out in the last month."""
    headers = {name: signal.header for name, signal in shipped().signals.items()}
    series: dict[str, list[Given]] = {
        signal: [value] * case.months for signal, value in meeting(model.pack, case.meets).items()
    }
    for signal, given in case.but.items():
        last = given if isinstance(given, list) else [given] * case.months
        assert signal in series, f"{signal} is no signal of {model.pack.name}"
        series[signal] = [*series[signal][: case.months - len(last)], *last]
    flags = {"is_launch": case.launch} if case.launch else {}
    waivers = pd.DataFrame(
        [("quarry-school", name, "agreed", "head of education", None) for name in case.waive],
        columns=["program_id", "condition", "reason", "owner", "until"],
    )
    result = evaluate(
        model,
        signal_rows(series, headers, sample=case.sample),
        program_months(case.months, **flags),
        waivers,
        headers,
        coverage=None if case.covered is None else coverage(case.covered),
        breaks=pd.DataFrame([{"program_id": "quarry-school"} | one for one in case.breaks]),
    )
    row = result.stage.iloc[-1]
    finding = result.finding[result.finding["month"] == row["month"]].set_index("condition")
    jobs = result.job[result.job["month"] == row["month"]].set_index("job")
    seen: dict[str, object] = {}
    for key, wanted in case.expect.items():
        if key in ("outcome", "reason"):
            assert isinstance(wanted, dict)
            seen[key] = {name: plain(finding.loc[name, key]) for name in wanted}
        elif key in ("solved", "reached_stage", "deciding_condition"):
            assert isinstance(wanted, dict)
            seen[key] = {name: plain(jobs.loc[name, key]) for name in wanted}
        else:
            seen[key] = plain(row[key])
    return seen


def coverage(covered: dict[str, list[bool]]) -> pd.DataFrame:
    """Which entities are covered in which months."""
    rows = [
        ("quarry-school", entity, month, is_covered)
        for entity, flags in covered.items()
        for month, is_covered in zip(months(len(flags)), flags, strict=True)
    ]
    return pd.DataFrame(rows, columns=["program_id", "entity", "month", "is_covered"])


def plain(value: object) -> object:
    """A cell as YAML writes it."""
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return value.item() if hasattr(value, "item") else value
