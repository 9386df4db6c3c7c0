-- description: >-
--   One row per program and month: items published at month end that name an audience and a journey point,
--   as a share of all items published at month end.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: state_share
-- window: T1
-- pooled: sql
-- minimum_sample: 5
-- sources: [content_item]
-- fields: [content_item.audience_tags]
-- friction: [F05]
-- range: [0, 1]
-- notes: >-
--   An audience is narrower than everyone, whether that is said or every audience is named; a lifecycle path is
--   a journey point too. Copies are left out. Exports hold today's tags, not their history, so an item
--   published by month end is taken as tagged then as it is now.

with recorded as (
    select program_id
    from staging.content_item
    where len(audience_tags) > 0
    group by program_id
),

live as (
    select
        program_month.program_id,
        program_month.month,
        item.is_targeted
            and coalesce(item.journey_point, item.lifecycle_path) is not null as is_tagged
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    inner join recorded
        on item.program_id = recorded.program_id
    where item.is_copy is not true
        and (
            coalesce(item.status, 'published') = 'published'
            or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
        )
)

select
    program_id,
    month,
    count(*) filter (where is_tagged) as numerator,
    count(*) as denominator
from live
group by program_id, month
