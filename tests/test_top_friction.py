"""The friction to speak of first: beside a next step, it is one that the step is about."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.judged_tables import COLUMNS
from pipelines.publish import PUBLISHED_SQL

SQL = (PUBLISHED_SQL / "top_friction.sql").read_text(encoding="utf-8")
TABLES = ["stage", "finding", "friction", "model_catalogue", "friction_catalogue", "friction_clearing"]
Levels = dict[str, float | None]


def top(*, first: str, step: str, outcome: str = "not_met", levels: Levels | None = None) -> str | None:
    """The top friction of one program at stage 1 of a fine and of a coarse model, `first` of which leads. The fine
    one, held back in delivery, says next `step`, which reads a signal of the same name; the coarse one says `reach`,
    and is held back in scale."""
    with duckdb.connect() as con:
        con.execute("create schema judged")
        for table in [*TABLES, "friction_signal"]:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in (c.split() for c in COLUMNS[table].split(", ")))
            con.execute(f"create table judged.{table} ({columns})")
        for model, job, condition, is_met in (
            ("fine", "deliver", step, outcome),
            ("coarse", "scale", "reach", "not_met"),
        ):
            con.execute(
                "insert into judged.stage by name select 'p' as program_id, date '2026-06-01' as month, ? as model, "
                "1 as stage, 1 as stage_low, ? as bottleneck_job, ? as next_step",
                [model, job, condition],
            )
            con.execute(
                "insert into judged.finding by name select 'p' as program_id, date '2026-06-01' as month, ? as model, "
                "? as condition, ? as signal, ? as outcome",
                [model, condition, condition, is_met],
            )
            con.execute(
                "insert into judged.model_catalogue by name select ? as model, stage, ? as position "
                "from range(3) as stages(stage)",
                [model, 1 if model == first else 2],
            )
        given: Levels = {"findability": 0.2, "handwork": 0.5, "live": 0.9, "later": 1.0, **(levels or {})}
        told = {
            "findability": ("deliver", "found", "fine", 2),
            "handwork": ("deliver", "sent", "fine", 2),
            "live": ("scale", "reach", "coarse", 2),
            "later": ("scale", "market", "coarse", 5),
        }
        for name, (job, signal, model, stage) in told.items():
            con.execute("insert into judged.friction_catalogue by name select ? as friction, ? as title", [name, name])
            con.execute("insert into judged.friction_clearing values (?, ?, ?)", [name, model, stage])
            con.execute("insert into judged.friction_signal values (?, ?)", [name, signal])
            con.execute(
                "insert into judged.friction by name select 'p' as program_id, date '2026-06-01' as month, "
                "? as friction, ? as job, ? as level",
                [name, job, given[name]],
            )
        found = con.execute(SQL).fetchall()
    return str(found[0][2]) if found else None


def test_the_friction_that_holds_back_the_next_step_goes_before_stronger_ones() -> None:
    assert top(first="fine", step="found") == "findability"
    assert top(first="fine", step="sent") == "handwork"


def test_the_first_model_of_the_workspace_leads() -> None:
    assert top(first="coarse", step="found") == "live"


@pytest.mark.parametrize("outcome", ["unknown", "met"])
def test_what_is_only_not_known_holds_nothing_back(outcome: str) -> None:
    """Then the one felt most in the bottleneck of the same model, before any of another model."""
    assert top(first="fine", step="found", outcome=outcome) == "handwork"


def test_what_is_not_felt_gives_way_to_the_bottleneck_and_then_to_the_other_model() -> None:
    assert top(first="fine", step="found", levels={"findability": 0.0}) == "handwork"
    quiet: Levels = {"findability": 0.0, "handwork": None}
    assert top(first="fine", step="found", levels=quiet) == "live"
    assert top(first="fine", step="found", levels=quiet | {"live": 0.0}) is None
