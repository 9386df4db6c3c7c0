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

select
    program_id,
    month,
    count(*) filter (where is_copy) as numerator,
    count(*) as denominator
from staging.live_content
group by program_id, month
