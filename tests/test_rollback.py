"""`waystage rollback`: an earlier version is in force again, whole, and the next night goes on from there."""

from pathlib import Path

import pytest

from pipelines import warehouse
from tests.conftest import Waystage
from tests.tiny_world import ask, in_force

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def versions(world: Path, waystage: Waystage) -> list[str]:
    """The run ids of two versions of the world, oldest first."""
    first = in_force(world)
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    return [first, in_force(world)]


def test_the_version_before_comes_back_whole_and_the_next_night_publishes_anew(
    world: Path, versions: list[str], waystage: Waystage
) -> None:
    said = waystage("rollback", "-w", world)
    assert (said.code, said.err) == (0, "")
    assert f"is at run {versions[0]} again, judged as of 2025-06-30; it was at {versions[1]}" in said.out
    assert ask(world, "select max(run_id) from run") == [(versions[0],)]
    assert ask(world, "select distinct run_id from stage") == [(versions[0],)]
    for name in ("waystage.duckdb", "parquet", "site"):
        assert (world / "published" / name).resolve().parent.name == versions[0]
    assert waystage("rollback", versions[1][:-1], "-w", world).code == 0
    assert in_force(world) == versions[1]
    assert waystage("rollback", "-w", world).code == 0
    assert waystage("run", "-w", world).code == 0
    assert in_force(world) not in versions
    assert ask(world, "select count(*) from run") == [(3,)]


def test_what_is_not_kept_is_an_instruction_and_changes_nothing(
    world: Path, versions: list[str], waystage: Waystage
) -> None:
    kept = f"versions kept: {versions[1]} (in force), {versions[0]}"
    for given, reason in (
        ("1999", "'1999' begins no kept run id"),
        ("20", "'20' begins more than one kept run id"),
        (versions[1], f"run {versions[1]} is in force already"),
    ):
        said = waystage("rollback", given, "-w", world)
        assert (said.code, said.out, said.err) == (2, "", f"waystage rollback: {reason}; {kept}\n")
    assert waystage("rollback", "-w", world).code == 0
    said = waystage("rollback", "-w", world)
    assert (said.code, said.out) == (2, "")
    assert "no version before the one in force is kept" in said.err
    assert in_force(world) == versions[0]


def test_nothing_published_and_a_run_at_work_are_told(world: Path, tmp_path: Path, waystage: Waystage) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "waystage.yaml").write_text("programs: []\n", encoding="utf-8")
    said = waystage("rollback", "-w", empty)
    assert said.code == 2
    assert "nothing is published yet" in said.err
    with warehouse.writer_lock(world / ".waystage"):
        said = waystage("rollback", "-w", world)
    assert (said.code, said.out) == (1, "")
    assert "another run is at work here" in said.err
