-- description: One row per person and course they learn in, whatever number of sections they are in.
-- grain: [_program_id, user_id, course_id]
with listed as (
    select * from landing.canvas__enrollments
    union all by name
    select * from landing.canvas__user_enrollments
),

newest as (
    select *
    from (
        select *,
            regexp_replace(id, '([0-9])[.]0$', '\1') as number,
            regexp_replace(course_id, '([0-9])[.]0$', '\1') as course,
            row_number() over (
                partition by _program_id, regexp_replace(id, '([0-9])[.]0$', '\1')
                order by changed_at desc nulls last, updated_at desc nulls last, _file desc, _row desc
            ) as recency
        from listed
    ) as told
    where recency = 1
),

students as (
    select *
    from newest
    -- the newest word on an enrolment may be that it is none
    where type = 'StudentEnrollment'
        and coalesce(state, 'active') not in ('deleted', 'rejected')
        and coalesce(action, 'U') <> 'D'
        and not coalesce(is_deleted, false)
        and user_id is not null
        and course is not null
),

scores as (
    select
        _program_id,
        regexp_replace(enrollment_id, '([0-9])[.]0$', '\1') as enrollment_number,
        arg_max(current_score, coalesce(updated_at, timestamp '1990-01-01')) as current_score,
        arg_max(final_score, coalesce(updated_at, timestamp '1990-01-01')) as final_score
    from landing.canvas__scores
    where coalesce(course_score, true)
        and coalesce(state, 'active') <> 'deleted'
    group by 1, 2
)

select
    students._program_id,
    min(students._source) as _source,
    min(students._file) as _file,
    min(students._row) as _row,
    min(students.number) as enrollment_id,
    students.user_id,
    max(students.email) as email,
    max(students.email_domain) as email_domain,
    students.course as course_id,
    min(coalesce(students.created_at, students.updated_at, students.changed_at)) as enrolled_at,
    -- concluded in one section and not in another is going on
    bool_and(coalesce(students.state, '') = 'completed') as is_concluded,
    max(coalesce(students.completed_at, case when students.state = 'completed' then students.updated_at end)) as concluded_at,
    max(students.last_activity_at) as last_activity_at,
    bool_or(students.self_enrolled) as is_self_enrolled,
    max(coalesce(students.current_score, scores.current_score)) as current_score,
    max(coalesce(students.final_score, scores.final_score)) as final_score,
    max(coalesce(students.updated_at, students.changed_at)) as updated_at
from students
left join scores
    on scores._program_id = students._program_id
    and scores.enrollment_number = students.number
group by students._program_id, students.user_id, students.course
