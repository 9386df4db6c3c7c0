"""How far each source was observed, and so for which months an entity's silence means zero.

A month that no source covers is unknown, never zero. A source is observed through the newest fact of any of
its entities, because one export is taken at one time: a help desk whose newest row is a user has been read
for tickets up to that day too.
"""

from __future__ import annotations

import duckdb

from transforms.inputs import contract, entity_names
from transforms.source_break import build_source_breaks

DEFAULT_STALE_AFTER_DAYS = 45
TIME_TYPES = ("timestamp", "date")


def build_coverage(con: duckdb.DuckDBPyConnection) -> None:
    """Builds `coverage.source` and `coverage.entity_month` from `source.*`, `config.*` and the spine.

    - coverage.source, one row per program, source and entity (entity null where a source gave no rows):
      program_id, source, connector, envelope, entity, first_at, observed_through DATE, row_count, status
      (ok; stale where facts are old or an older copy stands in; ended where that is because the tool is out of use: its
      owner says so, or another took over all it counts and goes on; missing; or rejected where it left no rows
      because files were rejected whole).
    - coverage.entity_month, one row per program, entity and month of the spine: program_id, entity, month,
      is_covered, observed_through DATE (null where no source has the entity). Tickets are not covered in months for
      which a channel that gave many of them fell silent (`staging.ticket_silence`).
    - coverage.source_month, one row per program, source, entity and local month with rows: row_count; entities
      without a time have none.
    - coverage.source_break, where one source of an entity takes over from another.
    """
    con.execute("create schema if not exists coverage")
    con.execute(f"create or replace temp table month_fact as {' union all '.join(map(_facts, entity_names()))}")
    con.execute(ENTITY_FACT_SQL)
    con.execute(SOURCE_MONTH_SQL)
    con.execute("create or replace temp table entity_rule (entity varchar, is_state boolean, silence_days integer)")
    rules = [(name, contract(name)["kind"] == "state", contract(name)["silence_days"]) for name in entity_names()]
    con.executemany("insert into entity_rule values (?, ?, ?)", rules)
    build_source_breaks(con)
    con.execute(SOURCE_SQL, {"stale_after_days": DEFAULT_STALE_AFTER_DAYS})
    con.execute(ENTITY_MONTH_SQL)


def _facts(entity: str) -> str:
    """SQL for the facts of one entity by source and month: how many, the first, the last, the newest trace of any
    kind."""
    columns = contract(entity)["columns"]
    time = contract(entity).get("time")
    traces = [
        f'cast(max("{name}") filter (where "{name}" < run.as_of + 1) as date)'
        for name, column in columns.items()
        if column["type"] in TIME_TYPES and not column.get("may_be_future")
    ]
    newest = f"greatest({', '.join([*traces, 'null::date'])})"
    first = f'min(cast("{time}" as timestamp))' if time else "null::timestamp"
    last = f'max(cast("{time}" as timestamp))' if time else "null::timestamp"
    return f"""
        select
            program_id,
            source,
            '{entity}' as entity,
            month,
            count(*) as row_count,
            {first} as first_at,
            {last} as last_at,
            {newest} as newest_on
        from source.{entity}
        cross join config.run as run
        group by program_id, source, month
    """


ENTITY_FACT_SQL = """
create or replace temp table entity_fact as
select
    program_id,
    source,
    entity,
    sum(row_count)::bigint as row_count,
    min(first_at) as first_at,
    max(last_at) as last_at,
    max(newest_on) as newest_on
from month_fact
group by program_id, source, entity
"""

SOURCE_MONTH_SQL = """
create or replace table coverage.source_month as
select program_id, source, entity, month, row_count
from month_fact
where month is not null
order by program_id, source, entity, month
"""

SOURCE_SQL = """
create or replace table coverage.source as
with newest as (
    select
        fact.program_id,
        fact.source,
        max(fact.newest_on) as newest_on,
        bool_and(rule.is_state) as is_state_only
    from entity_fact as fact
    inner join entity_rule as rule on rule.entity = fact.entity
    group by fact.program_id, fact.source
),

declared as (
    select
        source.*,
        coalesce(source.observed_through, newest.newest_on) as seen_through,
        source.ended is not null and source.ended <= run.as_of as has_ended,
        coalesce(source.observed_through, newest.newest_on)
        + coalesce(source.stale_after_days, $stale_after_days) < run.as_of as is_old
    from config.source as source
    cross join config.run as run
    left join newest using (program_id, source)
),

-- a source whose every series went over to another, of which one goes on
replaced as (
    select fact.program_id, fact.source
    from entity_fact as fact
    inner join entity_rule as rule on rule.entity = fact.entity
    left join (
        select distinct handover.program_id, handover.entity, handover.from_source
        from coverage.source_break as handover
        inner join entity_fact as other
            on other.program_id = handover.program_id and other.entity = handover.entity
        inner join declared as live on live.program_id = other.program_id and live.source = other.source
        where not live.is_old and not live.has_ended
    ) as taken
        on taken.program_id = fact.program_id and taken.entity = fact.entity and taken.from_source = fact.source
    where not rule.is_state and fact.first_at is not null
    group by fact.program_id, fact.source
    having bool_and(taken.from_source is not null)
),

landed as (
    select
        program_id,
        source,
        bool_or(status = 'rejected') as is_rejected,
        bool_or(status = 'stale') as is_older_copy,
        string_agg(distinct envelope, ', ' order by envelope) as envelope
    from landing.load
    group by program_id, source
)

select
    declared.program_id,
    declared.source,
    declared.connector,
    landed.envelope,
    fact.entity,
    fact.first_at,
    -- nobody can have observed what comes after the day judged
    case when declared.seen_through > run.as_of then run.as_of else declared.seen_through end as observed_through,
    coalesce(fact.row_count, 0) as row_count,
    case
        when fact.entity is null and landed.is_rejected then 'rejected'
        when fact.entity is null then 'missing'
        when declared.has_ended then 'ended'
        when landed.is_older_copy then 'stale'
        -- a list of accounts in which nobody is new has not stopped: only its owner can say it is old
        when newest.is_state_only and declared.observed_through is null then 'ok'
        when declared.is_old and replaced.source is not null then 'ended'
        when declared.is_old then 'stale'
        else 'ok'
    end as status
from declared
cross join config.run as run
left join replaced using (program_id, source)
left join entity_fact as fact using (program_id, source)
left join newest using (program_id, source)
left join landed using (program_id, source)
order by declared.program_id, declared.source, fact.entity
"""

ENTITY_MONTH_SQL = """
create or replace table coverage.entity_month as
with span as (
    select
        source.program_id,
        source.entity,
        rule.is_state,
        cast(
            case
                when source.first_at >= calendar.ends_at then calendar.month + interval 1 month
                else calendar.month
            end as date
        ) as first_month,
        source.observed_through,
        source.observed_through + rule.silence_days as silent_through
    from coverage.source as source
    inner join entity_rule as rule on rule.entity = source.entity
    left join staging.program as program on program.program_id = source.program_id
    -- twelve hours back is never after the local month and at most one month before it
    left join config.calendar as calendar
        on calendar.timezone = program.timezone
        and calendar.month = cast(date_trunc('month', source.first_at - interval 12 hours) as date)
),

-- a channel that fell silent for ten days of a month says nothing of that month
silenced as (
    select distinct spine.program_id, spine.month
    from staging.program_month as spine
    inner join staging.ticket_silence as silence
        on silence.program_id = spine.program_id
        and least(silence.ended_at, spine.ends_at) > greatest(silence.began_at, spine.starts_at) + interval 10 days
)

select
    spine.program_id,
    rule.entity,
    spine.month,
    -- the month in progress need only be observed up to the day judged
    silenced.month is null
    and coalesce(
        bool_or(
            span.is_state
            or (
                spine.month >= span.first_month
                and span.silent_through >= least(last_day(spine.month), run.as_of)
            )
        ),
        false
    ) as is_covered,
    max(span.observed_through) as observed_through
from staging.program_month as spine
cross join entity_rule as rule
cross join config.run as run
left join silenced
    on silenced.program_id = spine.program_id
    and silenced.month = spine.month
    and rule.entity = 'ticket'
left join span on span.program_id = spine.program_id and span.entity = rule.entity
group by spine.program_id, rule.entity, spine.month, silenced.month
order by spine.program_id, rule.entity, spine.month
"""
