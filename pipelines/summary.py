"""The one table an operator sees after a run: where each program stands, read from the published database."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

WIDTH_IN_A_PIPE = 160  # a cron mail is not 80 columns wide

LATEST = """
    with
    latest as (
        select program_id, max(month) as month from stage where not is_provisional group by program_id
    )
    select
        program.program_id,
        program.name,
        stage.model,
        stage.month,
        stage.stage,
        stage.stage_low,
        stage.stage_high,
        stage.pending_stage,
        stage.confidence,
        stage.bottleneck_job,
        top_friction.title,
        stage.next_step_text
    from program
    left join latest using (program_id)
    left join stage on stage.program_id = latest.program_id and stage.month = latest.month
    left join top_friction on top_friction.program_id = latest.program_id and top_friction.month = latest.month
    order by program.program_id, stage.model
"""


@dataclass(frozen=True)
class Standing:
    """One program under one model, in its last complete month."""

    program_id: str
    name: str
    model: str | None
    month: dt.date | None
    stage: int | None
    stage_low: int | None
    stage_high: int | None
    pending_stage: int | None
    confidence: float | None
    bottleneck_job: str | None
    top_friction: str | None
    next_step: str | None

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "month": self.month.isoformat() if self.month else None}

    @property
    def position(self) -> str:
        """`1`, `1 (1–2)` where the evidence leaves a range, or `not enough data (0–5)`."""
        if self.stage_low is None:
            return "not enough data"
        span = f"{self.stage_low}–{self.stage_high}"
        if self.stage is None:
            return f"not enough data ({span})"
        pending = f", {self.pending_stage} pending" if self.pending_stage is not None else ""
        return f"{self.stage}{f' ({span})' if self.stage_low != self.stage_high else ''}{pending}"

    @property
    def sureness(self) -> str:
        """How sure the named stage is; `–` where none is named, and while the latest reading shows another."""
        return "–" if self.confidence is None or self.pending_stage is not None else f"{self.confidence:.0%}"


def read(database: Path) -> list[Standing]:
    """Every program under every model, as published."""
    with duckdb.connect(str(database), read_only=True) as con:
        return [Standing(*row) for row in con.execute(LATEST).fetchall()]


def show(rows: list[Standing], models: list[str]) -> None:
    """Prints one line a program to stdout: its stage under each model, and what follows under the first of them."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("program", no_wrap=True)
    for model in models:
        table.add_column(model.replace("_", " "))
        table.add_column("sure", justify="right")
    table.add_column("bottleneck")
    table.add_column("top friction")
    table.add_column("next step", ratio=1)
    for program_id in dict.fromkeys(row.program_id for row in rows):
        by_model = {row.model: row for row in rows if row.program_id == program_id}
        first = by_model.get(models[0]) if models else None
        cells = [program_id]
        for model in models:
            one = by_model.get(model)
            cells.append(one.position if one else "not enough data")
            cells.append(one.sureness if one else "–")
        cells += [
            (first.bottleneck_job if first else None) or "–",
            (first.top_friction if first else None) or "–",
            _first_sentence(first.next_step) if first and first.next_step else "–",
        ]
        table.add_row(*cells)
    console = Console(width=None if sys.stdout.isatty() else WIDTH_IN_A_PIPE, highlight=False, markup=False)
    console.print(table)


def _first_sentence(text: str) -> str:
    """What to do; `waystage explain` has the distance still to go."""
    return text.split(". ", 1)[0].rstrip(".")
