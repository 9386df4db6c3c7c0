-- description: One row per knowledge article and language: the version its readers see.
with ranked as (
    select *,
        row_number() over (
            partition by _program_id, article_id, locale
            order by
                case status when 'published' then 0 when 'draft' then 1 else 2 end,
                edited_at desc nulls last,
                _file desc,
                _row desc
        ) as place
    from landing._salesforce__article_version
    where locale is not null
),

seen as (
    select *,
        max(edited_at) filter (where is_master_language and status = 'published')
            over (partition by _program_id, article_id) as master_edited_at
    from ranked
    where place = 1
)

select
    _program_id,
    _source,
    _file,
    _row,
    'salesforce:' || article_id as content_id,
    locale,
    status,
    edited_at,
    case
        when not is_master_language and master_edited_at is not null then edited_at < master_edited_at
        when is_master_language then false
    end as is_outdated,
    _version
from seen
