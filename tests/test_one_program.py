"""`run --program X` leaves what is published of the others, their rejected rows too, and those of files read twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tiny_world
from tests.conftest import Waystage
from tests.tiny_world import ask

pytestmark = pytest.mark.usefixtures("quick")

BAD = "T-bad,{},new@company1.example,New,How do I start,Hello,A,open\n"
HEADER = ",".join(tiny_world.TICKET_HEADER) + "\n"
OWN, SHARED = "exports/birch/tickets-bad.csv", "exports/tickets-shared.csv"
REJECTED = 'select file, row_number, "column" from rejected order by all'
LOADS = "select program_id, file, rows_read, rows_loaded, rows_rejected from load where rows_rejected > 0 order by all"


SOURCE = """\
      - connector: table
        name: shared
        entity: ticket
        path: exports/tickets-shared.csv
        columns: {ticket_id: ID, created_at: Created, requester_email: Requester, subject: Subject, status: Status}
"""


def test_the_rejected_rows_of_the_other_program_stay(world: Path, waystage: Waystage) -> None:
    (world / OWN).write_text(HEADER + BAD.format("yesterday"))
    assert waystage("run", "-w", world).code == 3
    before = ask(world, REJECTED), ask(world, LOADS)
    assert before[0] == [(OWN, 1, "Created")]
    with (world / "exports/alder/tickets.csv").open("a") as export:
        export.write(BAD.format("2025-06-29T12:00:00"))
    assert waystage("run", "-w", world, "--program", "alder").code == 0
    assert (ask(world, REJECTED), ask(world, LOADS)) == before
    (world / OWN).unlink()
    assert waystage("run", "-w", world, "--program", "birch").code == 0
    assert ask(world, REJECTED) == []


@pytest.mark.parametrize("is_warehouse_new", [False, True])
def test_a_file_that_two_programs_share_is_rejected_once_for_each(
    world: Path, waystage: Waystage, is_warehouse_new: bool
) -> None:
    settings = world / "waystage.yaml"
    ends = settings.read_text().split("  - id: ")
    settings.write_text("  - id: ".join([ends[0], *(one.rstrip() + "\n" + SOURCE for one in ends[1:])]))
    (world / SHARED).write_text(HEADER + BAD.format("yesterday"))
    assert waystage("run", "-w", world).code == 3
    both = [(program, SHARED, 1, 0, 1) for program in ("alder", "birch")]
    assert ask(world, REJECTED) == [(SHARED, 1, "Created")] * 2
    assert ask(world, LOADS) == both
    if is_warehouse_new:
        (world / ".waystage/warehouse.duckdb").unlink()
    (world / SHARED).write_text(HEADER + BAD.format("2025-06-29T12:00:00") + BAD.format("tomorrow"))
    assert waystage("run", "-w", world, "--program", "alder").code == 3
    assert ask(world, REJECTED) == [(SHARED, 1, "Created"), (SHARED, 2, "Created")]
    assert ask(world, LOADS) == [("alder", SHARED, 2, 1, 1), ("birch", SHARED, 1, 0, 1)]


def test_a_file_read_as_two_entities_is_published(tmp_path: Path, waystage: Waystage) -> None:
    folder = tiny_world.write(tmp_path / "ws", programs=("alder",))
    with (folder / "waystage.yaml").open("a") as settings:
        settings.write(
            "      - {connector: table, name: askers, entity: learner, path: exports/alder/tickets.csv, "
            "columns: {email: Requester}}\n"
        )
    assert waystage("run", "-w", folder).code == 0
    assert ask(folder, "select rows_read, rows_loaded from load where file like '%tickets.csv'") == [(302, 302)] * 2
