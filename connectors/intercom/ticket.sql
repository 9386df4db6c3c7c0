-- description: One row per question a customer asked: conversations, and tickets of category Customer.
with parts as (
    select
        _program_id,
        kind,
        parent_id,
        min(created_at) filter (where is_contact and has_content) as first_asked_at,
        min_by(body, created_at) filter (where is_contact and has_content) as first_asked,
        max(created_at) filter (where part_type = 'close') as closed_at,
        max(created_at) filter (where lower(ticket_state) = 'resolved') as resolved_at
    from landing._intercom__part
    group by _program_id, kind, parent_id
),

tags as (
    select tagged._program_id, tagged.conversation_id, list(distinct tagged.name order by tagged.name) as names
    from landing.intercom__conversation_tags as tagged
    -- of the version that counts: a tag taken off since is none
    inner join landing._intercom__conversation as conversations
        on conversations._program_id = tagged._program_id
        and conversations.id = tagged.conversation_id
        and conversations._file = tagged._file
        and conversations.updated_at is not distinct from tagged.updated_at
    group by tagged._program_id, tagged.conversation_id
),

asked as (
    select
        conversations._program_id,
        conversations._source,
        conversations._file,
        conversations._row,
        conversations.id as ticket_id,
        -- an outbound message becomes a question with the first reply
        case
            when conversations.is_asked then conversations.created_at
            else coalesce(conversations.first_reply_at, parts.first_asked_at)
        end as created_at,
        conversations.contact_id,
        conversations.contact_external_id,
        case when conversations.author_id = conversations.contact_id then conversations.author_email end as author_email,
        case when conversations.author_id = conversations.contact_id then conversations.author_email_domain end
            as author_email_domain,
        conversations.company_id,
        conversations.subject,
        case when conversations.is_asked then coalesce(conversations.body, parts.first_asked) else parts.first_asked end
            as body,
        conversations.channel,
        conversations.state as status,
        tags.names as tags,
        case
            when conversations.state = 'closed' then coalesce(conversations.closed_at, parts.closed_at, conversations.updated_at)
        end as solved_at,
        conversations.updated_at
    from landing._intercom__conversation as conversations
    left join parts
        on parts._program_id = conversations._program_id
        and parts.kind = 'conversation'
        and parts.parent_id = conversations.id
    left join tags
        on tags._program_id = conversations._program_id
        and tags.conversation_id = conversations.id
    left join landing._intercom__ticket as tickets
        on tickets._program_id = conversations._program_id
        and tickets.conversation_id = conversations.id
        and tickets.is_asked
    where tickets.id is null
        and (
            conversations.is_asked
            or conversations.first_reply_at is not null
            or parts.first_asked_at is not null
        )
    union all
    select
        tickets._program_id,
        tickets._source,
        tickets._file,
        tickets._row,
        tickets.ticket_id,
        tickets.created_at,
        coalesce(tickets.contact_id, conversations.contact_id),
        coalesce(tickets.contact_external_id, conversations.contact_external_id),
        null,
        null,
        coalesce(tickets.company_id, conversations.company_id),
        coalesce(tickets.title, conversations.subject),
        coalesce(tickets.description, conversations.body, parts.first_asked),
        conversations.channel,
        tickets.status,
        tags.names,
        case when lower(tickets.status) = 'resolved' then coalesce(parts.resolved_at, tickets.updated_at) end,
        tickets.updated_at
    from landing._intercom__ticket as tickets
    left join landing._intercom__conversation as conversations
        on conversations._program_id = tickets._program_id
        and conversations.id = tickets.conversation_id
    left join parts
        on parts._program_id = tickets._program_id
        and parts.kind = 'ticket'
        and parts.parent_id = tickets.id
    left join tags
        on tags._program_id = tickets._program_id
        and tags.conversation_id = tickets.conversation_id
    where tickets.is_asked
)

select
    asked._program_id,
    asked._source,
    asked._file,
    asked._row,
    asked.ticket_id,
    asked.created_at,
    coalesce(contacts.person_id, asked.contact_external_id, asked.contact_id) as requester_id,
    coalesce(contacts.email, asked.author_email) as requester_email,
    coalesce(contacts.email_domain, asked.author_email_domain) as requester_email_domain,
    coalesce(companies.company_id, asked.company_id, contacts.account_id) as account_id,
    asked.subject,
    asked.body,
    asked.channel,
    asked.status,
    coalesce(asked.tags, []) as tags,
    asked.solved_at,
    contacts.locale,
    asked.updated_at as _version
from asked
left join landing._intercom__contact as contacts
    on contacts._program_id = asked._program_id
    and contacts.id = asked.contact_id
left join (
    select _program_id, id, max(company_id) as company_id
    from landing.intercom__companies
    group by _program_id, id
) as companies
    on companies._program_id = asked._program_id
    and companies.id = asked.company_id
