-- description: >-
--   One row per publication of an item that is no draft, and per last edit of one. Edits that touch more than
--   30% of the catalogue, and more than 10 items, in one day are a bulk change and left out; so are edits of five
--   items and more that touch more than 80% of it.
-- grain: [program_id, content_id, touch]
-- columns:
--   program_id: program the row belongs to
--   content_id: identity of the item
--   touch: published or edited
--   touched_at: when
--   product_area: part of the product it teaches, lower case
--   author_key: hashed identity of its author
--   is_copy: whether the item is one of a batch of copies

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

bulk_day as (
    select edit_day.program_id, edit_day.edited_on
    from edit_day
    inner join catalogue
        on edit_day.program_id = catalogue.program_id
    where (edit_day.edits > 10 and edit_day.edits > 0.3 * catalogue.items)
        or (edit_day.edits >= 5 and edit_day.edits > 0.8 * catalogue.items)
)

select program_id, content_id, 'published' as touch, published_at as touched_at, lower(product_area) as product_area, author_key, is_copy
from staging.content_item
where coalesce(status, 'published') <> 'draft'
    and published_at is not null
union all
select item.program_id, item.content_id, 'edited' as touch, item.edited_at, lower(item.product_area), item.author_key, item.is_copy
from staging.content_item as item
left join bulk_day
    on item.program_id = bulk_day.program_id
    and cast(item.edited_at as date) = bulk_day.edited_on
where coalesce(item.status, 'published') <> 'draft'
    and item.edited_at is not null
    and bulk_day.edited_on is null
