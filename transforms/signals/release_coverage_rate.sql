-- description: >-
--   One row per program and month: customer-facing releases whose 30th day lies in the month and for whose
--   product area content was published or edited within 30 days before or after, as a share of such
--   releases.
-- job: create
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- minimum_sample: 6
-- sources: [content_item, release]
-- fields: [release.product_area]
-- friction: [F02, F03]
-- range: [0, 1]
-- notes: >-
--   A release is judged once its 30 days are over, so a young one is neither covered nor missed. Releases
--   without a product area are left out. Bulk edits (more than 30% of the catalogue, and more than 10 items,
--   in one day) and copies cover nothing. Exports keep the latest edit only, so coverage of old releases is a lower
--   bound.

with due_release as (
    select
        program_month.program_id,
        program_month.month,
        release.release_id,
        release.released_at,
        lower(release.product_area) as product_area
    from staging.program_month as program_month
    inner join staging.release as release
        on program_month.program_id = release.program_id
        and program_month.starts_at - interval 30 day <= release.released_at
        and program_month.ends_at - interval 30 day > release.released_at
    where release.product_area is not null
        and release.is_customer_facing is not false
),

judged as (
    select
        due_release.program_id,
        due_release.month,
        due_release.release_id,
        count(touch.touched_at) as touches
    from due_release
    left join staging.content_touch as touch
        on due_release.program_id = touch.program_id
        and due_release.product_area = touch.product_area
        and touch.is_copy is not true
        and due_release.released_at - interval 30 day <= touch.touched_at
        and due_release.released_at + interval 30 day >= touch.touched_at
    group by due_release.program_id, due_release.month, due_release.release_id
)

select
    program_id,
    month,
    count(*) filter (where touches > 0) as numerator,
    count(*) as denominator
from judged
group by program_id, month
