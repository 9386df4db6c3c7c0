-- description: One row per enrolment, with the days that the report and the log tell of it, each some.
-- grain: [_program_id, enrollment_id]
select *
from (
    select * replace (
        min(enrolled_at) over told as enrolled_at,
        min(started_at) over told as started_at,
        min(completed_at) over told as completed_at,
        max(last_activity_at) over told as last_activity_at
    )
    from landing._thought_industries__telling
    window told as (partition by _program_id, enrollment_id)
) as merged
where recency = 1
    and is_enrolled
