-- description: One row per course, listed lesson or learning path.
with publications as (
    select *,
        coalesce(registration_starts_at, created_at) as opened_at
    from (
        select *, row_number() over (partition by _program_id, id order by modified_at desc nulls last, _file desc, _row desc) as recency
        from landing.skilljar__published_courses
    ) as listed
    where recency = 1
),

courses as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by modified_at desc nulls last, _file desc, _row desc) as recency
        from landing.skilljar__courses
    ) as listed
    where recency = 1
),

paths as (
    select *
    from (
        select *, row_number() over (partition by _program_id, id order by modified_at desc nulls last, _file desc, _row desc) as recency
        from landing.skilljar__published_paths
    ) as listed
    where recency = 1
),

lessons as (
    select *
    from (
        select *,
            coalesce(course_id, nullif(regexp_extract(_file, 'courses/([^/]+)/lessons', 1), '')) as owner_id,
            row_number() over (partition by _program_id, id order by _file desc, _row desc) as recency
        from landing.skilljar__lessons
    ) as listed
    where recency = 1
        -- a quiz is part of a lesson's course, a heading is nothing, a live lesson is a live session
        and coalesce(type, '') not in ('QUIZ', 'SECTION', 'VILT')
),

first_enrolments as (
    select
        _program_id,
        coalesce(published_course_id, nullif(regexp_extract(_file, 'published-courses/([^/]+)/', 1), '')) as publication_id,
        min(enrolled_at) as enrolled_at
    from landing.skilljar__enrollments
    group by 1, 2
),

published as (
    select
        publications._program_id,
        publications.course_id as id,
        min(publications._source) as _source,
        min(publications._file) as _file,
        min(publications._row) as _row,
        max(publications.title) as title,
        min(publications.url) as url,
        -- of several domains the first counts; without a date the first enrolment proves it was open
        min(coalesce(publications.opened_at, first_enrolments.enrolled_at)) as published_at,
        max(publications.modified_at) as edited_at
    from publications
    left join first_enrolments
        on first_enrolments._program_id = publications._program_id
        and first_enrolments.publication_id = publications.id
    group by publications._program_id, publications.course_id
),

items as (
    select
        published._program_id, published._source, published._file, published._row, published.id, published.id as tagged_by,
        coalesce(published.title, courses.title) as title,
        'course' as content_type, 'published' as status, published.url,
        coalesce(published.published_at, courses.created_at) as published_at,
        coalesce(courses.modified_at, published.edited_at) as edited_at
    from published
    left join courses
        on courses._program_id = published._program_id
        and courses.id = published.id
    union all
    select
        courses._program_id, courses._source, courses._file, courses._row, courses.id, courses.id, courses.title,
        'course', 'draft', null, null, courses.modified_at
    from courses
    left join published
        on published._program_id = courses._program_id
        and published.id = courses.id
    where published.id is null
    union all
    select
        lessons._program_id, lessons._source, lessons._file, lessons._row, lessons.id, lessons.owner_id, lessons.title,
        case when lessons.type = 'VIDEO' then 'video' else 'lesson' end,
        case when published.id is null then 'draft' else 'published' end, null, published.published_at, published.edited_at
    from lessons
    left join published
        on published._program_id = lessons._program_id
        and published.id = lessons.owner_id
    union all
    select
        _program_id, _source, _file, _row, id, id, title,
        'path', 'published', url, created_at, modified_at
    from paths
),

tags as (
    select _program_id, course_id as id, unnest(tags) as tag from publications
    union all
    select _program_id, id, unnest(labels) from courses
    union all
    select _program_id, id, unnest(tags) from paths
    union all
    select listed._program_id, publications.course_id, listed.tag
    from landing.skilljar__published_course_tags as listed
    inner join publications
        on publications._program_id = listed._program_id
        and publications.id = coalesce(
            listed.published_course_id, nullif(regexp_extract(listed._file, 'published-courses/([^/]+)/', 1), '')
        )
),

labels as (
    select
        _program_id,
        id,
        lower(trim(regexp_extract(tag, '^([^:]+):(.+)$', 1))) as prefix,
        lower(trim(regexp_extract(tag, '^([^:]+):(.+)$', 2))) as value
    from tags
),

keyed as (
    select
        _program_id,
        id,
        list(distinct value order by value) filter (where prefix in ('audience', 'role', 'segment', 'use-case')) as audience_tags,
        min(case when prefix = 'journey' then value end) as journey_point,
        min(case when prefix = 'topic' then value end) as topic,
        min(case when prefix = 'area' then value end) as product_area,
        min(case
            when prefix = 'lifecycle' and value in ('onboard', 'adopt', 'expand', 'migrate', 'renew') then value
        end) as lifecycle_path
    from labels
    where value <> ''
    group by _program_id, id
),

filed as (
    select publications._program_id, publications.course_id as id, paths.title as name
    from landing.skilljar__path_items as path_items
    inner join publications
        on publications._program_id = path_items._program_id
        and publications.id = path_items.published_course_id
    inner join paths
        on paths._program_id = path_items._program_id
        and paths.id = coalesce(
            path_items.published_path_id, nullif(regexp_extract(path_items._file, 'published-paths/([^/]+)/', 1), '')
        )
    union all
    -- a catalogue is browsed by tag: a use case gathers courses as a path does
    select _program_id, id, value from labels where prefix = 'use-case' and value <> ''
),

collections as (
    select _program_id, id, list(distinct name order by name) as names
    from filed
    where name is not null
    group by _program_id, id
)

select
    items._program_id,
    items._source,
    items._file,
    items._row,
    'skilljar:' || items.id as content_id,
    items.title,
    items.content_type,
    keyed.topic,
    keyed.product_area,
    coalesce(collections.names, []) as collections,
    coalesce(keyed.audience_tags, []) as audience_tags,
    keyed.journey_point,
    items.status,
    items.published_at,
    items.edited_at,
    keyed.lifecycle_path,
    items.url,
    items.edited_at as _version
from items
left join keyed
    on keyed._program_id = items._program_id
    and keyed.id = items.tagged_by
left join collections
    on collections._program_id = items._program_id
    and collections.id = items.tagged_by
