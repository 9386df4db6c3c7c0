-- description: >-
--   One row per program and month: items published at month end that belong to a collection or a path, as a
--   share of all items published at month end.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: state_share
-- window: T1
-- pooled: sql
-- minimum_sample: 5
-- sources: [content_item]
-- fields: [[content_item.collections, content_item.lifecycle_path]]
-- friction: [F04]
-- range: [0, 1]
-- notes: >-
--   Paths and certifications are themselves collections and are left out, and copies count once. Exports say where an item is filed
--   today, not since when, so an item published by month end is taken as filed then where it is filed now.
--   Where no item says anything of its filing, the export leaves it out and nothing is known.

with recorded as (
    select program_id
    from staging.content_item
    where collections is not null
        or lifecycle_path is not null
    group by program_id
)

select
    live.program_id,
    live.month,
    count(*) filter (where array_length(live.collections) > 0 or live.lifecycle_path is not null) as numerator,
    count(*) as denominator
from staging.live_content as live
inner join recorded
    on live.program_id = recorded.program_id
where coalesce(live.content_type, 'other') not in ('path', 'certification')
    and live.is_copy is not true
group by live.program_id, live.month
