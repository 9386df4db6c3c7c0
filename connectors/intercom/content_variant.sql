-- description: One row per article and language.
select
    _program_id,
    _source,
    _file,
    _row,
    'intercom:' || id as content_id,
    locale,
    case lower(state) when 'published' then 'published' when 'draft' then 'draft' end as status,
    updated_at as edited_at,
    is_outdated,
    updated_at as _version
from landing._intercom__variant
-- an article that tells its language nowhere is still a content item
where locale is not null
