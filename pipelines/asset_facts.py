"""What the steps of a night tell Dagster: metadata in its own types, outcomes of checks, and how fresh sources are."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import AssetMaterialization, DagsterEvent, DagsterEventType, DagsterInstance
from dagster._core.events import StepMaterializationData
from dagster._core.instance.utils import RUNLESS_JOB_NAME, RUNLESS_RUN_ID

from pipelines.layers import Layers
from pipelines.made import Facts, Observed, Row

SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def in_dagster(facts: Mapping[str, object]) -> dict[str, Any]:
    """Plain values as Dagster's; an empty list of rows is left out."""
    return {name: _value(value) for name, value in facts.items() if value != []}


def _value(value: object) -> Any:
    if isinstance(value, Path):
        return dg.MetadataValue.path(str(value))
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return dg.MetadataValue.table(
            [dg.TableRecord({name: _cell(cell) for name, cell in row.items()}) for row in value],
            dg.TableSchema([dg.TableColumn(name) for name in value[0]]),
        )
    return value


def _cell(value: object) -> str | int | float | bool:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return value if isinstance(value, str | int | float | bool) else str(value)


def check_result(
    asset: dg.AssetKey, law: str, severity: str, failing: Mapping[str, int], rows: Sequence[Row]
) -> dg.AssetCheckResult:
    """One check of one asset: how many rows of what broke it, and some of them with the reason."""
    said: dict[str, Any] = {"failing": dg.MetadataValue.json(dict(failing))} if failing else {}
    return dg.AssetCheckResult(
        passed=not failing,
        asset_key=asset,
        check_name=law,
        severity=SEVERITY[severity],
        metadata=said | in_dagster({"rows": list(rows)}),
    )


def report_sources(instance: DagsterInstance, layers: Layers, observed: Sequence[Observed]) -> None:
    """Tells Dagster of every source whose newest fact is another than it knows, at the time of that fact.

    Its freshness policies then say of a source what coverage says: they count from when an asset was made.
    """
    by_name = {(one.program_id, one.source): one for one in observed}
    seen = {layers.source_key(one): by_name.get((one.program.id, one.source.name)) for one in layers.watched}
    records = {record.asset_entry.asset_key: record.asset_entry for record in instance.get_asset_records(list(seen))}
    for key, one in seen.items():
        if one is None or one.through is None:
            continue
        facts: Facts = {
            "observed_through": one.through,
            "dagster/row_count": one.rows,
            "entities": one.entities,
            "status": one.status,
        }
        known = records[key].last_materialization if key in records else None
        materialised = AssetMaterialization(key, metadata=in_dagster(facts))
        if known and known.asset_materialization and known.asset_materialization.metadata == materialised.metadata:
            continue
        event = DagsterEvent(
            DagsterEventType.ASSET_MATERIALIZATION.value,
            RUNLESS_JOB_NAME,
            event_specific_data=StepMaterializationData(materialised),
        )
        at = dt.datetime.combine(one.through, dt.time(), dt.UTC).timestamp()
        instance.report_dagster_event(event, RUNLESS_RUN_ID, timestamp=at)
