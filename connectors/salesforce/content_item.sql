-- description: One row per knowledge article: the version readers see, in the language it was first written in.
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, article_id
            order by
                -- an article that is online may have a draft of its next version, and archived ones of its past
                case status when 'published' then 0 when 'draft' then 1 else 2 end,
                is_master_language desc,
                edited_at desc nulls last,
                locale,
                _file desc,
                _row desc
        ) as place
    from landing._salesforce__article_version
)

select
    _program_id,
    _source,
    _file,
    _row,
    'salesforce:' || article_id as content_id,
    title,
    'article' as content_type,
    locale as source_locale,
    status,
    author_id,
    first_published_at as published_at,
    edited_at,
    _version
from ranked
where place = 1
