-- description: One row per activity that is a piece of content, as its last statement described it.
with seen as (
    select
        _program_id, object_id as content_id, type_word, is_live, is_award, names, course_id,
        min(_source) as _source, min(_file) as _file, min(_row) as _row,
        min(occurred_at) as first_at, max(occurred_at) as last_at
    from landing._xapi__activity_statement
    group by _program_id, object_id, type_word, is_live, is_award, names, course_id
),

listed as (
    select * from seen
    union all
    -- a course may never be an object itself, only what its videos belong to
    select _program_id, course_id, 'course', false, false, null, null, _source, _file, _row, first_at, last_at
    from seen
    where course_id is not null and course_id <> content_id
),

typed as (
    select *,
        case
            when type_word = 'course' then 'course'
            when type_word in ('video', 'audio', 'media') then 'video'
            when type_word in ('lesson', 'module', 'block', 'chapter', 'unit', 'resource', 'section') then 'lesson'
            when type_word in ('article', 'document', 'page', 'webpage', 'file', 'blog', 'book') then 'article'
            when type_word in ('simulation', 'interactive', 'game', 'serious-game') then 'interactive'
            when type_word in ('learning-path', 'learning_plan', 'curriculum', 'path') then 'path'
            when is_award then 'certification'
        end as content_type,
        row_number() over (
            partition by _program_id, content_id
            order by last_at, names nulls first, type_word nulls first, course_id nulls first
        ) as recency
    from listed
    -- questions are parts of content, live sessions are not kept
    where coalesce(type_word, '') not in ('question', 'interaction', 'cmi.interaction', 'objective', 'profile')
        and not is_live
),

items as (
    select
        _program_id,
        content_id,
        min(_source) as _source,
        min(_file) as _file,
        min(_row) as _row,
        -- a definition may be missing from some statements: the last that has one counts
        max_by(names, recency) filter (where names is not null) as names,
        max_by(content_type, recency) filter (where content_type is not null) as content_type,
        max_by(course_id, recency) filter (where course_id is not null and course_id <> content_id) as course_id,
        min(first_at) as first_at
    from typed
    group by _program_id, content_id
),

named as (
    select *, coalesce(names ->> '$.en', names ->> '$."en-US"', json_extract_string(names, '$.*')[1]) as title
    from items
)

select
    named._program_id,
    named._source,
    named._file,
    named._row,
    named.content_id,
    named.title,
    coalesce(named.content_type, 'other') as content_type,
    case when named.course_id is not null then [coalesce(courses.title, named.course_id)] else [] end as collections,
    'published' as status,
    -- nobody records the publication: by its first statement it was public
    named.first_at as published_at,
    case when regexp_matches(named.content_id, '^https?://') then named.content_id end as url
from named
left join named as courses
    on courses._program_id = named._program_id
    and courses.content_id = named.course_id
