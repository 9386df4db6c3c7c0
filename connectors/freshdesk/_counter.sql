-- description: One row per article, language and export that counts its votes.
-- grain: [_program_id, _source, _file, _row]
select
    _program_id,
    _source,
    _file,
    _row,
    id,
    created_at,
    updated_at,
    thumbs_up as ups,
    thumbs_down as downs
from landing.freshdesk__solution_articles
where thumbs_up is not null
    and thumbs_down is not null
