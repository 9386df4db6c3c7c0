-- description: One row per part of a conversation or ticket as last exported: what somebody wrote, or a change of its state.
-- grain: [_program_id, kind, parent_id, id]
with versions as (
    select
        _program_id, _source, _file, _row, 'conversation' as kind, conversation_id as parent_id, id, part_type,
        null as ticket_state, body, author_type, author_id, author_email, author_email_domain, attachments,
        created_at, updated_at, true as is_active
    from landing.intercom__nested_parts
    union all
    select
        _program_id, _source, _file, _row, 'conversation', conversation_id, id, part_type,
        null, body, author_type, author_id, author_email, author_email_domain, attachments,
        created_at, updated_at, coalesce(is_active, true)
    from landing.intercom__conversation_parts
    union all
    select
        _program_id, _source, _file, _row, 'ticket', ticket_id, id, part_type,
        ticket_state, body, author_type, author_id, author_email, author_email_domain, attachments,
        created_at, updated_at, true
    from landing.intercom__nested_ticket_parts
    union all
    select
        _program_id, _source, _file, _row, 'ticket', ticket_id, id, part_type,
        ticket_state, body, author_type, author_id, author_email, author_email_domain, attachments,
        created_at, updated_at, coalesce(is_active, true)
    from landing.intercom__ticket_parts
),

ranked as (
    select *,
        row_number() over (
            partition by _program_id, kind, parent_id, id
            order by updated_at desc nulls last, is_active desc, _file desc, _row desc
        ) as recency
    from versions
)

select
    * exclude (recency, is_active, author_email_domain),
    case when author_email is not null then author_email_domain end as author_email_domain,
    -- Intercom's own Operator is a bot though some parts call it an admin
    coalesce(author_type, '') = 'bot' or coalesce(author_email_domain, '') = 'intercom.io' as is_bot,
    author_type in ('user', 'lead', 'contact', 'visitor') as is_contact,
    -- notes and changes of state carry no words, or none that anyone sent
    coalesce(body, '') <> '' or coalesce(attachments, '[]') <> '[]' as has_content
from ranked
where recency = 1 and is_active
