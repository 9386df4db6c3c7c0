-- description: One row per course or other piece of content.
with courses as (
    select * from landing._thought_industries__course
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
from landing._thought_industries__unlisted
