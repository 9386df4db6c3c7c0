"""What must hold of the shipped packs whatever the signals say: sources lost, values bettered, names changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rules.evaluate import Judgement, evaluate
from rules.load import available, load
from rules.model import Condition
from tests.rule_world import Given, failing, passing, program_months, signal_rows
from tests.small_pack import held
from tests.test_evaluate import narrowed
from transforms.catalogue import shipped

HEADERS = {name: signal.header for name, signal in shipped().signals.items()}
PACKS = {name: load(name) for name in available()}
ENTITIES = sorted({name for header in HEADERS.values() for name in header.entities})
MONTHS = 4
laws = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 10**6)
names = st.sampled_from(sorted(PACKS))


def frame(seed: int, program: str = "quarry-school") -> pd.DataFrame:
    """Every signal of both packs over some months: met, missed, on the brink, unknown, in small and large samples."""
    draw = np.random.default_rng(seed)
    parts = []
    leaning = draw.uniform(0.2, 0.95)
    for name, asked in conditions().items():
        values = [cell(draw, asked, leaning) for _ in range(MONTHS)]
        sample = int(draw.choice([12, 60, 900]))
        parts.append(signal_rows({name: values}, HEADERS, program=program, sample=sample))
    return pd.concat(parts, ignore_index=True)


def conditions() -> dict[str, list[Condition]]:
    """Every condition, by the signal that it reads."""
    found: dict[str, list[Condition]] = {}
    for loaded in PACKS.values():
        for one in loaded.pack.conditions:
            found.setdefault(one.signal, []).append(one)
    return found


def cell(draw: np.random.Generator, asked: list[Condition], leaning: float) -> Given:
    one = asked[int(draw.integers(len(asked)))]
    if draw.random() < 0.15:
        return str(draw.choice(["unknown", "not_applicable", "error"]))
    brink = [one.threshold, one.keep_threshold, (one.threshold + one.keep_threshold) / 2]
    return passing(one) if draw.random() < leaning else float(draw.choice([*brink, failing(one)]))


def judge(pack: str, rows: pd.DataFrame, **more: pd.DataFrame) -> Judgement:
    months = more.get("months", program_months(MONTHS))
    return evaluate(PACKS[pack], rows, months, more.get("waivers"), HEADERS, coverage=more.get("coverage"))


def same(one: Judgement, other: Judgement) -> None:
    for name, table in vars(one).items():
        pd.testing.assert_frame_equal(table.reset_index(drop=True), vars(other)[name].reset_index(drop=True))


@laws
@given(names, seeds, st.sampled_from(ENTITIES), st.integers(0, MONTHS - 1))
def test_losing_a_source_only_widens_the_range(pack: str, seed: int, entity: str, since: int) -> None:
    rows = frame(seed)
    others = set(ENTITIES) - {entity}
    needing = [name for name, header in HEADERS.items() if not header.is_covered_by(others)]
    months = sorted(rows["month"].unique())
    lost = rows["signal"].isin(needing) & (rows["month"] >= months[since]) & (rows["status"] != "not_applicable")
    without = rows.copy()
    without.loc[lost, "status"] = "unknown"
    without.loc[lost, ["value", "low", "high", "numerator", "denominator", "sample_size"]] = np.nan
    was, now = judge(pack, rows), judge(pack, without)
    for (low, high), (new_low, new_high) in zip(readings(was), readings(now), strict=True):
        assert new_low <= low
        assert new_high >= high
    assert not narrowed(was, now)


@laws
@given(names, seeds, st.sampled_from(sorted(conditions())))
def test_a_better_value_never_lowers_a_stage(pack: str, seed: int, signal: str) -> None:
    rows = frame(seed)
    best = max if HEADERS[signal].direction == "up" else min
    target = best(passing(one) for one in conditions()[signal])
    better = rows.copy()
    for index in rows.index[(rows["signal"] == signal) & (rows["status"] == "observed")]:
        value = best(float(rows.loc[index, "value"]), target)  # type: ignore[arg-type]
        better.loc[index, "value"] = value
        if not pd.isna(rows.loc[index, "denominator"]):
            better.loc[index, "numerator"] = value * rows.loc[index, "denominator"]  # type: ignore[operator]
        better.loc[index, ["low", "high"]] = [value * 0.95, value * 1.05]
    was, now = judge(pack, rows), judge(pack, better)
    assert all(new[0] >= old[0] for old, new in zip(readings(was), readings(now), strict=True))
    if was.stage["stage"].notna().all() and now.stage["stage"].notna().all():
        assert (now.stage["stage"] >= was.stage["stage"]).all()


@laws
@given(names, seeds)
def test_neither_order_nor_names_nor_company_change_a_verdict(pack: str, seed: int) -> None:
    rows = frame(seed)
    alone = judge(pack, rows)
    same(alone, judge(pack, rows.sample(frac=1, random_state=seed)))
    other = frame(seed + 1, program="another-school")
    months = [program_months(MONTHS), program_months(MONTHS, program="another-school")]
    together = judge(pack, pd.concat([other, rows]), months=pd.concat(months))
    mine = {name: table[table["program_id"] == "quarry-school"] for name, table in vars(together).items()}
    same(alone, Judgement(**mine))
    renamed = judge(pack, rows.assign(program_id="aa"), months=program_months(MONTHS, program="aa"))
    same(alone, Judgement(**{name: table.assign(program_id="quarry-school") for name, table in vars(renamed).items()}))


@laws
@given(names, seeds)
@example("thought_industries", 36144)  # a source that begins in the last month
def test_months_to_come_change_none_that_were(pack: str, seed: int) -> None:
    """Nothing but the words for what is unknown: a source that gives nothing may have begun since."""
    rows = frame(seed)
    months = program_months(MONTHS)
    early = months["month"].iloc[: MONTHS - 1]
    then = judge(pack, rows[rows["month"].isin(early)], months=months.iloc[: MONTHS - 1])
    now = judge(pack, rows)
    were = Judgement(**{name: table[table["month"].isin(early)] for name, table in vars(now).items()})
    for judgement in (then, were):
        finding, stage = judgement.finding, judgement.stage
        finding["reason"] = finding["reason"].mask(finding["outcome"] == "unknown")
        stage["next_step_text"] = stage["next_step_text"].str.replace("Refresh the source", "Connect a source")
    same(then, were)


@laws
@given(names, seeds)
def test_a_signal_that_no_condition_reads_changes_nothing(pack: str, seed: int) -> None:
    rows = frame(seed)
    unread = signal_rows({"content_base_size": [10_000.0] * MONTHS, "monthly_active_learners": [9.0] * MONTHS}, HEADERS)
    plain, more = judge(pack, rows), judge(pack, pd.concat([rows, unread]))
    for name in ("finding", "stage_probability", "job"):
        pd.testing.assert_frame_equal(vars(plain)[name], vars(more)[name])
    kept = ["stage", "stage_low", "stage_high", "confidence", "bottleneck_job"]
    pd.testing.assert_frame_equal(plain.stage[kept], more.stage[kept])


def readings(result: Judgement) -> list[tuple[int, int]]:
    """The range of each month as its own findings have it, before anything is announced."""
    pack = PACKS[str(result.stage["model"].iloc[0])].pack
    found = []
    for _, rows in result.finding.groupby("month"):
        outcomes = dict(zip(rows["condition"], rows["outcome"], strict=True))
        found.append((held(pack, outcomes, False), held(pack, outcomes, True)))
    return found


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_the_drawn_signals_reach_every_stage(pack: str) -> None:
    """Else the laws above would say nothing."""
    seen = {stage for seed in range(25) for reading in readings(judge(pack, frame(seed))) for stage in reading}
    assert seen >= {stage.number for stage in PACKS[pack].pack.stages[:-1]}
