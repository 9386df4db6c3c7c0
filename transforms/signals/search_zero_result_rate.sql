-- description: >-
--   One row per program and month: customer searches that found nothing, as a share of customer searches
--   whose number of results was recorded.
-- job: deliver
-- unit: ratio
-- direction: down
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [search]
-- fields: [search.result_count]
-- friction: [F04]
-- range: [0, 1]
-- notes: >-
--   Searches are counted once per searcher, query and half hour. What an engine shows where it found nothing,
--   known by how many get the same few results and hardly ever open one, is nothing.

with counted as (
    select program_id, month, result_count = 0 or coalesce(is_default_result, false) as is_empty
    from staging.search
    where is_internal is not true
        and result_count is not null
)

select
    program_id,
    month,
    count(*) filter (where is_empty) as numerator,
    count(*) as denominator
from counted
group by program_id, month
