-- description: One row per course and bundle of courses.
with courses as (
    select * from landing._thinkific__course
),

bundles as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by synced_at desc nulls last, _file desc, _row desc) as recency
        from landing.thinkific__bundles
    ) as listed
    where recency = 1
        and not coalesce(is_deleted, false)
),

bundles_of as (
    select _program_id, course_id, list(distinct title order by title) as titles
    from (select _program_id, title, unnest(course_ids) as course_id from bundles where title is not null) as entries
    group by _program_id, course_id
),

products as (
    -- one course may be sold twice; it is open if either is
    select
        _program_id,
        productable_id,
        lower(productable_type) as productable_type,
        max(lower(status)) as status,
        min(created_at) as created_at
    from landing.thinkific__products
    group by 1, 2, 3
)

select
    courses._program_id,
    courses._source,
    courses._file,
    courses._row,
    'thinkific:' || courses.content as content_id,
    courses.title,
    'course' as content_type,
    bundles_of.titles as collections,
    list_filter(list_transform(string_split(lower(courses.tags), ','), lambda tag: trim(tag)), lambda tag: tag <> '') as audience_tags,
    courses.locale as source_locale,
    case when courses.is_deleted then 'archived' when products.status = 'draft' then 'draft' else 'published' end as status,
    coalesce(courses.created_at, products.created_at) as published_at,
    courses.updated_at as edited_at,
    courses.url,
    coalesce(courses.updated_at, courses.synced_at) as _version
from courses
left join bundles_of
    on bundles_of._program_id = courses._program_id
    and bundles_of.course_id = courses.id
left join products
    on products._program_id = courses._program_id
    and products.productable_id = courses.id
    and products.productable_type = 'course'
union all
select
    _program_id, _source, _file, _row, 'thinkific:' || content, title,
    'course', null, null, null, 'published', null, null, null, null
from landing._thinkific__unlisted
union all
select
    bundles._program_id, bundles._source, bundles._file, bundles._row, 'thinkific:bundle:' || bundles.id, bundles.title,
    'path', null, null, null, case when products.status = 'draft' then 'draft' else 'published' end,
    products.created_at, null, null, bundles.synced_at
from bundles
left join products
    on products._program_id = bundles._program_id
    and products.productable_id = bundles.id
    and products.productable_type = 'bundle'
