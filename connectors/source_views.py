"""`source.<entity>`: what all connectors say about an entity, under its canonical columns."""

import re
from graphlib import TopologicalSorter

import duckdb

from connectors.cast import quoted
from connectors.catalogue import TABLE, Catalogue, read_catalogue
from connectors.contract import SQL_TYPE, Entity
from connectors.family import Query
from connectors.mapping import entity_target, landed_columns
from connectors.snapshot import LATEST, build_latest, latest_sql

PLACE = {"program_id": "_program_id", "source": "_source", "file": "_file", "row_number": "_row"}

# days in UTC with the local month at their midnight, when that month ends, and when the as-of day closes
DAY = """
create or replace table source.day as
select
    program.program_id,
    cast(midnight.instant as date) as day,
    calendar.month,
    cast(calendar.month + interval 1 month as date) as next_month,
    calendar.ends_at,
    timezone('UTC', timezone(program.timezone, cast(run.as_of + interval 1 day as timestamp))) as closes_at
from config.program as program
join config.calendar as calendar on calendar.timezone = program.timezone
cross join config.run as run
cross join unnest(
    generate_series(
        date_trunc('day', calendar.starts_at), calendar.ends_at - interval 1 microsecond, interval 1 day
    )
) as midnight (instant)
where midnight.instant >= calendar.starts_at
"""


def build_sources(con: duckdb.DuckDBPyConnection, catalogue: Catalogue | None = None) -> None:
    """Create or replace the 19 views `source.<entity>`; needs `landing` (see `attach`) and the schema `config`.

    Columns: program_id, source, file, row_number, the entity's canonical columns (identities as keys, with
    `<email>_domain` beside each e-mail), version, and for events `month`, the first day of the program's local month.
    Events at or after the end of the as-of day, on the program's clock, are left out.
    """
    catalogue = catalogue or read_catalogue()
    # what a connector without a file would add is nothing, but every reader of the view would pay for it
    present = {
        str(target).split("__")[0] for (target,) in con.execute("select distinct target from landing.part").fetchall()
    }
    latest = build_latest(con)
    for connector in present:
        build_shared(con, catalogue, connector)
        if connector in latest:
            build_shared(con, catalogue, connector, LATEST)
    con.execute("create schema if not exists source")
    con.execute(DAY)
    for entity in catalogue.entities.values():
        parts = []
        for connector, name in sorted(catalogue.sql):
            if name == entity.name and connector in present:
                view = f"source.{quoted(f'_{connector}__{name}')}"
                is_latest = entity.kind == "state" and connector in latest
                _create_view(con, view, catalogue.sql[connector, name], is_latest=is_latest)
                parts.append(_canonical(con, entity, view))
        schema = LATEST if entity.kind == "state" and TABLE in latest else "landing"
        parts.append(_canonical(con, entity, f"{schema}.{quoted(f'{TABLE}__{entity.name}')}"))
        union = " union all ".join(parts)
        con.execute(f"create or replace view source.{quoted(entity.name)} as {_with_month(entity, union)}")
    _list_repeat_free(con, catalogue)


def _list_repeat_free(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Table `source.repeat_free` (entity, program_id): where one file alone tells the entity, each key once.

    Landing has looked at every key of the file; to look for repeats among tens of millions of rows again is dear.
    """
    feeds = [(entity, f"{TABLE}__{entity}") for entity in catalogue.entities]
    feeds += [
        (entity, f"{connector}__{stream}")
        for connector, entity in catalogue.sql
        for stream in catalogue.connectors[connector].streams
    ]
    con.execute("create or replace temp table feed (entity varchar, target varchar)")
    con.executemany("insert into feed values (?, ?)", feeds)
    con.execute(
        "create or replace table source.repeat_free as select feed.entity, part.program_id from landing.part as part"
        " join feed on feed.target = part.target group by feed.entity, part.program_id"
        " having count(*) = 1 and bool_and(part.has_distinct_keys)"
    )
    con.execute("drop table feed")


def build_shared(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, connector: str, schema: str = "landing") -> None:
    """Create or replace `landing._<connector>__<name>` for every shared query of one connector."""
    own = {name: query for (owner, name), query in catalogue.shared.items() if owner == connector}
    # a view needs those it reads to be there
    reads = {name: {*re.findall(rf"landing\._{connector}__(\w+)", query.text)} & {*own} for name, query in own.items()}
    for name in TopologicalSorter(reads).static_order():
        _create_view(con, f"{schema}.{quoted(f'_{connector}__{name}')}", own[name], is_latest=schema == LATEST)


def _create_view(con: duckdb.DuckDBPyConnection, view: str, query: Query, *, is_latest: bool = False) -> None:
    text = query.text.strip().rstrip(";")
    con.execute(f"create or replace view {view} as {latest_sql(text) if is_latest else text}")


def _canonical(con: duckdb.DuckDBPyConnection, entity: Entity, view: str) -> str:
    there = {str(row[0]): str(row[1]) for row in con.execute(f"describe {view}").fetchall()}
    chosen = [f"{quoted(have)} as {name}" for name, have in PLACE.items()]
    for name, column in landed_columns(entity_target(entity)).items():
        kind = SQL_TYPE[column.type]
        value = quoted(name) if name in there else "null"
        chosen.append(f"cast({value} as {kind}) as {quoted(name)}" if there.get(name) != kind else quoted(name))
    version = there.get("_version")
    # versions are compared within one source only; instants and counters order alike as numbers
    if version is None:
        chosen.append("cast(null as timestamp) as version")
    elif version.startswith("TIMESTAMP") or version == "DATE":
        chosen.append("cast(_version as timestamp) as version")
    else:
        chosen.append("make_timestamp(cast(_version as bigint)) as version")
    return f"select {', '.join(chosen)} from {view}"


def _with_month(entity: Entity, union: str) -> str:
    if entity.time is None:
        return f"select *, cast(null as date) as month from ({union})"
    time = quoted(entity.time)
    if entity.columns[entity.time].type == "date":
        # a date already is the program's own
        month = "" if entity.time == "month" else f", cast(date_trunc('month', {time}) as date) as month"
        return f"select *{month} from ({union}) where {time} <= (select as_of from config.run)"
    # a day in UTC sees at most one local month begin, so one equality finds the row's month or the one before
    return (
        f"select facts.*, case when facts.{time} >= day.ends_at then day.next_month else day.month end as month"
        f" from ({union}) as facts join source.day as day on day.program_id = facts.program_id"
        f" and day.day = cast(facts.{time} as date) where facts.{time} < day.closes_at"
    )
