"""What the published tables say about the run, its models and one program, ready to be put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from dashboards.published import Row, records
from dashboards.words import human, present

RUN = "select * from run order by run_id desc limit 1"
STEPS = """
with step as (
    select model, position, stage, stage_name, title, phase, job, summary from model_catalogue
    union all by name select model, stage, stage_name, job from condition_catalogue
    union all by name select model, stage, stage_name from stage where stage is not null
    union all by name select model, stage from stage_probability
)
select model, stage, max(stage_name) as stage_name, max(title) as title, max(phase) as phase,
    max(summary) as summary, min(position) as position
from step where stage is not null and model is not null group by all order by model, stage
"""
STAGES = "select * from stage where program_id = $program_id order by model, month"
JOBS = """
select job.* from job left join job_catalogue as told on told.model = job.model and told.job = job.job
where program_id = $program_id and month = $month order by job.model, told.position, job.job
"""
FINDINGS = """
with now as (
    select * from finding where program_id = $program_id and month = $month
),
earlier as (
    select f.model, f.condition, f.stage, f.month, f.outcome
    from finding as f where f.program_id = $program_id and f.month < $month
),
other as (
    select now.model, now.stage, now.condition, max(earlier.month) as month
    from now join earlier using (model, stage, condition)
    where earlier.outcome is distinct from now.outcome group by all
),
since as (
    select now.model, now.stage, now.condition, min(earlier.month) as since
    from now join earlier using (model, stage, condition) left join other using (model, stage, condition)
    where other.month is null or earlier.month > other.month group by all
),
previous as (
    select model, stage, condition, outcome as previous_outcome from earlier
    where month = (select max(month) from earlier)
)
select now.*, coalesce(since.since, now.month) as since, previous.previous_outcome,
    coalesce(c.job, s.job) as job, c.why, c.next_step_text, c."window",
    coalesce(m.unit, s.unit) as unit, s.kind, s.description, s.direction, cast(s.sources as varchar) as sources
from now
left join since using (model, stage, condition)
left join previous using (model, stage, condition)
left join (select distinct on (model, stage, condition) * from condition_catalogue) as c using (model, stage, condition)
left join (select signal, min(unit) as unit from signal group by all) as m on m.signal = now.signal
left join signal_catalogue as s on s.signal = now.signal
order by now.model, now.stage, now.condition
"""
SERIES = """
select signal, month, value from signal
where program_id = $program_id and month <= $month and month > cast($month as date) - interval 13 month
order by signal, month
"""
FRICTIONS = """
select f.*, coalesce(c.title, f.friction) as title, c.description, t.friction is not null as is_top
from friction as f left join friction_catalogue as c using (friction)
left join top_friction as t on t.program_id = f.program_id and t.month = f.month and t.friction = f.friction
where f.program_id = $program_id and f.month = $month
order by f.level desc nulls last, f.friction
"""
EVENTS = """
select e.*, coalesce(c.title, e.friction) as title
from friction_event as e left join friction_catalogue as c using (friction)
where e.program_id = $program_id order by e.month desc, e.friction, e.kind
"""
BREAKS = """
select * from source_break
where program_id = $program_id and month between cast($month as date) - interval 1 month and $month
order by month, entity, to_source
"""
COVERAGE = "select * from coverage where program_id = $program_id order by source, entity"
RESTATED = """
with reported as (
    select model, month, stage, row_number() over (partition by model, month order by run_id) as turn,
        last_value(change_cause ignore nulls) over (
            partition by model, month order by run_id rows between unbounded preceding and unbounded following
        ) as cause
    from stage_reported where program_id = $program_id
)
select r.model, r.month, r.stage as reported_stage, s.stage, r.cause
from reported as r join stage as s on s.program_id = $program_id and s.model = r.model and s.month = r.month
where r.turn = 1 and not coalesce(s.is_provisional, false) and r.stage is distinct from s.stage
order by r.month desc, r.model
"""


@dataclass(frozen=True)
class Step:
    """One stage of a model."""

    stage: int
    name: str
    phase: str
    summary: str


@dataclass(frozen=True)
class Ladder:
    """A maturity model as the site shows it: what it is called for short and in full, and its stages in order."""

    model: str
    title: str
    about: str
    steps: tuple[Step, ...]

    @property
    def top(self) -> int:
        """The highest stage."""
        return max((step.stage for step in self.steps), default=0)

    @property
    def bottom(self) -> int:
        """The lowest stage."""
        return min((step.stage for step in self.steps), default=0)

    def name(self, stage: object) -> str:
        """What the model calls `stage`."""
        return next((step.name for step in self.steps if step.stage == stage), f"Stage {stage}")


@dataclass(frozen=True)
class Site:
    """What every page shares: the run and the ladders, first the one that the workspace lists first: it leads."""

    run: Row
    ladders: Mapping[str, Ladder]

    @property
    def lead(self) -> Ladder | None:
        """The model that leads the pages."""
        return next(iter(self.ladders.values()), None)


@dataclass(frozen=True)
class Program:
    """One program's published rows. `month` is the last complete month judged, or the one in progress if none is."""

    program_id: str
    name: str
    month: date | None
    stages: Mapping[str, list[Row]] = field(default_factory=dict)
    jobs: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    series: Mapping[str, list[tuple[date, float | None]]] = field(default_factory=dict)
    frictions: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    coverage: list[Row] = field(default_factory=list)
    breaks: list[Row] = field(default_factory=list)
    restated: list[Row] = field(default_factory=list)

    def now(self, model: str) -> Row | None:
        """The stage row of `model` that the page is about."""
        return next((row for row in self.stages.get(model, []) if row["month"] == self.month), None)

    def before(self, model: str) -> Row | None:
        """The stage row of the month before."""
        earlier = [row for row in self.stages.get(model, []) if self.month and row["month"] < self.month]
        return earlier[-1] if earlier else None

    def provisional(self, model: str) -> Row | None:
        """The month in progress, when it follows the month the page is about."""
        return next(
            (r for r in self.stages.get(model, []) if r["is_provisional"] and self.month and r["month"] > self.month),
            None,
        )

    def since(self, model: str) -> date | None:
        """The first month of the unbroken run of months at the present stage."""
        now, first = self.now(model), None
        for row in reversed(self.stages.get(model, [])):
            if now is None or row["month"] > now["month"]:
                continue
            if row["stage"] != now["stage"]:
                break
            first = row["month"]
        return first

    def finding(self, model: str, condition: object) -> Row | None:
        """Where `condition` of `model` stands."""
        return next((f for f in self.findings if f["model"] == model and f["condition"] == condition), None)

    def observed_through(self) -> Any:
        """The last moment any source was seen, or None."""
        return max(
            (row["observed_through"] for row in self.coverage if present(row["observed_through"])),
            default=None,
        )


def site(connection: duckdb.DuckDBPyConnection) -> Site:
    """Read what every page shares."""
    ladders: dict[str, Ladder] = {}
    rows = records(connection, STEPS)
    for model in dict.fromkeys(row["model"] for row in rows):
        mine = [row for row in rows if row["model"] == model]
        titles = [row["title"] for row in mine if row["title"]]
        ladders[model] = Ladder(
            model,
            human(model).title(),
            titles[0] if titles else "",
            tuple(
                Step(r["stage"], r["stage_name"] or f"Stage {r['stage']}", r["phase"] or "", r["summary"] or "")
                for r in mine
            ),
        )
    places = {row["model"]: row["position"] for row in rows if present(row["position"])}
    # a database without places leads with the finest model
    order = sorted(ladders, key=lambda model: (places.get(model, len(ladders)), -len(ladders[model].steps), model))
    runs = records(connection, RUN)
    return Site(runs[0] if runs else {}, {model: ladders[model] for model in order})


def program(connection: duckdb.DuckDBPyConnection, row: Row) -> Program:
    """Read one program: `row` is its row in `program`."""
    key = row["program_id"]
    stages: dict[str, list[Row]] = {}
    for stage in records(connection, STAGES, program_id=key):
        stages.setdefault(stage["model"], []).append(stage)
    everything = [stage for rows in stages.values() for stage in rows]
    complete = [stage["month"] for stage in everything if not stage["is_provisional"]]
    month = max(complete or [stage["month"] for stage in everything], default=None)
    series: dict[str, list[tuple[date, float | None]]] = {}
    for point in records(connection, SERIES, program_id=key, month=month):
        series.setdefault(point["signal"], []).append(
            (point["month"], point["value"] if present(point["value"]) else None)
        )
    return Program(
        program_id=key,
        name=row["name"] or key,
        month=month,
        stages=stages,
        jobs=records(connection, JOBS, program_id=key, month=month),
        findings=records(connection, FINDINGS, program_id=key, month=month),
        series=series,
        frictions=records(connection, FRICTIONS, program_id=key, month=month),
        events=records(connection, EVENTS, program_id=key),
        coverage=records(connection, COVERAGE, program_id=key),
        breaks=records(connection, BREAKS, program_id=key, month=month),
        restated=records(connection, RESTATED, program_id=key),
    )
