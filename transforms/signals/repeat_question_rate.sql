-- description: >-
--   One row per program and month: how_to and cannot_find tickets in topics that drew at least 3 such
--   tickets in the 90 days to month end, as a share of all how_to and cannot_find tickets that say what
--   they are about.
-- job: create
-- unit: ratio
-- direction: down
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [ticket]
-- friction: [F01]
-- range: [0, 1]
-- notes: >-
--   A question that nobody else asks has a topic of its own and counts as one that does not repeat. A ticket
--   that says nothing telling can be neither a repeat nor a first, so it is left out of both counts.

with question as (
    select program_id, month, ticket_id, created_at, topic_key
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and intent in ('how_to', 'cannot_find')
        and topic_key is not null
),

topic_window as (
    select
        program_month.program_id,
        program_month.month,
        question.topic_key,
        count(*) as asked_in_90_days,
        count(*) filter (where question.month = program_month.month) as asked_in_month
    from staging.program_month as program_month
    inner join question
        on program_month.program_id = question.program_id
        and program_month.ends_at > question.created_at
        and program_month.ends_at - interval 90 day <= question.created_at
    group by program_month.program_id, program_month.month, question.topic_key
)

select
    program_id,
    month,
    coalesce(sum(asked_in_month) filter (where asked_in_90_days >= 3), 0) as numerator,
    sum(asked_in_month) as denominator
from topic_window
group by program_id, month
