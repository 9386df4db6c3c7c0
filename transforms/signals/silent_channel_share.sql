-- description: >-
--   One row per program and month: of the tickets of the three months before it fell silent, those by a channel that
--   gives none in this month, though nothing took its place.
-- job: scale
-- unit: ratio
-- direction: context
-- kind: state_share
-- window: T1
-- minimum_sample: 10
-- sources: [[ticket, learner, account]]
-- range: [0, 1]
-- notes: >-
--   Months for which a channel fell silent are no longer covered by tickets, and here is said why: so this is
--   measured without them.

with silent as (
    select
        program_month.program_id,
        program_month.month,
        sum(silence.channel_tickets) as channel_tickets,
        max(silence.all_tickets) as all_tickets
    from staging.program_month as program_month
    inner join staging.ticket_silence as silence
        on silence.program_id = program_month.program_id
        and least(silence.ended_at, program_month.ends_at)
        > greatest(silence.began_at, program_month.starts_at) + interval 10 days
    group by program_month.program_id, program_month.month
),

asked as (
    select program_id, month, count(*) as tickets
    from staging.ticket
    group by program_id, month
)

select
    program_month.program_id,
    program_month.month,
    coalesce(least(silent.channel_tickets, silent.all_tickets), 0) as numerator,
    coalesce(silent.all_tickets, asked.tickets, 0) as denominator
from staging.program_month as program_month
left join silent
    on silent.program_id = program_month.program_id
    and silent.month = program_month.month
left join asked
    on asked.program_id = program_month.program_id
    and asked.month = program_month.month
