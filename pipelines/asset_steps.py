"""The steps of a night as Dagster assets: one asset per table, one step per layer, checks on what each step made.

A step costs Dagster more than most of our SQL costs DuckDB, so tables are assets of a few multi-assets. When nothing
is new the landing step yields none of its assets, and Dagster skips all that is downstream.
"""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from connectors.catalogue import TABLE
from connectors.report import FileLoad
from pipelines import checks, expectations_process, made, night
from pipelines.asset_facts import check_result, in_dagster, report_sources
from pipelines.layers import Layers, described
from pipelines.problem import RunFailed
from pipelines.publish import SITE, in_force
from pipelines.published_file import DATABASE

VERDICTS = ("finding", "stage", "stage_probability", "job", "friction", "friction_event")
VERDICT_CHECKS = {
    "stage": ("stage_outside_its_range", "confidence_is_no_probability", "repeats_its_grain"),
    "stage_probability": ("probabilities_do_not_sum_to_one",),
    "finding": ("outcome_not_a_legal_word", "repeats_its_grain"),
}
STAGING_CHECKS = ("repeats_its_grain", "misses_part_of_its_grain")
SIGNAL_CHECK = "keeps_its_laws"  # range, interval, measurable: one check a signal, since each is an event a night
LANDING_CHECK = "reads_every_row"
# A vendor that does not answer is asked again after 1, 2 and 4 minutes. Nothing else is tried again: what failed once
# on this machine fails again.
PULLS_AGAIN = dg.RetryPolicy(max_retries=3, delay=60, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
Made = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


class StillSilent(Exception):
    """A source gave no answer, and is asked again."""


def asset_steps(layers: Layers) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """All assets of the graph, in the order of the way of one fact."""
    outside = [
        dg.AssetSpec(
            layers.source_key(one),
            description=f"Exports of {one.program.name}, as {one.source.connector} reads them: {one.place}",
            group_name="exports",
            metadata=described(one),
            kinds={one.source.connector} if len(one.source.connector) <= 20 else None,
            freshness_policy=one.freshness,
        )
        for one in layers.watched
    ]
    fetch = [_fetch(layers)] if layers.has_fetched else []
    return [*outside, *fetch, _land(layers), _staging(layers), _signals(layers), _verdicts(layers), _publish(layers)]


def checked_entities(layers: Layers) -> list[str]:
    """The staging tables whose rows have a key within a program."""
    return [name for name, entity in layers.catalogue.entities.items() if "program_id" in entity.header.grain]


def _fetch(layers: Layers) -> dg.AssetsDefinition:
    elsewhere = [one for one in layers.watched if one.is_elsewhere]

    @dg.multi_asset(
        name="fetch",
        specs=[
            dg.AssetSpec(
                layers.key("exports", "fetched"),
                deps=[layers.source_key(one) for one in elsewhere],
                description="Copies of what lies elsewhere, and the pages that vendors' APIs answered.",
                group_name="exports",
            )
        ],
        required_resource_keys={"night"},
        retry_policy=PULLS_AGAIN,
    )
    def fetch(context: dg.AssetExecutionContext) -> Made:
        """What lies elsewhere to files on this machine; who does not answer is asked again, later."""
        tonight: night.Night = context.resources.night
        silent = night.fetch(tonight)
        if silent and tonight.is_patient and context.retry_number < PULLS_AGAIN.max_retries:
            raise StillSilent(f"no answer yet from {', '.join(silent)}")
        files = [
            {"program": program, "source": name, "file": file.name, "trouble": file.trouble or ""}
            for (program, name), source in sorted(tonight.fetched.items())
            if source.brought is not None
            for file in source.brought.files
        ]
        troubled = sorted(files, key=lambda file: not file["trouble"])
        yield dg.MaterializeResult(
            asset_key=layers.key("exports", "fetched"),
            metadata=in_dagster(
                {
                    "sources": len(elsewhere),
                    "sources_silent": len(silent),
                    "files": len(files),
                    "tries": context.retry_number + 1,
                    "files_shown": troubled[: made.SHOWN_FILES],
                }
            ),
        )

    return fetch


def _land(layers: Layers) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="land",
        specs=[
            dg.AssetSpec(
                layers.key("landing", name),
                deps=layers.upstream_of_landing(name),
                description=layers.exports.connectors[name].title,
                group_name="landing",
                skippable=True,
            )
            for name in layers.connectors
        ],
        check_specs=[dg.AssetCheckSpec(LANDING_CHECK, asset=layers.key("landing", name)) for name in layers.connectors],
        required_resource_keys={"night"},
    )
    def land(context: dg.AssetExecutionContext) -> Made:
        """Exports to immutable Parquet, rows that cannot be read kept aside with their reason."""
        tonight: night.Night = context.resources.night
        if in_force(tonight.workspace.publish) is None:
            expectations_process.begin()  # nothing is published yet, so there will be something to check
        night.land(tonight)
        by_connector = {name: _read_by(layers, tonight, name) for name in layers.connectors}
        if night.is_settled(tonight):
            context.log.info("nothing is new since the published version; it stands")
            night.purge_text(tonight)
            night.tell(tonight)
        else:
            for name, loads in by_connector.items():
                key = layers.key("landing", name)
                yield dg.MaterializeResult(asset_key=key, metadata=in_dagster(made.landed(loads)))
        for name, loads in by_connector.items():
            spoiled = {
                load.file: load.rows_rejected for load in loads if load.rows_rejected or load.status == "rejected"
            }
            rows = made.rejected(tonight.con, spoiled) if spoiled else []
            yield check_result(layers.key("landing", name), LANDING_CHECK, "warning", spoiled, rows)

    return land


def _read_by(layers: Layers, tonight: night.Night, connector: str) -> list[FileLoad]:
    """What a connector read. `table` counts for those that the graph has not heard of yet: they may feed any entity."""
    return [
        load
        for load in (tonight.report.files if tonight.report else [])
        if load.connector == connector or (connector == TABLE and load.connector not in layers.connectors)
    ]


def _staging(layers: Layers) -> dg.AssetsDefinition:
    entities = layers.catalogue.entities
    laws = [(name, law) for name in checked_entities(layers) for law in STAGING_CHECKS]

    @dg.multi_asset(
        name="build_staging",
        specs=[
            dg.AssetSpec(
                layers.key("staging", name),
                deps=layers.upstream(entity.reads),
                description=entity.header.description,
                group_name="staging",
            )
            for name, entity in entities.items()
        ],
        check_specs=[dg.AssetCheckSpec(law, asset=layers.key("staging", name)) for name, law in laws],
        required_resource_keys={"night"},
    )
    def build_staging(context: dg.AssetExecutionContext) -> Made:
        """Landing to canonical entities: one row per real thing, newest version wins."""
        tonight: night.Night = context.resources.night
        expectations_process.begin()
        facts = made.staged(tonight.con, night.build_staging(tonight))
        for name in entities:
            yield dg.MaterializeResult(asset_key=layers.key("staging", name), metadata=in_dagster(facts.get(name, {})))
        report_sources(context.instance, layers, made.observed_sources(tonight.con))
        yield from _check_results(layers, "staging", laws, night.check_staging(tonight))

    return build_staging


def _signals(layers: Layers) -> dg.AssetsDefinition:
    signals = layers.catalogue.signals

    @dg.multi_asset(
        name="measure_signals",
        specs=[
            dg.AssetSpec(
                layers.key("signals", name),
                deps=layers.upstream(signal.reads),
                description=signal.header.description,
                group_name="signals",
                metadata={"unit": signal.header.unit, "job": signal.header.job},
            )
            for name, signal in signals.items()
        ],
        check_specs=[dg.AssetCheckSpec(SIGNAL_CHECK, asset=layers.key("signals", name)) for name in signals],
        required_resource_keys={"night"},
    )
    def measure_signals(context: dg.AssetExecutionContext) -> Made:
        """Staging to one value per program, month and signal, with its interval."""
        tonight: night.Night = context.resources.night
        made.remember(tonight.con, made.SIGNALS)
        night.measure_signals(tonight)
        facts, changed = made.measured(tonight.con), made.changed(tonight.con, made.SIGNALS)
        for name in signals:
            yield dg.MaterializeResult(
                asset_key=layers.key("signals", name),
                metadata=in_dagster({**changed.get(name, {}), **facts.get(name, {})}),
            )
        broken: dict[str, dict[str, int]] = {}
        rows: dict[str, list[made.Row]] = {}
        for result in night.check_signals(tonight):
            for signal, count in result.failing.items():
                broken.setdefault(signal, {})[result.check_name] = count
            for row in result.rows:
                rows.setdefault(row.of, []).append({"row": row.row, "reason": row.reason})
        for name in signals:
            key = layers.key("signals", name)
            yield check_result(key, SIGNAL_CHECK, "warning", broken.get(name, {}), rows.get(name, []))

    return measure_signals


def _verdicts(layers: Layers) -> dg.AssetsDefinition:
    laws = [(name, law) for name, names in VERDICT_CHECKS.items() for law in names]

    @dg.multi_asset(
        name="judge",
        specs=[
            dg.AssetSpec(
                layers.key("verdicts", name),
                deps=[layers.key("signals", signal) for signal in layers.catalogue.signals],
                group_name="verdicts",
            )
            for name in VERDICTS
        ],
        check_specs=[dg.AssetCheckSpec(law, asset=layers.key("verdicts", name)) for name, law in laws],
        required_resource_keys={"night"},
    )
    def judge(context: dg.AssetExecutionContext) -> Made:
        """Signals to findings, stages, jobs and frictions, under every rule pack of the workspace."""
        tonight: night.Night = context.resources.night
        from dashboards import crew  # noqa: PLC0415  plotly: only where something is published

        crew.begin(len(tonight.workspace.model.programs))  # while judging leaves them a core to begin on
        made.remember(tonight.con, made.STAGES)
        rows = night.judge(tonight)
        months, changed = made.verdict_months(tonight.con, VERDICTS), made.changed(tonight.con, made.STAGES)
        for name in VERDICTS:
            facts = {"dagster/row_count": rows[name], **months.get(name, {}), **changed.get(name, {})}
            yield dg.MaterializeResult(asset_key=layers.key("verdicts", name), metadata=in_dagster(facts))
        try:
            results = night.check_verdicts(tonight)
        except checks.Broken as broken:  # the run ends here, with the checks that say why
            yield from _check_results(layers, "verdicts", laws, broken.results)
            raise RunFailed(str(broken)) from None
        yield from _check_results(layers, "verdicts", laws, results)

    return judge


def _publish(layers: Layers) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="publish",
        specs=[
            dg.AssetSpec(
                layers.key("published", name),
                deps=[layers.key("verdicts", verdict) for verdict in VERDICTS],
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
    def publish(context: dg.AssetExecutionContext) -> Made:
        """Database, Parquet and site, built beside the ones in force and renamed over them as one."""
        tonight: night.Night = context.resources.night
        rows = night.publish_version(tonight)
        target = tonight.workspace.publish
        facts = {"run": tonight.run_id, "as_of": tonight.as_of, "problems": len(night.problems(tonight))}
        for name, more in (
            ("database", made.published(target, DATABASE, rows)),
            ("site", {"site": target / SITE / "index.html"}),
        ):
            yield dg.MaterializeResult(asset_key=layers.key("published", name), metadata=in_dagster({**facts, **more}))

    return publish


def _check_results(
    layers: Layers, layer: str, laws: Sequence[tuple[str, str]], results: Sequence[checks.CheckResult]
) -> Iterator[dg.AssetCheckResult]:
    """A result for every declared check; an empty table has none of its own and keeps its laws."""
    found: Mapping[tuple[str, str], checks.CheckResult] = {
        (result.table_name.split(".")[1], result.check_name): result for result in results
    }
    for table, law in laws:
        result = found.get((table, law))
        rows = [{"of": row.of, "row": row.row, "reason": row.reason} for row in result.rows] if result else []
        yield check_result(layers.key(layer, table), law, "error", result.failing if result else {}, rows)
