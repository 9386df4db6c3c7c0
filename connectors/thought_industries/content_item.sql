-- description: One row per course or other piece of content.
with courses as (
    select *, course_key as content
    from (
        select *,
            row_number() over (
                partition by _program_id, course_key
                order by updated_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
            ) as recency
        from (
            select *, coalesce(regexp_replace(id, '([0-9])[.]0$', '\1'), uid, code, title) as course_key
            from landing.thought_industries__courses
        ) as keyed
    ) as listed
    where recency = 1
        and course_key is not null
),

mentioned as (
    -- a report of enrolments may come without the list of courses
    select
        enrolments._program_id,
        min(enrolments._source) as _source,
        min(enrolments._file) as _file,
        min(enrolments._row) as _row,
        enrolments.content,
        max(enrolments.course_title) as title
    from landing._thought_industries__registration as enrolments
    left join courses as listed
        on listed._program_id = enrolments._program_id
        and listed.content = enrolments.content
    where listed.content is null
    group by enrolments._program_id, enrolments.content
)

select
    courses._program_id,
    courses._source,
    courses._file,
    courses._row,
    'thought_industries:' || courses.content as content_id,
    courses.title,
    case
        when regexp_matches(lower(courses.type), 'path') then 'path'
        when regexp_matches(lower(courses.type), 'article|blog|guide') then 'article'
        when regexp_matches(lower(courses.type), 'video') then 'video'
        when courses.type is null or regexp_matches(lower(courses.type), 'course|scorm|shareable|bundle') then 'course'
        else 'other'
    end as content_type,
    case when courses.category is not null then [courses.category] end as collections,
    courses.tags as audience_tags,
    courses.locale as source_locale,
    case when courses.is_deleted then 'archived' when regexp_matches(lower(courses.status), 'archiv') then 'archived' when regexp_matches(lower(courses.status), 'draft|unpublish|hidden') then 'draft' else 'published' end as status,
    coalesce(courses.published_at, courses.created_at) as published_at,
    courses.updated_at as edited_at,
    courses.url,
    coalesce(courses.updated_at, courses.synced_at) as _version
from courses
union all
select
    _program_id, _source, _file, _row, 'thought_industries:' || content, title,
    'course', null, null, null, 'published', null, null, null, null
from mentioned
