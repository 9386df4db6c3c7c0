-- description: One row per comment as last exported, with the ticket it is on: told by the record or by the event it came with, else by the folder it was saved in.
-- grain: [_program_id, id]
with told as (
    select
        _program_id,
        _source,
        _instance,
        _file,
        _row,
        id,
        -- the API's comment does not name its ticket; the folder it was saved in does
        coalesce(ticket_id, _instance || nullif(regexp_extract(_file, 'tickets/([0-9]+)/', 1), '')) as owner_id,
        author_id,
        public,
        body,
        html_body,
        attachments,
        created_at
    from landing.zendesk_support__comments
    union all
    select
        _program_id,
        _source,
        _instance,
        _file,
        _row,
        id,
        ticket_id as owner_id,
        author_id,
        public,
        body,
        html_body,
        attachments,
        created_at
    from landing.zendesk_support__comment_events
    where event_type = 'Comment'
        and id is not null
)

select *
from (select *, row_number() over (partition by _program_id, id order by _file desc, _row desc) as recency from told) as listed
where recency = 1
