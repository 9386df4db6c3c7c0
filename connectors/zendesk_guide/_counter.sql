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
    cast((vote_count + vote_sum) / 2 as bigint) as ups,
    cast((vote_count - vote_sum) / 2 as bigint) as downs
from landing.zendesk_guide__articles
where vote_count >= abs(vote_sum)
