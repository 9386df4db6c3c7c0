-- description: One row per course.
select
    _program_id,
    _source,
    _file,
    _row,
    'canvas:' || number as content_id,
    coalesce(title, course_code) as title,
    'course' as content_type,
    locale as source_locale,
    case
        when action = 'D' or is_deleted or state in ('deleted', 'completed') then 'archived'
        when state in ('unpublished', 'created', 'claimed') then 'draft'
        else 'published'
    end as status,
    first_created_at as published_at,
    url,
    coalesce(updated_at, changed_at) as _version
from (
    select *,
        -- not every listing has the day
        min(created_at) over (partition by _program_id, regexp_replace(id, '([0-9])[.]0$', '\1')) as first_created_at,
        regexp_replace(id, '([0-9])[.]0$', '\1') as number,
        row_number() over (
            partition by _program_id, regexp_replace(id, '([0-9])[.]0$', '\1')
            order by changed_at desc nulls last, updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.canvas__courses
) as listed
where recency = 1
