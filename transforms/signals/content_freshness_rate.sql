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
-- fields: [[content_item.published_at, content_item.edited_at, content_item.reviewed_at]]
-- friction: [F03]
-- range: [0, 1]
-- notes: >-
--   Use is views; learning activity where there are no views; every item weighs the same where there is no
--   use at all. The sample is the effective number of items under these weights. Bulk edits (more than 30%
--   of the catalogue, and more than 10 items, in one day) freshen nothing. An item that was edited after
--   month end hides its earlier edits, so it is judged only where it is fresh anyway. Where more use fell on
--   items so hidden than on items that can be told, least and most count it as stale and as fresh.

with recorded as (
    select program_id
    from staging.content_item
    where is_dated is not false
    group by program_id
),

counted_edit as (
    select program_id, content_id, touched_at
    from staging.content_touch
    where touch = 'edited'
),

live as (
    select
        program_month.program_id,
        program_month.month,
        program_month.ends_at,
        item.content_id,
        lower(item.product_area) as product_area,
        coalesce(item.edited_at >= program_month.ends_at, false) as is_edited_later,
        greatest(
            item.published_at,
            case when item.reviewed_at < program_month.ends_at then item.reviewed_at end,
            case when counted_edit.touched_at < program_month.ends_at then counted_edit.touched_at end
        ) as touched_at
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    inner join recorded
        on item.program_id = recorded.program_id
    left join counted_edit
        on item.program_id = counted_edit.program_id
        and item.content_id = counted_edit.content_id
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
        not judged.is_fresh and judged.is_edited_later as is_hidden,
        coalesce(sum(monthly_use.views), 0) as views,
        coalesce(sum(monthly_use.activities), 0) as activities
    from judged
    left join monthly_use
        on judged.program_id = monthly_use.program_id
        and judged.content_id = monthly_use.content_id
        and judged.month >= monthly_use.month
        and judged.month - interval 2 month <= monthly_use.month
    where judged.is_edited_later or judged.touched_at is not null
    group by judged.program_id, judged.month, judged.content_id, judged.is_fresh, judged.is_edited_later
),

weighted as (
    select
        program_id,
        month,
        is_fresh,
        is_hidden,
        case
            when sum(views) over (partition by program_id, month) > 0 then views
            when sum(activities) over (partition by program_id, month) > 0 then activities
            else 1
        end as weight
    from item_use
),

summed as (
    select
        program_id,
        month,
        coalesce(sum(weight) filter (where is_fresh), 0) as fresh,
        coalesce(sum(weight) filter (where not is_hidden), 0) as told,
        coalesce(sum(weight) filter (where is_hidden), 0) as hidden,
        sum(cast(weight as double) * weight) filter (where not is_hidden) as squares
    from weighted
    group by program_id, month
)

select
    program_id,
    month,
    fresh as numerator,
    told as denominator,
    coalesce(cast(told as double) * told / nullif(squares, 0), 0) as sample_size,
    case when hidden > told then cast(fresh as double) / (told + hidden) end as least,
    case when hidden > told then cast(fresh + hidden as double) / (told + hidden) end as most
from summed
