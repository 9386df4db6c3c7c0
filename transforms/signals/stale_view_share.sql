-- description: >-
--   One row per program and month: views of items not touched since the latest customer-facing release of
--   their product area before month end, as a share of external views of catalogued items.
-- job: create
-- unit: ratio
-- direction: down
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [content_item, content_view, release]
-- friction: [F03]
-- range: [0, 1]
-- notes: >-
--   Touched means published, edited or reviewed. Views of an item that was edited only after month end are
--   left out where its earlier edits would decide. An item whose area had no release is not stale.

with item_month as (
    select
        program_month.program_id,
        program_month.month,
        item.content_id,
        item.edited_at >= program_month.ends_at as is_edited_later,
        greatest(
            item.published_at,
            case when item.edited_at < program_month.ends_at then item.edited_at end,
            case when item.reviewed_at < program_month.ends_at then item.reviewed_at end
        ) as touched_at,
        max(release.released_at) as released_at
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
    left join staging.release as release
        on item.program_id = release.program_id
        and lower(item.product_area) = lower(release.product_area)
        and program_month.ends_at > release.released_at
        and release.is_customer_facing is not false
    group by
        program_month.program_id,
        program_month.month,
        program_month.ends_at,
        item.content_id,
        item.published_at,
        item.edited_at,
        item.reviewed_at
),

judged as (
    select
        program_id,
        month,
        content_id,
        case
            when released_at is null or touched_at >= released_at then false
            when is_edited_later or touched_at is null then null
            else true
        end as is_stale
    from item_month
),

item_view as (
    select program_id, month, content_id, count(*) as views
    from staging.content_view
    where is_internal is not true
    group by program_id, month, content_id
)

select
    item_view.program_id,
    item_view.month,
    coalesce(sum(item_view.views) filter (where judged.is_stale), 0) as numerator,
    sum(item_view.views) as denominator
from item_view
inner join judged
    on item_view.program_id = judged.program_id
    and item_view.month = judged.month
    and item_view.content_id = judged.content_id
where judged.is_stale is not null
group by item_view.program_id, item_view.month
