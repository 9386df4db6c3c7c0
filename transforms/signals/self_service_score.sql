-- description: >-
--   One row per program and month: distinct people who viewed help content per distinct person who opened a
--   ticket.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: ratio
-- window: T6
-- minimum_sample: 30
-- sources: [content_view, ticket]
-- fields: [content_view.person_key]
-- friction: [F15]
-- range: [0, null]
-- notes: >-
--   People on both sides, never sessions: anonymous readers are left out, so the score is a lower bound
--   where much of the help is read without signing in.

with helped as (
    select program_id, month, count(distinct person_key) as people
    from staging.content_view
    where is_internal is not true
    group by program_id, month
),

asked as (
    select program_id, month, count(distinct requester_key) as people
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and intent is distinct from 'other'
    group by program_id, month
)

select
    program_month.program_id,
    program_month.month,
    coalesce(helped.people, 0) as numerator,
    coalesce(asked.people, 0) as denominator,
    coalesce(helped.people, 0) + coalesce(asked.people, 0) as sample_size
from staging.program_month as program_month
left join helped
    on program_month.program_id = helped.program_id
    and program_month.month = helped.month
left join asked
    on program_month.program_id = asked.program_id
    and program_month.month = asked.month
