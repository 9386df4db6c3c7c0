-- description: >-
--   One row per program and month: items published at month end that carry the title of an older item of the same
--   kind, language and place, as a share of all items published at month end.
-- job: create
-- unit: ratio
-- direction: context
-- kind: state_share
-- window: T1
-- pooled: sql
-- minimum_sample: 10
-- sources: [content_item]
-- range: [0, 1]
-- notes: >-
--   A copy came with five or more of its kind in a month that saw little else: a title that comes again now and
--   then is none.

with live as (
    select program_month.program_id, program_month.month, item.is_copy as is_so
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    where coalesce(item.status, 'published') = 'published'
        or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
)

select
    program_id,
    month,
    count(*) filter (where is_so) as numerator,
    count(*) as denominator
from live
group by program_id, month
