-- description: One row per message or note of a conversation or customer ticket, the opening one included.
with written as (
    select
        _program_id, _source, _file, _row, 'conversation' as kind, id as parent_id, 'comment' as part_type, body,
        author_type, author_id, author_email, author_email_domain, is_bot, attachments, created_at
    from landing._intercom__conversation
    where coalesce(body, '') <> '' or coalesce(attachments, '[]') <> '[]'
    union all
    select
        _program_id, _source, _file, _row, kind, parent_id, part_type, body,
        author_type, author_id, author_email, author_email_domain, is_bot, attachments, created_at
    from landing._intercom__part
    where has_content
),

messages as (
    -- a bot writes under the id of an admin, and is nobody; a team is no person either
    select *, not is_bot and coalesce(author_type, '') <> 'team' as is_person
    from written
)

select
    messages._program_id,
    messages._source,
    messages._file,
    messages._row,
    coalesce(own.ticket_id, converted.ticket_id, messages.parent_id) as ticket_id,
    messages.created_at,
    case when is_person then coalesce(contacts.person_id, messages.author_id) end as author_id,
    case when is_person then coalesce(contacts.email, messages.author_email) end as author_email,
    case when is_person then coalesce(contacts.email_domain, messages.author_email_domain) end as author_email_domain,
    case
        when messages.is_bot then null
        when messages.author_type in ('admin', 'team') then true
        when messages.author_type in ('user', 'lead', 'contact', 'visitor') then false
    end as is_staff,
    messages.part_type not in ('note', 'note_and_reopen') as is_public,
    messages.body,
    coalesce(json_extract_string(messages.attachments, '$[*].name'), []) as attachments,
    -- behind words in the HTML, or bare in the text; either way one link
    list_sort(list_distinct(list_transform(
        list_concat(
            regexp_extract_all(coalesce(messages.body, ''), 'href="(https?://[^"]+)"', 1),
            regexp_extract_all(coalesce(messages.body, ''), 'https?://[^\s<>"\])]+')
        ),
        lambda link: regexp_replace(replace(link, '&amp;', '&'), '[.,;:!?''*]+$', '')
    ))) as links
from messages
left join landing._intercom__ticket as own
    on messages.kind = 'ticket'
    and own._program_id = messages._program_id
    and own.id = messages.parent_id
left join landing._intercom__ticket as converted
    on messages.kind = 'conversation'
    and converted._program_id = messages._program_id
    and converted.conversation_id = messages.parent_id
    and converted.is_asked
left join landing._intercom__contact as contacts
    on contacts._program_id = messages._program_id
    and contacts.id = messages.author_id
-- what is said in the company's own tickets is said to no customer
where coalesce(own.is_asked, true)
