-- description: One row per knowledge article, language and status, as last exported.
-- grain: [_program_id, article_id, locale, status]
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, left(article_id, 15), locale, status
            order by version_number desc nulls last, modified_at desc nulls last, version_at desc nulls last,
                is_active desc nulls last, synced_at desc nulls last, _file desc, _row desc
        ) as recency
    from landing.salesforce__articles
)

select
    _program_id,
    _source,
    _file,
    _row,
    left(article_id, 15) as article_id,
    lower(replace(locale, '_', '-')) as locale,
    coalesce(is_master_language, false) as is_master_language,
    case status when 'Online' then 'published' when 'Draft' then 'draft' when 'Archived' then 'archived' end as status,
    title,
    url_name,
    author_id,
    first_published_at,
    coalesce(published_at, changed_at) as edited_at,
    coalesce(modified_at, synced_at) as _version
from ranked
where recency = 1
    and not coalesce(is_deleted, false)
    and not coalesce(is_removed, false)
    and coalesce(is_active, true)
