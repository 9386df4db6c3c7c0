-- description: One row per course, and per activity that a log tells of.
with courses as (
    select *
    from (
        select *,
            regexp_replace(id, '([0-9])[.]0$', '\1') as number,
            row_number() over (
                partition by _program_id, regexp_replace(id, '([0-9])[.]0$', '\1')
                order by updated_at desc nulls last, _file desc, _row desc
            ) as recency
        from landing.moodle__courses
    ) as listed
    where recency = 1
        -- the front page is no course
        and coalesce(format, '') <> 'site'
),

mentioned as (
    select
        events._program_id,
        min(events._source) as _source,
        min(events._file) as _file,
        min(events._row) as _row,
        coalesce('cm:' || events.module_id, events.course_id) as content,
        bool_or(events.module_id is not null) as is_module,
        max(regexp_replace(events.context, '^[^:]{1,30}: ?', '')) as title
    from landing._moodle__event as events
    left join courses
        on courses._program_id = events._program_id
        and courses.number = case when events.module_id is null then events.course_id end
    where courses.number is null
        and coalesce(events.module_id, events.course_id) is not null
    group by events._program_id, coalesce('cm:' || events.module_id, events.course_id)
)

select
    _program_id, _source, _file, _row,
    'moodle:' || number as content_id,
    coalesce(title, short_name) as title,
    'course' as content_type,
    case when category is not null then [category] end as collections,
    locale as source_locale,
    case when visible is false then 'draft' else 'published' end as status,
    created_at as published_at,
    updated_at as edited_at,
    updated_at as _version
from courses
union all
select
    _program_id, _source, _file, _row, 'moodle:' || content, title,
    case when is_module then 'lesson' else 'course' end, null, null, 'published', null, null, null
from mentioned
