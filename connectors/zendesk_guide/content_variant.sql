-- description: One row per article and language.
with variants as (
    select
        _program_id, _source, _file, _row, id, locale, draft, outdated, edited_at, updated_at,
        -- the article's own row knows when its text changed, a translation only when anything did
        0 as preference
    from landing.zendesk_guide__articles
    where locale is not null
    union all
    select
        _program_id, _source, _file, _row, source_id, locale,
        coalesce(draft, false) or coalesce(hidden, false), outdated, null, updated_at,
        1
    from landing.zendesk_guide__translations
    where coalesce(source_type, 'Article') = 'Article'
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, id, lower(locale)
            order by preference, updated_at desc nulls last, _file desc, _row desc
        ) as choice
    from variants
)

select
    _program_id,
    _source,
    _file,
    _row,
    'zendesk_guide:' || id as content_id,
    lower(locale) as locale,
    case when coalesce(draft, false) then 'draft' else 'published' end as status,
    edited_at,
    outdated as is_outdated,
    updated_at as _version
from ranked
where choice = 1
