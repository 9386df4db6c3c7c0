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

select
    program_id,
    month,
    count(*) filter (where array_length(audience_tags) > 0 and not is_targeted) as numerator,
    count(*) as denominator
from staging.live_content
group by program_id, month
