-- description: One row per learner and course.
with module_counts as (
    select _program_id, regexp_replace(course_id, '([0-9])[.]0$', '\1') as course_id, count(distinct id) as module_count
    from (
        select *, row_number() over (partition by _program_id, id order by updated_at desc nulls last, _file desc, _row desc) as recency
        from landing.canvas__modules
    ) as listed
    where recency = 1
        and coalesce(state, 'active') = 'active'
    group by 1, 2
),

modules as (
    select _program_id, id, any_value(regexp_replace(course_id, '([0-9])[.]0$', '\1')) as course_id
    from landing.canvas__modules
    where coalesce(state, 'active') = 'active'
    group by 1, 2
),

by_modules as (
    select
        done._program_id,
        done.user_id,
        modules.course_id,
        count(distinct case when done.state = 'completed' then done.module_id end) as done_count,
        max(done.completed_at) as last_done_at
    from landing.canvas__module_progressions as done
    inner join modules
        on modules._program_id = done._program_id
        and modules.id = done.module_id
    group by done._program_id, done.user_id, modules.course_id
),

told as (
    select
        _program_id,
        user_id,
        _instance || nullif(regexp_extract(_file, 'courses/([^/]+)/', 1), '') as course_id,
        max(requirement_completed_count) as done_count,
        max(requirement_count) as required_count,
        max(completed_at) as completed_at
    from landing.canvas__progress
    group by 1, 2, 3
),

-- a course whose progress nobody exported is judged by its enrolments
followed as (
    select _program_id, course_id from by_modules
    union
    select _program_id, course_id from told where required_count > 0
),

judged as (
    select
        students.*,
        case when told.required_count > 0 then told.done_count / told.required_count
            when module_counts.module_count > 0 then coalesce(by_modules.done_count, 0) / module_counts.module_count
        end as share,
        case
            when followed.course_id is null then case when students.is_concluded then students.concluded_at end
            else coalesce(
                told.completed_at,
                case when by_modules.done_count >= module_counts.module_count then by_modules.last_done_at end
            )
        end as completed_at,
        followed.course_id is not null as is_followed
    from landing._canvas__student as students
    left join followed
        on followed._program_id = students._program_id
        and followed.course_id = students.course_id
    left join told
        on told._program_id = students._program_id
        and told.course_id = students.course_id
        and told.user_id = students.user_id
    left join by_modules
        on by_modules._program_id = students._program_id
        and by_modules.course_id = students.course_id
        and by_modules.user_id = students.user_id
    left join module_counts
        on module_counts._program_id = students._program_id
        and module_counts.course_id = students.course_id
)

select
    _program_id,
    _source,
    _file,
    _row,
    enrollment_id,
    user_id as learner_id,
    email,
    email_domain,
    'canvas:' || course_id as content_id,
    enrolled_at,
    case is_self_enrolled when true then 'self' when false then 'assigned' end as enrollment_type,
    cast(null as timestamp) as started_at,
    completed_at,
    last_activity_at,
    case
        when completed_at is not null then 1
        when is_followed and share is not null then least(share, 1)
    end as progress,
    case
        when coalesce(case when is_concluded then final_score end, current_score, final_score) is not null
            then least(coalesce(case when is_concluded then final_score end, current_score, final_score) / 100, 1)
    end as score,
    updated_at as _version
from judged
