-- description: >-
--   One row per program and month: of the educational guides that customers saw in the three months ending
--   with the month, the share they completed, standardised to one mix of lengths.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- pooled: sql
-- minimum_sample: 30
-- sources: [guide_event]
-- fields: [guide_event.person_key, guide_event.is_educational, guide_event.step_count]
-- friction: [F11]
-- range: [0, 1]
-- notes: >-
--   Long guides are completed less often whatever their quality, so lengths are weighed alike in every
--   program and month: 1 to 3 steps 0.50, 4 to 6 steps 0.35, 7 or more 0.15 (over the lengths in use). One
--   person and guide count once. Guides of unknown length are left out. The sample is the effective number
--   of person-guide pairs.

with pair as (
    select
        program_month.program_id,
        program_month.month,
        guide_event.guide_id,
        guide_event.person_key,
        max(guide_event.step_count) as step_count,
        bool_or(guide_event.event = 'seen') as is_seen,
        bool_or(guide_event.event = 'completed') as is_completed
    from staging.program_month as program_month
    inner join staging.guide_event as guide_event
        on program_month.program_id = guide_event.program_id
        and program_month.month >= guide_event.month
        and program_month.month - interval 2 month <= guide_event.month
    where guide_event.is_educational
        and guide_event.is_internal is not true
        and guide_event.person_key is not null
    group by program_month.program_id, program_month.month, guide_event.guide_id, guide_event.person_key
),

banded as (
    select
        program_id,
        month,
        is_completed,
        case when step_count <= 3 then 0.50 when step_count <= 6 then 0.35 else 0.15 end as weight
    from pair
    where is_seen
        and step_count >= 1
),

band as (
    select
        program_id,
        month,
        cast(weight as double) as weight,
        count(*) as seen,
        count(*) filter (where is_completed) as completed
    from banded
    group by program_id, month, weight
)

select
    program_id,
    month,
    sum(weight * completed / seen) as numerator,
    sum(weight) as denominator,
    sum(weight) * sum(weight) / sum(weight * weight / seen) as sample_size
from band
group by program_id, month
