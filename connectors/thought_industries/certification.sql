-- description: One row per certificate granted to a person at one time.
with titles as (
    select _program_id, lower(trim(title)) as title, min(id) as id
    from landing.thought_industries__courses
    where id is not null and title is not null
    group by 1, 2
    having count(distinct id) = 1
),

granted as (
    select
        actions._program_id, actions._source, actions._file, actions._row, actions.user_id, actions.email, actions.email_domain,
        coalesce(actions.course_id, titles.id, actions.course_title) as content,
        actions.occurred_at as issued_at,
        cast(null as timestamp) as expires_at
    from landing.thought_industries__actions as actions
    left join titles
        on titles._program_id = actions._program_id
        -- only where no id tells the content
        and titles.title = case when actions.course_id is null then lower(trim(actions.course_title)) end
    where regexp_matches(lower(actions.type), 'certificat')
    union all
    select
        _program_id, _source, _file, _row, user_id, email, email_domain, course_id, certificate_issued_at, certificate_expires_at
    from landing.thought_industries__user_courses
    where certificate_issued_at is not null
),

daily as (
    -- a person's record and the log tell the same grant to the second or a little apart
    select *,
        coalesce(user_id, email) as person,
        date_trunc('day', issued_at) as issued_on
    from granted
    where content is not null
        and coalesce(user_id, email) is not null
)

select
    _program_id,
    min(_source) as _source,
    min(_file) as _file,
    min(_row) as _row,
    max(user_id) as learner_id,
    max(email) as email,
    max(email_domain) as email_domain,
    'thought_industries:' || content as content_id,
    min(issued_at) as certified_at,
    max(expires_at) as expires_at
from daily
group by _program_id, person, content, issued_on
