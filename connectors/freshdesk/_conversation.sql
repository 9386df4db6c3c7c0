-- description: One row per reply or note on a ticket as last exported, in a list of its own or inside its ticket.
-- grain: [_program_id, ticket_id, id]
with versions as (
    select
        _program_id, _source, _file, _row, id, ticket_id, user_id, incoming, private, body, body_text, attachments,
        coalesce(deleted, false) as is_deleted, created_at, updated_at
    from landing.freshdesk__conversations
    union all
    select
        _program_id, _source, _file, _row, id, ticket_id, user_id, incoming, private, body, body_text, attachments,
        false, created_at, updated_at
    from landing.freshdesk__nested_conversations
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, ticket_id, id
            order by updated_at desc nulls last, _file desc, _row desc
        ) as recency
    from versions
)

select * exclude (recency, is_deleted)
from ranked
where recency = 1 and not is_deleted
