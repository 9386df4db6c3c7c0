-- description: One row per course.
with courses as (
    select * from landing._talentlms__course
)

select
    courses._program_id,
    courses._source,
    courses._file,
    courses._row,
    'talentlms:' || courses.content as content_id,
    courses.title,
    'course' as content_type,
    case when courses.category is not null then [courses.category] end as collections,
    courses.tags as audience_tags,
    courses.locale as source_locale,
    case when courses.is_deleted then 'archived' when lower(courses.status) in ('inactive', 'false', 'no', '0') then 'draft' else 'published' end as status,
    courses.created_at as published_at,
    courses.updated_at as edited_at,
    courses.url,
    coalesce(courses.updated_at, courses.synced_at) as _version
from courses
union all
select
    _program_id, _source, _file, _row, 'talentlms:' || content, title,
    'course', null, null, null, 'published', null, null, null, null
from landing._talentlms__unlisted
