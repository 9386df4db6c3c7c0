-- description: One row per enrolment of a person in a course.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   enrollment_id: identity of the enrolment; null if the source has none
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   content_id: identity of the course
--   enrolled_at: when the person was enrolled
--   enrollment_type: self, assigned or bulk; bulk is inferred where the source is silent and ten or more people were enrolled in the course within the minute
--   started_at: first activity in the course
--   completed_at: completion of the course
--   last_activity_at: latest activity in the course
--   is_mass_completed: whether the completion was stamped on many people within the minute, as an import or a bulk change does
--   progress: share of the course done, 0 to 1
--   score: score, 0 to 1
--   is_passed: whether the course was passed
--   is_internal: whether the person is staff, a test user or from a staff domain

with named as (
    select
        enrollment.*,
        coalesce(identity.person_key, enrollment.email, enrollment.learner_id) as person_key
    from source.enrollment as enrollment
    left join staging.identity as identity
        on identity.program_id = enrollment.program_id and identity.key = enrollment.learner_id
),

-- two systems may number their enrolments alike, hence the course; without a number, who, what and when
newest as (
    select *
    from named
    qualify row_number() over (
        partition by
            program_id,
            content_id,
            enrollment_id,
            case when enrollment_id is null then person_key end,
            case when enrollment_id is null then enrolled_at end
        order by version desc nulls last, file desc, row_number desc
    ) = 1
),

bulk as (
    select
        program_id,
        content_id,
        date_trunc('minute', enrolled_at) as enrolled_minute
    from newest
    group by program_id, content_id, date_trunc('minute', enrolled_at)
    having count(distinct person_key) >= 10
)

select
    newest.program_id,
    newest.month,
    newest.enrollment_id,
    newest.person_key,
    learner.account_key,
    newest.content_id,
    newest.enrolled_at,
    coalesce(newest.enrollment_type, case when bulk.content_id is not null then 'bulk' end)
        as enrollment_type,
    case when newest.started_at >= program.closes_at then null else newest.started_at end as started_at,
    case when newest.completed_at >= program.closes_at then null else newest.completed_at end
        as completed_at,
    case when newest.last_activity_at >= program.closes_at then null else newest.last_activity_at end
        as last_activity_at,
    mass.minute_at is not null as is_mass_completed,
    newest.progress,
    newest.score,
    newest.is_passed,
    coalesce(learner.is_internal, false) as is_internal
from newest
left join bulk
    on bulk.program_id = newest.program_id
    and bulk.content_id = newest.content_id
    and bulk.enrolled_minute = date_trunc('minute', newest.enrolled_at)
left join staging.mass_completion as mass
    on mass.program_id = newest.program_id
    and mass.minute_at = date_trunc('minute', newest.completed_at)
left join staging.learner as learner
    on learner.program_id = newest.program_id and learner.person_key = newest.person_key
left join staging.program as program on program.program_id = newest.program_id
