-- description: One row per article and language.
select
    _program_id,
    _source,
    _file,
    _row,
    'freshdesk:' || id as content_id,
    locale,
    status,
    edited_at,
    updated_at as _version
from landing._freshdesk__article
-- an article that tells its language nowhere is still a content item
where locale is not null
