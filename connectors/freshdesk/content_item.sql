-- description: One row per article of the solutions that customers may see, with the folders and category it is in.
with articles as (
    select *
    from landing._freshdesk__article
    where is_source
),

published as (
    select _program_id, id, bool_or(status = 'published') as is_published
    from landing._freshdesk__article
    group by _program_id, id
),

folders as (
    select
        _program_id,
        id,
        name,
        regexp_replace(parent_folder_id, '([0-9])\.0$', '\1') as parent_id,
        regexp_replace(category_id, '([0-9])\.0$', '\1') as category_id
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by updated_at desc nulls last, _file desc, _row desc
            ) as recency
        from landing.freshdesk__solution_folders
    ) as known
    where recency = 1
),

categories as (
    select _program_id, id, max_by(name, coalesce(updated_at, timestamp '1990-01-01')) as name
    from landing.freshdesk__solution_categories
    group by _program_id, id
),

told as (
    -- the API's articles name their path from the outermost, tables leave it to the folders
    select _program_id, id, json_extract_string(hierarchy, '$[*].data.name') as path
    from articles
),

drawers as (
    select _program_id, id, -place as depth, path[place] as name
    from (select *, unnest(generate_series(1, len(path))) as place from told where len(path) > 0) as listed
    union all
    select
        articles._program_id,
        articles.id,
        unnest([1, 2, 3, 4]),
        unnest([folder.name, parent.name, grandparent.name, categories.name])
    from articles
    inner join told
        on told._program_id = articles._program_id
        and told.id = articles.id
    left join folders as folder
        on folder._program_id = articles._program_id
        and folder.id = articles.folder_id
    left join folders as parent
        on parent._program_id = folder._program_id
        and parent.id = folder.parent_id
    left join folders as grandparent
        on grandparent._program_id = parent._program_id
        and grandparent.id = parent.parent_id
    left join categories
        on categories._program_id = articles._program_id
        and categories.id = coalesce(articles.category_id, folder.category_id)
    where coalesce(len(told.path), 0) = 0
),

collections as (
    select
        _program_id,
        id,
        -- every article is in some folder; one of these names sorts by no job, role or point of the journey
        list(name order by depth) filter (
            where lower(trim(name)) not in (
                'general', 'faq', 'faqs', 'announcements', 'uncategorized', 'uncategorised', 'default', 'misc',
                'miscellaneous', 'other', 'drafts'
            )
        ) as names,
        lower(first(name order by depth)) as nearest,
        lower(first(name order by depth desc)) as outermost
    from drawers
    where name is not null
    group by _program_id, id
),

portals as (
    -- articles carry no address; the links of replies say where the portal has them
    select _program_id, prefix
    from (
        select
            _program_id,
            prefix,
            row_number() over (partition by _program_id order by count(*) desc, prefix) as place
        from (
            select
                _program_id,
                unnest(regexp_extract_all(
                    coalesce(body, body_text), '(https?://[^\s"<>]+/solutions/articles/)[0-9]+', 1
                )) as prefix
            from landing._freshdesk__conversation
        ) as linked
        group by _program_id, prefix
    ) as counted
    where place = 1
),

labels as (
    select
        _program_id,
        id,
        lower(trim(regexp_extract(tag, '^([^:]+):(.+)$', 1))) as prefix,
        lower(trim(regexp_extract(tag, '^([^:]+):(.+)$', 2))) as value
    from (select _program_id, id, unnest(tags) as tag from articles) as listed
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
)

select
    articles._program_id,
    articles._source,
    articles._file,
    articles._row,
    'freshdesk:' || articles.id as content_id,
    articles.title,
    'article' as content_type,
    coalesce(keyed.topic, collections.nearest) as topic,
    coalesce(keyed.product_area, collections.outermost) as product_area,
    coalesce(collections.names, []) as collections,
    coalesce(keyed.audience_tags, []) as audience_tags,
    keyed.journey_point,
    articles.locale as source_locale,
    case when published.is_published then 'published' when not published.is_published then 'draft' end as status,
    articles.agent_id as author_id,
    -- Freshdesk keeps no date of publication; an article that began as a draft was published later than this
    articles.created_at as published_at,
    articles.edited_at,
    keyed.lifecycle_path,
    portals.prefix || regexp_extract(articles.id, '[0-9]+$') as url,
    articles.updated_at as _version
from articles
left join published
    on published._program_id = articles._program_id
    and published.id = articles.id
left join collections
    on collections._program_id = articles._program_id
    and collections.id = articles.id
left join keyed
    on keyed._program_id = articles._program_id
    and keyed.id = articles.id
left join portals
    on portals._program_id = articles._program_id
