"""What `waystage check` tells of each source: rows, period, gaps, signals; and which sources would help most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from connectors.catalogue import TABLE, undeclared
from connectors.contract import ProgramConfig, SourceConfig
from connectors.discover import find_files, shown
from connectors.survey import Surveyed, survey
from pipelines.session import Opened
from rules.narrow import enabled, narrowing
from rules.source_words import in_words

MOST_GAPS = 6
MOST_SIGNALS = 6
MOST_CONNECTORS = 4
HOW = (
    "rows are counted in one pass over each file, whether they would land or not; the period is that of their times in "
    "UTC, and a gap is a month between the first and the last without any"
)

Told = dict[str, Any]


def surveys(opened: Opened) -> list[Told]:
    """Per program its sources and the sources that would narrow its verdict, as `check --json` gives them."""
    con = duckdb.connect(":memory:")
    try:
        return [_program(con, opened, program) for program in opened.workspace.programs]
    finally:
        con.close()


def _program(con: duckdb.DuckDBPyConnection, opened: Opened, program: ProgramConfig) -> Told:
    headers = {name: signal.header for name, signal in opened.catalogue.signals.items()}
    found = {source.name: _survey(con, opened, program, source) for source in program.sources}
    entities = {entity for one in found.values() for entity in one.entities}
    measurable = enabled(headers, entities)
    best = narrowing([pack.pack for pack in opened.packs], headers, entities)
    sources = []
    for source in program.sources:
        one = found[source.name]
        uses = sorted(name for name in measurable if headers[name].entities & one.entities)
        sources.append(_source(source, one) | {"signals": uses})
    givers = _givers(opened)
    narrow = [{"entity": entity, "connectors": givers.get(entity, [])} for entity in best.entities]
    counts = {"conditions_settled": best.settled, "conditions_open": best.open}
    return {"program": program.id, "sources": sources, "would_narrow": narrow, **counts}


def _survey(con: duckdb.DuckDBPyConnection, opened: Opened, program: ProgramConfig, source: SourceConfig) -> Surveyed:
    if undeclared(program, source, opened.exports):
        return Surveyed()
    workspace = opened.workspace.directory
    files = {shown(path, workspace): path for path in find_files(source, workspace).files}
    return survey(con, files, source, opened.exports)


def _source(source: SourceConfig, one: Surveyed) -> Told:
    return {
        "source": source.name,
        "connector": source.connector,
        "entities": sorted(one.entities),
        "files": one.files,
        "rows": one.rows,
        "first_at": one.first_at.isoformat(sep=" ") if one.first_at else None,
        "last_at": one.last_at.isoformat(sep=" ") if one.last_at else None,
        "dated_by": sorted(one.dated_by) if one.first_at else [],
        "months_without": [f"{month:%Y-%m}" for month in one.gaps],
    }


def _givers(opened: Opened) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for connector, entity in opened.exports.sql:
        found.setdefault(entity, []).append(connector)
    return {entity: sorted(names) for entity, names in found.items()}


def lines(told: list[Told]) -> Iterator[str]:
    """The same for people."""
    for program in told:
        yield program["program"]
        for source in program["sources"]:
            yield from _source_lines(source)
        yield from _narrow_lines(program)
    if told:
        yield f"({HOW})"


def _source_lines(source: Mapping[str, Any]) -> Iterator[str]:
    files = f"{source['files']:,} file{'' if source['files'] == 1 else 's'}"
    rows = f"{source['rows']:,} row{'' if source['rows'] == 1 else 's'}"
    period = ""
    if source["first_at"]:
        first, last = source["first_at"][:10], source["last_at"][:10]
        period = f", {first} to {last} by {', '.join(source['dated_by'])}, {_gaps(source['months_without'])}"
    yield f"  {source['source']}: {files}, {rows}{period}"
    if source["entities"]:
        signals = source["signals"]
        named = ", ".join(signals[:MOST_SIGNALS])
        more = f" and {len(signals) - MOST_SIGNALS} more" if len(signals) > MOST_SIGNALS else ""
        says = f"{len(signals)} signal{'' if len(signals) == 1 else 's'}{': ' if signals else ''}{named}{more}"
        yield f"    gives {', '.join(source['entities'])}; enables {says}"


def _gaps(months: list[str]) -> str:
    if not months:
        return "no month without a fact"
    more = f" and {len(months) - MOST_GAPS} more" if len(months) > MOST_GAPS else ""
    return f"nothing in {', '.join(months[:MOST_GAPS])}{more}"


def _narrow_lines(program: Mapping[str, Any]) -> Iterator[str]:
    narrow = program["would_narrow"]
    if not narrow:
        yield "  no condition is open for want of a source"
        return
    named = []
    for one in narrow:
        givers = [name for name in one["connectors"] if name != TABLE][:MOST_CONNECTORS]
        ways = [*givers, f"table with entity {one['entity']}"]
        named.append(f"{in_words(one['entity'])} ({', '.join(ways)})")
    settled, every = program["conditions_settled"], program["conditions_open"]
    yield f"  would narrow the verdict most: {' and '.join(named)}: {settled} of {every} conditions without a source"
