-- description: >-
--   One row per program and month: use of the last three months that fell on items published, edited or
--   reviewed within 180 days of month end or since their product area's last release, as a share of use of
--   all items.
-- job: create
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- pooled: sql
-- minimum_sample: 5
-- sources: [content_item]
-- friction: [F03]
-- range: [0, 1]
-- notes: >-
--   Use is views; learning activity where there are no views; every item weighs the same where there is no
--   use at all. The sample is the effective number of items under these weights. Bulk edits (more than 30%
--   of the catalogue, and more than 10 items, in one day) freshen nothing. An item that was edited after
--   month end hides its earlier edits, so it counts only where it is fresh anyway.

with catalogue as (
    select program_id, count(*) as items
    from staging.content_item
    group by program_id
),

edit_day as (
    select program_id, cast(edited_at as date) as edited_on, count(*) as edits
    from staging.content_item
    where edited_at is not null
    group by program_id, cast(edited_at as date)
),

item_edit as (
    select
        item.program_id,
        item.content_id,
        item.edited_at,
        case
            when edit_day.edits <= 10 or edit_day.edits <= 0.3 * catalogue.items then item.edited_at
        end as counted_at
    from staging.content_item as item
    inner join edit_day
        on item.program_id = edit_day.program_id
        and cast(item.edited_at as date) = edit_day.edited_on
    inner join catalogue
        on item.program_id = catalogue.program_id
),

live as (
    select
        program_month.program_id,
        program_month.month,
        program_month.ends_at,
        item.content_id,
        lower(item.product_area) as product_area,
        coalesce(item_edit.edited_at >= program_month.ends_at, false) as is_edited_later,
        greatest(
            item.published_at,
            case when item.reviewed_at < program_month.ends_at then item.reviewed_at end,
            case when item_edit.edited_at < program_month.ends_at then item_edit.counted_at end
        ) as touched_at
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    left join item_edit
        on item.program_id = item_edit.program_id
        and item.content_id = item_edit.content_id
    where coalesce(item.status, 'published') = 'published'
        or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
),

last_release as (
    select
        program_month.program_id,
        program_month.month,
        lower(release.product_area) as product_area,
        max(release.released_at) as released_at
    from staging.program_month as program_month
    inner join staging.release as release
        on program_month.program_id = release.program_id
        and program_month.ends_at > release.released_at
    where release.is_customer_facing is not false
    group by program_month.program_id, program_month.month, lower(release.product_area)
),

judged as (
    select
        live.program_id,
        live.month,
        live.content_id,
        live.is_edited_later,
        live.touched_at,
        coalesce(
            live.touched_at >= live.ends_at - interval 180 day or live.touched_at >= last_release.released_at,
            false
        ) as is_fresh
    from live
    left join last_release
        on live.program_id = last_release.program_id
        and live.month = last_release.month
        and live.product_area = last_release.product_area
),

monthly_use as (
    select program_id, month, content_id, count(*) as views, 0 as activities
    from staging.content_view
    where is_internal is not true
    group by program_id, month, content_id
    union all
    select program_id, month, content_id, 0 as views, sum(use_count) as activities
    from staging.content_use
    group by program_id, month, content_id
),

item_use as (
    select
        judged.program_id,
        judged.month,
        judged.content_id,
        judged.is_fresh,
        coalesce(sum(monthly_use.views), 0) as views,
        coalesce(sum(monthly_use.activities), 0) as activities
    from judged
    left join monthly_use
        on judged.program_id = monthly_use.program_id
        and judged.content_id = monthly_use.content_id
        and judged.month >= monthly_use.month
        and judged.month - interval 2 month <= monthly_use.month
    where judged.is_fresh or (judged.touched_at is not null and not judged.is_edited_later)
    group by judged.program_id, judged.month, judged.content_id, judged.is_fresh
),

weighted as (
    select
        program_id,
        month,
        is_fresh,
        case
            when sum(views) over (partition by program_id, month) > 0 then views
            when sum(activities) over (partition by program_id, month) > 0 then activities
            else 1
        end as weight
    from item_use
)

select
    program_id,
    month,
    coalesce(sum(weight) filter (where is_fresh), 0) as numerator,
    sum(weight) as denominator,
    cast(sum(weight) as double) * sum(weight) / sum(weight * weight) as sample_size
from weighted
group by program_id, month
