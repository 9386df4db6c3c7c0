"""Where one source of an entity ends and another begins: a change of tool, at which a series breaks.

What is counted afterwards is counted by another tool, so a change at that month need not be the program's.
"""

from __future__ import annotations

import duckdb

# Tools are changed over weeks, not in an hour: the old one may still be written to, and the new one start late.
HANDOVER_DAYS = 31


def build_source_breaks(con: duckdb.DuckDBPyConnection) -> None:
    """Builds `coverage.source_break` from the temp tables of `transforms.coverage.build_coverage`.

    One row per program, entity and source that begins where another has ended: program_id, entity, month (local month
    of the newcomer's first fact), from_source, to_source, from_ended_at, to_began_at (UTC). The former had a series of
    its own before, and stays silent for longer than its entity ever does while the newcomer goes on. Where more time
    than a handover lies between the two, no third source has told of it.
    """
    con.execute(SOURCE_BREAK_SQL, {"handover_days": HANDOVER_DAYS})


SOURCE_BREAK_SQL = """
create or replace table coverage.source_break as
with series as (
    select fact.program_id, fact.entity, fact.source, fact.first_at, fact.last_at, rule.silence_days
    from entity_fact as fact
    inner join entity_rule as rule on rule.entity = fact.entity
    where not rule.is_state and fact.first_at is not null
),

handover as (
    select
        former.program_id,
        former.entity,
        former.source as from_source,
        latter.source as to_source,
        former.last_at as from_ended_at,
        latter.first_at as to_began_at
    from series as former
    inner join series as latter
        on latter.program_id = former.program_id
        and latter.entity = former.entity
        and latter.source <> former.source
    where former.first_at + to_days($handover_days) < latter.first_at
        and former.last_at <= latter.first_at + to_days($handover_days)
        and former.last_at + to_days(former.silence_days) < latter.last_at
    qualify row_number() over (
        partition by former.program_id, former.entity, latter.source
        order by former.last_at desc, former.source
    ) = 1
),

alone as (
    select handover.*
    from handover
    anti join series as other
        on other.program_id = handover.program_id
        and other.entity = handover.entity
        and other.source not in (handover.from_source, handover.to_source)
        and other.first_at < handover.to_began_at
        and other.last_at > handover.to_began_at + to_days($handover_days)
        and handover.to_began_at > handover.from_ended_at + to_days($handover_days)
)

select
    alone.program_id,
    alone.entity,
    cast(
        case
            when alone.to_began_at >= calendar.ends_at then calendar.month + interval 1 month
            else calendar.month
        end as date
    ) as month,
    alone.from_source,
    alone.to_source,
    alone.from_ended_at,
    alone.to_began_at
from alone
inner join staging.program as program on program.program_id = alone.program_id
-- twelve hours back is never after the local month and at most one month before it
inner join config.calendar as calendar
    on calendar.timezone = program.timezone
    and calendar.month = cast(date_trunc('month', alone.to_began_at - interval 12 hours) as date)
order by alone.program_id, alone.entity, month, alone.to_source
"""
