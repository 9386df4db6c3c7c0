-- description: >-
--   One row per program and month: customer searches that were given what the engine shows where it finds nothing,
--   as a share of customer searches whose number of results was recorded.
-- job: deliver
-- unit: ratio
-- direction: context
-- kind: share
-- window: T1
-- minimum_sample: 30
-- sources: [search]
-- fields: [search.result_count]
-- range: [0, 1]
-- notes: >-
--   Known by the same few results that many searches of a month are given and hardly ever one of them opens.

select
    program_id,
    month,
    count(*) filter (where is_default_result) as numerator,
    count(*) as denominator
from staging.search
where is_internal is not true
    and result_count is not null
group by program_id, month
