-- description: >-
--   One row per program and month: distinct authors of items that were published or edited in the three
--   months ending with the month.
-- job: create
-- unit: count
-- direction: up
-- kind: count
-- window: T3
-- pooled: sql
-- minimum_sample: 3
-- sources: [content_item]
-- fields: [content_item.author_key]
-- friction: [F01]
-- range: [0, null]
-- census: true
-- notes: >-
--   Exports keep an item's latest edit only. An item whose latest edit came after the window, or was a bulk
--   change, may also have been edited within it: the value counts the authors that are certain, and most adds
--   those of such items. Edits that touch more than 30% of the catalogue, and more than 10 items, in one day
--   are a bulk change and do not count. Copies count for nobody. Null where the
--   catalogue names no author at all.

with catalogue as (
    select program_id, count(author_key) as authored_items
    from staging.content_item
    group by program_id
),

touched as (
    select program_month.program_id, program_month.month, count(distinct touch.content_id) as items
    from staging.program_month as program_month
    inner join staging.content_touch as touch
        on program_month.program_id = touch.program_id
        and program_month.starts_at - interval 2 month <= touch.touched_at
        and program_month.ends_at > touch.touched_at
    group by program_month.program_id, program_month.month
),

certain as (
    select distinct program_month.program_id, program_month.month, touch.author_key
    from staging.program_month as program_month
    inner join staging.content_touch as touch
        on program_month.program_id = touch.program_id
        and program_month.starts_at - interval 2 month <= touch.touched_at
        and program_month.ends_at > touch.touched_at
    where touch.author_key is not null
        and touch.is_copy is not true
),

hidden as (
    select distinct program_month.program_id, program_month.month, item.author_key
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and program_month.starts_at - interval 2 month <= item.edited_at
        and coalesce(program_month.ends_at > item.published_at, true)
    where coalesce(item.status, 'published') <> 'draft'
        and item.author_key is not null
        and item.is_copy is not true
),

author as (
    select program_id, month, author_key, true as is_certain from certain
    union all
    select program_id, month, author_key, false as is_certain from hidden
),

counted as (
    select
        program_id,
        month,
        count(distinct author_key) filter (where is_certain) as certain,
        count(distinct author_key) as possible
    from author
    group by program_id, month
)

select
    program_month.program_id,
    program_month.month,
    case when catalogue.authored_items > 0 then coalesce(counted.certain, 0) end as value,
    case when counted.possible > counted.certain then counted.certain end as least,
    case when counted.possible > counted.certain then counted.possible end as most,
    coalesce(touched.items, 0) as sample_size
from staging.program_month as program_month
inner join catalogue
    on program_month.program_id = catalogue.program_id
left join counted
    on program_month.program_id = counted.program_id
    and program_month.month = counted.month
left join touched
    on program_month.program_id = touched.program_id
    and program_month.month = touched.month
