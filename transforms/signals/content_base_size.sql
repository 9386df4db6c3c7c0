-- description: >-
--   One row per program and month: content items that are published at month end.
-- job: create
-- unit: count
-- direction: context
-- kind: count
-- window: T1
-- pooled: sql
-- minimum_sample: 0
-- sources: [content_item]
-- range: [0, null]
-- census: true
-- notes: >-
--   Context only: volume is not maturity. An archived item counts until its last edit, taken as its
--   archiving; an item whose publication date is not recorded counts in every month.

with live as (
    select program_month.program_id, program_month.month, item.content_id
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    where coalesce(item.status, 'published') = 'published'
        or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
)

select program_id, month, count(*) as value
from live
group by program_id, month
