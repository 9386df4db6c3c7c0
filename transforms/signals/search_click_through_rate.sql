-- description: >-
--   One row per program and month: customer searches followed by a click on a result, as a share of customer
--   searches that had results.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [search]
-- fields: [search.clicked_content_id]
-- friction: [F04]
-- range: [0, 1]
-- notes: >-
--   A search log that never holds a click does not record them, so such a program has no rows and is not
--   judged.

with click_log as (
    select distinct program_id
    from staging.search
    where clicked_content_id is not null
),

answered as (
    select search.program_id, search.month, search.clicked_content_id
    from staging.search as search
    inner join click_log
        on search.program_id = click_log.program_id
    where search.is_internal is not true
        and (search.result_count > 0 or search.clicked_content_id is not null)
        and search.is_default_result is not true
)

select
    program_id,
    month,
    count(clicked_content_id) as numerator,
    count(*) as denominator
from answered
group by program_id, month
