-- description: >-
--   One row per program and month: completions that were stamped on ten or more people within a minute, as a
--   share of the month's completions.
-- job: scale
-- unit: ratio
-- direction: context
-- kind: share
-- window: T1
-- minimum_sample: 10
-- sources: [[enrollment, learning_event]]
-- range: [0, 1]
-- notes: >-
--   Such completions are an import or a bulk change and count as nobody's learning. Months are those of UTC.

with single as (
    select program_id, cast(date_trunc('month', completed_at) as date) as month, count(*) as completions
    from staging.enrollment
    where completed_at is not null
        and is_mass_completed is not true
    group by program_id, cast(date_trunc('month', completed_at) as date)
    union all
    select program_id, month, count(*) as completions
    from staging.learning_event
    where verb in ('completed', 'passed')
    group by program_id, month
),

mass as (
    select program_id, month, sum(people) as completions
    from staging.mass_completion
    group by program_id, month
),

counted as (
    select program_id, month, completions, 0 as stamped from single
    union all
    select program_id, month, completions, completions as stamped from mass
)

select
    program_id,
    month,
    sum(stamped) as numerator,
    sum(completions) as denominator
from counted
group by program_id, month
