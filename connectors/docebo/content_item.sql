-- description: One row per course and learning plan.
with courses as (
    select * from landing._docebo__course
),

plans as (
    select *
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by updated_at desc nulls last, synced_at desc nulls last, _file desc, _row desc
            ) as recency
        from landing.docebo__learning_plans
    ) as listed
    where recency = 1
),

plans_of as (
    select
        entries._program_id,
        entries.course_id,
        list(distinct plans.title order by plans.title) as titles
    from landing.docebo__learning_plan_courses as entries
    inner join plans
        on plans._program_id = entries._program_id
        and plans.id = entries.plan_id
    where not coalesce(entries.is_deleted, false)
        and plans.title is not null
    group by entries._program_id, entries.course_id
)

select
    courses._program_id,
    courses._source,
    courses._file,
    courses._row,
    'docebo:' || courses.content as content_id,
    courses.title,
    'course' as content_type,
    list_concat(coalesce(plans_of.titles, []), case when courses.category is not null then [courses.category] else [] end) as collections,
    courses.tags as audience_tags,
    courses.locale as source_locale,
    case
        when courses.is_deleted then 'archived'
        when lower(courses.status) in ('under_maintenance', 'unpublished', 'draft', 'false', '0', 'under maintenance', 'prepared') then 'draft'
        else 'published'
    end as status,
    coalesce(courses.published_at, courses.created_at) as published_at,
    courses.updated_at as edited_at,
    courses.url,
    coalesce(courses.updated_at, courses.synced_at) as _version
from courses
left join plans_of
    on plans_of._program_id = courses._program_id
    and plans_of.course_id = courses.id
union all
select
    _program_id, _source, _file, _row, 'docebo:' || content, title,
    'course', null, null, null, 'published', null, null, null, null
from landing._docebo__unlisted
union all
select
    _program_id, _source, _file, _row, 'docebo:plan:' || id, title,
    'path', null, null, null,
    case when is_deleted then 'archived' when is_published is false then 'draft' else 'published' end,
    created_at, updated_at, null, coalesce(updated_at, synced_at)
from plans
