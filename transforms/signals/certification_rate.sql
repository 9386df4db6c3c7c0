-- description: >-
--   One row per program and month: of the people who took part in a certification in the twelve months
--   ending with the month, the share that holds a valid one at its end.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- pooled: sql
-- minimum_sample: 30
-- sources: [certification, [enrollment, learning_event]]
-- friction: [F13]
-- range: [0, 1]
-- notes: >-
--   Taking part is an enrolment, activity or award in content of type certification, or in content that
--   awards certifications. Valid as of the month end, by the dates of award and expiry.

with certifying as (
    select program_id, content_id from staging.content_item where content_type = 'certification'
    union
    select program_id, content_id from staging.certification
),

took_part as (
    select activity.program_id, activity.month, activity.person_key
    from staging.learner_activity as activity
    inner join certifying
        on activity.program_id = certifying.program_id
        and activity.content_id = certifying.content_id
    where activity.person_key is not null
    union
    select enrollment.program_id, enrollment.month, enrollment.person_key
    from staging.enrollment as enrollment
    inner join certifying
        on enrollment.program_id = certifying.program_id
        and enrollment.content_id = certifying.content_id
    where enrollment.is_internal is not true
        and enrollment.person_key is not null
    union
    select program_id, month, person_key
    from staging.certification
    where is_internal is not true
        and person_key is not null
),

candidate as (
    select distinct program_month.program_id, program_month.month, program_month.ends_at, took_part.person_key
    from staging.program_month as program_month
    inner join took_part
        on program_month.program_id = took_part.program_id
        and program_month.month >= took_part.month
        and program_month.month - interval 11 month <= took_part.month
),

holder as (
    select distinct candidate.program_id, candidate.month, candidate.person_key
    from candidate
    inner join staging.certification as certification
        on candidate.program_id = certification.program_id
        and candidate.person_key = certification.person_key
        and certification.certified_at < candidate.ends_at
        and coalesce(certification.expires_at >= candidate.ends_at, true)
)

select
    candidate.program_id,
    candidate.month,
    count(holder.person_key) as numerator,
    count(*) as denominator
from candidate
left join holder
    on candidate.program_id = holder.program_id
    and candidate.month = holder.month
    and candidate.person_key = holder.person_key
group by candidate.program_id, candidate.month
