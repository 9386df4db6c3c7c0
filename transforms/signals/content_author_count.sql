-- description: >-
--   One row per program and month: distinct authors of items that were published or edited in the three
--   months ending with the month.
-- job: create
-- unit: count
-- direction: up
-- kind: count
-- window: T3
-- pooled: sql
-- minimum_sample: 0
-- sources: [content_item]
-- friction: [F01]
-- range: [0, null]
-- census: true
-- notes: >-
--   Exports keep an item's latest edit only, so an earlier month sees publications and edits that still
--   stand. Edits that touch more than 30% of the catalogue, and more than 10 items, in one day are a bulk
--   change and do not count. Null where the catalogue names no author at all.

with catalogue as (
    select program_id, count(*) as items, count(author_key) as authored_items
    from staging.content_item
    group by program_id
),

edit_day as (
    select program_id, cast(edited_at as date) as edited_on, count(*) as edits
    from staging.content_item
    where edited_at is not null
    group by program_id, cast(edited_at as date)
),

touch as (
    select program_id, author_key, published_at as touched_at
    from staging.content_item
    where coalesce(status, 'published') <> 'draft'
    union all
    select item.program_id, item.author_key, item.edited_at as touched_at
    from staging.content_item as item
    inner join edit_day
        on item.program_id = edit_day.program_id
        and cast(item.edited_at as date) = edit_day.edited_on
    inner join catalogue
        on item.program_id = catalogue.program_id
    where coalesce(item.status, 'published') <> 'draft'
        and (edit_day.edits <= 10 or edit_day.edits <= 0.3 * catalogue.items)
)

select
    program_month.program_id,
    program_month.month,
    case when catalogue.authored_items > 0 then count(distinct touch.author_key) end as value
from staging.program_month as program_month
inner join catalogue
    on program_month.program_id = catalogue.program_id
left join touch
    on program_month.program_id = touch.program_id
    and program_month.starts_at - interval 2 month <= touch.touched_at
    and program_month.ends_at > touch.touched_at
group by program_month.program_id, program_month.month, catalogue.authored_items
