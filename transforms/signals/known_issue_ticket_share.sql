-- description: >-
--   One row per program and month: tickets on a topic that published content covered before the ticket was
--   opened, as a share of tickets with a topic.
-- job: scale
-- unit: ratio
-- direction: down
-- kind: share
-- window: T6
-- minimum_sample: 30
-- sources: [ticket, content_item]
-- friction: [F04, F15]
-- range: [0, 1]
-- notes: >-
--   Rises while a base is being captured and falls once people find it: score it from stage 2 up only.
--   Content without a publication date counts as published before.

with covered as (
    select program_id, topic, min(coalesce(published_at, timestamp '1990-01-01 00:00:00')) as covered_at
    from staging.content_item
    where topic is not null
        and coalesce(status, 'published') = 'published'
    group by program_id, topic
),

asked as (
    select program_id, month, topic, created_at
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and intent is distinct from 'other'
        and topic is not null
)

select
    asked.program_id,
    asked.month,
    count(covered.topic) as numerator,
    count(*) as denominator
from asked
left join covered
    on asked.program_id = covered.program_id
    and asked.topic = covered.topic
    and covered.covered_at <= asked.created_at
group by asked.program_id, asked.month
