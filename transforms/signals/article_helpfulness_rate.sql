-- description: >-
--   One row per program and month: votes that call content helpful, as a share of customers' votes.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- minimum_sample: 20
-- sources: [content_vote]
-- friction: [F03, F04]
-- range: [0, 1]
-- notes: >-
--   Few readers vote and votes lean to the negative, so compare a program with itself. A vote that is not
--   positive counts as not helpful.

with vote as (
    select program_id, month, value
    from staging.content_vote
    where is_internal is not true
)

select
    program_id,
    month,
    count(*) filter (where value > 0) as numerator,
    count(*) as denominator
from vote
group by program_id, month
