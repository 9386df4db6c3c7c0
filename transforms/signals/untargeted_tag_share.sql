-- description: >-
--   One row per program and month: items published at month end whose audience tags name everyone, or each
--   audience there is, as a share of all items published at month end.
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
--   Such tags say nothing of whom an item is for. Exports hold today's tags, not their history.

with live as (
    select program_month.program_id, program_month.month, len(item.audience_tags) > 0 and not item.is_targeted as is_so
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
