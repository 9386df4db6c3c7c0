"""The one entry point of Dagster: the graph of a workspace, its jobs, its schedule and its sensors."""

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines import night, session
from pipelines.asset_steps import asset_steps
from pipelines.instance import WORKSPACE_TAG
from pipelines.layers import Layers, of_everything, of_workspace
from pipelines.problem import InvalidWorkspace, UserError
from pipelines.watching import new_exports_sensor, unheard_failure_sensor

FROM = dg.Field(
    dg.Noneable(str),
    default_value=None,
    description="Measure and judge again from this month on (YYYY-MM), even where nothing is new. Months before it are "
    "what later ones rest on, and months after it rest on it: all of them come out as they would from scratch.",
)
AS_OF = dg.Field(dg.Noneable(str), default_value=None, description="The last day judged (YYYY-MM-DD); default: today.")
PROGRAMS = dg.Field([str], default_value=[], description="These programs only; the others stay as published.")
STRICT = dg.Field(bool, default_value=False, description="Publish nothing when any input is rejected or stale.")
OPTIONS = {"from_month": FROM, "as_of": AS_OF, "programs": PROGRAMS, "strict": STRICT}


def night_resource(directory: Path) -> dg.ResourceDefinition:
    """A run on the workspace in `directory`, held by this run alone; what it is asked for is run config."""

    @dg.resource(config_schema=OPTIONS, description=f"A run on {directory}, by itself.")
    def night_of(context: dg.InitResourceContext) -> Iterator[night.Night]:
        asked = context.resource_config
        options = session.Options(
            as_of=dt.date.fromisoformat(asked["as_of"]) if asked["as_of"] else None,
            from_month=dt.date.fromisoformat(f"{asked['from_month']}-01") if asked["from_month"] else None,
            only_programs=frozenset(asked["programs"]),
            is_strict=asked["strict"],
            is_patient=True,
        )
        log = context.log
        say = log.info if log else (lambda _text: None)
        with session.open_night(session.validate(directory), options, say) as opened:
            yield opened

    return night_of


@dg.failure_hook(required_resource_keys={"night"})
def tell_failure(context: dg.HookContext) -> None:
    """A step that fails ends the run: those of `alerts:` hear why.

    Dagster calls it in its own runs; that of `waystage run` raises what its step raised, and tells it itself.
    """
    night.tell_failure(context.resources.night, context.op_exception)


@dg.config_mapping(config_schema={**OPTIONS, "from_month": dg.Field(str, description=FROM.description)})
def again(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The launchpad of `backfill` asks for a month, not for where it is configured."""
    return {"resources": {"night": {"config": dict(asked)}}}


def job(name: str, config: Any = None, description: str | None = None, tags: Mapping[str, str] | None = None) -> Any:
    """A job over the whole graph, in one process: one process writes the warehouse."""
    return dg.define_asset_job(
        name,
        selection=dg.AssetSelection.all(),
        description=description,
        config=config,
        tags=tags,
        executor_def=dg.in_process_executor,
        hooks={tell_failure},
    )


def nightly_job(layers: Layers) -> dg.JobDefinition:
    """The job for `waystage run`, which hands it an opened night."""
    resources = {"night": dg.ResourceDefinition.none_resource()}
    defs = dg.Definitions(assets=asset_steps(layers), jobs=[job("nightly")], resources=resources)
    return defs.resolve_job_def("nightly")


def workspace_definitions(
    directory: Path | None = None, name: str | None = None, *, is_automatic: bool = False
) -> dg.Definitions:
    """Graph, jobs, schedule and sensors of the workspace in `directory` (default: WAYSTAGE_WORKSPACE, else here).

    `name` sets its assets apart where a deployment serves several. `is_automatic`: schedule and sensors are on from
    the beginning. A workspace that cannot be read has all assets that there can be, and its runs say what is wrong.
    """
    directory = (directory or Path(os.environ.get("WAYSTAGE_WORKSPACE", "."))).resolve()
    layers = _layers(directory, name)
    tags = {WORKSPACE_TAG: name or str(directory)[-60:].lstrip("/").replace("/", ".")}
    nightly = job("nightly", description="The night once: what is new is landed, judged and published.", tags=tags)
    backfill = job("backfill", again, "Judges all months again from one on, as `waystage run --from` does.", tags=tags)
    cron, zone = session.schedule(directory)
    status = dg.DefaultScheduleStatus.RUNNING if is_automatic else dg.DefaultScheduleStatus.STOPPED
    return dg.Definitions(
        assets=asset_steps(layers),
        executor=dg.in_process_executor,  # one process writes the warehouse, whatever is picked in the UI
        jobs=[nightly, backfill],
        schedules=[
            dg.ScheduleDefinition(
                name="nightly_schedule",
                job=nightly,
                cron_schedule=cron,
                execution_timezone=zone,
                default_status=status,
            )
        ],
        sensors=[
            new_exports_sensor(directory, nightly, is_automatic),
            unheard_failure_sensor(directory, [nightly, backfill], is_automatic),
        ],
        resources={"night": night_resource(directory)},
    )


def _layers(directory: Path, name: str | None) -> Layers:
    try:
        return of_workspace(session.validate(directory), name)
    except (InvalidWorkspace, UserError):
        return of_everything(*session.declarations(), name)
