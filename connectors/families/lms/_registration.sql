-- description: One row per enrolment as last exported, whoever and whatever course the export names by other means than an id.
-- grain: [_program_id, enrollment_id]
select *
from landing._lms__telling
where recency = 1
    and is_enrolled
