-- description: >-
--   One row per program and month: items published or edited in the three months ending with the month, per
--   customer-facing release of those months.
-- job: create
-- unit: ratio
-- direction: up
-- kind: ratio
-- window: T3
-- pooled: sql
-- minimum_sample: 10
-- sources: [content_item, release]
-- fields: [[content_item.published_at, content_item.edited_at]]
-- friction: [F02]
-- range: [0, null]
-- notes: >-
--   Read it beside release_coverage_rate: splitting one item into many inflates it. Edits that touch more
--   than 30% of the catalogue, and more than 10 items, in one day are a bulk change and do not count, nor do copies. A
--   release that is not marked as internal counts as customer-facing.

with touched as (
    select program_month.program_id, program_month.month, count(distinct touch.content_id) as items
    from staging.program_month as program_month
    inner join staging.content_touch as touch
        on program_month.program_id = touch.program_id
        and program_month.starts_at - interval 2 month <= touch.touched_at
        and program_month.ends_at > touch.touched_at
    where touch.is_copy is not true
    group by program_month.program_id, program_month.month
),

released as (
    select program_month.program_id, program_month.month, count(release.release_id) as releases
    from staging.program_month as program_month
    left join staging.release as release
        on program_month.program_id = release.program_id
        and program_month.month >= release.month
        and program_month.month - interval 2 month <= release.month
        and release.is_customer_facing is not false
    group by program_month.program_id, program_month.month
)

select
    released.program_id,
    released.month,
    coalesce(touched.items, 0) as numerator,
    released.releases as denominator,
    coalesce(touched.items, 0) + released.releases as sample_size
from released
left join touched
    on released.program_id = touched.program_id
    and released.month = touched.month
