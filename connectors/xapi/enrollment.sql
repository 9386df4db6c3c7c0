-- description: One row per person and course they registered for, completed, passed or failed; a second registration is the same row.
with marked as (
    select *,
        is_course and verb_word in ('registered', 'enrolled', 'enrolled_onto_learning_plan') as is_enrolment,
        -- a completed video inside a course does not complete the course
        is_course and verb_word in ('completed', 'satisfied') as is_completion,
        is_course and (verb_word in ('passed', 'mastered') or (verb_word = 'earned' and success)) as is_pass,
        is_course and verb_word = 'failed' as is_fail,
        verb_word not in (
            'registered', 'enrolled', 'enrolled_onto_learning_plan', 'unregistered', 'waived', 'abandoned', 'satisfied'
        ) as is_activity,
        coalesce(
            -- below zero is worse than nothing learned, which our scale does not know
            case when score_scaled < 0 then 0 else score_scaled end,
            -- a raw score means something only against its bounds
            case when score_max > coalesce(score_min, 0) then
                (score_raw - coalesce(score_min, 0)) / (score_max - coalesce(score_min, 0))
            end
        ) as unit_score
    from landing._xapi__activity_statement
    where course_id is not null
        and person is not null
),

courses as (
    select
        _program_id,
        person,
        course_id,
        min(_source) as _source,
        min(_file) as _file,
        min(_row) as _row,
        max(learner_id) as learner_id,
        max(email) as email,
        max(email_domain) as email_domain,
        min(case when is_enrolment then occurred_at end) as registered_at,
        min(case when is_activity then occurred_at end) as started_at,
        max(case when is_activity then occurred_at end) as last_activity_at,
        min(case when is_completion then occurred_at end) as completed_at,
        max(case when is_course then progress_percent end) / 100 as progress,
        max_by(unit_score, occurred_at) filter (where is_course and unit_score is not null) as score,
        bool_or(is_pass) as is_passed,
        bool_or(is_fail) as is_failed,
        min(occurred_at) as first_at,
        bool_or(is_enrolment or is_completion or is_pass or is_fail) as is_enrolled
    from marked
    group by _program_id, person, course_id
)

select
    _program_id,
    _source,
    _file,
    _row,
    person || '|' || course_id as enrollment_id,
    learner_id,
    email,
    email_domain,
    course_id as content_id,
    -- a store connected after the registration has only what came later
    least(coalesce(registered_at, first_at), first_at) as enrolled_at,
    started_at,
    completed_at,
    last_activity_at,
    case when completed_at is not null or progress > 1 then 1 when progress < 0 then 0 else progress end as progress,
    case when score > 1 then 1 when score < 0 then 0 else score end as score,
    case when is_passed then true when is_failed then false end as is_passed
from courses
where is_enrolled
