-- description: One row per enrolment of a learner in a course.
select
    _program_id,
    _source,
    _file,
    _row,
    enrollment_id,
    learner_id,
    email,
    email_domain,
    $connector || ':' || content as content_id,
    -- an export without the day of enrolment still shows the first trace of it
    coalesce(enrolled_at, least(started_at, completed_at, last_activity_at, updated_at)) as enrolled_at,
    case
        when created_by = learner_id then 'self'
        when created_by is not null then 'assigned'
        when regexp_matches(lower(assignment), 'self|catalog|store|purchase|free') then 'self'
        when regexp_matches(lower(assignment), 'bulk|import|upload|csv') then 'bulk'
        when regexp_matches(lower(assignment), 'admin|manager|assign|group|rule|auto|mandatory|required') then 'assigned'
    end as enrollment_type,
    case when state is distinct from 'not started' then started_at end as started_at,
    case
        -- the day a course was failed on is no day of completion
        when state = 'failed' then null
        when completed_at is not null then completed_at
        when state in ('completed', 'passed') then coalesce(last_activity_at, updated_at)
    end as completed_at,
    last_activity_at,
    case
        when state in ('completed', 'passed') or (completed_at is not null and state is distinct from 'failed') then 1
        else coalesce(progress_share, progress_shown_share, case when state = 'not started' then 0 end)
    end as progress,
    score_share as score,
    coalesce(is_passed, case state when 'passed' then true when 'failed' then false end) as is_passed,
    coalesce(updated_at, synced_at) as _version
from landing._lms__registration
