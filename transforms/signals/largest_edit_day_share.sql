-- description: >-
--   One row per program and month: items last edited on the one day of the month that saw most such edits, as a
--   share of all items published by month end.
-- job: create
-- unit: ratio
-- direction: context
-- kind: state_share
-- window: T1
-- pooled: sql
-- minimum_sample: 10
-- sources: [content_item]
-- fields: [content_item.edited_at]
-- range: [0, 1]
-- notes: >-
--   Exports keep the latest edit only. An edit within a day of the publication is its end, not a change.

with item_day as (
    select item.program_id, program_month.month, cast(item.edited_at as date) as day, count(*) as items
    from staging.content_item as item
    inner join staging.program_month as program_month
        on program_month.program_id = item.program_id
        and program_month.starts_at <= item.edited_at
        and program_month.ends_at > item.edited_at
    where coalesce(item.edited_at > item.published_at + interval 1 day, true)
    group by item.program_id, program_month.month, cast(item.edited_at as date)
),

largest as (
    select program_id, month, max(items) as items
    from item_day
    group by program_id, month
),

listed as (
    select program_month.program_id, program_month.month, count(*) as items
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    group by program_month.program_id, program_month.month
)

select
    listed.program_id,
    listed.month,
    coalesce(largest.items, 0) as numerator,
    listed.items as denominator
from listed
left join largest
    on listed.program_id = largest.program_id
    and listed.month = largest.month
