"""From exports to verdicts: how rows are ordered, split, repeated and named says nothing, and volume moves nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from rules.evaluate import Judgement
from tests.drawn_exports import Exports, Row, draw, verdict, write

SEEDS = (1, 5)
IDS = ("account_id", "learner_id", "content_id", "ticket_id", "author_id")
STEADY = ["program_id", "month", "stage", "stage_low", "stage_high", "pending_stage", "bottleneck_job", "next_step"]
Told = tuple[Judgement, pd.DataFrame]


@pytest.fixture(scope="module", params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def told(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What is said of the program as it was drawn."""
    return verdict(write(tmp_path_factory.mktemp("drawn") / "ws", draw(seed)))


def same(one: Told, other: Told) -> None:
    for name, table in vars(one[0]).items():
        pd.testing.assert_frame_equal(table, vars(other[0])[name])
    pd.testing.assert_frame_equal(one[1], other[1])


def test_the_drawn_programs_differ_and_reach_more_than_one_stage(tmp_path: Path) -> None:
    """Else the laws would say nothing."""
    seen = [verdict(write(tmp_path / str(seed), draw(seed)))[0].stage["stage"] for seed in SEEDS]
    assert len({stage for stages in seen for stage in stages.dropna()}) > 1


def test_order_splitting_and_repetition_of_rows_and_files_change_nothing(seed: int, told: Told, tmp_path: Path) -> None:
    dice = random.Random(seed)  # noqa: S311  (a shuffle, not a secret)

    def arrange(entity: str, rows: list[Row]) -> Mapping[str, list[Row]]:
        dealt = [*rows, *dice.sample(rows, len(rows) // 3)]
        dice.shuffle(dealt)
        half = len(dealt) // 2
        # the second file comes first by name, and is there twice
        return {f"{entity}-z": dealt[:half], f"{entity}-a": dealt[half:], f"{entity}-b": dealt[half:]}

    same(told, verdict(write(tmp_path / "ws", draw(seed), arrange)))


def test_other_labels_for_every_id_change_nothing(seed: int, told: Told, tmp_path: Path) -> None:
    def renamed(column: str, value: str) -> str:
        if column in IDS and value:
            return f"{value[::-1]}-{column[:2]}9"
        return value.replace("p", "person-") if column in ("email", "requester_email") else value

    exports = {
        entity: [{column: renamed(column, value) for column, value in row.items()} for row in rows]
        for entity, rows in draw(seed).items()
    }
    same(told, verdict(write(tmp_path / "ws", exports)))


def test_rows_dated_after_the_last_day_judged_change_nothing_before(seed: int, told: Told, tmp_path: Path) -> None:
    exports = draw(seed)
    for entity, column in (("content_view", "viewed_at"), ("ticket", "created_at"), ("enrollment", "enrolled_at")):
        late = [
            row | {column: f"2025-{7 + n % 3:02d}-0{1 + n % 9}T10:00:00"} for n, row in enumerate(exports[entity][:40])
        ]
        if entity == "ticket":
            late = [row | {"ticket_id": f"late-{row['ticket_id']}"} for row in late]
        if entity == "enrollment":
            late = [row | {"completed_at": ""} for row in late]
        exports[entity] += late
    now = verdict(write(tmp_path / "ws", exports))
    months = sorted(told[0].stage["month"].unique())
    complete = Judgement(**{name: until(table, months[-1]) for name, table in vars(now[0]).items()})
    same(told, (complete, now[1]))


def until(table: pd.DataFrame, month: object) -> pd.DataFrame:
    return table[table["month"] <= month].reset_index(drop=True)


def copies(exports: Exports) -> list[Row]:
    return [row | {"content_id": f"{row['content_id']}-again"} for row in exports["content_item"]]


def test_doubling_all_content_moves_no_stage(seed: int, told: Told, tmp_path: Path) -> None:
    exports = draw(seed)
    exports["content_item"] += copies(exports)
    unused = verdict(write(tmp_path / "unused", exports))[0]
    pd.testing.assert_frame_equal(told[0].stage[STEADY], unused.stage[STEADY])


def test_doubling_all_content_with_all_its_use_moves_no_stage(seed: int, told: Told, tmp_path: Path) -> None:
    exports = draw(seed)
    exports["content_item"] += copies(exports)
    for entity in ("content_view", "enrollment"):
        exports[entity] += [row | {"content_id": f"{row['content_id']}-again"} for row in exports[entity]]
    used = verdict(write(tmp_path / "used", exports))[0].stage
    # twice the use is twice the sample: what a small one left open may be told, and the range narrows or what was read
    # is pending; what is named stays, within both ranges
    named = ["program_id", "month", "stage"]
    pd.testing.assert_frame_equal(told[0].stage[named], used[named])
    stage = used["stage"].fillna(used["stage_low"])
    assert (told[0].stage["stage_low"] <= stage).all()
    assert (stage <= told[0].stage["stage_high"]).all()
