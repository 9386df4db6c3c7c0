-- description: One row per course, all its versions together, and learning path.
with courses as (
    select * from landing._learnupon__course
),

judged as (
    select *,
        case
            when is_deleted then 'archived'
            when regexp_matches(lower(status), 'archiv|retired') then 'archived'
            when regexp_matches(lower(status), 'draft|unpublish|not published') then 'draft'
            when published_at is null and created_at is not null and lower(coalesce(status, '')) <> 'published' then 'draft'
            else 'published'
        end as state
    from courses
),

editions as (
    -- of the versions of a course the newest that learners can see stands for it
    select *,
        min(published_at) over (partition by _program_id, content) as first_published_at,
        row_number() over (
            partition by _program_id, content
            order by case state when 'published' then 0 when 'archived' then 1 else 2 end,
                try_cast(version as double) desc nulls last, published_at desc nulls last, id desc
        ) as rank
    from judged
),

paths as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by synced_at desc nulls last, _file desc, _row desc) as recency
        from landing.learnupon__learning_paths
    ) as listed
    where recency = 1
)

select
    courses._program_id,
    courses._source,
    courses._file,
    courses._row,
    'learnupon:' || courses.content as content_id,
    courses.title,
    'course' as content_type,
    cast(null as varchar[]) as collections,
    list_filter(list_transform(string_split(lower(courses.tags), ','), lambda tag: trim(tag)), lambda tag: tag <> '') as audience_tags,
    courses.locale as source_locale,
    state as status,
    first_published_at as published_at,
    coalesce(courses.published_at, courses.updated_at) as edited_at,
    courses.url,
    coalesce(courses.updated_at, courses.synced_at) as _version
from editions as courses
where rank = 1
union all
select
    _program_id, _source, _file, _row, 'learnupon:' || content, title,
    'course', null, null, null, 'published', null, null, null, null
from landing._learnupon__unlisted
union all
select
    _program_id, _source, _file, _row, 'learnupon:path:' || id, title,
    'path', null, null, null,
    case
        when is_deleted then 'archived'
        when regexp_matches(lower(status), 'draft|unpublish') then 'draft'
        else 'published'
    end,
    published_at, null, null, synced_at
from paths
