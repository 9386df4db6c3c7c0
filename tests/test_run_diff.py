"""What lies between two runs: which verdicts changed, whose doing it was, and what holds of any two."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import run_store
from pipelines.kept_runs import open_kept
from pipelines.run_diff import RunDiff, compare
from tests.run_world import MET, MONTHS, PROGRAM, SETTINGS, Night, between, day, keep, pack_with
from tests.small_pack import HEADERS

NOW = Night()
LOW = MET | {"order": [0.2] * MONTHS}
STRICT = pack_with("order", at_least=0.95, keep=0.95)
LOOSE_ELSEWHERE = pack_with("reuse", at_least=0.4)
WAIVER = {"program": PROGRAM, "condition": "order", "reason": "r", "owner": "o", "until": "2026-01-01"}
TOKYO = SETTINGS | {"timezone": "Asia/Tokyo"}

worlds = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from([0.1, 0.45, 0.9, "unknown"]), min_size=MONTHS, max_size=MONTHS) for name in HEADERS}
)
packs = st.sampled_from([NOW.pack, STRICT, LOOSE_ELSEWHERE])
nights = st.builds(lambda signals, pack: NOW.but(signals=signals, pack=pack), worlds, packs)


def causes(found: RunDiff) -> set[tuple[str, ...]]:
    return {tuple(row["causes"]) for row in [*found.stages, *found.conditions]}


def test_nothing_lies_between_equal_runs(tmp_path: Path) -> None:
    with between(tmp_path, NOW, NOW) as found:
        assert found.is_empty


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(NOW, NOW.but(signals=LOW), ("data",), id="values fell"),
        pytest.param(NOW, NOW.but(pack=STRICT), ("rules",), id="the rules ask for more"),
        pytest.param(NOW, NOW.but(signals=LOW, pack=LOOSE_ELSEWHERE), ("data",), id="values fell, other rules too"),
        pytest.param(
            NOW, NOW.but(signals=MET | {"clicks": [0.8] * MONTHS}, pack=STRICT), ("rules",), id="rules, other values"
        ),
        pytest.param(NOW, NOW.but(signals=LOW, pack=STRICT), ("rules", "data"), id="rules or values, each by itself"),
        pytest.param(
            NOW,
            NOW.but(signals=MET | {"order": [0.7] * MONTHS}, pack=pack_with("order", at_least=0.8, keep=0.8)),
            ("rules", "data"),
            id="rules and values, only together",
        ),
        pytest.param(
            NOW, NOW.but(signals=MET | {"order": ["unknown"] * MONTHS}), ("sources",), id="a source vanished"
        ),
        pytest.param(
            NOW,
            NOW.but(signals=MET | {"order": ["unknown"] * MONTHS, "clicks": [0.8] * MONTHS}, exports="second"),
            ("sources",),
            id="a source vanished, others were exported anew",
        ),
        pytest.param(
            NOW.but(sources={"extra": "ok"}), NOW.but(signals=LOW, sources={"order": "missing"}), ("sources",),
            id="a source gives nothing any more",
        ),
        pytest.param(NOW.but(signals=LOW), NOW.but(signals=LOW, waivers=[WAIVER]), ("scope",), id="a waiver"),
        pytest.param(NOW, NOW.but(signals=LOW, settings=TOKYO), ("scope",), id="a time zone, with the same exports"),
        pytest.param(
            NOW, NOW.but(signals=LOW, settings=TOKYO, exports="second"), ("scope", "data"),
            id="a time zone and exports, which cannot be told apart",
        ),
    ],
)  # fmt: skip
def test_what_changed_the_verdict_is_told(
    tmp_path: Path, before: Night, after: Night, expected: tuple[str, ...]
) -> None:
    with between(tmp_path, before, after) as found:
        assert {row["kind"] for row in found.stages} == {"restated"}
        assert causes(found) == {expected}
        assert {row["condition"] for row in found.conditions} == {"order"}
        assert {row["month"] for row in found.stages} == {day(number) for number in range(1, MONTHS + 1)}


def test_both_values_and_both_thresholds_are_told(tmp_path: Path) -> None:
    with between(tmp_path, NOW, NOW.but(signals=MET | {"order": [0.7] * MONTHS}, pack=STRICT)) as found:
        row = found.conditions[-1]
    told = {name: row[name] for name in row if name.startswith(("value", "threshold", "outcome", "comparison"))}
    assert told == {
        "outcome_before": "met", "outcome_after": "not_met", "value_before": 0.9, "value_after": 0.7,
        "threshold_before": 0.5, "threshold_after": 0.95, "comparison_before": ">=", "comparison_after": ">=",
    }  # fmt: skip


def test_a_month_that_became_complete_is_no_restatement(tmp_path: Path) -> None:
    rises = MET | {"order": [0.2] * (MONTHS - 2) + [0.9, 0.9]}
    open_month = [True] * (MONTHS - 1) + [False]
    earlier = NOW.but(signals=rises, is_complete=open_month, settings=SETTINGS | {"as_of": "2025-05-20"})
    with between(tmp_path, earlier, NOW.but(signals=rises, settings=SETTINGS | {"as_of": "2025-06-02"})) as found:
        assert [(row["month"], row["kind"], row["cause"]) for row in found.stages] == [(day(5), "completed", "scope")]
        assert found.given["scope"] == ["as of 2025-05-20 → 2025-06-02"]


def test_a_newer_waystage_that_judges_otherwise_is_told_apart_from_data(tmp_path: Path) -> None:
    newer = SETTINGS | {"waystage": "2"}
    with between(tmp_path, NOW.but(pack=STRICT), NOW.but(settings=newer, pack=STRICT, signals=LOW)) as found:
        assert found.stages == []  # unmet either way
    with between(tmp_path, NOW, NOW.but(settings=newer, signals=LOW)) as found:
        assert causes(found) == {("data",)}
        assert found.given["rules"] == ["Waystage 2 is another: it may measure and judge otherwise"]


def test_what_a_newer_waystage_alone_judges_otherwise_counts_to_the_rules(tmp_path: Path) -> None:
    keep(tmp_path, "run-0", NOW)
    with duckdb.connect(str(tmp_path / ".waystage" / run_store.FILE)) as con:
        con.execute("update finding set outcome = 'not_met' where condition = 'order'")
        con.execute("update stage set stage = 1, stage_low = 1, stage_high = 1")
    for number, changed in ((1, {}), (2, {"exports": "second", "signals": MET | {"clicks": [0.8] * MONTHS}})):
        keep(tmp_path, f"run-{number}", NOW.but(settings=SETTINGS | {"waystage": "2"}, **changed))
        with open_kept(tmp_path) as kept:
            assert causes(compare(kept.run("run-0"), kept.run(f"run-{number}"), HEADERS)) == {("rules",)}


def test_what_became_of_a_source_is_told(tmp_path: Path) -> None:
    with between(tmp_path, NOW.but(sources={"extra": "ok"}), NOW.but(sources={"order": "stale"})) as found:
        assert found.given["sources"] == [
            f"{PROGRAM}: table:extra ok (extra) → absent",
            f"{PROGRAM}: table:order ok (order) → stale (order)",
        ]


@settings(max_examples=6, deadline=None)
@given(nights)
def test_a_run_does_not_differ_from_itself(night: Night) -> None:
    with tempfile.TemporaryDirectory() as folder, between(Path(folder), night, night) as found:
        assert found.is_empty


@settings(max_examples=6, deadline=None)
@given(nights, nights)
def test_the_way_back_is_the_way_there_reversed(one: Night, other: Night) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with between(Path(folder), one, other) as there:
            pass
        with open_kept(Path(folder)) as kept:
            back = compare(kept.run("run-1"), kept.run("run-0"), HEADERS)
    for forth, reverse in ((there.stages, back.stages), (there.conditions, back.conditions)):
        turned = [{_swapped(name): value for name, value in row.items()} for row in reverse]
        assert [_without_causes(row) for row in turned] == [_without_causes(row) for row in forth]
        assert [set(row["causes"]) for row in turned] == [set(row["causes"]) for row in forth]


def _swapped(name: str) -> str:
    for one, other in (("_before", "_after"), ("_after", "_before")):
        if name.endswith(one):
            return name.removesuffix(one) + other
    return name


def _without_causes(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in sorted(row.items()) if name not in {"cause", "causes"}}


def test_a_program_that_a_run_left_alone_is_as_before(tmp_path: Path) -> None:
    keep(tmp_path, "run-0", NOW, ["a", "b"])
    keep(tmp_path, "run-1", NOW.but(signals=LOW), ["a"], others=["b"])
    keep(tmp_path, "run-2", NOW.but(signals=LOW), ["a"])
    with open_kept(tmp_path) as kept:
        runs = [kept.run(run_id) for run_id in kept.run_ids]
        assert {row["program_id"] for row in compare(runs[0], runs[1], HEADERS).stages} == {"a"}
        gone = compare(runs[1], runs[2], HEADERS)
    assert {(row["program_id"], row["kind"], row["cause"]) for row in gone.stages} == {("b", "gone", "scope")}
    assert gone.given["scope"] == ["b is no program any more"]


def test_only_the_latest_runs_are_kept_and_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_store, "KEPT_RUNS", 3)
    for number in range(6):
        keep(tmp_path, f"run-{number}", NOW.but(signals=LOW) if number == 1 else NOW)
    with open_kept(tmp_path) as kept:
        assert list(kept.run_ids) == ["run-3", "run-4", "run-5"]
        rows = kept.con.execute("select count(*) from signal").fetchone()
        assert rows == (len(HEADERS) * MONTHS,)  # those of the second run went with it


def test_a_run_that_never_came_into_force_leaves_nothing(tmp_path: Path) -> None:
    keep(tmp_path, "run-0", NOW)
    keep(tmp_path, "run-1", NOW.but(signals=LOW))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("delete from history.run where run_id = 'run-1'")
    keep(tmp_path, "run-2", NOW)
    with open_kept(tmp_path) as kept:
        assert list(kept.run_ids) == ["run-0", "run-2"]
        assert compare(kept.run("run-0"), kept.run("run-2"), HEADERS).is_empty


def test_a_store_that_cannot_be_read_begins_anew(tmp_path: Path) -> None:
    keep(tmp_path, "run-0", NOW)
    (tmp_path / ".waystage" / run_store.FILE).write_bytes(b"cut short")
    keep(tmp_path, "run-1", NOW)
    with open_kept(tmp_path) as kept:
        assert list(kept.run_ids) == ["run-1"]
