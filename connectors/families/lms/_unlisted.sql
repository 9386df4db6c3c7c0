-- description: One row per course that only enrolments name, since a report of them may come without the list of courses.
-- grain: [_program_id, content]
select
    enrolments._program_id,
    min(enrolments._source) as _source,
    min(enrolments._file) as _file,
    min(enrolments._row) as _row,
    enrolments.content,
    max(enrolments.course_title) as title
from landing._lms__registration as enrolments
left join landing._lms__course as listed
    on listed._program_id = enrolments._program_id
    and listed.content = enrolments.content
where listed.content is null
group by enrolments._program_id, enrolments.content
