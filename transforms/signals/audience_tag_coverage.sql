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
    where array_length(audience_tags) > 0
    group by program_id
)

select
    live.program_id,
    live.month,
    count(*) filter (
        where live.is_targeted and coalesce(live.journey_point, live.lifecycle_path) is not null
    ) as numerator,
    count(*) as denominator
from staging.live_content as live
inner join recorded
    on live.program_id = recorded.program_id
where live.is_copy is not true
group by live.program_id, live.month
