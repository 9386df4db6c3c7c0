-- description: One row per publication of a course; the same course may be published on several domains and is one piece of content.
-- grain: [_program_id, id]
select
    _program_id,
    id,
    max(course_id) as course_id,
    max(required_lesson_count) as required_lesson_count,
    bool_or(coalesce(unique_progress, false)) as is_unique
from landing.skilljar__published_courses
group by _program_id, id
