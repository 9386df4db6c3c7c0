"""The shape of the asset graph: which assets a workspace has, what they are called and what they hang on.

    exports/<program>/<source>      what a vendor has given; made outside, and fresh or stale by its newest fact
    exports/fetched                 what was fetched or pulled, where any source lies elsewhere
    landing/<connector>  staging/<entity>  signals/<signal>  verdicts/<table>  published/<thing>

Where one deployment serves several workspaces, the name of the workspace comes first: `acme/landing/table`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import dagster as dg

from connectors.catalogue import TABLE
from connectors.catalogue import Catalogue as Exports
from connectors.contract import ProgramConfig, SourceConfig
from pipelines.session import Opened
from transforms.catalogue import Catalogue

WARN_AFTER = 0.75  # of the days after which a source is stale


@dataclass(frozen=True)
class Watched:
    """One source of one program, as an asset that is made outside."""

    program: ProgramConfig
    source: SourceConfig
    name: str  # its part of the asset's key
    freshness: dg.FreshnessPolicy | None

    @property
    def is_elsewhere(self) -> bool:
        return self.source.remote is not None or self.source.pull is not None

    @property
    def place(self) -> str:
        """Where it lies, as waystage.yaml has it: secrets by the names of their variables."""
        return "asked of the vendor's API" if self.source.pull is not None else ", ".join(self.source.paths)


@dataclass(frozen=True)
class Layers:
    """All assets of one workspace; of no workspace in particular, all that there can be."""

    exports: Exports
    catalogue: Catalogue
    connectors: tuple[str, ...]
    watched: tuple[Watched, ...] = ()
    name: str | None = None  # of the workspace, in a deployment of several

    @property
    def has_fetched(self) -> bool:
        return any(one.is_elsewhere for one in self.watched)

    def key(self, *parts: str) -> dg.AssetKey:
        return dg.AssetKey([*([self.name] if self.name else []), *parts])

    def source_key(self, one: Watched) -> dg.AssetKey:
        return self.key("exports", one.program.id, one.name)

    def upstream_of_landing(self, connector: str) -> list[dg.AssetKey]:
        """The sources that a connector reads, and what was fetched of them."""
        mine = [one for one in self.watched if one.source.connector == connector]
        fetched = [self.key("exports", "fetched")] if any(one.is_elsewhere for one in mine) else []
        return [*map(self.source_key, mine), *fetched]

    def upstream(self, reads: Iterable[str]) -> list[dg.AssetKey]:
        """The assets behind the tables that a query reads."""
        keys: set[dg.AssetKey] = set()
        for table in reads:
            schema, name = table.split(".")
            if schema == "staging":
                keys.add(self.key("staging", name))
            elif schema in ("source", "labels"):
                keys.update(self._providers(name if schema == "source" else "ticket"))
            elif schema == "impact":
                keys.add(self.key("staging", "account_outcome"))
        return sorted(keys)

    def _providers(self, entity: str) -> list[dg.AssetKey]:
        return [
            self.key("landing", connector)
            for connector in self.connectors
            if connector == TABLE or (connector, entity) in self.exports.sql
        ]


def of_workspace(opened: Opened, name: str | None = None) -> Layers:
    """The assets of one workspace: of the connectors only those that it uses."""
    used = {source.connector for program in opened.workspace.programs for source in program.sources}
    return Layers(
        exports=opened.exports,
        catalogue=opened.catalogue,
        connectors=tuple(connector for connector in opened.exports.connectors if connector in used),
        watched=tuple(_watched(opened)),
        name=name,
    )


def of_everything(exports: Exports, catalogue: Catalogue, name: str | None = None) -> Layers:
    """The assets that any workspace can have, with no source of any."""
    return Layers(exports, catalogue, tuple(exports.connectors), name=name)


def _watched(opened: Opened) -> Iterable[Watched]:
    taken: dict[str, int] = {}
    is_live = opened.workspace.model.as_of is None  # else the day judged stands still, and nothing grows stale
    for program in opened.workspace.programs:
        for source in program.sources:
            name = re.sub(r"\W+", "_", source.name, flags=re.ASCII).strip("_") or "source"
            flat = f"{program.id}_{name}".replace("-", "_")  # as Dagster names inputs: two keys may not share one
            taken[flat] = taken.get(flat, 0) + 1
            name = name if taken[flat] == 1 else f"{name}__{taken[flat]}"
            yield Watched(program, source, name, freshness_of(source, opened.exports) if is_live else None)


def freshness_of(source: SourceConfig, exports: Exports) -> dg.FreshnessPolicy | None:
    """Fails when the newest fact of a source is older than `stale_after_days`, as coverage has it.

    None where nothing can grow stale: its tool is out of use, or it lists a state and does not say when it was taken.
    """
    entities = {source.entity} if source.connector == TABLE else {e for c, e in exports.sql if c == source.connector}
    is_state_only = all(exports.entities[entity].kind == "state" for entity in entities if entity in exports.entities)
    if source.ended is not None or (is_state_only and source.observed_through is None):
        return None
    days = source.stale_after_days
    # a fact counts from the beginning of its day, and a source is stale once more than so many days have passed
    return dg.FreshnessPolicy.time_window(
        fail_window=dt.timedelta(days=days + 1), warn_window=dt.timedelta(days=max(days * WARN_AFTER, 0.5))
    )


def described(one: Watched) -> Mapping[str, str]:
    """What is said of a source in the graph."""
    return {"program": one.program.id, "source": one.source.name, "connector": one.source.connector, "place": one.place}
