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

with topic_format as (
    select
        program_id,
        month,
        topic,
        count(*) filter (
            where content_type in ('video', 'interactive', 'course', 'lesson')
        ) as demonstrations,
        count(*) filter (where content_type in ('article', 'guide')) as written_items
    from staging.live_content
    where topic is not null
        and coalesce(content_type, 'other') not in ('path', 'certification')
    group by program_id, month, topic
)

select
    program_id,
    month,
    count(*) filter (where demonstrations > 0 and written_items > 0) as numerator,
    count(*) as denominator
from topic_format
group by program_id, month
