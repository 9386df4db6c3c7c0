-- description: >-
--   One row per program and month: of the enrolments made three months before, the share completed within 90
--   days.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [enrollment]
-- friction: [F13]
-- range: [0, 1]
-- notes: >-
--   The month that is judged is the one in which the 90 days of the cohort are over. Bulk enrolments count
--   only where a cohort has no others. Completion is the stamp of the day, not the progress of today.

with cohort as (
    select
        program_month.program_id,
        program_month.month,
        enrollment.enrollment_type = 'bulk' as is_bulk,
        enrollment.completed_at <= enrollment.enrolled_at + interval 90 day
            and enrollment.completed_at < program_month.ends_at
            and enrollment.is_mass_completed is not true as is_completed
    from staging.program_month as program_month
    inner join staging.enrollment as enrollment
        on program_month.program_id = enrollment.program_id
        and program_month.month - interval 3 month = enrollment.month
    where enrollment.is_internal is not true
),

by_kind as (
    select
        program_id,
        month,
        count(*) filter (where is_bulk is not true) as chosen,
        count(*) filter (where is_bulk is not true and is_completed) as chosen_completed,
        count(*) as enrolled,
        count(*) filter (where is_completed) as completed
    from cohort
    group by program_id, month
)

select
    program_id,
    month,
    case when chosen > 0 then chosen_completed else completed end as numerator,
    case when chosen > 0 then chosen else enrolled end as denominator
from by_kind
