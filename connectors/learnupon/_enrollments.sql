-- description: One row per enrolment and export; who is enrolled anew is enrolled twice, also in a report without numbers.
-- grain: [_program_id, _source, _file, _row]
select *,
    strftime(coalesce(enrolled_at, started_at, completed_at), '%Y-%m-%d') as sitting
from landing.learnupon__enrollments
