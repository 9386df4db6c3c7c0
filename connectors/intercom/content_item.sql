-- description: One row per article of the help center, with the collections it is in.
with articles as (
    select *,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, coalesce(is_active, true) desc, _file desc, _row desc
        ) as recency
    from landing.intercom__articles
),

variants as (
    -- only articles that are still there have one
    select
        _program_id,
        id,
        max(source_locale) as source_locale,
        bool_or(lower(state) = 'published') as is_published
    from landing._intercom__variant
    group by _program_id, id
),

shelves as (
    select
        _program_id,
        id,
        regexp_replace(parent_id, '([0-9])\.0$', '\1') as parent_id,
        name
    from (
        select *,
            row_number() over (
                partition by _program_id, id
                order by updated_at desc nulls last, coalesce(is_active, true) desc, _file desc, _row desc
            ) as recency
        from landing.intercom__collections
    ) as known
    where recency = 1 and coalesce(is_active, true) and not coalesce(is_deleted, false)
),

shelved as (
    select _program_id, id, shelf_id, min(place) as place
    from (
        select _program_id, id, regexp_replace(parent_id, '([0-9])\.0$', '\1') as shelf_id, 0 as place
        from articles
        where recency = 1
        union all
        select _program_id, id, unnest(parent_ids), 1
        from articles
        where recency = 1
    ) as named
    where shelf_id is not null
    group by _program_id, id, shelf_id
),

drawers as (
    -- Intercom nests collections three deep
    select
        shelved._program_id,
        shelved.id,
        shelved.place,
        shelved.shelf_id,
        unnest([
            {depth: 1, name: shelf.name}, {depth: 2, name: parent.name}, {depth: 3, name: grandparent.name}
        ]) as drawer
    from shelved
    inner join shelves as shelf
        on shelf._program_id = shelved._program_id
        and shelf.id = shelved.shelf_id
    left join shelves as parent
        on parent._program_id = shelf._program_id
        and parent.id = shelf.parent_id
    left join shelves as grandparent
        on grandparent._program_id = parent._program_id
        and grandparent.id = parent.parent_id
),

collections as (
    select
        _program_id,
        id,
        -- a name that sorts by no job, role or point of the journey is no collection
        list(drawer.name order by place, shelf_id, drawer.depth) filter (
            where lower(trim(drawer.name)) not in (
                'general', 'faq', 'announcements', 'uncategorized', 'uncategorised', 'default', 'misc', 'miscellaneous', 'other'
            )
        ) as names,
        lower(first(drawer.name order by place, shelf_id, drawer.depth)) as nearest,
        lower(first(drawer.name order by place, shelf_id, drawer.depth desc)) as outermost
    from drawers
    where drawer.name is not null
    group by _program_id, id
),

labels as (
    select
        tagged._program_id,
        tagged.article_id,
        lower(trim(regexp_extract(tagged.name, '^([^:]+):(.+)$', 1))) as prefix,
        lower(trim(regexp_extract(tagged.name, '^([^:]+):(.+)$', 2))) as value
    from landing.intercom__article_tags as tagged
    -- of the version that counts: a tag taken off since is none
    inner join articles
        on articles._program_id = tagged._program_id
        and articles.id = tagged.article_id
        and articles._file = tagged._file
        and articles.updated_at is not distinct from tagged.updated_at
    where articles.recency = 1
),

tags as (
    select
        _program_id,
        article_id,
        list(distinct value order by value) filter (where prefix in ('audience', 'role', 'segment', 'use-case')) as audience_tags,
        min(case when prefix = 'journey' then value end) as journey_point,
        min(case when prefix = 'topic' then value end) as topic,
        min(case when prefix = 'area' then value end) as product_area,
        min(case
            when prefix = 'lifecycle' and value in ('onboard', 'adopt', 'expand', 'migrate', 'renew') then value
        end) as lifecycle_path
    from labels
    where value <> ''
    group by _program_id, article_id
)

select
    articles._program_id,
    articles._source,
    articles._file,
    articles._row,
    'intercom:' || articles.id as content_id,
    articles.title,
    'article' as content_type,
    coalesce(tags.topic, collections.nearest) as topic,
    coalesce(tags.product_area, collections.outermost) as product_area,
    coalesce(collections.names, []) as collections,
    coalesce(tags.audience_tags, []) as audience_tags,
    tags.journey_point,
    variants.source_locale,
    case when variants.is_published then 'published' when not variants.is_published then 'draft' end as status,
    articles.author_id,
    -- Intercom keeps no date of publication; an article that began as a draft was published later than this
    articles.created_at as published_at,
    articles.updated_at as edited_at,
    tags.lifecycle_path,
    articles.url,
    articles.updated_at as _version
from articles
inner join variants
    on variants._program_id = articles._program_id
    and variants.id = articles.id
left join collections
    on collections._program_id = articles._program_id
    and collections.id = articles.id
left join tags
    on tags._program_id = articles._program_id
    and tags.article_id = articles.id
where articles.recency = 1
