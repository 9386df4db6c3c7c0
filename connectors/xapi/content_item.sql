-- description: One row per activity that is a piece of content, as its last statement described it.
with voided as (
    select distinct _program_id, object_id as id
    from landing.xapi__statements
    where verb = 'http://adlnet.gov/expapi/verbs/voided' and object_type = 'StatementRef'
),

delivered as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by stored desc nulls last, _file desc, _row desc
        ) as delivery
    from landing.xapi__statements
),

statements as (
    select
        delivered.*,
        coalesce(delivered.timestamp, delivered.stored) as occurred_at,
        -- a person has one identifier per statement; a group is nobody in particular
        coalesce(delivered.account_name, delivered.mbox_sha1sum, delivered.openid) as learner_id,
        -- stores spell one verb or type under several addresses; the last word is what they share
        lower(regexp_extract(delivered.verb, '([^/#]+?)(\.json)?/?$', 1)) as verb_word,
        lower(regexp_extract(delivered.activity_type, '([^/#]+?)/?$', 1)) as type_word
    from delivered
    left join voided
        on voided._program_id = delivered._program_id
        and voided.id = delivered.id
    where delivered.delivery = 1
        and voided.id is null
        and coalesce(delivered.object_type, 'Activity') = 'Activity'
        and delivered.object_id is not null
        and coalesce(delivered.actor_type, 'Agent') = 'Agent'
),

told as (
    select *,
        type_word = 'course' as is_course,
        -- what happens in a course names it as parent or, from deeper down, as grouping
        case
            when type_word = 'course' then object_id
            when regexp_matches(coalesce(parents ->> '$[0].definition.type', ''), '/course/?$') then parents ->> '$[0].id'
            when regexp_matches(coalesce(parents ->> '$.definition.type', ''), '/course/?$') then parents ->> '$.id'
            when regexp_matches(coalesce(groupings ->> '$[0].definition.type', ''), '/course/?$') then groupings ->> '$[0].id'
            when regexp_matches(coalesce(groupings ->> '$.definition.type', ''), '/course/?$') then groupings ->> '$.id'
        end as course_id
    from statements
),

seen as (
    select _program_id, _source, _file, _row, id, occurred_at, object_id as content_id, type_word, names, course_id
    from told
    union all
    -- a course may never be an object itself, only what its videos belong to
    select _program_id, _source, _file, _row, id, occurred_at, course_id, 'course', null, null
    from told
    where not is_course and course_id is not null
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
            when type_word in ('badge', 'certificate', 'certification') then 'certification'
            else 'other'
        end as content_type
    from seen
    -- questions are parts of content, live sessions are not kept
    where coalesce(type_word, '') not in ('question', 'interaction', 'cmi.interaction', 'objective', 'profile')
        and coalesce(type_word, '') not in ('meeting', 'webinar', 'event', 'virtual-classroom', 'classroom', 'face-to-face', 'live-session')
),

ordered as (
    select *,
        row_number() over (partition by _program_id, content_id order by occurred_at desc, id desc) as recency
    from typed
),

items as (
    select
        _program_id,
        content_id,
        max(case when recency = 1 then _source end) as _source,
        max(case when recency = 1 then _file end) as _file,
        max(case when recency = 1 then _row end) as _row,
        -- a definition may be missing from some statements: the last that has one counts
        max_by(names, occurred_at) filter (where names is not null) as names,
        max_by(content_type, occurred_at) filter (where content_type <> 'other') as content_type,
        max_by(course_id, occurred_at) filter (where course_id is not null and course_id <> content_id) as course_id,
        min(occurred_at) as first_at
    from ordered
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
