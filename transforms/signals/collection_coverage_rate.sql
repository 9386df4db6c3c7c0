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
),

live as (
    select
        program_month.program_id,
        program_month.month,
        coalesce(array_length(item.collections) > 0, false) or item.lifecycle_path is not null as is_filed
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    inner join recorded
        on item.program_id = recorded.program_id
    where coalesce(item.content_type, 'other') not in ('path', 'certification')
        and item.is_copy is not true
        and (
            coalesce(item.status, 'published') = 'published'
            or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
        )
)

select
    program_id,
    month,
    count(*) filter (where is_filed) as numerator,
    count(*) as denominator
from live
group by program_id, month
