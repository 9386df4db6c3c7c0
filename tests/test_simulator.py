"""Programs with known answers: told the same twice, from the articles alone, and judged as they are."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.measure_judging import verdicts, world
from tests.simulator.practice import BY_NAME, MODELS, PRACTICES, true_stage
from tests.simulator.program import Program, draw_program
from tests.simulator.score import SETTLED_MONTHS, calibration_error, score, there_and_back
from tests.simulator.story import tell
from tests.simulator.vendor import write_workspace

SIMULATOR = Path(__file__).parent / "simulator"
SEED, PROGRAMS = 1, 8


def in_place(*names: str, months: int = 1) -> dict[str, np.ndarray]:
    return {name: np.full(months, name in names) for name in BY_NAME}


def names_up_to(stage: int, model: str) -> list[str]:
    return [one.name for one in PRACTICES if (one.stage(model) or 99) <= stage]


@pytest.mark.parametrize(("model", "stage"), [(model, stage) for model in MODELS for stage in range(1, 6)])
def test_a_program_with_all_practices_of_a_stage_and_below_is_there(model: str, stage: int) -> None:
    assert true_stage(in_place(*names_up_to(stage, model)), model)[0] == stage


def test_one_practice_missing_below_is_not_made_good_above() -> None:
    names = [name for name in names_up_to(5, "trainn") if name != "searchable"]
    assert true_stage(in_place(*names), "trainn")[0] == 1


def test_the_same_seed_tells_the_same_story() -> None:
    first, again = (tell(draw_program(SEED, 3)) for _ in range(2))
    assert first.keys() == again.keys()
    for entity, rows in first.items():
        pd.testing.assert_frame_equal(rows, again[entity])


def test_another_number_is_another_program_and_sizes_differ_widely() -> None:
    accounts = [draw_program(SEED, number).accounts for number in range(60)]
    assert min(accounts) < 20
    assert max(accounts) > 250


def test_answers_are_not_taken_from_the_rules() -> None:
    """Only judging itself (canonical) may know that there are rule packs; nothing reads what they say."""
    for path in SIMULATOR.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "model.yaml" not in text, path
        assert path.name == "canonical.py" or not re.search(r"(from|import) rules", text), path
        assert not re.search(r"threshold|keep_threshold", text), path


def test_staff_and_testers_leave_traces_that_must_not_count() -> None:
    views = tell(draw_program(SEED, 3))["content_view"]
    assert views["email"].str.startswith(("s", "qa@")).any()


def test_the_exports_of_a_workspace_are_written_alike_twice(tmp_path: Path) -> None:
    programs = [draw_program(SEED, 3)]
    for name in ("a", "b"):
        write_workspace(programs, tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) > 15
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


@pytest.fixture(scope="module")
def judged() -> dict[str, pd.DataFrame]:
    """A few programs of a development seed, with all sources and with some."""
    programs, parts = world(SEED, PROGRAMS, ("full", "some"))
    return {model: verdicts(programs, parts, model) for model in MODELS}


@pytest.mark.parametrize("model", MODELS)
def test_settled_programs_are_placed_where_they_are(judged: dict[str, pd.DataFrame], model: str) -> None:
    full = judged[model][judged[model]["variant"] == "full"]
    told = score(full, model)
    assert told.named > 0.9
    assert told.exact > 0.7
    assert told.one_off > 0.8
    assert told.in_range > 0.75


@pytest.mark.parametrize("model", MODELS)
def test_verdicts_stand_still_where_nothing_changes(judged: dict[str, pd.DataFrame], model: str) -> None:
    full = judged[model][judged[model]["variant"] == "full"]
    assert there_and_back(full) <= 1


def test_there_and_back_counts_only_what_nothing_explains() -> None:
    def rows(stages: list[int], since: list[int]) -> pd.DataFrame:
        return pd.DataFrame({"program_id": "p", "stage": stages, "since": since})

    assert there_and_back(rows([2, 2, 3, 2, 2], [4, 5, 6, 7, 8])) == 1
    assert there_and_back(rows([2, 2, 3, 2, 2], [4, 5, 0, 1, 2])) == 0
    assert there_and_back(rows([2, 3, 3, 3, 3, 3, 2], [9, 10, 11, 12, 13, 14, 15])) == 0


def test_calibration_is_the_gap_between_said_and_right() -> None:
    named = pd.DataFrame({"stage": [1, 1, 1, 1], "true": [1, 1, 1, 2], "confidence": [0.95] * 4})
    assert calibration_error(named) == pytest.approx(0.2)


def test_settled_means_that_no_practice_changed_for_months(judged: dict[str, pd.DataFrame]) -> None:
    assert SETTLED_MONTHS == 4
    assert (judged["trainn"].groupby("program_id")["since"].min() == 0).all()


def test_a_program_has_every_source_when_nothing_is_missing() -> None:
    program: Program = draw_program(SEED, 0)
    assert {"ticket", "content_item", "enrollment", "search", "release", "usage_event", "staff_send"} <= tell(
        program
    ).keys()
