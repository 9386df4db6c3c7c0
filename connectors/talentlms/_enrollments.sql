-- description: One row per enrolment and place the interface lists it in, by itself, within a person or within a course.
-- grain: [_program_id, _source, _file, _row]
select * replace (coalesce(course_id, _instance || nullif(regexp_extract(_file, 'courses/(?:id:)?([^/]+)/users', 1), '')) as course_id)
from landing.talentlms__enrollments
union all by name
select * from landing.talentlms__user_courses
union all by name
select * from landing.talentlms__course_users
