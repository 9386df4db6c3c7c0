-- description: >-
--   One row per program and month: topics that have both a demonstration and a written item published at
--   month end, as a share of topics that have any item.
-- job: create
-- unit: ratio
-- direction: up
-- kind: state_share
-- window: T1
-- pooled: sql
-- minimum_sample: 5
-- sources: [content_item]
-- fields: [content_item.topic]
-- friction: [F05]
-- range: [0, 1]
-- notes: >-
--   Demonstrations are videos, interactive items, courses and lessons; written items are articles and
--   guides. Paths and certifications are neither. Items without a topic are left out.

with live as (
    select program_month.program_id, program_month.month, item.topic, item.content_type
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    where item.topic is not null
        and coalesce(item.content_type, 'other') not in ('path', 'certification')
        and (
            coalesce(item.status, 'published') = 'published'
            or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
        )
),

topic_format as (
    select
        program_id,
        month,
        topic,
        count(*) filter (
            where content_type in ('video', 'interactive', 'course', 'lesson')
        ) as demonstrations,
        count(*) filter (where content_type in ('article', 'guide')) as written_items
    from live
    group by program_id, month, topic
)

select
    program_id,
    month,
    count(*) filter (where demonstrations > 0 and written_items > 0) as numerator,
    count(*) as denominator
from topic_format
group by program_id, month
