-- description: One row per program and month; share of content views by readers that no person could be.
-- job: scale
-- unit: ratio
-- direction: context
-- kind: share
-- window: T1
-- minimum_sample: 30
-- sources: [content_view]
-- range: [0, 1]
-- notes: >-
--   A bot is known by what it does: a hundred items within ten minutes, or views in twenty hours of a day. A
--   crawler without a session or with a new one each time is not seen.

select
    program_id,
    month,
    count(*) filter (where is_bot) as numerator,
    count(*) as denominator
from staging.content_view
group by program_id, month
