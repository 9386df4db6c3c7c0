-- description: One row per learner and course.
with told as (
    select
        _program_id, _source, _file, _row, learner_id, course_id,
        case when verb = 'enrolled' then occurred_at end as enrolled_at,
        case when verb = 'viewed' then occurred_at end as started_at,
        case when verb = 'completed' then occurred_at end as completed_at,
        occurred_at as active_at,
        cast(null as varchar) as method
    from landing._moodle__event
    where course_id is not null
    union all
    select
        enrolments._program_id, enrolments._source, enrolments._file, enrolments._row, enrolments.user_id,
        regexp_replace(methods.course_id, '([0-9])[.]0$', '\1'),
        enrolments.enrolled_at, null, null, null, methods.method
    from landing.moodle__enrolments as enrolments
    inner join (
        select _program_id, regexp_replace(id, '([0-9])[.]0$', '\1') as id, any_value(course_id) as course_id, any_value(method) as method
        from landing.moodle__methods
        group by 1, 2
    ) as methods
        on methods._program_id = enrolments._program_id
        and methods.id = regexp_replace(enrolments.method_id, '([0-9])[.]0$', '\1')
    union all
    select
        _program_id, _source, _file, _row, user_id, regexp_replace(course_id, '([0-9])[.]0$', '\1'),
        enrolled_at, started_at, completed_at, null, null
    from landing.moodle__completions
),

gathered as (
    select
        _program_id,
        min(_source) as _source,
        min(_file) as _file,
        min(_row) as _row,
        learner_id,
        course_id,
        min(enrolled_at) as enrolled_at,
        min(started_at) as started_at,
        min(completed_at) as completed_at,
        max(active_at) as last_activity_at,
        min(method) as method
    from told
    where learner_id is not null
        and course_id is not null
    group by _program_id, learner_id, course_id
)

select
    _program_id, _source, _file, _row,
    course_id || ':' || learner_id as enrollment_id,
    learner_id,
    'moodle:' || course_id as content_id,
    -- views alone make no enrolment; a completion without the day of enrolment shows its first trace
    coalesce(enrolled_at, least(started_at, completed_at)) as enrolled_at,
    case when method in ('self', 'paypal', 'fee') then 'self' when method in ('cohort', 'category', 'database', 'flatfile') then 'bulk' when method is not null then 'assigned' end as enrollment_type,
    started_at,
    completed_at,
    last_activity_at,
    case when completed_at is not null then cast(1 as double) end as progress
from gathered
where enrolled_at is not null or completed_at is not null
