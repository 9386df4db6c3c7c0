"""The job as Dagster sees it: one asset per table, one step per layer, checks on what each step made.

A step costs Dagster more than most of our SQL costs DuckDB, so tables are assets of a few multi-assets. When nothing
is new the landing step yields none of its assets, and Dagster skips all that is downstream.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg

from connectors.catalogue import read_catalogue
from pipelines import checks, expectations_process, night, session
from pipelines.publish import in_force
from transforms.catalogue import shipped

EXPORTS = read_catalogue()
CATALOGUE = shipped()
VERDICTS = ("finding", "stage", "stage_probability", "job", "friction", "friction_event")
VERDICT_CHECKS = {
    "stage": ("stage_outside_its_range", "confidence_is_no_probability", "repeats_its_grain"),
    "stage_probability": ("probabilities_do_not_sum_to_one",),
    "finding": ("outcome_not_a_legal_word", "repeats_its_grain"),
}
STAGING_CHECKS = ("repeats_its_grain", "misses_part_of_its_grain")
SIGNAL_CHECK = "keeps_its_laws"  # range, interval, measurable: one check a signal, since each is an event a night
CHECKED_ENTITIES = [name for name, entity in CATALOGUE.entities.items() if "program_id" in entity.header.grain]


@dg.resource(config_schema={"directory": dg.Field(str, default_value=".")})
def night_resource(context: dg.InitResourceContext) -> Iterator[night.Night]:
    """A run on the workspace in `directory`, held by this run alone."""
    directory = Path(context.resource_config["directory"])
    log = context.log
    say = log.info if log else (lambda _text: None)
    with session.open_night(session.validate(directory), session.Options(), say) as opened:
        yield opened


def _providers(entity: str) -> list[dg.AssetKey]:
    """The connectors whose landing an entity is read from."""
    return [
        dg.AssetKey(["landing", connector])
        for connector in EXPORTS.connectors
        if connector == "table" or (connector, entity) in EXPORTS.sql
    ]


def _upstream(reads: Iterable[str]) -> list[dg.AssetKey]:
    keys: set[dg.AssetKey] = set()
    for table in reads:
        schema, name = table.split(".")
        if schema == "staging":
            keys.add(dg.AssetKey(["staging", name]))
        elif schema == "source":
            keys.update(_providers(name))
        elif schema == "labels":
            keys.update(_providers("ticket"))
        elif schema == "impact":
            keys.add(dg.AssetKey(["staging", "account_outcome"]))
    return sorted(keys)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(["landing", name], description=source.title, group_name="landing", skippable=True)
        for name, source in EXPORTS.connectors.items()
    ],
    required_resource_keys={"night"},
)
def land(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Exports to immutable Parquet, rows that cannot be read kept aside with their reason."""
    tonight: night.Night = context.resources.night
    if in_force(tonight.workspace.publish) is None:
        expectations_process.begin()  # nothing is published yet, so there will be something to check
    night.land(tonight)
    if night.is_settled(tonight):
        context.log.info("nothing is new since the published version; it stands")
        night.tell(tonight)
        return
    loads = tonight.report.files if tonight.report else []
    for name in EXPORTS.connectors:
        # connectors of the workspace's own have no asset: like `table`, which they count to, they may feed any entity
        mine = [
            load
            for load in loads
            if load.connector == name or (name == "table" and load.connector not in EXPORTS.connectors)
        ]
        yield dg.MaterializeResult(
            asset_key=["landing", name],
            metadata={
                "files": len(mine),
                "dagster/row_count": sum(load.rows_loaded for load in mine),
                "rows_rejected": sum(load.rows_rejected for load in mine),
            },
        )


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["staging", name],
            deps=_upstream(entity.reads),
            description=entity.header.description,
            group_name="staging",
        )
        for name, entity in CATALOGUE.entities.items()
    ],
    check_specs=[
        dg.AssetCheckSpec(law, asset=["staging", name]) for name in CHECKED_ENTITIES for law in STAGING_CHECKS
    ],
    required_resource_keys={"night"},
)
def build_staging(
    context: dg.AssetExecutionContext,
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Landing to canonical entities: one row per real thing, newest version wins."""
    tonight: night.Night = context.resources.night
    expectations_process.begin()
    rows = night.build_staging(tonight)
    for name in CATALOGUE.entities:
        yield dg.MaterializeResult(
            asset_key=["staging", name],
            metadata={"dagster/row_count": rows[name]} if rows.get(name) is not None else {},
        )
    results = night.check_staging(tonight)
    expected = [(f"staging.{name}", law) for name in CHECKED_ENTITIES for law in STAGING_CHECKS]
    yield from _check_results("staging", expected, results)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["signals", name],
            deps=_upstream(signal.reads),
            description=signal.header.description,
            group_name="signals",
            metadata={"unit": signal.header.unit, "job": signal.header.job},
        )
        for name, signal in CATALOGUE.signals.items()
    ],
    check_specs=[dg.AssetCheckSpec(SIGNAL_CHECK, asset=["signals", name]) for name in CATALOGUE.signals],
    required_resource_keys={"night"},
)
def measure_signals(
    context: dg.AssetExecutionContext,
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Staging to one value per program, month and signal, with its interval."""
    tonight: night.Night = context.resources.night
    observed = night.measure_signals(tonight)
    for name in CATALOGUE.signals:
        yield dg.MaterializeResult(
            asset_key=["signals", name], metadata={"observed_program_months": observed.get(name, 0)}
        )
    broken: dict[str, dict[str, int]] = {}
    for result in night.check_signals(tonight):
        for signal, rows in result.failing.items():
            broken.setdefault(signal, {})[result.check_name] = rows
    for name in CATALOGUE.signals:
        yield _check_result(["signals", name], SIGNAL_CHECK, "warning", broken.get(name, {}))


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["verdicts", name],
            deps=[dg.AssetKey(["signals", signal]) for signal in CATALOGUE.signals],
            group_name="verdicts",
        )
        for name in VERDICTS
    ],
    check_specs=[
        dg.AssetCheckSpec(law, asset=["verdicts", name]) for name, laws in VERDICT_CHECKS.items() for law in laws
    ],
    required_resource_keys={"night"},
)
def judge(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Signals to findings, stages, jobs and frictions, under every rule pack of the workspace."""
    tonight: night.Night = context.resources.night
    rows = night.judge(tonight)
    for name in VERDICTS:
        yield dg.MaterializeResult(asset_key=["verdicts", name], metadata={"dagster/row_count": rows[name]})
    results = night.check_verdicts(tonight)
    expected = [(f"judged.{name}", law) for name, laws in VERDICT_CHECKS.items() for law in laws]
    yield from _check_results("verdicts", expected, results)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["published", name],
            deps=[dg.AssetKey(["verdicts", verdict]) for verdict in VERDICTS],
            description=description,
            group_name="published",
        )
        for name, description in (
            ("database", "waystage.duckdb and its Parquet twins: what analysts query."),
            ("site", "The pages a leader reads, drawn from the database alone."),
        )
    ],
    required_resource_keys={"night"},
)
def publish(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Database, Parquet and site, built beside the ones in force and renamed over them as one."""
    tonight: night.Night = context.resources.night
    rows = night.publish_version(tonight)
    yield dg.MaterializeResult(
        asset_key=["published", "database"],
        metadata={"dagster/row_count": sum(rows.values()), "run": tonight.run_id},
    )
    yield dg.MaterializeResult(asset_key=["published", "site"], metadata={"run": tonight.run_id})


def _check_results(
    prefix: str, expected: Sequence[tuple[str, str]], results: Sequence[checks.CheckResult]
) -> Iterator[dg.AssetCheckResult]:
    """A result for every declared check; an empty table has none of its own and keeps its laws."""
    found = {(result.table_name, result.check_name): result for result in results}
    for table, law in expected:
        result = found.get((table, law))
        failing = result.failing if result else {}
        yield _check_result([prefix, table.split(".")[1]], law, "error", failing)


def _check_result(asset: Sequence[str], law: str, severity: str, failing: Mapping[str, int]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not failing,
        asset_key=dg.AssetKey(asset),
        check_name=law,
        severity=dg.AssetCheckSeverity.ERROR if severity == "error" else dg.AssetCheckSeverity.WARN,
        metadata={"failing": dg.MetadataValue.json(dict(failing))},
    )


@dg.failure_hook(required_resource_keys={"night"})
def tell_failure(context: dg.HookContext) -> None:
    """A step that fails ends the run: those of `alerts:` hear why.

    Dagster calls it in its own runs; that of `waystage run` raises what its step raised, and tells it itself.
    """
    night.tell_failure(context.resources.night, context.op_exception)


STEPS = [land, build_staging, measure_signals, judge, publish]
nightly = dg.define_asset_job(
    "nightly", selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor, hooks={tell_failure}
)


def nightly_job() -> dg.JobDefinition:
    """The job for `waystage run`, which hands it an opened night."""
    return dg.Definitions(assets=STEPS, jobs=[nightly], resources={"night": night_resource}).resolve_job_def("nightly")


def workspace_definitions() -> dg.Definitions:
    """Job and schedule for the workspace in WAYSTAGE_WORKSPACE (default: the current folder)."""
    directory = os.environ.get("WAYSTAGE_WORKSPACE", ".")
    cron, zone = session.schedule(Path(directory))
    return dg.Definitions(
        assets=STEPS,
        executor=dg.in_process_executor,  # one process writes the warehouse, whatever is picked in the UI
        jobs=[nightly],
        schedules=[
            dg.ScheduleDefinition(name="nightly_schedule", job=nightly, cron_schedule=cron, execution_timezone=zone)
        ],
        resources={"night": night_resource.configured({"directory": directory})},
    )
