"""Sensors: what starts a run, or tells of one, between the nights."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.events import JobFailureData

from connectors.contract import ProgramConfig
from connectors.discover import find_files
from pipelines import alerts, session, warehouse
from pipelines.problem import InvalidWorkspace, RunFailed, UserError

SECONDS_BETWEEN = 60
SILENT = "the run was killed, or did not get as far as its first step"
FOUND_GONE = "marked as failed from outside the execution context"  # all that Dagster says of a killed process
INSTRUCTIONS = {error.__name__ for error in (RunFailed, UserError, InvalidWorkspace)}


@dataclass(frozen=True)
class Cursor:
    """What the sensor saw last, what it last started a run for, and how many runs it has started."""

    seen: str = ""
    told: str = ""
    runs: int = 0

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """As it was written; a new one where there is none, or one of another version."""
        try:
            return cls(**json.loads(text or "{}"))
        except (ValueError, TypeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def seen_now(programs: tuple[ProgramConfig, ...], directory: Path) -> str:
    """A mark of all exports that lie on this machine: their names, sizes and times, none of them opened.

    What is asked of vendors or lies on other machines is not looked at: that is for the night.
    """
    digest = hashlib.sha256()
    for program in programs:
        for source in program.sources:
            if source.remote is not None or source.pull is not None:
                continue
            for path in sorted(find_files(source, directory).files):
                try:
                    stat = path.stat()
                except OSError:  # gone between the listing and now: the next tick knows
                    continue
                digest.update(f"{program.id}\0{source.name}\0{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def decide(cursor: Cursor, now: str, is_busy: bool) -> tuple[Cursor, str | None, str]:
    """The next cursor, the run key to start a run with, and where there is none why not.

    Exports that look the same twice in a row are whole; while any still changes, all of them wait.
    """
    if now == cursor.told:
        return Cursor(now, now, cursor.runs), None, "nothing is new among the exports"
    if now != cursor.seen:
        return Cursor(now, cursor.told, cursor.runs), None, "exports changed; a run starts once they stay as they are"
    if is_busy:
        return cursor, None, "exports changed; a run is at work already, another starts after it"
    return Cursor(now, now, cursor.runs + 1), f"exports-{cursor.runs + 1}-{now}", ""


def new_exports_sensor(directory: Path, job: Any, is_automatic: bool) -> dg.SensorDefinition:
    """Starts a run when exports of this machine were added, replaced or removed, and are whole."""

    @dg.sensor(
        name="new_exports",
        job=job,
        minimum_interval_seconds=SECONDS_BETWEEN,
        description="Starts the night's job when export files changed and then stayed the same for a minute.",
        default_status=dg.DefaultSensorStatus.RUNNING if is_automatic else dg.DefaultSensorStatus.STOPPED,
    )
    def new_exports(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        try:
            workspace = session.workspace_alone(directory)
        except (InvalidWorkspace, UserError) as error:
            return dg.SensorResult(skip_reason=f"the workspace cannot be read: {error}")
        now = seen_now(workspace.programs, directory)
        cursor, run_key, why_not = decide(Cursor.read(context.cursor), now, warehouse.is_held(workspace.state))
        if run_key is None:
            return dg.SensorResult(skip_reason=why_not, cursor=str(cursor))
        request = dg.RunRequest(run_key=run_key, tags={"waystage/because": "exports changed"})
        return dg.SensorResult(run_requests=[request], cursor=str(cursor))

    return new_exports


def unheard_failure_sensor(directory: Path, jobs: list[Any], is_automatic: bool) -> dg.SensorDefinition:
    """Tells those of `alerts:` of a run that failed before or beside its steps: those tell themselves."""

    @dg.run_failure_sensor(
        name="failed_runs",
        monitored_jobs=jobs,
        description="Tells those of `alerts:` of runs that were killed, or could not begin.",
        default_status=dg.DefaultSensorStatus.RUNNING if is_automatic else dg.DefaultSensorStatus.STOPPED,
    )
    def failed_runs(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        if context.get_step_failure_events():
            return dg.SkipReason("the step that failed has told it")
        try:
            workspace = session.workspace_alone(directory)
        except (InvalidWorkspace, UserError) as unreadable:
            return dg.SkipReason(f"the workspace cannot be read, so nobody can be told: {unreadable}")
        missed = alerts.tell_failure(workspace, _reason(context.failure_event))
        return dg.SkipReason(missed) if missed else None

    return failed_runs


def _reason(failure: dg.DagsterEvent) -> str:
    """What was raised as an instruction, however Dagster wraps it; else what Dagster says itself, unless that is only
    that it found the process gone."""
    data = failure.event_specific_data
    error = data.error if isinstance(data, JobFailureData) else None
    told = error
    while told is not None:
        if told.cls_name in INSTRUCTIONS:
            return told.message.strip().partition(": ")[2]
        told = told.cause
    said = (error.message if error else failure.message or "").strip()
    return SILENT if FOUND_GONE in said else said or SILENT
