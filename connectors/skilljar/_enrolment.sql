-- description: One row per enrolment as last listed, with the publication it is in: told by the record, else by the folder it was saved in.
-- grain: [_program_id, id]
select *,
    coalesce(published_course_id, nullif(regexp_extract(_file, 'published-courses/([^/]+)/', 1), '')) as publication_id
from (
    select *, row_number() over (partition by _program_id, id order by _file desc, _row desc) as recency
    from landing.skilljar__enrollments
) as listed
where recency = 1
