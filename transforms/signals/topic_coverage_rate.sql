-- description: >-
--   One row per program and month: of the 20 topics most asked about in the six months ending with the month
--   (how_to and cannot_find tickets, and searches), the share with an item published at month end.
-- job: create
-- unit: ratio
-- direction: up
-- kind: share
-- window: T6
-- pooled: sql
-- minimum_sample: 5
-- sources: [content_item, [ticket, search]]
-- shown_without: {search: 0.7}
-- friction: [F01]
-- range: [0, 1]
-- notes: >-
--   Where fewer than 20 topics were asked about, all of them are considered. Ties at the twentieth place go
--   to the name that sorts first.

with demand as (
    select program_id, month, topic
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and intent in ('how_to', 'cannot_find')
        and topic is not null
    union all
    select program_id, month, topic
    from staging.search
    where is_internal is not true
        and topic is not null
),

asked as (
    select program_id, month, topic, count(*) as questions
    from demand
    group by program_id, month, topic
),

ranked as (
    select
        program_month.program_id,
        program_month.month,
        program_month.ends_at,
        asked.topic,
        row_number() over (
            partition by program_month.program_id, program_month.month
            order by sum(asked.questions) desc, asked.topic
        ) as place
    from staging.program_month as program_month
    inner join asked
        on program_month.program_id = asked.program_id
        and program_month.month >= asked.month
        and program_month.month - interval 5 month <= asked.month
    group by program_month.program_id, program_month.month, program_month.ends_at, asked.topic
),

judged as (
    select ranked.program_id, ranked.month, ranked.topic, count(item.content_id) as live_items
    from ranked
    left join staging.content_item as item
        on ranked.program_id = item.program_id
        and ranked.topic = item.topic
        and coalesce(item.published_at < ranked.ends_at, true)
        and (
            coalesce(item.status, 'published') = 'published'
            or (item.status = 'archived' and item.edited_at >= ranked.ends_at)
        )
    where ranked.place <= 20
    group by ranked.program_id, ranked.month, ranked.topic
)

select
    program_id,
    month,
    count(*) filter (where live_items > 0) as numerator,
    count(*) as denominator
from judged
group by program_id, month
