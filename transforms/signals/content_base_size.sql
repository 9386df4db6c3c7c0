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

select program_id, month, count(*) as value
from staging.live_content
group by program_id, month
