-- description: One row per article of the help centre that customers may see.
with articles as (
    select *,
        row_number() over (
            partition by _program_id, id, locale
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.zendesk_guide__articles
),

main as (
    -- the source language speaks for the article; another does where the export lacks it
    select *,
        row_number() over (
            partition by _program_id, id
            order by case when locale = source_locale then 0 else 1 end, locale
        ) as choice
    from articles
    where recency = 1
),

published as (
    select _program_id, id, bool_or(not draft) as is_published
    from (
        select _program_id, id, coalesce(draft, false) as draft
        from articles
        where recency = 1
        union all
        select _program_id, source_id, coalesce(draft, false) or coalesce(hidden, false)
        from landing.zendesk_guide__translations
        where coalesce(source_type, 'Article') = 'Article'
    ) as variants
    group by _program_id, id
),

sections as (
    select _program_id, id, category_id, parent_section_id, name
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by case when locale = source_locale then 0 else 1 end, updated_at desc nulls last, _file desc, _row desc
            ) as choice
        from landing.zendesk_guide__sections
    ) as known
    where choice = 1
),

categories as (
    select _program_id, id, name
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by case when locale = source_locale then 0 else 1 end, updated_at desc nulls last, _file desc, _row desc
            ) as choice
        from landing.zendesk_guide__categories
    ) as known
    where choice = 1
),

placed as (
    select
        main.*,
        sections.name as section_name,
        parents.name as parent_name,
        categories.name as category_name
    from main
    left join sections
        on sections._program_id = main._program_id
        and sections.id = main.section_id
    left join sections as parents
        on parents._program_id = sections._program_id
        and parents.id = sections.parent_section_id
    left join categories
        on categories._program_id = sections._program_id
        and categories.id = sections.category_id
    where main.choice = 1
),

drawers as (
    select _program_id, id, 1 as depth, section_name as name from placed
    union all
    select _program_id, id, 2 as depth, parent_name as name from placed
    union all
    select _program_id, id, 3 as depth, category_name as name from placed
),

collections as (
    select _program_id, id, list(name order by depth) as names
    from drawers
    -- Guide forces every article into some section; one of these names sorts by no job, role or point of the journey
    where name is not null
        and lower(trim(name)) not in (
            'general', 'faq', 'announcements', 'uncategorized', 'uncategorised', 'default', 'misc', 'miscellaneous', 'other'
        )
    group by _program_id, id
),

labels as (
    select
        _program_id,
        id,
        lower(trim(regexp_extract(label, '^([^:]+):(.+)$', 1))) as prefix,
        lower(trim(regexp_extract(label, '^([^:]+):(.+)$', 2))) as value
    from (select _program_id, id, unnest(label_names) as label from placed) as listed
),

segments as (
    select _program_id, id, max(name) as name, max(user_type) as user_type, bool_or(coalesce(built_in, false)) as is_built_in
    from landing.zendesk_guide__user_segments
    group by _program_id, id
),

restrictions as (
    select _program_id, id, user_segment_id as segment_id from placed where user_segment_id is not null
    union
    select _program_id, id, unnest(user_segment_ids) as segment_id from placed
),

viewers as (
    select restrictions._program_id, restrictions.id, segments.name, segments.user_type, segments.is_built_in
    from restrictions
    inner join segments
        on segments._program_id = restrictions._program_id
        and segments.id = restrictions.segment_id
),

staff_only as (
    select _program_id, id from viewers group by _program_id, id having bool_and(coalesce(user_type, '') = 'staff')
),

audience as (
    select _program_id, id, list(distinct value order by value) as tags
    from (
        select _program_id, id, value from labels where prefix in ('audience', 'role', 'segment', 'use-case')
        union all
        -- a segment of the customer's own making is an audience; "signed-in users" is everyone
        select _program_id, id, lower(trim(name)) from viewers where not is_built_in and coalesce(user_type, '') <> 'staff'
    ) as tagged
    where value <> ''
    group by _program_id, id
),

keyed as (
    select
        _program_id,
        id,
        min(case when prefix = 'journey' then value end) as journey_point,
        min(case when prefix = 'topic' then value end) as topic,
        min(case when prefix = 'area' then value end) as product_area,
        min(case
            when prefix = 'lifecycle' and value in ('onboard', 'adopt', 'expand', 'migrate', 'renew') then value
        end) as lifecycle_path
    from labels
    group by _program_id, id
)

select
    placed._program_id,
    placed._source,
    placed._file,
    placed._row,
    'zendesk_guide:' || placed.id as content_id,
    placed.title,
    'article' as content_type,
    coalesce(keyed.topic, lower(placed.section_name)) as topic,
    coalesce(keyed.product_area, lower(placed.category_name)) as product_area,
    coalesce(collections.names, []) as collections,
    coalesce(audience.tags, []) as audience_tags,
    keyed.journey_point,
    placed.source_locale,
    case when published.is_published then 'published' else 'draft' end as status,
    placed.author_id,
    -- Guide keeps no date of publication; an article that began as a draft was published later than this
    placed.created_at as published_at,
    placed.edited_at,
    keyed.lifecycle_path,
    placed.html_url as url,
    placed.updated_at as _version
from placed
left join published
    on published._program_id = placed._program_id
    and published.id = placed.id
left join collections
    on collections._program_id = placed._program_id
    and collections.id = placed.id
left join audience
    on audience._program_id = placed._program_id
    and audience.id = placed.id
left join keyed
    on keyed._program_id = placed._program_id
    and keyed.id = placed.id
left join staff_only
    on staff_only._program_id = placed._program_id
    and staff_only.id = placed.id
-- what only staff may see is an internal note, not something the program offers
where staff_only.id is null
